"""收费日记 on A4: every sale of a session in order, ticket numbers beside it, for the auditor's comparison (P8).

Account numbers only; names stay out of a list that leaves the counter. Must not know: where the lines come from.
"""

from __future__ import annotations

from reportlab.platypus import Flowable

from pos.domain.papers import DaybookPaper
from printing.figures import cubic_metres, yuan
from printing.pdf.tables import Column, chapter, facts, grid, half_width, signature_block
from printing.words import said

TITLE = "收费日记"


def daybook_story(paper: DaybookPaper) -> list[Flowable]:
    """The list with its sum, the sums by tender, and the signatures."""
    columns = [
        Column("序号", 14, right=True),
        Column("时间", 15),
        Column("凭证号", 26),
        Column("户号", 24),
        Column("项目", 26),
        Column("立方米", 14, right=True),
        Column("金额", 20, right=True),
        Column("收款方式", 19),
        Column("状态", 13),
    ]
    rows = [
        [
            str(line.seq),
            line.at.removeprefix(paper.head.business_day).strip(),
            line.receipt_no,
            line.account_no,
            said(line.what),
            cubic_metres(line.volume_l) if line.volume_l else "",
            yuan(line.due_fen),
            said(line.tender),
            line.state,
        ]
        for line in paper.lines
    ]
    volume = cubic_metres(sum(line.volume_l for line in paper.lines))
    sums = ["合计", f"{len(rows)} 笔", "", "", "", volume, yuan(sum(line.due_fen for line in paper.lines)), "", ""]
    total_columns = [Column("收款方式", 30), Column("笔数", 22, right=True), Column("金额", 34, right=True)]
    total_rows = [[said(kind.name), f"{kind.count:,}", yuan(kind.amount_fen)] for kind in paper.totals]
    total_sums = ["合计", f"{sum(k.count for k in paper.totals):,}", yuan(sum(k.amount_fen for k in paper.totals))]
    return [
        facts(
            [
                ("营业日", paper.head.business_day),
                ("窗口班次", f"{paper.head.till_name}  班次 {paper.head.session_no:04d}"),
                ("收费员", f"{paper.head.operator_name}（{paper.head.operator_code}）"),
                ("班次记录", paper.session_key),
                ("时间", "未写日期的为营业日当天"),
            ]
        ),
        *chapter("收费明细"),
        grid(columns, rows, sums=sums, size=8, padding=1.3),
        *chapter("收款汇总"),
        grid(total_columns, total_rows, sums=total_sums, width=half_width()),
        signature_block(paper.signatures),
    ]
