"""收费日记: the sales of a session in order, receipt numbers beside them, for the auditor (domain P8, P12).

A cashier sees her own, after the close; the lead, finance, auditor and administrator see all closed ones. A correction
is asked of the author, never made for her.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Foreseen, RecordDraft
from pos.domain.errors import RuleViolation
from pos.domain.papers import DaybookLine, DaybookPaper
from pos.domain.receipt_number import receipt_number_of
from pos.domain.roles import Act
from pos.domain.till_session import UNCLOSED
from pos.store.daybook_queries import DaybookRow, daybook_rows
from pos.store.outbox import FrozenPaper, freeze
from pos.store.till_figures import figures_of
from pos.store.till_queries import TillSessionRow, require_session
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.till_papers import CASHIER, READER, kind_lines, signed, signed_head, time_text
from pos.usecases.till_records import till_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDaybook(Command):
    """Read the daybook of a closed session; `print_it` also queues the paper."""

    session_id: str
    print_it: bool = False


def daybook(hall: Hall, command: TakeDaybook) -> DaybookPaper:
    """The daybook; the reading is recorded.

    Raises: RuleViolation `till.blind` (not closed yet), `till.unknown_session`, `role.*`; StoreError kinds.
    """
    with hall.store.reading() as connection:
        own = require_session(connection, command.session_id).operator_id == command.actor

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        row = require_session(uow.connection, command.session_id)
        if row.state in UNCLOSED:
            raise RuleViolation("till.blind")
        return till_draft(
            row,
            command,
            approver,
            kind="daybook_taken",
            facts={"reader": command.actor, "printed": command.print_it},
        )

    def paper(uow: UnitOfWork, record: Foreseen) -> DaybookPaper:
        return _paper(hall, uow.connection, require_session(uow.connection, command.session_id), record)

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        row = require_session(uow.connection, command.session_id)
        return [freeze(paper(uow, record), till_id=row.till_id, session_id=row.session_id, reason="daybook")]

    act = Act.READ_OWN_REPORTS if own else Act.READ_ALL_REPORTS
    return perform(hall, command, act, decide, paper, papers=papers if command.print_it else None)


def _paper(hall: Hall, connection: Connection, row: TillSessionRow, record: Foreseen) -> DaybookPaper:
    return DaybookPaper(
        head=signed_head(hall, connection, row, row.operator_id),
        session_key=row.session_id,
        lines=tuple(_line(connection, sale) for sale in daybook_rows(connection, row.session_id)),
        totals=kind_lines(figures_of(connection, row).kinds),
        signatures=(
            signed(connection, CASHIER, row.operator_id, record.at_utc_ms),
            signed(connection, READER, record.facts["reader"], record.at_utc_ms),
        ),
    )


def _line(connection: Connection, sale: DaybookRow) -> DaybookLine:
    return DaybookLine(
        seq=sale.seq,
        at=time_text(connection, sale.sold_at_utc_ms),
        receipt_no=receipt_number_of(sale.sale_id, sale.receipt_no),
        account_no=sale.account_no,
        what=sale.item,
        volume_l=sale.volume_l,
        due_fen=sale.due_fen,
        tender=sale.tender,
        state="reversed" if sale.state == "reversal" else sale.state,
    )
