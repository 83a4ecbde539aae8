"""班结单 / 班中查询 and 交接单 on receipt paper.

Rule: domain D10, P9, P10; the Z carries the chain's head as text and QR (design "Money rules" 4). What was not counted
is printed as 未点, never as 0. Must not know: how the figures were made.
"""

from __future__ import annotations

from pos.domain.papers import HandOverPaper, PosReturn, TenderFigures, ZPaper
from pos.domain.receipt_number import z_number
from printing.anchor import Anchor
from printing.blocks import (
    marks,
    put_anchor,
    put_denominations,
    put_head,
    put_marks,
    put_matters,
    put_responsible,
    put_signatures,
)
from printing.figures import cards_over_short, cubic_metres, over_short, price, yuan
from printing.layout import Layout, Size, Strip
from printing.words import Words

VERSION = 5


def layout_z(
    paper: ZPaper, words: Words, *, width_chars: int, anchor: Anchor | None, copy_no: int, viewer: str = ""
) -> Layout:
    """The closing report, or with `z_no` 0 the look without effect, which carries no signatures."""
    strip = Strip(width_chars, words("paper.colon"))
    found = marks(paper.head, copy_no, words)
    put_marks(strip, found)
    is_close = paper.z_no > 0
    subtitle = z_number(paper.epoch, paper.z_no) if is_close else words("x.subtitle")
    put_head(strip, paper.head, words, words("z.title" if is_close else "x.title"), subtitle)
    strip.rule()
    put_responsible(strip, paper.head, words)
    strip.field(words("z.opened"), paper.opened_at)
    strip.field(words("z.closed" if is_close else "z.viewed"), paper.closed_at or paper.head.printed_at)
    if reader := viewer or reader_of(paper):
        strip.field(words("viewer"), reader)
    strip.field(words("z.records"), f"{paper.first_seq} - {paper.last_seq}")
    if paper.first_receipt:
        strip.field(words("paper.receipts"), f"{paper.first_receipt} - {paper.last_receipt}")
    strip.rule()
    _put_turnover(strip, paper, words)
    strip.rule()
    _put_tenders(strip, paper, words)
    strip.rule()
    if is_close:
        _put_custody(strip, paper, words)
        strip.rule()
        put_matters(strip, paper.open_matters, words)
        put_signatures(strip, paper.signatures, words)
    else:
        _put_events(strip, paper, words)
    strip.rule()
    put_anchor(strip, anchor, as_qr=is_close)
    put_marks(strip, found)
    strip.cut()
    return Layout(paper.TEMPLATE, VERSION, width_chars, tuple(strip.elements))


def reader_of(paper: ZPaper) -> str:
    """Who looked, on a look without effect; a closing report is signed instead."""
    return next((signature.name for signature in paper.signatures), "") if paper.z_no == 0 else ""


def _put_turnover(strip: Strip, paper: ZPaper, words: Words) -> None:
    strip.pair(words("z.sales", n=paper.sales_count), yuan(paper.gross_fen))
    strip.pair(words("z.reversed"), yuan(-abs(paper.reversed_fen)))
    net_fen = paper.gross_fen - abs(paper.reversed_fen)
    strip.pair(words("z.net"), yuan(net_fen), bold=True, size=Size.TALL)
    for kind in paper.kinds:
        strip.pair(words("paper.counted", name=words.said(kind.name), n=kind.count), yuan(kind.amount_fen))
    for tier in paper.tiers:
        sold = words("receipt.volume.price", volume=cubic_metres(tier.volume_l), price=price(tier.price_e4))
        strip.pair(f"{words.said(tier.name)} {sold}", yuan(tier.amount_fen))


def counted(amount_fen: int | None, words: Words) -> str:
    """A counted sum, or that nobody has counted; never a nought that was not found."""
    return words("z.not_counted") if amount_fen is None else yuan(amount_fen)


def counted_cards(cards: int | None, words: Words) -> str:
    """The same for blank cards."""
    return words("z.not_counted") if cards is None else words("hand_over.cards.count", n=cards)


def cards_off(paper: ZPaper, words: Words) -> str:
    """How many blank cards there are too many or too few; "" where they agree or were not counted."""
    off = 0 if paper.blank_cards_counted is None else paper.blank_cards_counted - paper.blank_cards_expected
    return cards_over_short(off, words)


def _put_tenders(strip: Strip, paper: ZPaper, words: Words) -> None:
    strip.pair(words("z.opening_expected"), yuan(paper.opening_expected_fen))
    strip.pair(words("z.opening_counted"), yuan(paper.opening_counted_fen))
    for tender in paper.tenders:
        _put_tender(strip, tender, words)
    _put_returned(strip, paper, words)
    if paper.explanation:
        strip.field(words("paper.explanation"), paper.explanation)


def _put_returned(strip: Strip, paper: ZPaper, words: Words) -> None:
    """Charges of earlier sessions given back now: on the terminal's sum, not among the slips of this session."""
    if not paper.returned:
        return
    strip.line(words("z.returned"), bold=True)
    for charge in paper.returned:
        strip.line(f"  {returned_charge(charge)}")
        strip.pair(f"  {words('z.returned.amount')}", yuan(-charge.amount_fen))


def returned_charge(charge: PosReturn) -> str:
    """Terminal, batch, trace number and last digits, as on the slip."""
    return f"{charge.terminal}/{charge.batch}/{charge.trace} *{charge.last_four}"


def _put_tender(strip: Strip, tender: TenderFigures, words: Words) -> None:
    strip.line(words.said(tender.name), bold=True)
    strip.pair(f"  {words('z.expected')}", yuan(tender.expected_fen))
    strip.pair(f"  {words('z.counted')}", counted(tender.counted_fen, words))
    strip.pair(f"  {words('z.verified')}", counted(tender.verified_fen, words))
    if tender.counted_fen is not None:
        found = over_short(tender.over_short_fen, words)
        strip.pair(f"  {words('z.difference')}", found, bold=tender.over_short_fen != 0)


def _put_custody(strip: Strip, paper: ZPaper, words: Words) -> None:
    """What stays, what goes, what was counted besides money."""
    strip.pair(words("slip.float_kept"), yuan(paper.float_kept_fen))
    strip.pair(words("z.takings"), yuan(paper.takings_fen), bold=True, size=Size.TALL)
    strip.pair(words("z.cards_book"), words("hand_over.cards.count", n=paper.blank_cards_expected))
    strip.pair(words("z.cards_counted"), counted_cards(paper.blank_cards_counted, words))
    if off := cards_off(paper, words):
        strip.pair(words("z.cards_difference"), off, bold=True)
    _put_events(strip, paper, words)


def _put_events(strip: Strip, paper: ZPaper, words: Words) -> None:
    """What was done apart from selling, and the sums that never go back."""
    strip.pair(words("z.drawer_openings"), words("z.times", n=paper.drawer_openings))
    strip.pair(words("z.reprints"), words("z.times", n=paper.reprints))
    strip.pair(words("z.perpetual_gross.count", n=f"{paper.perpetual_count:,}"), yuan(paper.perpetual_gross_fen))
    strip.pair(words("z.perpetual_reversed"), yuan(-abs(paper.perpetual_reversed_fen)))


def declaration(paper: HandOverPaper, words: Words) -> str:
    """What both sign for, true when it is printed: no count is claimed that has not been made."""
    if not paper.receiver_count:
        return words("hand_over.declaration")
    said = words(f"hand_over.declaration.{paper.receiver_count}")
    return said + (words("hand_over.declaration.opening") if paper.receiver_kind == "cashier" else "")


def layout_hand_over(
    paper: HandOverPaper, words: Words, *, width_chars: int, anchor: Anchor | None, copy_no: int
) -> Layout:
    """What the successor, the lead or the safe takes over, with both signatures over the printed digest."""
    strip = Strip(width_chars, words("paper.colon"))
    found = marks(paper.head, copy_no, words)
    put_marks(strip, found)
    put_head(
        strip,
        paper.head,
        words,
        words("hand_over.title"),
        words("hand_over.subtitle", z=z_number(paper.epoch, paper.z_no)),
    )
    strip.rule()
    put_responsible(strip, paper.head, words, "hand_over.giver")
    strip.field(words("hand_over.to"), words(f"receiver.{paper.receiver_kind}"))
    strip.rule()
    strip.line(words("hand_over.float"), bold=True)
    put_denominations(strip, paper.float_lines, words)
    strip.pair(words("paper.sum"), yuan(paper.float_fen), bold=True, size=Size.TALL)
    strip.rule()
    strip.pair(words("hand_over.cards"), words("hand_over.cards.count", n=paper.blank_cards))
    if paper.next_receipt:
        strip.pair(words("hand_over.next_receipt"), paper.next_receipt)
    if paper.bag_no:
        strip.pair(words("hand_over.bag"), paper.bag_no)
    for state in paper.device_states:
        strip.field(words("hand_over.device"), state)
    strip.rule()
    put_matters(strip, paper.open_matters, words)
    strip.rule()
    strip.field(words("hand_over.digest"), paper.digest)
    if paper.receiver_count:
        strip.field(words("hand_over.declaration.label"), declaration(paper, words))
    put_signatures(strip, paper.signatures, words)
    strip.rule()
    put_anchor(strip, anchor)
    put_marks(strip, found)
    strip.cut()
    return Layout(paper.TEMPLATE, VERSION, width_chars, tuple(strip.elements))
