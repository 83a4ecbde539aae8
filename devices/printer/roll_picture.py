"""The simulated printer's paper as a picture, drawn from what the machine executed, not from what was meant.

Pictures in the job (rare characters) are decoded dot by dot. The font is handed in: this room knows no other.
Must not know: papers, layouts, screens.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from devices.printer.roll import PaperRoll, Printed, PrintedCut, PrintedLine, PrintedQr, PrintedRaster, columns

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_CELL, _ROW, _GAP = 12, 24, 6
_PAPER, _INK, _TABLE = 252, 24, 214
_MODULE = 6


def roll_to_png(roll: PaperRoll, font_file: Path) -> bytes:
    """Everything on the roll, one item under the other, as a greyscale PNG of the printable width."""
    from PIL import Image, ImageFont

    font = ImageFont.truetype(str(font_file), 22)
    width = roll.width_chars * _CELL
    pieces = [_draw(item, width, font) for item in roll.printed]
    sheet = Image.new("L", (width, max(sum(piece.height for piece in pieces), 1)), _PAPER)
    top = 0
    for piece in pieces:
        sheet.paste(piece, (0, top))
        top += piece.height
    out = BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _draw(item: Printed, width: int, font: FreeTypeFont) -> Image:
    from PIL import Image

    match item:
        case PrintedLine():
            return _draw_line(item, width, font)
        case PrintedRaster():
            return _draw_raster(item, width)
        case PrintedQr():
            return _draw_qr(item.payload, width)
        case PrintedCut():
            return Image.new("L", (width, _ROW), _TABLE)


def _draw_line(line: PrintedLine, width: int, font: FreeTypeFont) -> Image:
    from PIL import Image
    from PIL.ImageDraw import Draw

    used = columns(line.text) * _CELL
    text = Image.new("L", (max(used, 1), _ROW), _PAPER)
    pen = Draw(text)
    left = 0
    for character in line.text:
        cell = columns(character) * _CELL
        pen.text((left + cell / 2, 19), character, font=font, fill=_INK, anchor="ms", stroke_width=int(line.bold))
        left += cell
    text = text.resize((text.width * line.across, text.height * line.down))
    piece = Image.new("L", (width, _ROW * line.down + _GAP), _PAPER)
    room = max(width - text.width, 0)
    piece.paste(text, ((0, room // 2, room)[line.align], _GAP // 2))
    return piece


def _draw_raster(raster: PrintedRaster, width: int) -> Image:
    """A 1 bit is a black dot."""
    from PIL import Image

    size = (raster.row_bytes * 8, raster.rows)
    dots = Image.frombytes("1", size, bytes(byte ^ 0xFF for byte in raster.dots)).convert("L")
    piece = Image.new("L", (width, raster.rows), _PAPER)
    piece.paste(dots.point(lambda level: _PAPER if level else _INK), (0, 0))
    return piece


def _draw_qr(payload: str, width: int) -> Image:
    import segno
    from PIL import Image
    from PIL.ImageDraw import Draw

    matrix = segno.make(payload, error="m", micro=False).matrix
    side = len(matrix) * _MODULE
    piece = Image.new("L", (width, side + 2 * _ROW), _PAPER)
    pen = Draw(piece)
    for y, row in enumerate(matrix):
        for x, module in enumerate(row):
            if module:
                left, top = (width - side) // 2 + x * _MODULE, _ROW + y * _MODULE
                pen.rectangle((left, top, left + _MODULE - 1, top + _MODULE - 1), fill=_INK)
    return piece
