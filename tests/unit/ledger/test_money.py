"""Money: whole fen, read from what people type, written for people and for exports."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import Money, MoneyFormatError, half_up_div, total

FEN = st.integers(-(10**13), 10**13)


@given(FEN)
def test_what_is_written_is_read_back(fen: int) -> None:
    assert Money.parse(str(Money(fen))) == Money(fen)
    assert Money.parse(Money(fen).grouped()) == Money(fen)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("86.79", 8679),
        ("86.8", 8680),
        ("86", 8600),
        (".5", 50),
        ("0", 0),
        ("1,000", 100_000),
        ("¥100", 10_000),
        ("￥12.30", 1230),
        ("８６．７９", 8679),
        ("86。79", 8679),
        ("１，０００", 100_000),
        (" 5 ", 500),
        ("-5.01", -501),
    ],
)
def test_amounts_are_read_as_people_type_them(typed: str, fen: int) -> None:
    assert Money.parse(typed) == Money(fen)


@pytest.mark.parametrize("typed", ["1.234", "abc", "1.2.3", "1e5", "5.", "NaN", "１２a", "1" * 13, "٣", "5-"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(MoneyFormatError):
        Money.parse(typed)


@pytest.mark.parametrize("value", [1.0, True, "5", None])
def test_only_whole_fen_make_money(value: Any) -> None:
    with pytest.raises(TypeError):
        Money(value)
    with pytest.raises(TypeError):
        Money(5) * value


@given(FEN, FEN)
def test_sums_and_differences_are_exact(one: int, two: int) -> None:
    assert Money(one) + Money(two) == Money(one + two)
    assert Money(one) - Money(two) == -(Money(two) - Money(one))
    assert total([Money(one), Money(two)]) == Money(one + two)
    assert abs(Money(one)).fen >= 0
    assert bool(Money(one)) is (one != 0)


@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_half_is_rounded_up(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    rounded = half_up_div(numerator, denominator)
    assert -Fraction(1, 2) <= exact - rounded < Fraction(1, 2)


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 2), (1, 0), (1, -2)])
def test_rounding_is_defined_for_amounts_only(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError):
        half_up_div(numerator, denominator)
