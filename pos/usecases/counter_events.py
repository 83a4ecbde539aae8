"""Small facts of the counter: the drawer was opened, change, card and paper handed over (P2, design Money rules 9).

The drawer's pulse lives five seconds and is never resent; whether it worked or expired is a fact either way. A sale's
own record stands before its pulse. Without a sale the wish is a fact first (`asked`, with its reason): nobody opens a
drawer and leaves no trace by cutting the power, and who may not do it gets no pulse.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.reasons import DRAWER_OCCASIONS, DrawerReason, require_reason
from pos.domain.roles import Act
from pos.store import till_queries
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.till_records import till_draft

ASKED = "asked"
DRAWER_OUTCOMES = ("opened", "expired", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDrawerOpening(Command):
    """Attributes: session_id; reason: an occasion or a `DrawerReason`; outcome: one of those above; note."""

    session_id: str
    reason: str
    outcome: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHandOut(Command):
    """Attributes: session_id; sale_id; what was ticked as handed over."""

    session_id: str
    sale_id: str
    change: bool
    card: bool
    ticket: bool


def record_drawer_opening(hall: Hall, command: RecordDrawerOpening) -> str:
    """Log a pulse with its reason and outcome; returns the record's key. Called after the pulse, never inside it.

    A person's reason is logged twice: with `asked` before the pulse, and with what came of it.

    Raises: RuleViolation `reason.*`, `till.*`, `role.*`.
    """
    by_itself = command.reason in DRAWER_OCCASIONS
    if command.outcome not in (DRAWER_OUTCOMES if by_itself else (ASKED, *DRAWER_OUTCOMES)):
        raise ValueError(f"not what a drawer does: {command.outcome}")
    if not by_itself:
        require_reason(DrawerReason, command.reason, command.note)
    row = {
        "session_id": command.session_id,
        "reason": command.reason,
        "outcome": command.outcome,
        "note": command.note,
    }

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_own(uow.connection, command.session_id, command.actor)
        return till_draft(
            till_session,
            command,
            approver,
            kind="drawer_opened",
            facts={"reason": command.reason, "outcome": command.outcome},
            rows={"drawer_opening": [row]},
        )

    act = Act.RUN_OWN_TILL_SESSION if by_itself else Act.OPEN_DRAWER
    return perform(hall, command, act, decide, _key)


def record_hand_out(hall: Hall, command: RecordHandOut) -> str:
    """Log the tick list 找零 · 卡 · 票; returns the record's key. Raises RuleViolation `till.*`, `role.*`."""

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_own(uow.connection, command.session_id, command.actor)
        return till_draft(
            till_session,
            command,
            approver,
            kind="goods_handed_out",
            facts={
                "sale_id": command.sale_id,
                "change": command.change,
                "card": command.card,
                "ticket": command.ticket,
            },
        )

    return perform(hall, command, Act.SELL, decide, _key)


def _key(_uow: UnitOfWork, record: Record) -> str:
    return str(record.key)
