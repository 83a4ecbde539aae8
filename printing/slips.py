"""实收交款单 and the signed notes of cash movements on receipt paper; finance gets the A4 form of `printing.pdf`.

Rule: domain P1, P6, P7: denominations of what is handed in, counted, never expected; amounts in capitals; signatures.
Must not know: the books, printers.
"""

from __future__ import annotations

from ledger.money import Money
from pos.domain.capitals import rmb_capitals
from pos.domain.papers import CashMovementPaper, RemittanceSlipPaper
from printing.anchor import Anchor
from printing.blocks import (
    finish,
    marks,
    put_anchor,
    put_denominations,
    put_head,
    put_marks,
    put_responsible,
    put_signatures,
)
from printing.figures import over_short, yuan
from printing.layout import Layout, Size, Strip
from printing.words import said

VERSION = 1
MOVEMENT_TITLES = {
    "float_issue": "找零备用金领用单",
    "float_top_up": "补领备用金单",
    "float_return": "找零备用金缴回单",
    "cash_drop": "上缴入柜单",
    "sealed_bag": "封包入柜单",
    "pay_in": "现金存入单",
    "pay_out": "现金支出单",
    "safe_movement": "保险柜收付单",
}
CUSTODY = {"made_out": "已制单 待复核", "checked": "已复核 待收讫", "received": "收讫"}


def movement_title(kind: str) -> str:
    """The paper's name for a stable movement code; an unknown code is named plainly, not guessed."""
    return MOVEMENT_TITLES.get(kind, "现金收付单")


def layout_remittance_slip(
    paper: RemittanceSlipPaper, *, width_chars: int, anchor: Anchor | None, copy_no: int
) -> Layout:
    """The cashier's slip of one session's takings."""
    strip = Strip(width_chars)
    words = marks(paper.head, copy_no)
    put_marks(strip, words)
    put_head(strip, paper.head, "实收交款单", paper.slip_no)
    strip.rule()
    put_responsible(strip, paper.head, "交款人")
    for label, value in (("收款单位", paper.payee), ("开户行", paper.bank), ("账号", paper.account)):
        strip.field(label, value)
    strip.field("状态", CUSTODY.get(paper.custody, paper.custody))
    strip.rule()
    strip.line("现金", bold=True)
    put_denominations(strip, paper.cash_lines)
    strip.pair("现金合计", f"￥{yuan(paper.cash_fen)}", bold=True, size=Size.TALL)
    strip.field("大写", rmb_capitals(Money(paper.cash_fen)))
    for batch in paper.pos_batches:
        strip.pair(f"刷卡 {batch.terminal} 批次 {batch.batch} {batch.slip_count} 张", yuan(batch.amount_fen))
    strip.rule()
    for kind in paper.kinds:
        strip.pair(f"{said(kind.name)} {kind.count} 笔", yuan(kind.amount_fen))
    if paper.first_receipt:
        strip.field("票据", f"{paper.first_receipt} - {paper.last_receipt}")
    strip.pair("长短款", over_short(paper.over_short_fen))
    if paper.explanation:
        strip.field("说明", paper.explanation)
    strip.pair("留存备用金", yuan(paper.float_kept_fen))
    put_signatures(strip, paper.signatures)
    strip.rule()
    strip.field("班次记录", paper.session_key)
    put_anchor(strip, anchor)
    put_marks(strip, words)
    finish(strip)
    return Layout(paper.TEMPLATE, VERSION, width_chars, tuple(strip.elements))


def layout_cash_movement(paper: CashMovementPaper, *, width_chars: int, anchor: Anchor | None, copy_no: int) -> Layout:
    """A cash movement, signed by both sides."""
    strip = Strip(width_chars)
    words = marks(paper.head, copy_no)
    put_marks(strip, words)
    put_head(strip, paper.head, movement_title(paper.kind), paper.number)
    strip.rule()
    put_responsible(strip, paper.head, "经手人")
    put_denominations(strip, paper.lines)
    strip.pair("金额", f"￥{yuan(paper.amount_fen)}", bold=True, size=Size.TALL)
    strip.field("大写", rmb_capitals(Money(paper.amount_fen)))
    if paper.note:
        strip.field("备注", paper.note)
    put_signatures(strip, paper.signatures)
    strip.rule()
    put_anchor(strip, anchor)
    put_marks(strip, words)
    finish(strip)
    return Layout(paper.TEMPLATE, VERSION, width_chars, tuple(strip.elements))
