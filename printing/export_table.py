"""Tables for finance's own programs: columns with a type each, rows of integers and text, no looks.

The workbook and the CSV file are made from the same table, so that both say the same. Money stays whole fen until the
file's own writer turns it into yuan. Must not know: file formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pos.domain.papers import DaybookPaper, DepositSlipPaper
from printing.figures import face
from printing.words import said


class ColumnKind(StrEnum):
    """What a column holds; the type decides how a cell is written, never the look of its content."""

    TEXT = "text"
    MONEY_FEN = "money_fen"
    VOLUME_L = "volume_l"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: title and kind."""

    title: str
    kind: ColumnKind = ColumnKind.TEXT


Value = str | int


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table. Attributes: name (sheet name); columns; rows with one value per column; sums, the last line or ()."""

    name: str
    columns: tuple[ExportColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    sums: tuple[Value, ...] = ()

    def __post_init__(self) -> None:
        for row in (*self.rows, *([self.sums] if self.sums else [])):
            if len(row) != len(self.columns):
                raise ValueError(f"row of {len(row)} values in a table of {len(self.columns)} columns")
            for value, column in zip(row, self.columns, strict=True):
                is_text = column.kind is ColumnKind.TEXT
                if isinstance(value, str) != is_text and value != "":
                    raise TypeError(f"{column.title}: {type(value).__name__} in a column of {column.kind}")


def in_units(value: int, kind: ColumnKind) -> Decimal:
    """Fen as yuan, litres as cubic metres, pieces as they are; exact, never a float."""
    return {
        ColumnKind.MONEY_FEN: Decimal(value).scaleb(-2),
        ColumnKind.VOLUME_L: Decimal(value).scaleb(-3),
    }.get(kind, Decimal(value))


_TEXT, _MONEY, _VOLUME, _COUNT = ColumnKind.TEXT, ColumnKind.MONEY_FEN, ColumnKind.VOLUME_L, ColumnKind.COUNT


def daybook_tables(paper: DaybookPaper) -> tuple[ExportTable, ...]:
    """收费日记 and its sums by tender."""
    columns = (
        ExportColumn("序号", _COUNT),
        ExportColumn("时间"),
        ExportColumn("凭证号"),
        ExportColumn("户号"),
        ExportColumn("项目"),
        ExportColumn("立方米", _VOLUME),
        ExportColumn("金额", _MONEY),
        ExportColumn("收款方式"),
        ExportColumn("状态"),
    )
    rows = tuple(
        (n.seq, n.at, n.receipt_no, n.account_no, said(n.what), n.volume_l, n.due_fen, said(n.tender), n.state)
        for n in paper.lines
    )
    volume_l, due_fen = sum(n.volume_l for n in paper.lines), sum(n.due_fen for n in paper.lines)
    lines = ExportTable("收费日记", columns, rows, ("", "合计", "", "", "", volume_l, due_fen, "", ""))
    return lines, _named_counts(
        "收款汇总", "收款方式", tuple((said(k.name), k.count, k.amount_fen) for k in paper.totals)
    )


def deposit_tables(paper: DepositSlipPaper) -> tuple[ExportTable, ...]:
    """解款单: received slips, cash by denomination, kinds, card batches."""
    columns = (
        ExportColumn("交款单号"),
        ExportColumn("窗口"),
        ExportColumn("收费员"),
        ExportColumn("首张凭证"),
        ExportColumn("末张凭证"),
        ExportColumn("现金", _MONEY),
        ExportColumn("刷卡", _MONEY),
        ExportColumn("长短款", _MONEY),
    )
    rows = tuple(
        (
            slip.slip_no,
            slip.head.till_name,
            f"{slip.head.operator_name} {slip.head.operator_code}".strip(),
            slip.first_receipt,
            slip.last_receipt,
            slip.cash_fen,
            sum(batch.amount_fen for batch in slip.pos_batches),
            slip.over_short_fen,
        )
        for slip in paper.slips
    )
    pos_fen = sum(batch.amount_fen for batch in paper.pos_batches)
    sums = ("合计", "", "", "", "", paper.cash_fen, pos_fen, paper.over_short_fen)
    cash = tuple((face(line), line.pieces, line.face_fen * line.pieces) for line in paper.cash_lines)
    batch_columns = (
        ExportColumn("终端"),
        ExportColumn("批次"),
        ExportColumn("张数", _COUNT),
        ExportColumn("金额", _MONEY),
    )
    batches = tuple((b.terminal, b.batch, b.slip_count, b.amount_fen) for b in paper.pos_batches)
    return (
        ExportTable(f"解款单 {paper.slip_no}", columns, rows, sums),
        _named_counts("现金", "券别", cash, count_title="张枚"),
        _named_counts("收款项目", "项目", tuple((said(k.name), k.count, k.amount_fen) for k in paper.kinds)),
        ExportTable("刷卡", batch_columns, batches),
    )


def _named_counts(
    name: str, first_title: str, rows: tuple[tuple[str, int, int], ...], count_title: str = "笔数"
) -> ExportTable:
    columns = (ExportColumn(first_title), ExportColumn(count_title, _COUNT), ExportColumn("金额", _MONEY))
    return ExportTable(name, columns, rows, ("合计", "", sum(row[2] for row in rows)))
