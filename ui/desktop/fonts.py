"""The fonts that come with the program: the window's first words are drawn in them. Must not know: looks, pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtGui import QFontDatabase

FAMILY = "Noto Sans SC"
FONTS = Path(__file__).resolve().parents[2] / "printing" / "fonts"


@cache
def load_fonts() -> bool:
    """Register the font files, once; False if one is missing or damaged (the screen then shows boxes: say so)."""
    names = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
    return all(QFontDatabase.addApplicationFont(str(FONTS / name)) >= 0 for name in names)
