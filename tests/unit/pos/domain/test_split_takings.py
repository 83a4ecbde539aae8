"""Splitting counted cash: nothing is lost, small money stays, the nearest float is found."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.count import DENOMINATIONS, CountLine, cash_fen
from pos.domain.errors import RuleViolation
from pos.domain.split_takings import merged, propose_float, takings_of

lines_strategy = st.dictionaries(st.sampled_from(DENOMINATIONS), st.integers(0, 40), max_size=8).map(
    lambda heap: tuple(CountLine(face, coin, pieces) for (face, coin), pieces in heap.items())
)


@given(lines_strategy, st.integers(0, 300_000))
def test_float_and_takings_together_are_the_count(lines: tuple[CountLine, ...], target_fen: int) -> None:
    kept = propose_float(lines, target_fen)
    assert merged([kept, takings_of(lines, kept)]) == merged([lines])


@given(
    st.dictionaries(st.sampled_from(DENOMINATIONS[:11]), st.integers(0, 3), max_size=5).map(
        lambda heap: tuple(CountLine(face, coin, pieces) for (face, coin), pieces in heap.items())
    ),
    st.integers(0, 60_000),
)
def test_no_other_choice_of_pieces_comes_nearer_to_the_float_wanted(
    lines: tuple[CountLine, ...], target_fen: int
) -> None:
    sums = {
        sum(line.face_fen * number for line, number in zip(lines, numbers, strict=True))
        for numbers in itertools.product(*(range(line.pieces + 1) for line in lines))
    }
    nearest = min(abs(total - target_fen) for total in sums)
    assert abs(cash_fen(propose_float(lines, target_fen)) - target_fen) == nearest


def test_small_money_stays_and_hundreds_go() -> None:
    counted = (CountLine(10_000, False, 9), CountLine(1000, False, 30), CountLine(100, True, 300))
    assert propose_float(counted, 50_000) == (CountLine(1000, False, 20), CountLine(100, True, 300))


def test_everything_stays_when_there_is_less_than_the_float() -> None:
    counted = (CountLine(1000, False, 3),)
    assert propose_float(counted, 50_000) == counted
    assert takings_of(counted, counted) == ()


def test_a_hundred_thousand_hundreds_are_split_at_once() -> None:
    counted = (CountLine(10_000, False, 100_000), CountLine(500, False, 99_999))
    assert cash_fen(propose_float(counted, 50_000)) == 50_000


@pytest.mark.parametrize("kept", [(CountLine(1000, False, 4),), (CountLine(500, False, 1),)])
def test_keeping_what_was_not_counted_is_refused(kept: tuple[CountLine, ...]) -> None:
    with pytest.raises(RuleViolation, match=r"split\.not_counted"):
        takings_of((CountLine(1000, False, 3),), kept)
