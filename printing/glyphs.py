"""The bundled font on the printer's character grid: 12 dots a column, 24 dots a line, as thermal printers do.

Used for raster lines in a job and for pictures of papers. Pillow is imported when first needed (start-up).
Must not know: ESC/POS, papers.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from math import ceil
from typing import TYPE_CHECKING

from printing.layout import Size, TextLine
from printing.roll import COLUMN_DOTS
from printing.safe_text import text_width
from printing.text import line_indent

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

LINE_DOTS = 24
MISSING = "〓"
_SCALE = {Size.NORMAL: (1, 1), Size.TALL: (1, 2), Size.BIG: (2, 2)}


def font_path(bold: bool = False) -> str:
    """The bundled Noto Sans SC TrueType file."""
    return str(files("printing").joinpath("fonts", f"NotoSansSC-{'Bold' if bold else 'Regular'}.ttf"))


@cache
def _font(bold: bool, dots: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(font_path(bold), dots)


@cache
def _missing_mask(dots: int) -> bytes:
    """How a character that the font lacks looks, to recognise others like it."""
    return bytes(_font(False, dots).getmask("\U0010fffe"))


def draw_line(line: TextLine, width_chars: int) -> Image:
    """One line black on white in grey levels, full strip width, on the character grid.

    A character that even the bundled font lacks becomes 〓, never a blank.
    """
    from PIL import Image

    across, down = _SCALE[line.size]
    cells = max(width_chars // across, text_width(line.text))
    image = Image.new("L", (cells * COLUMN_DOTS, LINE_DOTS), 255)
    column = line_indent(line, width_chars) // across
    for character in line.text:
        _draw_cell(image, character, column, line.bold)
        column += text_width(character)
    image = image.crop((0, 0, width_chars // across * COLUMN_DOTS, LINE_DOTS))
    if (across, down) != (1, 1):
        image = image.resize((image.width * across, image.height * down))
    return image


def _draw_cell(image: Image, character: str, column: int, bold: bool) -> None:
    """One character in the middle of its cell, on a common base line; a letter wider than its cell is condensed."""
    from PIL import Image
    from PIL.ImageDraw import Draw

    if character == " ":
        return
    dots = 22
    font = _font(bold, dots)
    if ord(character) > 0x7E and bytes(font.getmask(character)) == _missing_mask(dots):
        character = MISSING
    cell = text_width(character) * COLUMN_DOTS
    width = max(cell, ceil(font.getlength(character)))
    glyph = Image.new("L", (width, LINE_DOTS), 255)
    Draw(glyph).text((width / 2, 19), character, font=font, fill=0, anchor="ms")
    image.paste(glyph if width == cell else glyph.resize((cell, LINE_DOTS)), (column * COLUMN_DOTS, 0))
