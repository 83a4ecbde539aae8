"""A layout as plain text: what a test reads, what the screen previews, what a paper says without its looks.

Bold and size are not shown; a cut is a line of its own. Must not know: printers.
"""

from __future__ import annotations

from printing.layout import Align, Cut, Element, Feed, Layout, QrCode, Rule, Size, TextLine
from printing.safe_text import text_width

CUT_MARK = "✂"


def to_text(layout: Layout) -> str:
    """All copies, line by line, without trailing spaces; ends with a line feed."""
    return "".join(line.rstrip() + "\n" for element in layout.elements for line in _lines(element, layout.width_chars))


def _lines(element: Element, width: int) -> list[str]:
    match element:
        case TextLine():
            return [" " * line_indent(element, width) + element.text]
        case Rule(char):
            return [char * width]
        case QrCode(payload):
            return [f"[QR {payload}]"]
        case Feed(lines):
            return [""] * lines
        case Cut():
            return [CUT_MARK * (width // 2)]


def line_indent(line: TextLine, width: int) -> int:
    """Columns before the text of a line on a strip of `width` columns."""
    used = text_width(line.text) * (2 if line.size is Size.BIG else 1)
    room = max(width - used, 0)
    return {Align.LEFT: 0, Align.CENTER: room // 2, Align.RIGHT: room}[line.align]
