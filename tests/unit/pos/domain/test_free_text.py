"""A person's numbers never get into the journal with somebody's words; the shop's own numbers do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.errors import RuleViolation
from pos.domain.free_text import check_free_text

words = st.text("补打找零收错客户说明天来。，；（） abcXYZ", max_size=12)
gaps = st.sampled_from([" ", "-", "–", "·", "."])
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def is_refused(text: str) -> bool:
    try:
        check_free_text(text)
    except RuleViolation as refusal:
        return (refusal.code, dict(refusal.params)) == ("text.personal_number", {})  # what was found is not repeated
    return False


@given(words, st.from_regex(r"[1-9][0-9]{12,18}", fullmatch=True), words)
def test_card_and_identity_numbers_are_refused_wherever_they_stand(before, number, after):
    assert is_refused(f"{before}{number}{after}")
    assert is_refused(f"{before}{number.translate(FULL_WIDTH)}{after}")


@given(words, st.from_regex(r"[1-9][0-9]{16}[0-9Xx]", fullmatch=True), words)
def test_an_identity_number_is_refused_also_in_groups_and_with_an_x(before, number, after):
    assert is_refused(f"{before}{number}{after}")
    assert is_refused(f"{before}{number[:6]} {number[6:14]} {number[14:]}{after}")


@given(words, st.from_regex(r"[3-6][0-9]{15,18}", fullmatch=True), gaps, words)
def test_a_bank_card_in_groups_is_refused(before, number, gap, after):
    groups = [number[:4], number[4:8], number[8:12], number[12:16], number[16:]]
    assert is_refused(before + gap.join(group for group in groups if group) + after)


@given(words, st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), gaps, words)
def test_a_mobile_number_is_refused_plain_and_in_groups(before, number, gap, after):
    assert is_refused(f"{before}{number}{after}")
    assert is_refused(f"{before}{number[:3]}{gap}{number[3:7]}{gap}{number[7:]}{after}")
    assert is_refused(f"{before}+86 {number}{after}")


@pytest.mark.parametrize("text", ["0571-88231234", "座机 010-65527788 转", "021–12345678", "电话：0755-1234567。"])
def test_a_telephone_with_its_area_is_refused(text):
    assert is_refused(text)


@given(words, st.integers(0, 10**10 - 1), words)
def test_account_receipt_and_small_numbers_are_welcome(before, number, after):
    assert not is_refused(f"{before}{number}{after}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "多找 100 元，50 元一张，20 元两张",
        "票据 T01-000482 卡纸，补打",
        "DJ-T01-1-480",
        "2026-11-22 10:41 客户回来退 13.10",
        "参考号 120045123456",
        "票号 0001-0050 0051-0099",
        "户号 1000204471 与 1000204518 弄混",
        "100.00 200.00 300.00 400.00",
        "did not come out",
    ],
)
def test_what_a_cashier_writes_about_her_work_is_welcome(text):
    assert not is_refused(text)


@given(st.text(max_size=60))
def test_any_text_is_read_without_trouble(text):
    is_refused(text)
