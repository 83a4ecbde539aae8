"""The invented customers: always the same, plausible, and good enough for the program's own import."""

from __future__ import annotations

import hashlib
from collections import Counter

from pos.domain.account import PRICE_CLASS_CN
from pos.domain.customer_import import read_customers
from ui.app.demo_customers import STORY_CUSTOMER, demo_customers, demo_customers_csv


def test_500_people_pass_the_import_without_a_complaint() -> None:
    sheet = read_customers(demo_customers_csv())
    assert sheet.problems == ()
    assert len(sheet.customers) == 500


def test_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert demo_customers_csv(200) == demo_customers_csv(200)
    assert demo_customers_csv(200) != demo_customers_csv(200, seed=1)
    fewer, more = list(demo_customers(50)), list(demo_customers(200))
    assert more[:50] == fewer


def test_people_are_the_same_on_every_machine() -> None:
    assert hashlib.sha256(demo_customers_csv()).hexdigest() == (
        "c97f6cb53f9fb9d1d2659d656607409bf4d430a5a249ff4190b39a5e7c7af002"
    )


def test_first_one_is_the_customer_of_the_tutorial() -> None:
    first = next(demo_customers(1))
    assert first == STORY_CUSTOMER
    assert (first.name, first.address, first.people) == ("单桂芳", "平安里 12 号楼 3 单元 502", 4)


def test_all_numbers_differ_while_names_repeat_as_in_a_town() -> None:
    people = list(demo_customers(20_000))
    for numbers in (
        [p.account_no for p in people],
        [p.meter_no for p in people],
        [p.card_no for p in people if p.card_no],
    ):
        assert len(set(numbers)) == len(numbers)
    names = Counter(person.name for person in people)
    assert names.most_common(1)[0][1] > 5


def test_town_has_all_classes_rare_characters_compound_names_and_both_inlets() -> None:
    people = list(demo_customers())
    assert {person.price_class for person in people} == set(PRICE_CLASS_CN.values())
    assert {person.inlet for person in people} == {"左", "右"}
    assert any(person.arrears for person in people)
    assert any(person.people > 4 for person in people)
    everything = "".join(person.name for person in people)
    assert any(ord(char) > 0xFFFF for char in everything)
    assert any(person.name[:2] in {"欧阳", "司马", "上官", "诸葛", "万俟", "长孙", "尉迟", "慕容"} for person in people)


def test_no_customers_is_an_empty_file_with_headings() -> None:
    assert read_customers(demo_customers_csv(0)).row_count == 0
