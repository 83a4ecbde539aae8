"""The life of a session: forward only, one way back before the first count, the seal says the same."""

from __future__ import annotations

import itertools

import pytest

from pos.domain.business_day import business_day_at, opening_day
from pos.domain.errors import RuleViolation
from pos.domain.till_session import TillState, may_move, require_move
from pos.store.tables_tills import STEPS

ORDER = list(TillState)


def test_rule_and_seal_allow_the_same_moves() -> None:
    moves = {
        f"{state.value}>{to.value}"
        for state, to in itertools.product(TillState, TillState)
        if may_move(state, to, count_submitted=False)
    }
    assert moves == set(STEPS)


@pytest.mark.parametrize("state", ORDER)
def test_no_state_after_a_submitted_count_leads_back(state: TillState) -> None:
    reachable = [to for to in TillState if may_move(state, to, count_submitted=True)]
    assert all(ORDER.index(to) == ORDER.index(state) + 1 for to in reachable)


@pytest.mark.parametrize(
    ("state", "to", "code"),
    [
        (TillState.OPEN, TillState.CLOSED, "till.not_counting"),
        (TillState.COUNTING, TillState.COUNTING, "till.counting"),
        (TillState.CLOSED, TillState.OPEN, "till.closed"),
        (TillState.ACCEPTED, TillState.CLOSED, "till.accepted"),
        (TillState.RECEIVED, TillState.RECEIVED, "till.received"),
    ],
)
def test_refusal_names_the_state_that_forbids_the_move(state: TillState, to: TillState, code: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        require_move(state, to)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("now_utc_ms", "offset_min", "expected"),
    [
        (0, 480, "1970-01-01"),
        (15 * 3_600_000 + 59 * 60_000 + 59_999, 480, "1970-01-01"),
        (16 * 3_600_000, 480, "1970-01-02"),
        (16 * 3_600_000, -300, "1970-01-01"),
    ],
)
def test_business_day_turns_at_midnight_of_the_hall(now_utc_ms: int, offset_min: int, expected: str) -> None:
    assert business_day_at(now_utc_ms, offset_min) == expected


def test_business_day_of_a_till_never_goes_back() -> None:
    assert opening_day(0, 480, "2026-11-23") == "2026-11-23"
    assert opening_day(0, 480, None) == "1970-01-01"
