"""实收交款单 on A4: what the cashier hands to finance; the tables of money it shares with 解款单.

Rule: domain P6, P7: denominations counted, never expected; kinds, card batches, cheques and transfers, ticket numbers,
over/short with its explanation, float kept, signatures. Must not know: where the figures come from.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from pos.domain.papers import Denomination, DepositSlipPaper, NamedCount, PosBatch, RemittanceSlipPaper
from printing.figures import face, person, till_session, yuan
from printing.pdf.tables import (
    ROW_PADDING,
    TEXT_SIZE,
    Column,
    Pair,
    capitals_row,
    cell,
    facts,
    grid,
    half_width,
    in_line,
    section,
    side_by_side,
    signature_block,
    stamp_boxes,
)
from printing.slips import bills, differences, reasons, receipts_used, slips_off
from printing.words import Words


def remittance_story(paper: RemittanceSlipPaper, words: Words) -> list[Flowable]:
    """One till session's takings."""
    return [
        facts(
            [
                (words("paper.payee"), paper.payee),
                (words("paper.business_day"), paper.head.business_day),
                (words("paper.bank"), paper.bank),
                (words("paper.till_session"), till_session(paper.head, words)),
                (words("paper.account"), paper.account),
                (words("slip.payer"), person(paper.head, words)),
                (words("paper.tickets"), tickets(paper.first_receipt, paper.last_receipt, words)),
                (words("slip.state"), words(f"custody.{paper.custody}")),
            ]
        ),
        money_columns(words("slip.cash.counted"), paper, words),
        capitals_row(words("slip.cash.sum"), paper.cash_fen, words),
        Spacer(1, 2.5 * mm),
        *in_line(
            [by_tender("slip.tenders", paper.tenders, words)],
            [
                *differences(paper, words),
                (words("slip.float_kept"), yuan(paper.float_kept_fen)),
                *_slips_off(paper, words),
                (words("slip.session_record"), paper.session_key),
                *([(words("slip.receipts"), receipts_used(paper, words))] if paper.receipt_count else []),
            ],
            *([reason] for reason in reasons(paper, words)),
        ),
        signature_block(paper.signatures, words),
        stamp_boxes((words("stamp.received"),)),
        Spacer(1, 2 * mm),
        cell(words("copy.of_slip"), faint=True, size=8),
    ]


def _slips_off(paper: RemittanceSlipPaper, words: Words) -> list[tuple[str, str]]:
    """Only finance's stamped copy has it."""
    return [] if paper.slips_off_fen is None else [(words("slip.cards.off"), slips_off(paper.slips_off_fen, words))]


def money_columns(
    cash_title: str,
    paper: RemittanceSlipPaper | DepositSlipPaper,
    words: Words,
    *,
    size: float = TEXT_SIZE,
    padding: float = ROW_PADDING,
) -> Flowable:
    """Cash by denomination at the left; kinds, card batches and bills at the right. size, padding: of the tables."""
    table = partial(grid, size=size, padding=padding)
    left: list[Flowable] = [section(cash_title), cash_table(paper.cash_lines, paper.cash_fen, words, table=table)]
    right: list[Flowable] = [
        section(words("slip.kinds")),
        kinds_table(paper.kinds, words, table=table),
        section(words("slip.cards")),
        pos_table(paper.pos_batches, words, table=table),
        *bills_part(paper.tenders, words, table=table),
    ]
    return side_by_side(left, right)


def tickets(first: str, last: str, words: Words) -> str:
    """First to last number, or that there are none."""
    return words("paper.from_to", first=first, last=last) if first else words("paper.none")


def cash_table(
    lines: tuple[Denomination, ...],
    sum_fen: int,
    words: Words,
    width: float | None = None,
    table: Callable[..., Flowable] = grid,
) -> Flowable:
    """Denominations with pieces and amounts."""
    columns = _counted_columns(words, "paper.denomination", "paper.pieces")
    rows = [[face(line, words), f"{line.pieces:,}", yuan(line.face_fen * line.pieces)] for line in lines if line.pieces]
    return table(columns, rows, sums=[words("paper.sum"), "", yuan(sum_fen)], width=width or half_width())


def kinds_table(kinds: tuple[NamedCount, ...], words: Words, table: Callable[..., Flowable] = grid) -> Flowable:
    """Kinds with counts and sums."""
    return _named_counts(kinds, _counted_columns(words, "paper.item", "paper.count"), words, table)


def bills_part(tenders: tuple[NamedCount, ...], words: Words, table: Callable[..., Flowable] = grid) -> list[Flowable]:
    """Cheques and transfers, on a day that has any."""
    columns = _counted_columns(words, "paper.tender", "paper.slips")
    taken = bills(tenders)
    return [section(words("export.bill")), _named_counts(taken, columns, words, table)] if taken else []


def by_tender(name: str, tenders: tuple[NamedCount, ...], words: Words) -> Pair:
    """Everything together and what it consists of: `14,860.80 = 现金 14,318.70 + 银联刷卡 4 张 542.10`.

    name: message code of the paper's own name for the sum.
    """
    parts = [
        f"{words('slip.tender.counted', name=words.said(t.name), n=t.count) if t.count else words.said(t.name)}"
        f" {yuan(t.amount_fen)}"
        for t in tenders
    ]
    total = yuan(sum(t.amount_fen for t in tenders))
    return words(name), f"{total} = {' + '.join(parts)}"


def pos_table(batches: tuple[PosBatch, ...], words: Words, table: Callable[..., Flowable] = grid) -> Flowable:
    """Terminal batches with counted slips."""
    columns = [
        Column(words("paper.terminal"), 26),
        Column(words("paper.batch"), 20),
        Column(words("paper.slips"), 15, right=True),
        Column(words("paper.amount"), 25, right=True),
    ]
    rows = [[b.terminal, b.batch, f"{b.slip_count:,}", yuan(b.amount_fen)] for b in batches]
    count, sum_fen = sum(b.slip_count for b in batches), sum(b.amount_fen for b in batches)
    return table(columns, rows, sums=[words("paper.sum"), "", f"{count:,}", yuan(sum_fen)], width=half_width())


def _counted_columns(words: Words, name: str, count: str) -> list[Column]:
    return [
        Column(words(name), 34),
        Column(words(count), 20, right=True),
        Column(words("paper.amount"), 32, right=True),
    ]


def _named_counts(
    lines: tuple[NamedCount, ...], columns: list[Column], words: Words, table: Callable[..., Flowable]
) -> Flowable:
    rows = [[words.said(line.name), f"{line.count:,}" if line.count else "", yuan(line.amount_fen)] for line in lines]
    sums = [words("paper.sum"), "", yuan(sum(line.amount_fen for line in lines))]
    return table(columns, rows, sums=sums, width=half_width())
