"""A table as CSV for programs that take nothing else: UTF-8 with BOM, or GB18030 for older ones.

Rule: trust 4.2: a text that a spreadsheet would take for a formula gets a quote before it, by the column's type and
not by its look: a negative amount stays a number. Must not know: where the table comes from.
"""

from __future__ import annotations

import csv
from io import StringIO

from printing.export_table import ColumnKind, ExportTable, Value, as_cell
from printing.safe_text import safe_text

UTF8_WITH_BOM, GB18030 = "utf-8-sig", "gb18030"
TEXT_LIMIT = 1000
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def to_csv(table: ExportTable, *, encoding: str = UTF8_WITH_BOM) -> bytes:
    """Head, rows and the sum line; money with two decimals and a point, no grouping.

    The mark of a marked paper is a last column: such a file has no other place that goes with it.
    """
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    mark = [safe_text(table.mark)] if table.mark else []
    writer.writerow([column.title for column in table.columns] + mark)
    for row in (*table.rows, *([table.sums] if table.sums else [])):
        cells = [_cell(value, column.kind) for value, column in zip(row, table.columns, strict=True)]
        writer.writerow(cells + mark)
    return out.getvalue().encode(encoding)


def _cell(value: Value, kind: ColumnKind) -> str:
    shown, _kind = as_cell(value, kind)
    if not isinstance(shown, str):
        return f"{shown:f}"
    text = safe_text(shown, TEXT_LIMIT)
    return f"'{text}" if shown.startswith(_STARTS_A_FORMULA) or text.startswith(_STARTS_A_FORMULA) else text
