"""The customer's receipt: 收款凭证, 已收款未写卡凭单, 退款凭证, on 58 or 80 mm paper.

Rule: domain P2, P3, P10, D7 (never an invoice). Customer's and store copy (客户联 / 存根联) are cut apart. The
template's version is recorded with the print. Must not know: how a printer is driven, the books.
"""

from __future__ import annotations

from ledger.money import Money
from pos.domain.capitals import rmb_capitals
from pos.domain.papers import PaperLine, ReceiptPaper
from printing.anchor import Anchor
from printing.blocks import finish, marks, put_anchor, put_head, put_marks, put_responsible, put_stamp_space
from printing.figures import cubic_metres, price, signed_yuan, yuan
from printing.layout import Align, Cell, Layout, Size, Strip
from printing.words import said

VERSION = 1
CASH = "现金"
STORE_COPY = "存根联"

_TITLES = {"unwritten": "已收款未写卡凭单", "in_doubt": "写卡待核凭单"}
_CARD_RESULTS = {
    "written": "写卡成功",
    "issued": "新卡已发 写卡成功",
    "unwritten": "未写卡 款已收",
    "in_doubt": "写卡结果待核",
}
_CARD_ADVICE = {
    "written": "请将卡插入气表，听到提示音、见气量增加后再取出。",
    "issued": "请将卡插入气表，听到提示音、见气量增加后再取出。",
    "unwritten": "款已收，气量尚未写入卡内。请持本凭单和原卡到本厅补写，勿重复交费。",
    "in_doubt": "款已收，卡内是否写入待核。请勿插表，持本凭单和原卡到本厅复核，勿重复交费。",
}


def layout_receipt(paper: ReceiptPaper, *, width_chars: int, anchor: Anchor | None, copy_no: int) -> Layout:
    """All copies of a receipt. `copy_no` 0 is the original, n > 0 the n-th reprint."""
    elements = []
    for copy_name in map(said, paper.copies):
        strip = Strip(width_chars)
        _put_copy(strip, paper, copy_name, anchor, copy_no)
        elements += strip.elements
    return Layout(paper.TEMPLATE, VERSION, width_chars, tuple(elements))


def _put_copy(strip: Strip, paper: ReceiptPaper, copy_name: str, anchor: Anchor | None, copy_no: int) -> None:
    words = marks(paper.head, copy_no)
    put_marks(strip, words)
    title = "退款凭证" if paper.reversal_of else _TITLES.get(paper.card_result, "收款凭证")
    put_head(strip, paper.head, title, copy_name)
    strip.rule()
    _put_who(strip, paper)
    strip.rule()
    _put_what(strip, paper)
    strip.rule()
    _put_how_much(strip, paper)
    if paper.card_result != "none":
        strip.rule()
        _put_card(strip, paper)
    strip.rule()
    _put_foot(strip, paper, copy_name, anchor)
    put_marks(strip, words)
    finish(strip)


def _put_who(strip: Strip, paper: ReceiptPaper) -> None:
    strip.field("凭证号", paper.receipt_no)
    if paper.reversal_of:
        strip.field("原凭证号", paper.reversal_of)
    strip.field("户号", paper.account_no)
    strip.field("户名", paper.customer_name)
    strip.field("地址", paper.address)
    for label, value in (("表号", paper.meter_no), ("卡号", paper.card_no), ("类别", said(paper.price_class))):
        if value:
            strip.field(label, value)


def _put_what(strip: Strip, paper: ReceiptPaper) -> None:
    """Per tier: quantity, price, amount; then what the account's balance gave or took."""
    if strip.width >= 48:
        widths = (16, 10, 9, 13)
        strip.row(Cell("项目", 16), Cell("立方米", 10, True), Cell("单价", 9, True), Cell("金额", 13, True), bold=True)
        for line in paper.lines:
            texts = ("", "") if not line.volume_l else (cubic_metres(line.volume_l), price(line.price_e4))
            cells = (Cell(said(line.name), widths[0]), Cell(texts[0], widths[1], True), Cell(texts[1], widths[2], True))
            strip.row(*cells, Cell(yuan(line.amount_fen), widths[3], True))
    else:
        for line in paper.lines:
            _put_narrow_line(strip, line)
    strip.pair("合计", yuan(sum(line.amount_fen for line in paper.lines)), bold=True)
    moved = paper.balance_after_fen - paper.balance_before_fen
    if moved and not any(line.kind == "balance" for line in paper.lines):
        words = ("退回户内余额", "户内余额冲回") if paper.reversal_of else ("转入户内余额", "户内余额支付")
        strip.pair(words[0] if moved > 0 else words[1], yuan(abs(moved)))
    if paper.balance_after_fen or paper.balance_before_fen:
        strip.pair("户内余额", f"{yuan(paper.balance_before_fen)} → {yuan(paper.balance_after_fen)}")


def _put_narrow_line(strip: Strip, line: PaperLine) -> None:
    """58 mm: the name on one line with the amount, quantity and price under it."""
    strip.pair(said(line.name), yuan(line.amount_fen))
    if line.volume_l:
        strip.line(f"{cubic_metres(line.volume_l)} 立方米 × {price(line.price_e4)}", align=Align.RIGHT)


def _put_how_much(strip: Strip, paper: ReceiptPaper) -> None:
    """应收 / 实收 / 找零 in double height, then the amount in capitals; a refund says 应退 / 实退."""
    tender = said(paper.tender_name)
    asked = f"￥{yuan(abs(paper.to_pay_fen))}"
    if paper.reversal_of:
        strip.pair("应退", asked, bold=True, size=Size.TALL)
        strip.pair(f"实退 {tender}", asked, bold=True, size=Size.TALL)
    elif tender == CASH:
        strip.pair("应收", asked, bold=True, size=Size.TALL)
        strip.pair("实收 现金", f"￥{yuan(paper.tendered_fen)}", bold=True, size=Size.TALL)
        strip.pair("找零", f"￥{yuan(paper.change_fen)}", bold=True, size=Size.TALL)
    else:
        strip.pair("应收", asked, bold=True, size=Size.TALL)
        strip.pair(f"实收 {tender}", f"￥{yuan(paper.tendered_fen)}", bold=True, size=Size.TALL)
        if paper.change_fen:
            strip.pair("找零 现金", f"￥{yuan(paper.change_fen)}", bold=True, size=Size.TALL)
    if paper.tender_detail:
        strip.field("支付", paper.tender_detail)
    amount = Money(-abs(paper.to_pay_fen) if paper.reversal_of else paper.to_pay_fen)
    strip.field("大写", rmb_capitals(amount))


def _put_card(strip: Strip, paper: ReceiptPaper) -> None:
    """Result of the write, count before and after, the year's cumulative and what is left in the tier."""
    result = "未写卡 款已退" if paper.reversal_of else _CARD_RESULTS[paper.card_result]
    strip.pair("写卡结果", result, bold=True)
    if paper.card_result == "unwritten":
        strip.pair("购气次数", f"{paper.count_before}")
    else:
        unproven = " 待核" if paper.card_result == "in_doubt" else ""
        strip.pair("购气次数", f"{paper.count_before} → {paper.count_after}{unproven}")
    if paper.volume_l:
        strip.pair("本次购气", f"{cubic_metres(paper.volume_l)} 立方米")
    strip.pair("本年累计", f"{cubic_metres(paper.year_used_l)} 立方米")
    left = "末档" if paper.tier_left_l is None else f"{cubic_metres(paper.tier_left_l)} 立方米"
    strip.pair("本档剩余", left)
    if not paper.reversal_of:
        strip.line(_CARD_ADVICE[paper.card_result], bold=True)


def _put_foot(strip: Strip, paper: ReceiptPaper, copy_name: str, anchor: Anchor | None) -> None:
    put_responsible(strip, paper.head)
    if paper.approver_name:
        strip.field("批准", paper.approver_name)
    strip.field("时间", paper.sold_at or paper.head.printed_at)
    if paper.head.emergency_phone:
        strip.field("紧急电话", paper.head.emergency_phone)
    if copy_name == STORE_COPY or paper.reversal_of:
        strip.feed(1)
        strip.line("客户签名：" + "_" * 16)
    put_stamp_space(strip)
    strip.centre("本凭证不作发票使用", bold=True)
    if copy_name != STORE_COPY and not paper.reversal_of:
        strip.centre("请当面点清找零 收好卡和票据")
    if paper.reversal_of:
        strip.line(f"本次退款 {signed_yuan(-abs(paper.due_fen))} 元 原凭证同时作废", align=Align.CENTER)
    put_anchor(strip, anchor)
