"""Begin and leave the counting of a till (domain P5; screen "leaving a count is a verb").

Beginning is the cut-off: no sale enters the session any more, and the workstation is free for another till. Leaving
is possible while nothing has been submitted; afterwards there is no way back to `open`. For a cashier who is gone the
lead may begin.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import RecordDraft
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.till_session import TillState
from pos.store.till_queries import attempts_of, require_session
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import ActOf, Command, Hall, perform
from pos.usecases.till_records import step_row, till_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginCount(Command):
    """Stop selling in this session and count."""

    session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveCount(Command):
    """Go back to selling; nothing has been submitted."""

    session_id: str


def begin_count(hall: Hall, command: BeginCount) -> TillState:
    """`open -> counting`.

    Raises: RuleViolation `till.unknown_session`, `till.counting`, `till.closed` and later states, `role.*` (somebody
        else's session is the lead's to count); StoreError kinds.
    """
    return _step(hall, command, command.session_id, TillState.COUNTING, "count_begun")


def leave_count(hall: Hall, command: LeaveCount) -> TillState:
    """`counting -> open`. Raises: RuleViolation `till.count_submitted`, else as `begin_count`."""
    return _step(hall, command, command.session_id, TillState.OPEN, "count_left")


def act_of_counter(session_id: str, actor: str) -> ActOf:
    """Her own session is everybody's right to count; somebody else's is the lead's.

    Raises (when asked, inside the unit of work): RuleViolation `till.unknown_session`.
    """

    def act(connection: Connection) -> Act:
        own = require_session(connection, session_id).operator_id == actor
        return Act.RUN_OWN_TILL_SESSION if own else Act.SECOND_COUNT

    return act


def _step(hall: Hall, command: Command, session_id: str, to: TillState, kind: str) -> TillState:
    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        row = require_session(uow.connection, session_id)
        submitted = bool(attempts_of(uow.connection, session_id))
        if to is TillState.OPEN and row.state is TillState.OPEN:
            raise RuleViolation("till.not_counting")
        step = step_row(row, to, command.actor, count_submitted=submitted)
        return till_draft(
            row,
            command,
            approver,
            kind=kind,
            facts={"state": to.value, "absent": row.operator_id != command.actor},
            rows={"till_step": [step]},
        )

    act = act_of_counter(session_id, command.actor)
    return perform(hall, command, act, decide, lambda _uow, record: TillState(record.facts["state"]))
