"""A line the printer's own font cannot print, as a raster command (GS v 0): rare characters in names (anchors U23).

Must not know: papers, transports.
"""

from __future__ import annotations

from printing.glyphs import draw_line
from printing.layout import TextLine

_BLACK_BELOW = 150
GAP_ROWS = 3


def raster_line(line: TextLine, width_chars: int) -> bytes:
    """The line as `GS v 0`: 48 to 72 bytes a row, 30 or 54 rows, so that it keeps the distance of printed lines."""
    drawn = draw_line(line, width_chars).point(lambda level: 255 if level > _BLACK_BELOW else 0)
    image = drawn.crop((0, 0, drawn.width - drawn.width % 8, drawn.height)).convert("1")
    row_bytes = image.width // 8
    # A printer's dot is a 1 bit, Pillow's white is a 1 bit.
    gap = bytes(row_bytes * GAP_ROWS)
    dots = gap + bytes(byte ^ 0xFF for byte in image.tobytes()) + gap
    rows = image.height + 2 * GAP_ROWS
    return b"\x1dv0\x00" + row_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little") + dots
