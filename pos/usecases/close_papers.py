"""The papers of a close: Z (班结单) and the cashier's 实收交款单, frozen in the same commit (domain P6, P7, P10, D10).

The X report is the same paper with number 0, made by the same function.
"""

from __future__ import annotations

from ledger.entry import Foreseen, Record
from pos.domain.count import cash_fen
from pos.domain.papers import (
    PaperHead,
    PaperLine,
    PosReturn,
    RemittanceSlipPaper,
    Signature,
    TenderFigures,
    XPaper,
    ZPaper,
)
from pos.domain.receipt_number import slip_number
from pos.store.outbox import FrozenPaper, freeze
from pos.store.people_queries import hall_profile
from pos.store.till_figures import TillFigures
from pos.store.till_queries import TillSessionRow
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.closing_figures import ClosingFigures
from pos.usecases.fact import Hall
from pos.usecases.receipts import paper_head
from pos.usecases.till_papers import (
    CASHIER,
    FINANCE,
    LEAD,
    READER,
    bills_taken,
    denominations,
    kind_lines,
    matter_lines,
    pos_batches,
    receipt_range,
    signed,
    signed_head,
    tenders_handed_in,
    time_text,
)


def close_papers(hall: Hall, uow: UnitOfWork, record: Foreseen, closing: ClosingFigures) -> list[FrozenPaper]:
    """Both papers of a close, frozen: the numbered Z, and what is handed in. What both say is read once."""
    row, connection = closing.row, uow.connection
    head = signed_head(hall, connection, row, row.operator_id)
    signatures = _signatures(connection, closing, record.at_utc_ms)
    receipts = receipt_range(uow.journal, closing.opening, record)
    return [
        freeze(paper, till_id=row.till_id, session_id=row.session_id, reason="close")
        for paper in (
            _z_paper(connection, record, closing, head, signatures, receipts),
            _slip_paper(connection, record, closing, head, signatures, receipts),
        )
    ]


def _z_paper(
    connection: Connection,
    record: Foreseen,
    closing: ClosingFigures,
    head: PaperHead,
    signatures: tuple[Signature, ...],
    receipts: tuple[str, str],
) -> ZPaper:
    row, figures, comparison = closing.row, closing.figures, closing.comparison
    first, last = receipts
    return ZPaper(
        head=head,
        z_no=record.totals.z_no,
        epoch=record.key.epoch,
        opened_at=time_text(connection, row.opened_at),
        closed_at=time_text(connection, record.at_utc_ms),
        first_seq=closing.opening.key.seq,
        last_seq=record.key.seq,
        opening_expected_fen=figures.opening_expected_fen,
        opening_counted_fen=row.float_counted_fen,
        sales_count=sum(tender.sales for tender in figures.tenders),
        gross_fen=sum(tender.gross_fen for tender in figures.tenders),
        reversed_fen=sum(tender.reversed_fen for tender in figures.tenders),
        tenders=tuple(
            TenderFigures(
                check.tender,
                check.expected_fen,
                check.counted_fen,
                check.verified_fen,
                check.over_short_fen,
            )
            for check in comparison.tenders
        ),
        kinds=kind_lines(figures.kinds),
        tiers=_tiers(figures),
        drawer_openings=figures.drawer_openings,
        reprints=figures.reprints,
        float_kept_fen=cash_fen(closing.float_lines),
        takings_fen=cash_fen(closing.takings),
        explanation=_explanation(closing),
        perpetual_gross_fen=record.totals.gross_fen,
        perpetual_reversed_fen=record.totals.reversed_fen,
        perpetual_count=record.totals.count,
        open_matters=matter_lines(connection, closing.matters),
        signatures=signatures,
        first_receipt=first,
        last_receipt=last,
        blank_cards_expected=comparison.cards_expected,
        blank_cards_counted=comparison.cards_counted,
        returned=_returned(figures),
    )


def x_paper(
    hall: Hall, connection: Connection, row: TillSessionRow, opening: Record, record: Foreseen, figures: TillFigures
) -> XPaper:
    """班中查询: the same figures, nothing counted, number 0, marked with the reader's name."""
    first, last = receipt_range(hall.store.journal_of(connection), opening, record)
    expected = figures.expected
    return XPaper(
        head=paper_head(hall, connection, row, row.operator_id),
        z_no=0,
        opened_at=time_text(connection, row.opened_at),
        closed_at="",
        first_seq=opening.key.seq,
        last_seq=record.key.seq,
        opening_expected_fen=figures.opening_expected_fen,
        opening_counted_fen=row.float_counted_fen,
        sales_count=sum(tender.sales for tender in figures.tenders),
        gross_fen=sum(tender.gross_fen for tender in figures.tenders),
        reversed_fen=sum(tender.reversed_fen for tender in figures.tenders),
        tenders=(
            TenderFigures("cash", expected.cash_fen, None, None, 0),
            TenderFigures("unionpay", expected.unionpay_fen, None, None, 0),
        ),
        kinds=kind_lines(figures.kinds),
        tiers=_tiers(figures),
        drawer_openings=figures.drawer_openings,
        reprints=figures.reprints,
        float_kept_fen=0,
        takings_fen=0,
        explanation="",
        perpetual_gross_fen=record.totals.gross_fen,
        perpetual_reversed_fen=record.totals.reversed_fen,
        perpetual_count=record.totals.count,
        signatures=(signed(connection, READER, record.facts["reader"], record.at_utc_ms),),
        first_receipt=first,
        last_receipt=last,
        blank_cards_expected=expected.blank_cards,
        returned=_returned(figures),
    )


def _slip_paper(
    connection: Connection,
    record: Foreseen,
    closing: ClosingFigures,
    head: PaperHead,
    signatures: tuple[Signature, ...],
    receipts: tuple[str, str],
) -> RemittanceSlipPaper:
    """实收交款单: what was counted and is handed in, never what was expected."""
    row, profile = closing.row, hall_profile(connection)
    first, last = receipts
    return RemittanceSlipPaper(
        head=head,
        slip_no=slip_number(record.key, record.totals.slip_no),
        payee=profile.payee,
        bank=profile.bank,
        account=profile.bank_account,
        cash_lines=denominations(closing.takings),
        cash_fen=cash_fen(closing.takings),
        pos_batches=pos_batches(closing.held.batches),
        kinds=kind_lines(closing.figures.kinds),
        tenders=tenders_handed_in(
            cash_fen(closing.takings), closing.held.batches, bills_taken(closing.figures.tenders)
        ),
        over_short_fen=closing.over_short_fen,
        explanation=_explanation(closing),
        float_kept_fen=cash_fen(closing.float_lines),
        first_receipt=first,
        last_receipt=last,
        session_key=row.session_id,
        signatures=signatures,
        custody="checked" if any(line.role == LEAD and line.name for line in signatures) else "made_out",
        receipt_count=record.totals.receipt_no - closing.opening.totals.receipt_no,
        void_count=sum(tender.reversals for tender in closing.figures.tenders),
    )


def _tiers(figures: TillFigures) -> tuple[PaperLine, ...]:
    return tuple(PaperLine(t.name, t.volume_l, t.price_e4, t.amount_fen) for t in figures.tiers)


def _returned(figures: TillFigures) -> tuple[PosReturn, ...]:
    return tuple(PosReturn(c.terminal, c.batch, c.trace, c.last_four, c.amount_fen) for c in figures.returned)


def _explanation(closing: ClosingFigures) -> str:
    return closing.explanation[0] if closing.explanation else ""


def _signatures(connection: Connection, closing: ClosingFigures, at_utc_ms: int) -> tuple[Signature, ...]:
    """交款人 has signed by closing; the lead where she has signed off; finance signs on 收讫."""
    signed_off_by = closing.explanation[1] if closing.explanation else None
    return (
        signed(connection, CASHIER, closing.row.operator_id, at_utc_ms),
        signed(connection, LEAD, signed_off_by, at_utc_ms),
        signed(connection, FINANCE, None, 0),
    )
