"""The embedded fonts of A4 documents, and text made safe for them: a missing glyph shows as 〓, never as nothing.

Rule: pitfalls 2 (TrueType only, silent missing glyphs). Must not know: any document.
"""

from __future__ import annotations

from functools import cache
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from printing.glyphs import MISSING, font_path
from printing.safe_text import safe_text

REGULAR, BOLD = "NotoSansSC", "NotoSansSC-Bold"


@cache
def register_fonts() -> frozenset[int]:
    """Register both weights once (0.2 s); returns the code points the regular one can show."""
    regular = TTFont(REGULAR, font_path())
    pdfmetrics.registerFont(regular)
    pdfmetrics.registerFont(TTFont(BOLD, font_path(bold=True)))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return frozenset(regular.face.charToGlyph)


def printable(text: str) -> str:
    """Plain text without control characters and with every missing glyph made visible."""
    known = register_fonts()
    return "".join(c if ord(c) in known else MISSING for c in safe_text(text, 1000)).replace("￥", "¥")


def marked_up(text: str) -> str:
    """`printable` text for a paragraph: what looks like markup is shown as it was written."""
    return escape(printable(text))
