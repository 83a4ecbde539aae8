"""The proof page of a printer: what the person who sets it up compares with the words beside it (anchors U21).

A full line must not wrap, the rare name must be a character and not rubbish, the QR code must scan, the paper must be
cut once (or torn) and the drawer must stay shut. Must not know: printers, settings.
"""

from __future__ import annotations

from printing.layout import Layout, Size, Strip
from printing.roll import Cutter, Roll
from printing.words import Words

VERSION = 2
TEMPLATE = "proof_page"
QR_CONTENT = "CHANGSHOU PRINTER PROOF"
RARE_NAME = "㛃䶮"


def layout_proof_page(words: Words, *, roll: Roll, hall: str, printed_at: str) -> Layout:
    """One page as wide as the roll."""
    width = roll.width_chars
    strip = Strip(width, words("paper.colon"))
    legal, _, translated = words("proof.title").partition("\n")
    strip.centre(legal, bold=True, size=Size.BIG)
    if translated:
        strip.centre(translated)
    strip.centre(f"{hall} {printed_at}")
    strip.rule()
    strip.line(words("proof.lines"))
    strip.line("".join(str(n % 10) for n in range(1, width + 1)))
    strip.line("票" * (width // 2))
    strip.rule()
    strip.pair(words("proof.left"), words("proof.right"))
    strip.pair(words("receipt.due"), "￥86.80", bold=True, size=Size.TALL)
    strip.field(words("proof.rare.label"), words("proof.rare", name=RARE_NAME))
    strip.line(words("proof.signs"))
    strip.rule()
    strip.qr(QR_CONTENT)
    strip.centre(words("proof.qr"))
    strip.centre(words("proof.cut.none" if roll.cutter is Cutter.NONE else "proof.cut"))
    strip.cut()
    return Layout(TEMPLATE, VERSION, width, tuple(strip.elements))
