"""The fonts that come with the program: the window's first words are drawn in them. Must not know: looks, pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtGui import QFontDatabase

FAMILY = "Noto Sans SC"
FONTS = Path(__file__).resolve().parents[2] / "printing" / "fonts"


REGULAR, BOLD = "NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"


@cache
def load_font(name: str) -> bool:
    """Register one font file, once; False if it is missing or damaged."""
    return QFontDatabase.addApplicationFont(str(FONTS / name)) >= 0


def load_fonts() -> bool:
    """Register all of them; False if one is missing or damaged (the screen then shows boxes: say so)."""
    return load_font(REGULAR) and load_font(BOLD)
