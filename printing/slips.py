"""实收交款单 and the signed notes of cash movements on receipt paper; finance gets the A4 form of `printing.pdf`.

Rule: domain P1, P6, P7: denominations of what is handed in, counted, never expected; cheques and transfers as lines of
their own; amounts in capitals; signatures. Must not know: the books, printers.
"""

from __future__ import annotations

from ledger.money import Money
from pos.domain.capitals import rmb_capitals
from pos.domain.papers import COUNT_DIFFERS, CashMovementPaper, DepositSlipPaper, NamedCount, RemittanceSlipPaper
from printing.anchor import Anchor
from printing.blocks import (
    marks,
    put_anchor,
    put_denominations,
    put_head,
    put_marks,
    put_responsible,
    put_signatures,
)
from printing.figures import cards_over_short, over_short, yuan
from printing.layout import Layout, Size, Strip
from printing.words import Words

VERSION = 4
_MOVEMENTS = (
    "float_issue",
    "float_top_up",
    "float_return",
    "cash_drop",
    "sealed_bag",
    COUNT_DIFFERS,
    "pay_in",
    "pay_out",
    "safe_movement",
    "account_closed",
)


def movement_title(kind: str, words: Words) -> str:
    """The paper's name for a stable movement code; an unknown code is named plainly, not guessed."""
    return words(f"movement.{kind}" if kind in _MOVEMENTS else "movement.other")


def movement_code(paper: CashMovementPaper, name: str) -> str:
    """Message code of a label: `movement.by`; of a count that differs its own, `movement.count.by`."""
    return f"movement.count.{name}" if paper.kind == COUNT_DIFFERS else f"movement.{name}"


def beside_the_sum(paper: CashMovementPaper, words: Words) -> list[tuple[str, str]]:
    """What the sum consists of, or should have been, and the blank cards that lie with it, where there are any."""
    found = [(words.said(part.name), yuan(part.amount_fen)) for part in paper.parts]
    if paper.kind == COUNT_DIFFERS:
        found.append((words("paper.over_short"), over_short(paper.off_fen, words)))
    if paper.blank_cards or paper.cards_off:
        found.append((words("hand_over.cards"), words("hand_over.cards.count", n=paper.blank_cards)))
    if paper.cards_off:
        found.append((words("z.cards_difference"), cards_over_short(paper.cards_off, words)))
    return found


def bills(tenders: tuple[NamedCount, ...]) -> tuple[NamedCount, ...]:
    """Cheques and transfers: what is handed in beside cash and card slips."""
    return tuple(tender for tender in tenders if tender.name not in ("cash", "unionpay"))


def receipts_used(paper: RemittanceSlipPaper, words: Words) -> str:
    """How many numbers were used, and how many of them are reversals: `178 张 其中冲正 1 张`."""
    return words("slip.receipts.used", n=paper.receipt_count, void=paper.void_count)


def differences(paper: RemittanceSlipPaper, words: Words) -> list[tuple[str, str]]:
    """The shift's own over or short; once finance has counted, what she received and hers against the slip."""
    if paper.receipt_off_fen is None:
        return [(words("paper.over_short"), over_short(paper.over_short_fen, words))]
    return [
        (words("slip.shift_off"), over_short(paper.shift_off_fen, words)),
        (words("slip.received"), yuan(paper.received_fen)),
        (words("slip.receipt_off"), over_short(paper.receipt_off_fen, words)),
    ]


def reasons(paper: RemittanceSlipPaper, words: Words) -> list[tuple[str, str]]:
    """Whose words explain which difference: the shift's and finance's, those that were said."""
    said = (("paper.explanation", paper.explanation), ("slip.receipt_note", paper.receipt_note))
    return [(words(code), text) for code, text in said if text]


def slips_off(difference_fen: int, words: Words) -> str:
    """What finance found more or less in card slips than the cashier; 长款 and 短款 are words for cash only."""
    return f"{'+' if difference_fen > 0 else ''}{yuan(difference_fen)}" if difference_fen else words("slip.cards.agree")


def knows_receipts(paper: DepositSlipPaper) -> bool:
    """True if each slip says what finance received of it; papers of before do not."""
    return bool(paper.slips) and all(slip.receipt_off_fen is not None for slip in paper.slips)


def knows_notes(paper: DepositSlipPaper) -> bool:
    """True if each slip keeps finance's words apart from the shift's; papers of before have them in one text."""
    return bool(paper.slips) and all(slip.receipt_note is not None for slip in paper.slips)


def slips_off_of(paper: DepositSlipPaper) -> int:
    """All that finance found more or less in the card slips of a day."""
    return sum(slip.slips_off_fen or 0 for slip in paper.slips)


def layout_remittance_slip(
    paper: RemittanceSlipPaper, words: Words, *, width_chars: int, anchor: Anchor | None, copy_no: int
) -> Layout:
    """The cashier's slip of one session's takings."""
    strip = Strip(width_chars, words("paper.colon"))
    found = marks(paper.head, copy_no, words)
    put_marks(strip, found)
    put_head(strip, paper.head, words, words("slip.title"), paper.slip_no)
    strip.rule()
    put_responsible(strip, paper.head, words, "slip.payer")
    for label, value in (("payee", paper.payee), ("bank.short", paper.bank), ("account", paper.account)):
        strip.field(words(f"paper.{label}"), value)
    strip.field(words("slip.state"), words(f"custody.{paper.custody}"))
    strip.rule()
    _put_handed_in(strip, paper, words)
    strip.rule()
    for kind in paper.kinds:
        strip.pair(words("paper.counted", name=words.said(kind.name), n=kind.count), yuan(kind.amount_fen))
    if paper.first_receipt:
        strip.field(words("paper.receipts"), f"{paper.first_receipt} - {paper.last_receipt}")
    if paper.receipt_count:
        strip.pair(words("slip.receipts"), receipts_used(paper, words))
    for name, said in differences(paper, words):
        strip.pair(name, said)
    if paper.slips_off_fen is not None:
        strip.pair(words("slip.cards.off"), slips_off(paper.slips_off_fen, words))
    for name, said in reasons(paper, words):
        strip.field(name, said)
    strip.pair(words("slip.float_kept"), yuan(paper.float_kept_fen))
    put_signatures(strip, paper.signatures, words)
    strip.rule()
    strip.field(words("slip.session_record"), paper.session_key)
    put_anchor(strip, anchor)
    put_marks(strip, found)
    strip.cut()
    return Layout(paper.TEMPLATE, VERSION, width_chars, tuple(strip.elements))


def _put_handed_in(strip: Strip, paper: RemittanceSlipPaper, words: Words) -> None:
    """Counted cash by face with its capitals, card slips by batch, bills, and all of it together."""
    strip.line(words("slip.cash"), bold=True)
    put_denominations(strip, paper.cash_lines, words)
    strip.pair(words("slip.cash.sum"), f"￥{yuan(paper.cash_fen)}", bold=True, size=Size.TALL)
    strip.field(words("paper.capitals"), rmb_capitals(Money(paper.cash_fen)))
    for batch in paper.pos_batches:
        label = words("slip.cards.batch", terminal=batch.terminal, batch=batch.batch, n=batch.slip_count)
        strip.pair(label, yuan(batch.amount_fen))
    for bill in bills(paper.tenders):
        strip.pair(words("slip.tender.counted", name=words.said(bill.name), n=bill.count), yuan(bill.amount_fen))
    strip.pair(words("slip.tenders"), yuan(sum(tender.amount_fen for tender in paper.tenders)), bold=True)


def layout_cash_movement(
    paper: CashMovementPaper, words: Words, *, width_chars: int, anchor: Anchor | None, copy_no: int
) -> Layout:
    """A cash movement, signed by both sides."""
    strip = Strip(width_chars, words("paper.colon"))
    found = marks(paper.head, copy_no, words)
    put_marks(strip, found)
    put_head(strip, paper.head, words, movement_title(paper.kind, words), paper.number)
    strip.rule()
    put_responsible(strip, paper.head, words, movement_code(paper, "by"))
    put_denominations(strip, paper.lines, words)
    for name, said in beside_the_sum(paper, words):
        strip.pair(name, said)
    strip.pair(words(movement_code(paper, "amount")), f"￥{yuan(paper.amount_fen)}", bold=True, size=Size.TALL)
    strip.field(words("paper.capitals"), rmb_capitals(Money(paper.amount_fen)))
    if paper.note:
        strip.field(words(movement_code(paper, "note")), paper.note)
    put_signatures(strip, paper.signatures, words)
    strip.rule()
    put_anchor(strip, anchor)
    put_marks(strip, found)
    strip.cut()
    return Layout(paper.TEMPLATE, VERSION, width_chars, tuple(strip.elements))
