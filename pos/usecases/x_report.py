"""班中查询: a look at a running till without effect on money, recorded because it was looked at (design, Words; D10).

Never for the cashier of the till herself and never while it counts: her count, and the lead's, stay blind.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Foreseen, RecordDraft
from pos.domain.errors import RuleViolation
from pos.domain.papers import XPaper
from pos.domain.roles import Act
from pos.domain.till_session import TillState
from pos.store.outbox import FrozenPaper, freeze
from pos.store.till_figures import figures_of
from pos.store.till_queries import TillSessionRow, require_session
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.close_papers import x_paper
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.till_records import record_of, till_draft

_REFUSED = {TillState.OPENING: "till.not_open", TillState.COUNTING: "till.counting"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeXReport(Command):
    """Look at an open session; `print_it` also queues the paper: the reader's by name, no paper of the till."""

    session_id: str
    print_it: bool = False


def x_report(hall: Hall, command: TakeXReport) -> XPaper:
    """The figures of now, as a Z without a number.

    Raises: RuleViolation `till.blind` (one's own till), `till.counting`, `till.closed` (look at its Z), `role.*`;
        StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        row = _seen(uow, command)
        return till_draft(
            row,
            command,
            approver,
            kind="x_taken",
            facts={"reader": command.actor, "printed": command.print_it},
        )

    def paper(uow: UnitOfWork, record: Foreseen) -> XPaper:
        row = _seen(uow, command)  # a repeat shows the figures of its own moment, so it asks again whether it may
        opening = record_of(uow, row.session_id)
        return x_paper(hall, uow.connection, row, opening, record, figures_of(uow.connection, row))

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        return [freeze(paper(uow, record), till_id=None, session_id=None, reason="x_report")]

    return perform(hall, command, Act.READ_ALL_REPORTS, decide, paper, papers=papers if command.print_it else None)


def _seen(uow: UnitOfWork, command: TakeXReport) -> TillSessionRow:
    """The session, if this person may look at it now."""
    row = require_session(uow.connection, command.session_id)
    if row.state is not TillState.OPEN:
        raise RuleViolation(_REFUSED.get(row.state, "till.closed"))
    if row.operator_id == command.actor:
        raise RuleViolation("till.blind")
    return row
