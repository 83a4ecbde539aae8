"""班结单, 交接单 and the notes of cash movements on A4.

Rule: domain D10, P9; what was not counted says 未点, never 0; the explanation and the two signatures belong to the
paper. Must not know: where the figures come from.
"""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from pos.domain.papers import CashMovementPaper, HandOverPaper, OpenMatterLine, ZPaper
from printing.figures import cubic_metres, over_short, price, yuan
from printing.pdf.remittance import cash_table, kinds_table
from printing.pdf.sheet import CONTENT_WIDTH
from printing.pdf.tables import (
    Column,
    capitals_row,
    chapter,
    facts,
    grid,
    half_width,
    note,
    section,
    side_by_side,
    signature_block,
)
from printing.reports import NOT_COUNTED, RECEIVERS
from printing.words import said

TITLE_Z, TITLE_X, TITLE_HAND_OVER = "班结单", "班中查询", "交接单"


def z_story(paper: ZPaper) -> list[Flowable]:
    """Closing report, or the look without effect when `z_no` is 0."""
    tickets = f"{paper.first_receipt} 至 {paper.last_receipt}" if paper.first_receipt else "无"
    story: list[Flowable] = [
        facts(
            [
                ("营业日", paper.head.business_day),
                ("窗口班次", f"{paper.head.till_name}  班次 {paper.head.session_no:04d}"),
                ("收费员", f"{paper.head.operator_name}（{paper.head.operator_code}）"),
                ("起止时间", f"{paper.opened_at} 至 {paper.closed_at or paper.head.printed_at}"),
                ("票据起止", tickets),
                ("记录序号", f"{paper.first_seq} 至 {paper.last_seq}"),
            ]
        ),
        *chapter("收款方式"),
        _tender_table(paper),
        _turnover(paper),
    ]
    if paper.z_no == 0:
        return [*story, *chapter("钱箱与累计"), facts(_events(paper))]
    story += [
        *chapter("现金去向与实物"),
        facts(
            [
                ("应上缴款", yuan(paper.takings_fen)),
                ("留存备用金", yuan(paper.float_kept_fen)),
                ("开班账面", yuan(paper.opening_expected_fen)),
                ("开班实点", yuan(paper.opening_counted_fen)),
                ("空白卡", f"账面 {paper.blank_cards_expected} 张"),
                ("空白卡", f"实点 {_cards(paper.blank_cards_counted)}"),
                *_events(paper),
            ]
        ),
    ]
    if paper.explanation:
        story.append(note("差异说明", paper.explanation))
    return [*story, *_matters(paper.open_matters), signature_block(paper.signatures)]


def _events(paper: ZPaper) -> list[tuple[str, str]]:
    """What was done apart from selling, and the sums that never go back."""
    return [
        ("开钱箱", f"{paper.drawer_openings} 次"),
        ("补打", f"{paper.reprints} 次"),
        ("累计收款", f"{yuan(paper.perpetual_gross_fen)}（{paper.perpetual_count:,} 笔）"),
        ("累计冲正", yuan(-abs(paper.perpetual_reversed_fen))),
    ]


def _cards(counted: int | None) -> str:
    return NOT_COUNTED if counted is None else f"{counted} 张"


def _tender_table(paper: ZPaper) -> Flowable:
    columns = [
        Column("收款方式", 26),
        Column("账面数", 22, right=True),
        Column("实点数", 22, right=True),
        Column("复核数", 22, right=True),
        Column("差异", 22, right=True),
    ]
    rows = [
        [
            said(tender.name),
            yuan(tender.expected_fen),
            NOT_COUNTED if tender.counted_fen is None else yuan(tender.counted_fen),
            NOT_COUNTED if tender.verified_fen is None else yuan(tender.verified_fen),
            "" if tender.counted_fen is None else over_short(tender.over_short_fen),
        ]
        for tender in paper.tenders
    ]
    return grid(columns, rows)


def _turnover(paper: ZPaper) -> Flowable:
    """Kinds at the left, tiers at the right, gross and reversed under the kinds."""
    tier_columns = [
        Column("阶梯", 20),
        Column("立方米", 20, right=True),
        Column("单价", 16, right=True),
        Column("金额", 30, right=True),
    ]
    tiers = [[said(t.name), cubic_metres(t.volume_l), price(t.price_e4), yuan(t.amount_fen)] for t in paper.tiers]
    volume = cubic_metres(sum(t.volume_l for t in paper.tiers))
    tier_sums = ["合计", volume, "", yuan(sum(t.amount_fen for t in paper.tiers))]
    net = paper.gross_fen - abs(paper.reversed_fen)
    totals = [
        ["收款总额", f"{paper.sales_count:,}", yuan(paper.gross_fen)],
        ["冲正与退费", "", yuan(-abs(paper.reversed_fen))],
    ]
    columns = [Column("汇总", 30), Column("笔数", 22, right=True), Column("金额", 34, right=True)]
    right: list[Flowable] = [
        section("阶梯气量"),
        grid(tier_columns, tiers, sums=tier_sums, width=half_width()),
        section("收款汇总"),
        grid(columns, totals, sums=["净额", "", yuan(net)], width=half_width()),
    ]
    return side_by_side([section("收款项目"), kinds_table(paper.kinds)], right)


def _matters(matters: tuple[OpenMatterLine, ...]) -> list[Flowable]:
    """By name, or the statement that there are none."""
    if not matters:
        return [*chapter("未结事项"), note("件数", "无未结事项")]
    columns = [Column("事项", 24), Column("对象", 70), Column("发生", 32), Column("金额", 22, right=True)]
    rows = [[said(matter.kind), matter.subject, matter.since, yuan(matter.amount_fen)] for matter in matters]
    return [*chapter(f"未结事项 {len(matters)} 件"), grid(columns, rows)]


def hand_over_story(paper: HandOverPaper) -> list[Flowable]:
    """What is taken over, signed by both."""
    devices: list[Flowable] = [
        section("实物与设备"),
        grid(
            [Column("名称", 30), Column("情况", 56)],
            [
                ["空白卡", f"{paper.blank_cards} 张"],
                ["下一凭证号", paper.next_receipt or "无"],
                ["封包号", paper.bag_no or "无封包"],
                *(["设备", state] for state in paper.device_states),
            ],
            width=half_width(),
        ),
    ]
    return [
        facts(
            [
                ("营业日", paper.head.business_day),
                ("窗口班次", f"{paper.head.till_name}  班次 {paper.head.session_no:04d}"),
                ("交班人", f"{paper.head.operator_name}（{paper.head.operator_code}）"),
                ("接收方", RECEIVERS.get(paper.receiver_kind, paper.receiver_kind)),
                ("承接班结", f"Z {paper.z_no:05d}"),
                ("交接摘要", paper.digest),
            ]
        ),
        side_by_side([section("找零备用金"), cash_table(paper.float_lines, paper.float_fen)], devices),
        capitals_row("找零备用金", paper.float_fen),
        *_matters(paper.open_matters),
        Spacer(1, 3 * mm),
        note("声明", "双方当面点清以上款项与实物，交接后由接收方负责。接收方的点款即其开班点款。"),
        signature_block(paper.signatures),
    ]


def cash_movement_story(paper: CashMovementPaper) -> list[Flowable]:
    """A cash movement, signed by both sides."""
    story: list[Flowable] = [
        facts(
            [
                ("营业日", paper.head.business_day),
                ("窗口", paper.head.till_name),
                ("经手人", f"{paper.head.operator_name}（{paper.head.operator_code}）"),
                ("时间", paper.head.printed_at),
            ]
        ),
        *chapter("券别明细"),
        cash_table(paper.lines, paper.amount_fen, CONTENT_WIDTH),
        capitals_row("金额", paper.amount_fen),
    ]
    if paper.note:
        story += [Spacer(1, 2 * mm), note("备注", paper.note)]
    story.append(signature_block(paper.signatures))
    return story
