"""解款单 on A4: what finance takes to the bank, and whose takings are still missing.

Rule: domain P7: only received slips, each with its till, session, cashier and number; cash as counted on 收讫. Must not
know: where the figures come from.
"""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from pos.domain.papers import DepositSlipPaper, PaperHead, RemittanceSlipPaper
from printing.figures import apart, over_short, person, till_session, yuan
from printing.pdf.remittance import handed_in, money_columns, tickets
from printing.pdf.tables import (
    Column,
    capitals_row,
    chapter,
    facts,
    grid,
    note,
    signature_block,
    stamp_boxes,
)
from printing.slips import bills, knows_receipts, slips_off, slips_off_of
from printing.words import Words

_PADDING = 1.4
"""Closer than elsewhere: a day with its missing takings, its seals and all its sums stays on one page."""


def deposit_story(paper: DepositSlipPaper, words: Words) -> list[Flowable]:
    """The day's received slips and the cash that goes to the bank."""
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
        money_columns(words("deposit.cash"), paper, words),
        capitals_row(words("deposit.cash"), paper.cash_fen, words),
        Spacer(1, 1 * mm),
        handed_in(paper.tenders, words),
        *_reconciled(paper, words),
        *_missing(paper, words),
        signature_block(paper.signatures, words),
        stamp_boxes((words("stamp.finance"), words("stamp.bank"))),
    ]


def _slips_table(paper: DepositSlipPaper, words: Words) -> Flowable:
    """One line a slip; a column for bills only on a day that has any; made out, received and both differences, where
    the slips know them (papers of before know one sum)."""
    has_bills, known = bool(bills(paper.tenders)), knows_receipts(paper)
    whose = words("paper.till_session.whose")
    whose = "\n".join(whose.rsplit(" ", 1)) if known else whose
    columns = [
        Column(words("slip.number"), 26 if known else 22),
        Column(whose, 21 if known else 34),
        Column(words("paper.tickets"), 29 if known else 25),
        Column(words("slip.handed_in" if known else "slip.cash"), 19 if known else 17, right=True),
        *([Column(words("slip.received"), 19, right=True)] if known else []),
        Column(words("export.card"), 14 if known else 15, right=True),
        *([Column(words("export.bill"), 16, right=True)] if has_bills else []),
        Column(words("slip.shift_off" if known else "paper.over_short"), 21 if known else 18, right=True),
        *([Column(words("slip.receipt_off"), 21, right=True)] if known else []),
    ]

    def figures(of: DepositSlipPaper | RemittanceSlipPaper) -> list[str]:
        cards_fen = sum(batch.amount_fen for batch in of.pos_batches)
        bills_fen = sum(bill.amount_fen for bill in bills(of.tenders))
        beside = [yuan(cards_fen), *([yuan(bills_fen)] if has_bills else [])]
        if not known:
            return [yuan(of.cash_fen), *beside, over_short(of.over_short_fen, words)]
        slips = of.slips if isinstance(of, DepositSlipPaper) else (of,)
        cash = [yuan(sum(slip.cash_fen for slip in slips)), yuan(sum(slip.received_fen for slip in slips))]
        off = [[slip.shift_off_fen for slip in slips], [slip.receipt_off_fen or 0 for slip in slips]]
        return [*cash, *beside, *(apart(each, words) for each in off)]

    rows = [
        [
            slip.slip_no,
            _whose(slip.head, words, narrow=known),
            tickets(slip.first_receipt, slip.last_receipt, words),
            *figures(slip),
        ]
        for slip in paper.slips
    ]
    sums = [words("deposit.slips.count", n=len(paper.slips)), "", "", *figures(paper)]
    return grid(columns, rows, sums=sums, size=9, padding=_PADDING)


def _whose(head: PaperHead, words: Words, *, narrow: bool) -> str:
    """Till, session and cashier; where the column is narrow, broken between them and never within."""
    if not narrow:
        return f"{till_session(head, words)} {head.operator_name}"
    session = words("paper.session", n=head.session_no) if head.session_no else ""
    return "\n".join(part for part in (head.till_name, session, head.operator_name) if part)


def _reconciled(paper: DepositSlipPaper, words: Words) -> list[Flowable]:
    """From what was sold to what is handed in, in one line; and finance's own differences in card slips."""
    if not paper.reconciled:
        return []
    first, *others = paper.reconciled
    parts = [f"{words.said(first.name)} {yuan(first.amount_fen)}"]
    for line in others:
        sign = "+" if line.amount_fen > 0 else "\N{MINUS SIGN}"
        parts.append(f"{sign} {words.said(line.name)} {yuan(abs(line.amount_fen))}")
    total = yuan(sum(line.amount_fen for line in paper.reconciled))
    off_fen = slips_off_of(paper)
    differences = [note(words("deposit.slips_off"), slips_off(off_fen, words))] if off_fen else []
    return [note(words("deposit.reconciled"), f"{total} = {' '.join(parts)}"), *differences]


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
    return [*chapter(words("deposit.missing")), grid(columns, rows, size=9, padding=_PADDING)]
