"""A line the printer's own font cannot print, as a raster command (GS v 0): rare characters in names (anchors U23).

Must not know: papers, transports.
"""

from __future__ import annotations

from printing.glyphs import draw_line
from printing.layout import TextLine

_BLACK_BELOW = 150


def raster_line(line: TextLine, width_chars: int) -> bytes:
    """The line as `GS v 0`: 48 or 72 bytes a row, 24 or 48 rows."""
    image = draw_line(line, width_chars).point(lambda level: 255 if level > _BLACK_BELOW else 0).convert("1")
    row_bytes = image.width // 8
    # A printer's dot is a 1 bit, Pillow's white is a 1 bit.
    dots = bytes(byte ^ 0xFF for byte in image.tobytes())
    return b"\x1dv0\x00" + row_bytes.to_bytes(2, "little") + image.height.to_bytes(2, "little") + dots
