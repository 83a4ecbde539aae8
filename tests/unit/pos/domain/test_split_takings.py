"""Splitting counted cash: nothing is lost, small money stays first, large notes make up the rest."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.count import DENOMINATIONS, CountLine, cash_fen
from pos.domain.errors import RuleViolation
from pos.domain.split_takings import (
    CHANGE,
    PER_FLOAT_FEN,
    ChangeMissing,
    change_missing,
    merged,
    propose_float,
    takings_of,
)

lines_strategy = st.dictionaries(st.sampled_from(DENOMINATIONS), st.integers(0, 40), max_size=8).map(
    lambda heap: tuple(CountLine(face, coin, pieces) for (face, coin), pieces in heap.items())
)


@given(lines_strategy, st.integers(0, 300_000))
def test_float_and_takings_together_are_the_count(lines: tuple[CountLine, ...], target_fen: int) -> None:
    kept = propose_float(lines, target_fen)
    assert merged([kept, takings_of(lines, kept)]) == merged([lines])


small_heaps = st.dictionaries(st.sampled_from(DENOMINATIONS[:11]), st.integers(0, 3), max_size=5).map(
    lambda heap: tuple(CountLine(face, coin, pieces) for (face, coin), pieces in heap.items())
)


def sums_of(lines: Sequence[CountLine]) -> set[int]:
    """Every sum that some of these pieces make."""
    numbers = itertools.product(*(range(line.pieces + 1) for line in lines))
    return {sum(line.face_fen * number for line, number in zip(lines, each, strict=True)) for each in numbers}


def pieces_of(lines: Sequence[CountLine], face_fen: int) -> int:
    return sum(line.pieces for line in lines if line.face_fen == face_fen)


@given(lines_strategy, st.integers(0, 300_000))
def test_small_money_up_to_its_number_stays_whole_or_for_the_exact_sum_by_half(
    lines: tuple[CountLine, ...], target_fen: int
) -> None:
    kept = propose_float(lines, target_fen)
    for face_fen, per_float in CHANGE.items():
        stays = min(pieces_of(lines, face_fen), per_float * target_fen // PER_FLOAT_FEN)
        least = stays if cash_fen(kept) != target_fen else stays // 2 - 1  # notes and coins are halved each for itself
        assert pieces_of(kept, face_fen) >= least


@given(small_heaps, st.integers(0, 60_000))
def test_no_small_money_is_handed_in_that_could_take_the_place_of_a_large_note(
    lines: tuple[CountLine, ...], target_fen: int
) -> None:
    kept = propose_float(lines, target_fen)
    handed = takings_of(lines, kept)
    if cash_fen(kept) == cash_fen(lines):
        return
    for large in (line for line in kept if line.face_fen not in CHANGE):
        smaller = tuple(line for line in handed if line.face_fen < large.face_fen)
        assert large.face_fen not in sums_of(smaller)


@given(small_heaps, st.integers(0, 60_000))
def test_the_exact_float_is_missed_only_where_half_of_the_small_money_cannot_stay_in_it(
    lines: tuple[CountLine, ...], target_fen: int
) -> None:
    kept = propose_float(lines, target_fen)
    if cash_fen(kept) == target_fen or cash_fen(lines) <= target_fen:
        return
    left = {face: per_float * target_fen // PER_FLOAT_FEN for face, per_float in CHANGE.items()}
    half = []
    for line in sorted(lines, key=lambda line: not line.coin):
        stays = min(line.pieces, left.get(line.face_fen, 0))
        left[line.face_fen] = left.get(line.face_fen, 0) - stays
        half.append(CountLine(line.face_fen, line.coin, stays // 2))
    assert target_fen - cash_fen(half) not in sums_of(takings_of(lines, half))


FEW_SMALL = ((10_000, 12), (5000, 6), (500, 4), (100, 11), (50, 9), (10, 21))


def test_where_small_money_cannot_make_the_float_it_stays_and_large_notes_make_up_the_rest() -> None:
    counted = tuple(CountLine(face, False, pieces) for face, pieces in FEW_SMALL)
    kept = {line.face_fen: line.pieces for line in propose_float(counted, 50_000)}
    assert kept == {10_000: 2, 5000: 5, 500: 4, 100: 11, 50: 9, 10: 21}


def test_the_missing_change_is_named_face_by_face_and_not_where_small_money_is_enough() -> None:
    counted = tuple(CountLine(face, False, pieces) for face, pieces in FEW_SMALL)
    assert change_missing(counted, 50_000) == (
        ChangeMissing(2000, 5, 0),
        ChangeMissing(1000, 10, 0),
        ChangeMissing(500, 20, 4),
        ChangeMissing(100, 50, 11),
        ChangeMissing(50, 20, 9),
        ChangeMissing(10, 30, 21),
    )
    assert change_missing((CountLine(1000, False, 50),), 50_000) == ()
    assert change_missing(counted, 0) == ()


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
