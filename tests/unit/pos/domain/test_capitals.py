"""大写金额: the official examples, other libraries' known mistakes, round trips."""

from __future__ import annotations

import random

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import Money
from pos.domain.capitals import CapitalsError, in_capitals, rmb_capitals

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = {"拾": 10, "佰": 100, "仟": 1000}
GROUPS = {"亿": 10**10, "万": 10**6, "元": 100, "角": 10, "分": 1}
OFFICIAL = [
    ("1409.50", "壹仟肆佰零玖元伍角"),
    ("6007.14", "陆仟零柒元壹角肆分"),
    ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
    ("107000.53", "壹拾万柒仟元零伍角叁分"),
    ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
    ("325.04", "叁佰贰拾伍元零肆分"),
    ("1000.00", "壹仟元整"),
    ("5.20", "伍元贰角"),
    ("10", "壹拾元整"),
]
MISTAKES_OF_OTHERS = [
    ("0.01", "壹分"),
    ("0.10", "壹角"),
    ("0.78", "柒角捌分"),
    ("12000.01", "壹万贰仟元零壹分"),
    ("100000000", "壹亿元整"),
    ("100000", "壹拾万元整"),
    ("100000001", "壹亿零壹元整"),
    ("100010000", "壹亿零壹万元整"),
    ("1000001000", "壹拾亿零壹仟元整"),
    ("20000300.05", "贰仟万零叁佰元零伍分"),
    ("0", "零元整"),
    ("86.79", "捌拾陆元柒角玖分"),
    ("86.80", "捌拾陆元捌角"),
]


@pytest.mark.parametrize(("figures", "words"), OFFICIAL + MISTAKES_OF_OTHERS)
def test_amount_is_written_as_the_rule_says(figures: str, words: str) -> None:
    assert in_capitals(Money.parse(figures)) == words
    assert fen_of(words) == Money.parse(figures).fen


def fen_of(words: str) -> int:
    """What somebody understands who reads the words one by one."""
    fen = group = digit = 0
    for word in words.removeprefix("人民币").removeprefix("负").removesuffix("整"):
        if word in DIGITS:
            digit = DIGITS.index(word)
        elif word in PLACES:
            group, digit = group + digit * PLACES[word], 0
        elif word in GROUPS:
            fen, group, digit = fen + (group + digit) * GROUPS[word], 0, 0
        else:
            raise AssertionError(word)
    return -fen if "负" in words else fen


def test_negative_amount_begins_with_the_word_for_minus() -> None:
    assert rmb_capitals(Money(-8679)) == "人民币负捌拾陆元柒角玖分"


def test_house_style_may_add_the_closing_word_after_jiao() -> None:
    assert rmb_capitals(Money(8680), whole_after_jiao=True) == "人民币捌拾陆元捌角整"


def test_amount_beyond_the_words_is_refused_not_cut() -> None:
    assert in_capitals(Money(99_999_999_999_999)).startswith("玖仟玖佰玖拾玖亿")
    with pytest.raises(CapitalsError):
        in_capitals(Money(100_000_000_000_000))


@given(st.integers(-99_999_999_999_999, 99_999_999_999_999), st.booleans())
def test_any_amount_comes_back_from_its_words(fen: int, whole: bool) -> None:
    assert fen_of(rmb_capitals(Money(fen), whole_after_jiao=whole)) == fen


def test_small_amounts_come_back_and_are_all_different() -> None:
    seen = {in_capitals(Money(fen)): fen for fen in range(0, 1_000_001, 7)}
    assert len(seen) == len(range(0, 1_000_001, 7))
    assert all(fen_of(words) == fen for words, fen in seen.items())


def test_differs_from_the_outside_library_only_by_allowed_zeros() -> None:
    dice = random.Random(20261122)
    for _ in range(2_000):
        fen = dice.randrange(1, 10**10)
        theirs = cn2an.an2cn(f"{fen // 100}.{fen % 100:02d}", "rmb")
        ours = in_capitals(Money(fen))
        assert ours.replace("零", "") == theirs.replace("零", ""), (fen, ours, theirs)
