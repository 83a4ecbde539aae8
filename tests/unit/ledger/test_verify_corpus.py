"""Every broken export gives exactly the codes it was broken for; the unbroken one gives none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.ledger.broken_exports import CASES, Case, Hand
from tests.unit.ledger.conftest import Sample
from tests.unit.ledger.forgery import errors_of

ROOT = Path(__file__).parents[3]


def test_good_books_give_no_error(sample: Sample) -> None:
    assert errors_of(sample.export, sample.forgery().anchors(), {sample.key.key_id}) == set()


def test_taking_apart_and_sealing_anew_changes_nothing(sample: Sample) -> None:
    forgery = sample.forgery().retotal().seal(sample.key)
    assert forgery.text().splitlines()[1:] == sample.export.splitlines()[1:]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_export_gives_exactly_its_codes(sample: Sample, case: Case) -> None:
    forgery, hand = sample.forgery(), Hand(sample.key, sample.stranger)
    case.change(forgery, hand)
    assert errors_of(hand.export or forgery.text(), hand.anchors, hand.keys) == case.codes


def test_the_corpus_is_large_and_its_names_differ() -> None:
    assert len(CASES) >= 160
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_error_code_of_the_page_is_in_the_corpus() -> None:
    page = (ROOT / "docs/journal-format.md").read_text(encoding="utf-8").partition("## 10.")[2]
    codes = {code for row in page.splitlines() if row.startswith("| `") for code in row.split("|")[1].split("`")[1::2]}
    notes = {"anchor.lost", "tail.unprovable", "key.unpinned", "sign.unchecked", "record.kind"}
    of_a_database = {code for code in codes if code.startswith("db.")}
    assert codes - notes - of_a_database == set().union(*(case.codes for case in CASES))
