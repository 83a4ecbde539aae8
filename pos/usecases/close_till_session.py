"""Close a till session: figures, over/short, split, Z and 实收交款单 in one transaction (design, Money rules 10-13).

The Z is made here, at the submitted close, numbered and frozen; closing again returns the same one. Open matters do
not block, they are listed and handed over by name; only a card still in the reader blocks. Everything comes from
sums: one per tender, never a load of sales.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Foreseen, Json, Record, RecordDraft, Row
from pos.domain.count import CountLine, NextStep, cash_fen
from pos.domain.errors import RuleViolation
from pos.domain.till_postings import till_closed
from pos.domain.till_session import TillState
from pos.store.outbox import FrozenPaper
from pos.store.till_figures import figures_of
from pos.store.till_queries import attempts_of, close_of, require_session
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.begin_count import act_of_counter
from pos.usecases.close_papers import close_papers
from pos.usecases.closing_figures import ClosingFigures, closing_figures
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.submit_count import step_of
from pos.usecases.till_records import line_rows, step_row, till_draft

NOT_READY = {
    NextStep.FIRST_COUNT: "count.first_missing",
    NextStep.RECOUNT: "count.differs",
    NextStep.LEAD_COUNT: "count.lead_needed",
    NextStep.EXPLANATION: "count.explanation_needed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTillSession(Command):
    """Attributes: session_id; float_lines kept in the drawer; card_in_reader as the reader says now."""

    session_id: str
    float_lines: tuple[CountLine, ...]
    card_in_reader: bool


@dataclass(frozen=True, slots=True)
class TillClosed:
    """Attributes: z_no; slip_no and slip_id of the 实收交款单; float_kept_fen; takings_fen handed in; over_short_fen
    of the cash; short_hash of the closing record."""

    session_id: str
    z_no: int
    slip_id: str
    slip_no: int
    float_kept_fen: int
    takings_fen: int
    over_short_fen: int
    short_hash: str


def close_till_session(hall: Hall, command: CloseTillSession) -> TillClosed:
    """Close. A second close of the same session, by whatever command, returns the first Z.

    Raises: RuleViolation `close.card_in_reader`, `count.first_missing`, `count.differs`, `count.lead_needed`,
        `count.explanation_needed`, `split.not_counted`, `till.not_counting`, `till.unknown_session`, `role.*`;
        StoreError kinds.
    """
    decided: list[ClosingFigures] = []

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        row = require_session(uow.connection, command.session_id)
        step = step_row(row, TillState.CLOSED, command.actor)
        if command.card_in_reader:
            raise RuleViolation("close.card_in_reader")
        attempts = attempts_of(uow.connection, row.session_id)
        if not attempts:
            raise RuleViolation(NOT_READY[NextStep.FIRST_COUNT])
        figures = figures_of(uow.connection, row)
        waits_for = step_of(uow.connection, row, figures.expected, attempts)
        if waits_for is not NextStep.CLOSE:
            raise RuleViolation(NOT_READY[waits_for])
        closing = closing_figures(uow, row, figures, attempts, command.float_lines, hall.clock.now_utc_ms())
        decided.append(closing)
        return _draft(closing, command, step, approver)

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        return close_papers(hall, uow, record, decided[0])

    act = act_of_counter(command.session_id, command.actor)
    try:
        return perform(hall, command, act, decide, _result, papers=papers)
    except RuleViolation as refusal:
        if refusal.code not in {"till.closed", "till.accepted", "till.received"}:
            raise
        return _first_close(hall, command.session_id)


def _draft(closing: ClosingFigures, command: CloseTillSession, step: Row, approver: str | None) -> RecordDraft:
    row, slip_id = closing.row, str(closing.head.next_key)
    return till_draft(
        row,
        command,
        approver,
        kind="till_session_closed",
        facts=_facts(closing, slip_id),
        postings=till_closed(
            row.till_id,
            row.session_id,
            slip_id,
            over_short_fen=closing.over_short_fen,
            takings_fen=cash_fen(closing.drawer_takings),
            drops=[(movement_id, amount_fen) for movement_id, amount_fen, _ in closing.drops],
        ),
        rows={"till_step": [step], **_rows(closing, slip_id)},
        head=closing.head,
        sign=True,
    )


def _facts(closing: ClosingFigures, slip_id: str) -> dict[str, Json]:
    """What the Z freezes, in ids and figures."""
    figures, head = closing.figures, closing.head
    return {
        "session_id": closing.row.session_id,
        "z_no": head.totals.z_no + 1,
        "slip_id": slip_id,
        "slip_no": head.totals.slip_no + 1,
        "first_seq": closing.opening.key.seq,
        "last_seq": head.next_key.seq,
        "float_kept_fen": cash_fen(closing.float_lines),
        "takings_fen": cash_fen(closing.takings),
        "over_short_fen": closing.over_short_fen,
        "sales": [[t.tender, t.sales, t.reversals, t.gross_fen, t.reversed_fen] for t in figures.tenders],
        "kinds": [[k.kind, k.count, k.amount_fen] for k in figures.kinds],
        "tiers": [[t.name, t.tier, t.volume_l, t.price_e4, t.amount_fen] for t in figures.tiers],
        "batches": [[b.terminal, b.batch, b.slip_count, b.amount_fen] for b in figures.batches],
        "returned": [[c.charge_id, c.amount_fen] for c in figures.returned],
        "movements": [[m.movement_id, m.kind, m.amount_fen] for m in figures.movements],
        "drawer_openings": figures.drawer_openings,
        "reprints": figures.reprints,
    }


def _rows(closing: ClosingFigures, slip_id: str) -> dict[str, list[Row]]:
    row, session_id = closing.row, closing.row.session_id
    close: Row = {
        "session_id": session_id,
        "till_id": row.till_id,
        "business_day": row.business_day,
        "z_no": closing.head.totals.z_no + 1,
        "slip_id": slip_id,
        "slip_no": closing.head.totals.slip_no + 1,
        "attempt_no": closing.attempt_no,
        "float_kept_fen": cash_fen(closing.float_lines),
        "takings_fen": cash_fen(closing.takings),
        "cards_expected": closing.comparison.cards_expected,
        "cards_counted": closing.comparison.cards_counted,
        "closed_at_utc_ms": closing.now_utc_ms,
    }
    tenders: list[Row] = [
        {
            "session_id": session_id,
            "tender": check.tender,
            "expected_fen": check.expected_fen,
            "counted_fen": check.counted_fen,
            "verified_fen": check.verified_fen,
            "over_short_fen": check.over_short_fen,
        }
        for check in closing.comparison.tenders
    ]
    matters: list[Row] = [
        {
            "session_id": session_id,
            "kind": matter.kind.value,
            "matter_id": matter.matter_id,
            "subject": matter.subject,
            "amount_fen": matter.amount_fen,
            "since_utc_ms": matter.since_utc_ms,
        }
        for matter in closing.matters
    ]
    split = [
        *line_rows(closing.float_lines, {"session_id": session_id, "part": "float"}),
        *line_rows(closing.takings, {"session_id": session_id, "part": "takings"}),
    ]
    return {"till_close": [close], "session_tender": tenders, "open_matter": matters, "split_line": split}


def _result(_uow: UnitOfWork, record: Record) -> TillClosed:
    facts = record.facts
    return TillClosed(
        facts["session_id"],
        facts["z_no"],
        facts["slip_id"],
        facts["slip_no"],
        facts["float_kept_fen"],
        facts["takings_fen"],
        facts["over_short_fen"],
        record.short_hash,
    )


def _first_close(hall: Hall, session_id: str) -> TillClosed:
    """The Z that exists already."""
    with hall.store.reading() as connection:
        close = close_of(connection, session_id)
        if close is None:
            raise AssertionError(f"a closed session without a close: {session_id}")
        journal = hall.store.journal_of(connection)
        record = next(journal.of_till_session(session_id, ("till_session_closed",)))
        facts = record.facts
        return TillClosed(
            session_id,
            close.z_no,
            close.slip_id,
            close.slip_no,
            close.float_kept_fen,
            close.takings_fen,
            facts["over_short_fen"],
            record.short_hash,
        )
