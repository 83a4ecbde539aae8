"""The customer's receipt: 收款凭证, 已收款未写卡凭单, 退款凭证, 退气凭证, on 58 or 80 mm paper.

Rule: domain P2, P3, P10, D7 (never an invoice). Customer's and store copy (客户联 / 存根联) are cut apart. The
template's version is recorded with the print. Must not know: how a printer is driven, the books.
"""

from __future__ import annotations

from ledger.money import Money
from pos.domain.capitals import rmb_capitals
from pos.domain.papers import PaperLine, ReceiptPaper
from printing.anchor import Anchor
from printing.blocks import marks, put_anchor, put_head, put_marks, put_responsible, put_signatures, put_stamp_space
from printing.figures import cubic_metres, price, yuan
from printing.layout import Align, Cell, Layout, Size, Strip
from printing.words import Words

VERSION = 6
CASH, STORE_COPY = "cash", "stub"
_OWN_TITLE = ("unwritten", "in_doubt")
_WITHDRAWN = "withdrawn"
_CARRIED = "carried_gas"


def layout_receipt(
    paper: ReceiptPaper, words: Words, *, width_chars: int, anchor: Anchor | None, copy_no: int
) -> Layout:
    """All copies of a receipt. `copy_no` 0 is the original, n > 0 the n-th reprint."""
    elements = []
    for copy in paper.copies:
        strip = Strip(width_chars, words("paper.colon"))
        _put_copy(strip, paper, words, copy, anchor, copy_no)
        elements += strip.elements
    return Layout(paper.TEMPLATE, VERSION, width_chars, tuple(elements))


def _put_copy(strip: Strip, paper: ReceiptPaper, words: Words, copy: str, anchor: Anchor | None, copy_no: int) -> None:
    found = marks(paper.head, copy_no, words)
    if paper.sample_price:
        found += (words("mark.sample_price"),)
    put_marks(strip, found)
    kind = f".{paper.card_result}" if paper.card_result in _OWN_TITLE else ""
    if paper.reversal_of:
        kind = ".withdrawn" if paper.card_result == _WITHDRAWN else ".refund"
    title = words(f"receipt.title{kind}")
    put_head(strip, paper.head, words, title, words.said(copy))
    strip.rule()
    _put_who(strip, paper, words)
    strip.rule()
    _put_what(strip, paper, words)
    strip.rule()
    _put_how_much(strip, paper, words)
    if paper.card_result != "none":
        strip.rule()
        _put_card(strip, paper, words)
    strip.rule()
    _put_foot(strip, paper, words, copy, anchor)
    put_marks(strip, found)
    strip.cut()


def _put_who(strip: Strip, paper: ReceiptPaper, words: Words) -> None:
    strip.field(words("receipt.number"), paper.receipt_no)
    if paper.reversal_of:
        strip.field(words("receipt.of"), paper.reversal_of)
    if paper.reason:
        strip.field(words("receipt.reason"), _reason(paper, words))
    strip.field(words("receipt.account"), paper.account_no)
    strip.field(words("receipt.customer"), paper.customer_name)
    strip.field(words("receipt.address"), paper.address)
    optional = (("meter", paper.meter_no), ("card", paper.card_no), ("class", words.said(paper.price_class)))
    for label, value in optional:
        if value:
            strip.field(words(f"receipt.{label}"), value)


def _reason(paper: ReceiptPaper, words: Words) -> str:
    """The chosen reason in words, and what was written beside it; `other` is only what was written."""
    chosen = f"reason.{paper.reason}"
    said = words(chosen) if words.has(chosen) else paper.reason
    return words("receipt.reason.note", reason=said, note=paper.reason_note) if paper.reason_note else said


def _put_what(strip: Strip, paper: ReceiptPaper, words: Words) -> None:
    """Per tier: quantity, price, amount; then what the account's balance gave or took."""
    if strip.width >= 48:
        widths = (16, 10, 9, 13)
        titles = [words(code) for code in ("receipt.item", "receipt.volume", "receipt.price", "paper.amount")]
        strip.row(*(Cell(text, n, at > 0) for at, (text, n) in enumerate(zip(titles, widths, strict=True))), bold=True)
        for line in paper.lines:
            texts = ("", "") if not line.volume_l else (cubic_metres(line.volume_l), price(line.price_e4))
            name = Cell(words.said(line.name), widths[0])
            strip.row(
                name,
                Cell(texts[0], widths[1], True),
                Cell(texts[1], widths[2], True),
                Cell(yuan(line.amount_fen), widths[3], True),
            )
    else:
        for line in paper.lines:
            _put_narrow_line(strip, line, words)
    strip.pair(words("paper.sum"), yuan(sum(line.amount_fen for line in paper.lines)), bold=True)
    moved = paper.balance_after_fen - paper.balance_before_fen
    if moved and not any(line.kind == "balance" for line in paper.lines):
        ways = ("returned", "taken_back") if paper.reversal_of else ("to", "from")
        strip.pair(words(f"receipt.balance.{ways[0] if moved > 0 else ways[1]}"), yuan(abs(moved)))
    if paper.balance_after_fen or paper.balance_before_fen:
        strip.pair(words("receipt.balance"), f"{yuan(paper.balance_before_fen)} → {yuan(paper.balance_after_fen)}")


def _put_narrow_line(strip: Strip, line: PaperLine, words: Words) -> None:
    """58 mm: the name on one line with the amount, quantity and price under it."""
    strip.pair(words.said(line.name), yuan(line.amount_fen))
    if line.volume_l:
        bought = words("receipt.volume.price", volume=cubic_metres(line.volume_l), price=price(line.price_e4))
        strip.line(bought, align=Align.RIGHT)


def _put_how_much(strip: Strip, paper: ReceiptPaper, words: Words) -> None:
    """应收 / 实收 / 找零 in double height, then the amount in capitals; a refund says 应退 / 实退."""
    tender = words.said(paper.tender)
    asked = _money(abs(paper.to_pay_fen))
    if paper.reversal_of:
        figures = [(words("receipt.refund"), asked), (words("receipt.refunded", tender=tender), asked)]
    else:
        figures = [
            (words("receipt.due"), asked),
            (words("receipt.received", tender=tender), _money(paper.tendered_fen)),
        ]
        if paper.tender == CASH:
            figures.append((words("receipt.change"), _money(paper.change_fen)))
        elif paper.change_fen:
            figures.append((words("receipt.change.cash"), _money(paper.change_fen)))
    for label, figure in figures:
        strip.pair(label, figure, bold=True, size=Size.TALL)
    if paper.pay_last_four:
        charge = words("receipt.paid_with.charge", reference=paper.pay_reference, last_four=paper.pay_last_four)
        strip.field(words("receipt.paid_with"), charge)
    elif paper.pay_reference:
        strip.field(words("receipt.paid_with"), paper.pay_reference)
    amount = Money(abs(paper.to_pay_fen) if paper.offsets else paper.to_pay_fen)
    if paper.reversal_of and not paper.offsets:
        amount = Money(-abs(paper.to_pay_fen))
    strip.field(words("paper.capitals"), rmb_capitals(amount))


def _money(amount_fen: int) -> str:
    return f"￥{yuan(amount_fen)}"


def _put_card(strip: Strip, paper: ReceiptPaper, words: Words) -> None:
    """Result of the write, count before and after, the year's cumulative and what is left in the tier."""
    result = "refunded" if paper.reversal_of and paper.card_result != _WITHDRAWN else paper.card_result
    strip.pair(words("receipt.card_result"), words(f"receipt.result.{result}"), bold=True)
    count = f"{paper.count_before} → {paper.count_after}"
    if paper.card_result == "unwritten":
        count = f"{paper.count_before}"
    elif paper.card_result == "in_doubt":
        count = words("receipt.count.unproven", before=paper.count_before, after=paper.count_after)
    strip.pair(words("receipt.count"), count)
    if paper.card_result == _WITHDRAWN:
        strip.pair(words("receipt.withdrawn"), _volume(abs(paper.volume_l), words))
    elif paper.volume_l and not paper.reversal_of:
        carried = any(line.kind == _CARRIED for line in paper.lines)
        strip.pair(words("receipt.carried" if carried else "receipt.bought"), _volume(paper.volume_l, words))
    if paper.old_card_no:
        strip.field(words("receipt.old_card"), paper.old_card_no)
        strip.pair(words("receipt.reissued"), _volume(paper.reissued_l, words))
    strip.pair(words("receipt.this_year"), _volume(paper.year_used_l, words))
    left = words("receipt.tier_last") if paper.tier_left_l is None else _volume(paper.tier_left_l, words)
    strip.pair(words("receipt.tier_left"), left)
    if not paper.reversal_of:
        empty = paper.card_result == "issued" and not paper.count_after  # nothing is on it for a meter to take
        strip.line(words("receipt.advice.empty" if empty else f"receipt.advice.{paper.card_result}"), bold=True)


def _volume(volume_l: int, words: Words) -> str:
    return words("receipt.volume.of", volume=cubic_metres(volume_l))


def _put_foot(strip: Strip, paper: ReceiptPaper, words: Words, copy: str, anchor: Anchor | None) -> None:
    put_responsible(strip, paper.head, words)
    if paper.approver_name:
        strip.field(words("receipt.approved"), paper.approver_name)
    strip.field(words("paper.time"), paper.sold_at or paper.head.printed_at)
    if paper.head.emergency_phone:
        strip.field(words("receipt.emergency"), paper.head.emergency_phone)
    if paper.signatures:
        put_signatures(strip, paper.signatures, words)
    elif copy == STORE_COPY or paper.reversal_of:
        strip.feed(1)
        strip.line(words("receipt.signature") + strip.colon + "_" * 16)
    put_stamp_space(strip, words)
    for text in words("receipt.no_invoice").split("\n"):
        strip.centre(text, bold=True)
    if copy != STORE_COPY and not paper.reversal_of:
        strip.centre(words("receipt.count_change_and_keep"))
    if paper.reversal_of:
        note = "receipt.refund.offsets" if paper.offsets else "receipt.refund.note"
        strip.centre(words(note, amount=yuan(abs(paper.to_pay_fen))))
    put_anchor(strip, anchor)
