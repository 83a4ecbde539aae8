"""Counting rules as values: whose turn it is, what may be entered, that nothing is known before the first count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.count import (
    ATTEMPT_NO,
    BatchCount,
    Count,
    CountAttempt,
    CountLine,
    CountStage,
    Expected,
    NextStep,
    agrees,
    checked_count,
    checked_lines,
    next_step,
    require_stage,
)
from pos.domain.errors import RuleViolation

RIGHT = Count((CountLine(1000, False, 5),), (), 3)
WRONG = Count((CountLine(1000, False, 4),), (), 3)
EXPECTED = Expected(5000, 0, 3)


def attempts(*counts: tuple[CountStage, Count]) -> list[CountAttempt]:
    return [CountAttempt(ATTEMPT_NO[stage], stage, "someone", count) for stage, count in counts]


@pytest.mark.parametrize(
    ("made", "explained", "step"),
    [
        (attempts((CountStage.FIRST, RIGHT)), False, NextStep.CLOSE),
        (attempts((CountStage.FIRST, WRONG)), False, NextStep.RECOUNT),
        (attempts((CountStage.FIRST, WRONG), (CountStage.RECOUNT, RIGHT)), False, NextStep.CLOSE),
        (attempts((CountStage.FIRST, WRONG), (CountStage.RECOUNT, WRONG)), False, NextStep.LEAD_COUNT),
        (attempts((CountStage.FIRST, WRONG), (CountStage.LEAD, WRONG)), False, NextStep.EXPLANATION),
        (attempts((CountStage.FIRST, WRONG), (CountStage.LEAD, WRONG)), True, NextStep.CLOSE),
        (attempts((CountStage.FIRST, WRONG), (CountStage.LEAD, RIGHT)), False, NextStep.CLOSE),
    ],
)
def test_next_step_follows_the_counts(made: list[CountAttempt], explained: bool, step: NextStep) -> None:
    assert next_step(made, EXPECTED, explained=explained) is step


def test_figures_before_the_first_count_are_a_bug() -> None:
    assert next_step([], None, explained=False) is NextStep.FIRST_COUNT
    with pytest.raises(ValueError, match="before the first count"):
        next_step([], EXPECTED, explained=False)


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_an_over_in_one_tender_never_covers_a_short_in_another(cash_off: int, slips_off: int) -> None:
    count = Count((CountLine(1, True, cash_off),), (BatchCount("P", "1", 1, slips_off),))
    assert agrees(count, Expected(0, cash_off + slips_off, 0)) == (cash_off == 0)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((CountLine(300, False, 1),), "count.denomination"),
        ((CountLine(10_000, True, 1),), "count.denomination"),
        ((CountLine(100, False, 1), CountLine(100, False, 2)), "count.repeated"),
        ((CountLine(100, False, -1),), "count.pieces"),
        ((CountLine(100, False, 100_001),), "count.pieces"),
    ],
)
def test_lines_that_no_drawer_can_hold_are_refused(lines: tuple[CountLine, ...], code: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        checked_lines(lines)
    assert refused.value.code == code


def test_one_yuan_note_and_coin_are_two_rows_and_empty_rows_vanish() -> None:
    lines = (CountLine(100, True, 2), CountLine(100, False, 3), CountLine(50, True, 0))
    assert checked_lines(lines) == (CountLine(100, False, 3), CountLine(100, True, 2))


@pytest.mark.parametrize(
    "count",
    [
        Count((), (BatchCount("", "1", 1, 1),)),
        Count((), (BatchCount("P", "1", 1, 1), BatchCount("P", "1", 2, 2))),
        Count((), (BatchCount("P", "1", -1, 1),)),
        Count((), (), -1),
    ],
)
def test_slips_and_cards_that_cannot_be_are_refused(count: Count) -> None:
    with pytest.raises(RuleViolation, match=r"count\.(batch|cards)"):
        checked_count(count)


def test_every_stage_is_taken_once_and_none_after_the_lead() -> None:
    first = attempts((CountStage.FIRST, WRONG))
    assert require_stage([], CountStage.FIRST) == 1
    assert require_stage(first, CountStage.LEAD) == 3
    with pytest.raises(RuleViolation, match=r"count\.done_already"):
        require_stage(first, CountStage.FIRST)
    with pytest.raises(RuleViolation, match=r"count\.first_missing"):
        require_stage([], CountStage.LEAD)
    with pytest.raises(RuleViolation, match=r"count\.lead_counted"):
        require_stage([*first, *attempts((CountStage.LEAD, WRONG))], CountStage.RECOUNT)
