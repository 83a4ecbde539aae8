"""The life of a till session: opening -> open -> counting -> closed -> accepted -> received (design, Words; P5, P9).

A step leads forward only. The one way back, `counting -> open`, exists while no count has been submitted ("leaving a
count is a verb"); afterwards nothing reopens a session. The seals of `pos.store.tables_tills` say the same in SQL.
Must not know: money, storage.
"""

from __future__ import annotations

from enum import StrEnum

from pos.domain.errors import RuleViolation


class TillState(StrEnum):
    """Where a till session stands. `opening`: the float is issued, the opening count is not there yet."""

    OPENING = "opening"
    OPEN = "open"
    COUNTING = "counting"
    CLOSED = "closed"
    ACCEPTED = "accepted"
    RECEIVED = "received"


_NEXT: dict[TillState, tuple[TillState, ...]] = {
    TillState.OPENING: (TillState.OPEN,),
    TillState.OPEN: (TillState.COUNTING,),
    TillState.COUNTING: (TillState.CLOSED,),
    TillState.CLOSED: (TillState.ACCEPTED,),
    TillState.ACCEPTED: (TillState.RECEIVED,),
    TillState.RECEIVED: (),
}

_REFUSALS: dict[TillState, str] = {
    TillState.OPENING: "till.not_open",
    TillState.OPEN: "till.not_counting",
    TillState.COUNTING: "till.counting",
    TillState.CLOSED: "till.closed",
    TillState.ACCEPTED: "till.accepted",
    TillState.RECEIVED: "till.received",
}

UNCLOSED = (TillState.OPEN, TillState.COUNTING)
"""A till with a session in one of these states cannot have another one."""


def may_move(state: TillState, to: TillState, *, count_submitted: bool = False) -> bool:
    """Whether a session may go from one state to another."""
    if (state, to) == (TillState.COUNTING, TillState.OPEN):
        return not count_submitted
    return to in _NEXT[state]


def require_move(state: TillState, to: TillState, *, count_submitted: bool = False) -> None:
    """Raises RuleViolation named after the state that forbids the move: `till.not_open`, `till.not_counting`,
    `till.counting`, `till.closed`, `till.accepted`, `till.received`, `till.count_submitted`."""
    if may_move(state, to, count_submitted=count_submitted):
        return
    if (state, to) == (TillState.COUNTING, TillState.OPEN):
        raise RuleViolation("till.count_submitted")
    raise RuleViolation(_REFUSALS[state])
