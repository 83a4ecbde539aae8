"""实收交款单 and 解款单 on A4: what the cashier hands to finance and what finance takes to the bank.

Rule: domain P6, P7: denominations counted, never expected; kinds, card batches, ticket numbers, over/short with its
explanation, float kept, signatures. Must not know: where the figures come from.
"""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from pos.domain.papers import Denomination, DepositSlipPaper, NamedCount, PosBatch, RemittanceSlipPaper
from printing.figures import face, over_short, yuan
from printing.pdf.tables import (
    Column,
    capitals_row,
    cell,
    chapter,
    facts,
    grid,
    half_width,
    note,
    section,
    side_by_side,
    signature_block,
    stamp_boxes,
)
from printing.slips import CUSTODY
from printing.words import said

TITLE_REMITTANCE, TITLE_DEPOSIT = "实收交款单", "解款单"
_COPIES = "本单一式三份：财务、稽核、交款人各执一份。"


def remittance_story(paper: RemittanceSlipPaper) -> list[Flowable]:
    """One till session's takings."""
    pos_fen = sum(batch.amount_fen for batch in paper.pos_batches)
    left: list[Flowable] = [section("现金（实点）"), cash_table(paper.cash_lines, paper.cash_fen)]
    right: list[Flowable] = [
        section("收款项目"),
        kinds_table(paper.kinds),
        section("刷卡签购单"),
        pos_table(paper.pos_batches),
    ]
    tickets = f"{paper.first_receipt} 至 {paper.last_receipt}" if paper.first_receipt else "无"
    story: list[Flowable] = [
        facts(
            [
                ("收款单位", paper.payee),
                ("营业日", paper.head.business_day),
                ("开户银行", paper.bank),
                ("窗口班次", f"{paper.head.till_name}  班次 {paper.head.session_no:04d}"),
                ("账号", paper.account),
                ("交款人", f"{paper.head.operator_name}（{paper.head.operator_code}）"),
                ("票据起止", tickets),
                ("单据状态", CUSTODY.get(paper.custody, paper.custody)),
            ]
        ),
        side_by_side(left, right),
        capitals_row("现金合计", paper.cash_fen),
        Spacer(1, 2.5 * mm),
        facts(
            [
                ("交款合计", f"{yuan(paper.cash_fen + pos_fen)}（现金 + 刷卡）"),
                ("长短款", over_short(paper.over_short_fen)),
                ("留存备用金", yuan(paper.float_kept_fen)),
                ("班次记录", paper.session_key),
            ]
        ),
    ]
    if paper.explanation:
        story.append(note("说明", paper.explanation))
    story += [
        signature_block(paper.signatures),
        stamp_boxes(("收讫章",)),
        Spacer(1, 2 * mm),
        cell(_COPIES, faint=True, size=8),
    ]
    return story


def deposit_story(paper: DepositSlipPaper) -> list[Flowable]:
    """The day's received slips and the cash that goes to the bank."""
    slip_rows = [
        [
            slip.slip_no,
            f"{slip.head.till_name} {slip.head.operator_name}",
            f"{slip.first_receipt} - {slip.last_receipt}" if slip.first_receipt else "",
            yuan(slip.cash_fen),
            yuan(sum(batch.amount_fen for batch in slip.pos_batches)),
            over_short(slip.over_short_fen),
        ]
        for slip in paper.slips
    ]
    pos_fen = sum(batch.amount_fen for batch in paper.pos_batches)
    columns = [
        Column("交款单号", 21),
        Column("窗口 收费员", 25),
        Column("票据起止", 34),
        Column("现金", 17, right=True),
        Column("刷卡", 15, right=True),
        Column("长短款", 18, right=True),
    ]
    sums = [f"共 {len(paper.slips)} 张", "", "", yuan(paper.cash_fen), yuan(pos_fen), over_short(paper.over_short_fen)]
    right: list[Flowable] = [
        section("收款项目"),
        kinds_table(paper.kinds),
        section("刷卡签购单"),
        pos_table(paper.pos_batches),
    ]
    story: list[Flowable] = [
        facts(
            [
                ("收款单位", paper.payee),
                ("营业日", paper.head.business_day),
                ("开户银行", paper.bank),
                ("账号", paper.account),
            ]
        ),
        *chapter("已收讫的交款单"),
        grid(columns, slip_rows, sums=sums, size=9),
        side_by_side([section("解缴现金"), cash_table(paper.cash_lines, paper.cash_fen)], right),
        capitals_row("解缴现金", paper.cash_fen),
    ]
    if paper.not_received:
        story += [*chapter("尚未收讫 不在本单内"), *(note("未收讫", line) for line in paper.not_received)]
    story += [signature_block(paper.signatures), stamp_boxes(("财务专用章", "银行收讫章"))]
    return story


def cash_table(lines: tuple[Denomination, ...], sum_fen: int, width: float | None = None) -> Flowable:
    """Denominations with pieces and amounts."""
    columns = [Column("券别", 30), Column("张 / 枚", 22, right=True), Column("金额", 34, right=True)]
    rows = [[face(line), f"{line.pieces:,}", yuan(line.face_fen * line.pieces)] for line in lines if line.pieces]
    return grid(columns, rows, sums=["合计", "", yuan(sum_fen)], width=width or half_width())


def kinds_table(kinds: tuple[NamedCount, ...]) -> Flowable:
    """Kinds with counts and sums."""
    columns = [Column("项目", 30), Column("笔数", 22, right=True), Column("金额", 34, right=True)]
    rows = [[said(kind.name), f"{kind.count:,}", yuan(kind.amount_fen)] for kind in kinds]
    return grid(columns, rows, sums=["合计", "", yuan(sum(kind.amount_fen for kind in kinds))], width=half_width())


def pos_table(batches: tuple[PosBatch, ...]) -> Flowable:
    """Terminal batches with counted slips."""
    columns = [
        Column("终端", 24),
        Column("批次", 18),
        Column("张数", 14, right=True),
        Column("金额", 30, right=True),
    ]
    rows = [[b.terminal, b.batch, f"{b.slip_count:,}", yuan(b.amount_fen)] for b in batches]
    count, sum_fen = sum(b.slip_count for b in batches), sum(b.amount_fen for b in batches)
    return grid(columns, rows, sums=["合计", "", f"{count:,}", yuan(sum_fen)], width=half_width())
