"""解款单 on A4: what finance takes to the bank, and whose takings are still missing.

Rule: domain P7: only received slips, each with its till, session, cashier and number; cash as counted on 收讫. Must not
know: where the figures come from.
"""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from pos.domain.papers import DepositSlipPaper, RemittanceSlipPaper
from printing.figures import apart, over_short, person, till_session, yuan
from printing.pdf.remittance import by_tender, money_columns, tickets
from printing.pdf.tables import (
    Column,
    Pair,
    capitals_row,
    chapter,
    facts,
    fitted,
    grid,
    in_line,
    note,
    section,
    signature_block,
    stamp_boxes,
    with_tail,
)
from printing.slips import bills, knows_receipts, slips_off, slips_off_of
from printing.words import Words

_PADDING = 1.4
"""Closer than elsewhere: a day with its missing takings, its seals and all its sums stays on one page."""

_CLOSE = 2.6
"""Gap of a table in which each slip has one line: a hall of many windows has many slips."""


def deposit_story(paper: DepositSlipPaper, words: Words) -> list[Flowable]:
    """The day's received slips and the cash that goes to the bank; what is signed stands on one page with its sums."""
    return [
        facts(
            [
                (words("paper.payee"), paper.payee),
                (words("paper.business_day"), paper.head.business_day),
                (words("paper.bank"), paper.bank),
                (words("paper.account"), paper.account),
            ]
        ),
        *chapter(words("deposit.slips")),
        _slips_table(paper, words),
        *_receipt_notes(paper, words),
        *with_tail(
            money_columns(words("deposit.cash"), paper, words, size=9, padding=_PADDING),
            capitals_row(words("deposit.cash"), paper.cash_fen, words),
            Spacer(1, 1 * mm),
            *in_line([by_tender("deposit.tenders", paper.tenders, words)], _reconciled(paper, words)),
            *_slips_off(paper, words),
            *_missing(paper, words),
            signature_block(paper.signatures, words),
            stamp_boxes((words("stamp.finance"), words("stamp.bank"))),
        ),
    ]


def _slips_table(paper: DepositSlipPaper, words: Words) -> Flowable:
    """One line a slip: made out, received and both differences; a column for bills only on a day that has any, where
    till and cashier have a line each."""
    if not knows_receipts(paper):
        return _slips_table_of_before(paper, words)
    has_bills = bool(bills(paper.tenders))
    whose = words("paper.till_session.whose")
    columns = [
        Column(words("slip.number"), 0),
        Column("\n".join(whose.rsplit(" ", 1)) if has_bills else whose, 0),
        Column(words("paper.tickets"), 0),
        Column(words("slip.handed_in"), 0, right=True),
        Column(words("slip.received"), 0, right=True),
        Column(words("export.card"), 0, right=True),
        *([Column(words("export.bill"), 0, right=True)] if has_bills else []),
        Column(words("slip.shift_off"), 0, right=True),
        Column(words("slip.receipt_off"), 0, right=True),
    ]

    def figures(slips: tuple[RemittanceSlipPaper, ...]) -> list[str]:
        cards_fen = sum(batch.amount_fen for slip in slips for batch in slip.pos_batches)
        bills_fen = sum(bill.amount_fen for slip in slips for bill in bills(slip.tenders))
        return [
            yuan(sum(slip.cash_fen for slip in slips)),
            yuan(sum(slip.received_fen for slip in slips)),
            yuan(cards_fen),
            *([yuan(bills_fen)] if has_bills else []),
            apart([slip.shift_off_fen for slip in slips], words),
            apart([slip.receipt_off_fen or 0 for slip in slips], words),
        ]

    rows = [
        [
            slip.slip_no,
            ("\n" if has_bills else " ").join((till_session(slip.head, words), slip.head.operator_name)),
            _range(slip, words),
            *figures((slip,)),
        ]
        for slip in paper.slips
    ]
    sums = [words("deposit.slips.count", n=len(paper.slips)), "", "", *figures(paper.slips)]
    columns = fitted(columns, rows, sums, size=8, gap=_CLOSE, gives_way=1)
    return grid(columns, rows, sums=sums, size=8, padding=_PADDING, gap=_CLOSE)


def _slips_table_of_before(paper: DepositSlipPaper, words: Words) -> Flowable:
    """Papers of before know one sum of over and short."""
    has_bills = bool(bills(paper.tenders))
    columns = [
        Column(words("slip.number"), 22),
        Column(words("paper.till_session.whose"), 34),
        Column(words("paper.tickets"), 25),
        Column(words("slip.cash"), 17, right=True),
        Column(words("export.card"), 15, right=True),
        *([Column(words("export.bill"), 16, right=True)] if has_bills else []),
        Column(words("paper.over_short"), 18, right=True),
    ]

    def figures(of: DepositSlipPaper | RemittanceSlipPaper) -> list[str]:
        cards_fen = sum(batch.amount_fen for batch in of.pos_batches)
        bills_fen = sum(bill.amount_fen for bill in bills(of.tenders))
        beside = [yuan(cards_fen), *([yuan(bills_fen)] if has_bills else [])]
        return [yuan(of.cash_fen), *beside, over_short(of.over_short_fen, words)]

    rows = [
        [
            slip.slip_no,
            f"{till_session(slip.head, words)} {slip.head.operator_name}",
            tickets(slip.first_receipt, slip.last_receipt, words),
            *figures(slip),
        ]
        for slip in paper.slips
    ]
    sums = [words("deposit.slips.count", n=len(paper.slips)), "", "", *figures(paper)]
    return grid(columns, rows, sums=sums, size=9, padding=_PADDING)


def _range(slip: RemittanceSlipPaper, words: Words) -> str:
    """First to last number, what both begin with only once: `DJ-T01-000097–000274`."""
    first, last = slip.first_receipt, slip.last_receipt
    if not first:
        return words("paper.none")
    if first == last:
        return first
    begin = first.rpartition("-")[0] + "-"
    return f"{first}\N{EN DASH}{last.removeprefix(begin)}"


def _receipt_notes(paper: DepositSlipPaper, words: Words) -> list[Flowable]:
    """Why finance counted something else than a slip says, beside what she found."""
    noted = [slip for slip in paper.slips if slip.receipt_note]
    if not noted:
        return []
    columns = [
        Column(words("slip.number"), 25),
        Column(words("paper.till_session.whose"), 42),
        Column(words("slip.receipt_off"), 19, right=True),
        Column(words("slip.cards.off"), 22, right=True),
        Column(words("slip.receipt_note"), 70),
    ]
    rows = [
        [
            slip.slip_no,
            f"{till_session(slip.head, words)} {slip.head.operator_name}",
            over_short(slip.receipt_off_fen or 0, words),
            slips_off(slip.slips_off_fen or 0, words),
            slip.receipt_note or "",
        ]
        for slip in noted
    ]
    return [*chapter(words("slip.receipt_note")), grid(columns, rows, size=8, padding=_PADDING)]


def _reconciled(paper: DepositSlipPaper, words: Words) -> list[Pair]:
    """From what was sold to what is handed in, in one line."""
    if not paper.reconciled:
        return []
    first, *others = paper.reconciled
    parts = [f"{words.said(first.name)} {yuan(first.amount_fen)}"]
    for line in others:
        sign = "+" if line.amount_fen > 0 else "\N{MINUS SIGN}"
        parts.append(f"{sign} {words.said(line.name)} {yuan(abs(line.amount_fen))}")
    total = yuan(sum(line.amount_fen for line in paper.reconciled))
    return [(words("deposit.reconciled"), f"{total} = {' '.join(parts)}")]


def _slips_off(paper: DepositSlipPaper, words: Words) -> list[Flowable]:
    """Finance's own differences in card slips; papers of before that reconcile nothing do not name them."""
    off_fen = slips_off_of(paper) if paper.reconciled else 0
    return [note(words("deposit.slips_off"), slips_off(off_fen, words))] if off_fen else []


def _missing(paper: DepositSlipPaper, words: Words) -> list[Flowable]:
    """Takings of the day that are not in this slip, by name, so that they can be asked for."""
    if not paper.not_received:
        return []
    columns = [
        Column(words("paper.till_session.whose"), 60),
        Column(words("slip.number"), 40),
        Column(words("slip.state"), 46),
    ]
    rows = [
        [
            f"{till_session(line, words)} {person(line, words)}".strip(),
            line.slip_no,
            words("deposit.missing.closed" if line.slip_no else "deposit.missing.open"),
        ]
        for line in paper.not_received
    ]
    return [section(words("deposit.missing")), grid(columns, rows, size=9, padding=_PADDING)]
