"""A layout as a picture of the paper, dot for dot as a thermal printer makes it: preview, self-test, documentation.

58 mm paper is 464 dots wide with 384 printable, 80 mm is 640 with 576 (8 dots a millimetre). Each copy ends at a torn
edge. Blocking: about 0.1 s for a receipt. Must not know: printers, screens.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from printing.glyphs import LINE_DOTS, draw_line
from printing.layout import Cut, Element, Feed, Layout, QrCode, Rule, TextLine
from printing.roll import COLUMN_DOTS

if TYPE_CHECKING:
    from PIL.Image import Image

_EDGE_DOTS = 64
LEADING_DOTS = 6
_MARGIN_TOP = 28
_PAPER, _INK, _TABLE = 252, 24, 214
_QR_DOTS, _QR_QUIET = 6, 4
_TOOTH = 8


def to_png(layout: Layout) -> bytes:
    """All copies one under the other, as a greyscale PNG."""
    strip = _stack([_draw(element, layout.width_chars) for element in layout.elements], layout.width_chars)
    out = BytesIO()
    strip.save(out, "PNG", dpi=(203, 203))
    return out.getvalue()


def paper_dots(width_chars: int) -> int:
    """Width of the paper with its unprinted edges: 464 dots of 58 mm, 640 of 80 mm."""
    return width_chars * COLUMN_DOTS + _EDGE_DOTS + (16 if width_chars < 40 else 0)


def _stack(pieces: list[Image], width_chars: int) -> Image:
    from PIL import Image

    width = paper_dots(width_chars)
    height = sum(piece.height for piece in pieces) + _MARGIN_TOP
    strip = Image.new("L", (width, height), _PAPER)
    top = _MARGIN_TOP
    for piece in pieces:
        strip.paste(piece, ((width - piece.width) // 2, top))
        top += piece.height
    return strip


def _draw(element: Element, width_chars: int) -> Image:
    """One element on paper ground."""
    from PIL import Image

    printable = width_chars * COLUMN_DOTS
    match element:
        case TextLine():
            return _on_paper(draw_line(element, width_chars))
        case Rule(char):
            return _on_paper(draw_line(TextLine(char * width_chars), width_chars))
        case QrCode(payload):
            return _draw_qr(payload, printable)
        case Feed(lines):
            return Image.new("L", (printable, lines * (LINE_DOTS + LEADING_DOTS)), _PAPER)
        case Cut():
            return _draw_edge(paper_dots(width_chars))


def _on_paper(line: Image) -> Image:
    """Black to ink, white to paper, and the space between two lines."""
    from PIL import Image

    piece = Image.new("L", (line.width, line.height + LEADING_DOTS), _PAPER)
    piece.paste(line.point(lambda level: _INK + level * (_PAPER - _INK) // 255), (0, LEADING_DOTS // 2))
    return piece


def _draw_qr(payload: str, printable: int) -> Image:
    """The modules, six dots each, with the quiet zone."""
    import segno
    from PIL import Image
    from PIL.ImageDraw import Draw

    matrix = segno.make(payload, error="m", micro=False).matrix
    side = (len(matrix) + 2 * _QR_QUIET) * _QR_DOTS
    piece = Image.new("L", (printable, side), _PAPER)
    pen = Draw(piece)
    left = (printable - side) // 2 + _QR_QUIET * _QR_DOTS
    for y, row in enumerate(matrix):
        for x, module in enumerate(row):
            if module:
                at = (left + x * _QR_DOTS, (y + _QR_QUIET) * _QR_DOTS)
                pen.rectangle((*at, at[0] + _QR_DOTS - 1, at[1] + _QR_DOTS - 1), fill=_INK)
    return piece


def _draw_edge(width: int) -> Image:
    """White paper past the tear bar, then the teeth of the cutter against the table."""
    from PIL import Image
    from PIL.ImageDraw import Draw

    paper_end = 40
    piece = Image.new("L", (width, paper_end + _TOOTH * 3), _TABLE)
    pen = Draw(piece)
    teeth = [(x, paper_end + (_TOOTH if x // _TOOTH % 2 else 0)) for x in range(0, width + _TOOTH, _TOOTH)]
    pen.polygon([(0, 0), (width, 0), *reversed(teeth)], fill=_PAPER)
    return piece
