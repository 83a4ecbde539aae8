"""班结单 / 班中查询 and 交接单 on receipt paper.

Rule: domain D10, P9, P10; the Z carries the chain's head as text and QR (design "Money rules" 4). What was not counted
is printed as 未点, never as 0. Must not know: how the figures were made.
"""

from __future__ import annotations

from pos.domain.papers import HandOverPaper, TenderFigures, ZPaper
from printing.anchor import Anchor
from printing.blocks import (
    finish,
    marks,
    put_anchor,
    put_denominations,
    put_head,
    put_marks,
    put_matters,
    put_responsible,
    put_signatures,
)
from printing.figures import cubic_metres, over_short, price, yuan
from printing.layout import Layout, Size, Strip
from printing.words import said

VERSION = 1
NOT_COUNTED = "未点"
RECEIVERS = {"cashier": "下一班收费员", "lead": "班长", "safe": "入柜封包"}


def layout_z(paper: ZPaper, *, width_chars: int, anchor: Anchor | None, copy_no: int, viewer: str = "") -> Layout:
    """The closing report, or with `z_no` 0 the look without effect, which carries no signatures."""
    strip = Strip(width_chars)
    words = marks(paper.head, copy_no)
    put_marks(strip, words)
    is_close = paper.z_no > 0
    title, subtitle = ("班结单", f"Z {paper.z_no:05d}") if is_close else ("班中查询", "未结班 仅供查看")
    put_head(strip, paper.head, title, subtitle)
    strip.rule()
    put_responsible(strip, paper.head)
    strip.field("开班", paper.opened_at)
    strip.field("结班" if is_close else "查看", paper.closed_at or paper.head.printed_at)
    if reader := viewer or reader_of(paper):
        strip.field("查看人", reader)
    strip.field("记录", f"{paper.first_seq} - {paper.last_seq}")
    if paper.first_receipt:
        strip.field("凭证", f"{paper.first_receipt} - {paper.last_receipt}")
    strip.rule()
    _put_turnover(strip, paper)
    strip.rule()
    _put_tenders(strip, paper)
    strip.rule()
    if is_close:
        _put_custody(strip, paper)
        strip.rule()
        put_matters(strip, paper.open_matters)
        put_signatures(strip, paper.signatures)
    else:
        _put_events(strip, paper)
    strip.rule()
    put_anchor(strip, anchor, as_qr=is_close)
    put_marks(strip, words)
    finish(strip)
    return Layout(paper.TEMPLATE, VERSION, width_chars, tuple(strip.elements))


def reader_of(paper: ZPaper) -> str:
    """Who looked, on a look without effect; a closing report is signed instead."""
    return next((signature.name for signature in paper.signatures), "") if paper.z_no == 0 else ""


def _put_turnover(strip: Strip, paper: ZPaper) -> None:
    strip.pair(f"收款 {paper.sales_count} 笔", yuan(paper.gross_fen))
    strip.pair("冲正与退费", yuan(-abs(paper.reversed_fen)))
    strip.pair("净额", yuan(paper.gross_fen - abs(paper.reversed_fen)), bold=True, size=Size.TALL)
    for kind in paper.kinds:
        strip.pair(f"{said(kind.name)} {kind.count} 笔", yuan(kind.amount_fen))
    for tier in paper.tiers:
        strip.pair(
            f"{said(tier.name)} {cubic_metres(tier.volume_l)} 立方米 × {price(tier.price_e4)}", yuan(tier.amount_fen)
        )


def _counted(amount_fen: int | None) -> str:
    return NOT_COUNTED if amount_fen is None else yuan(amount_fen)


def _put_tenders(strip: Strip, paper: ZPaper) -> None:
    strip.pair("开班账面", yuan(paper.opening_expected_fen))
    strip.pair("开班实点", yuan(paper.opening_counted_fen))
    for tender in paper.tenders:
        _put_tender(strip, tender)
    if paper.explanation:
        strip.field("说明", paper.explanation)


def _put_tender(strip: Strip, tender: TenderFigures) -> None:
    strip.line(said(tender.name), bold=True)
    strip.pair("  账面数", yuan(tender.expected_fen))
    strip.pair("  实点数", _counted(tender.counted_fen))
    strip.pair("  复核数", _counted(tender.verified_fen))
    if tender.counted_fen is not None:
        strip.pair("  差异", over_short(tender.over_short_fen), bold=tender.over_short_fen != 0)


def _put_custody(strip: Strip, paper: ZPaper) -> None:
    """What stays, what goes, what was counted besides money."""
    strip.pair("留存备用金", yuan(paper.float_kept_fen))
    strip.pair("应上缴款", yuan(paper.takings_fen), bold=True, size=Size.TALL)
    strip.pair("空白卡 账面", f"{paper.blank_cards_expected} 张")
    counted = paper.blank_cards_counted
    strip.pair("空白卡 实点", NOT_COUNTED if counted is None else f"{counted} 张")
    _put_events(strip, paper)


def _put_events(strip: Strip, paper: ZPaper) -> None:
    """What was done apart from selling, and the sums that never go back."""
    strip.pair("开钱箱", f"{paper.drawer_openings} 次")
    strip.pair("补打", f"{paper.reprints} 次")
    strip.pair(f"累计收款 {paper.perpetual_count} 笔", yuan(paper.perpetual_gross_fen))
    strip.pair("累计冲正", yuan(-abs(paper.perpetual_reversed_fen)))


def layout_hand_over(paper: HandOverPaper, *, width_chars: int, anchor: Anchor | None, copy_no: int) -> Layout:
    """What the successor, the lead or the safe takes over, with both signatures over the printed digest."""
    strip = Strip(width_chars)
    words = marks(paper.head, copy_no)
    put_marks(strip, words)
    put_head(strip, paper.head, "交接单", f"承 Z {paper.z_no:05d}")
    strip.rule()
    put_responsible(strip, paper.head, "交班人")
    strip.field("接收", RECEIVERS.get(paper.receiver_kind, paper.receiver_kind))
    strip.rule()
    strip.line("找零备用金", bold=True)
    put_denominations(strip, paper.float_lines)
    strip.pair("合计", yuan(paper.float_fen), bold=True, size=Size.TALL)
    strip.rule()
    strip.pair("空白卡", f"{paper.blank_cards} 张")
    if paper.next_receipt:
        strip.pair("下一凭证号", paper.next_receipt)
    if paper.bag_no:
        strip.pair("封包号", paper.bag_no)
    for state in paper.device_states:
        strip.field("设备", state)
    strip.rule()
    put_matters(strip, paper.open_matters)
    strip.rule()
    strip.field("交接摘要", paper.digest)
    put_signatures(strip, paper.signatures)
    strip.rule()
    put_anchor(strip, anchor)
    put_marks(strip, words)
    finish(strip)
    return Layout(paper.TEMPLATE, VERSION, width_chars, tuple(strip.elements))
