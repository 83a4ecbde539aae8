"""The proof page of a printer: what the person who sets it up compares with the words beside it (anchors U21).

A full line must not wrap, the rare name must be a character and not rubbish, the QR code must scan, the paper must be
cut once and the drawer must stay shut. Must not know: printers, settings.
"""

from __future__ import annotations

from printing.blocks import finish
from printing.layout import Layout, Size, Strip

VERSION = 1
TEMPLATE = "proof_page"
QR_CONTENT = "CHANGSHOU PRINTER PROOF"
RARE_NAME = "㛃䶮"


def layout_proof_page(*, width_chars: int, hall: str, printed_at: str) -> Layout:
    """One page for 32 or 48 columns."""
    strip = Strip(width_chars)
    strip.centre("打印机校样", bold=True, size=Size.BIG)
    strip.centre(f"{hall} {printed_at}")
    strip.rule()
    strip.line("下面两行各占满一行，不应折行：")
    strip.line("".join(str(n % 10) for n in range(1, width_chars + 1)))
    strip.line("票" * (width_chars // 2))
    strip.rule()
    strip.pair("左", "右")
    strip.pair("应收", "￥86.80", bold=True, size=Size.TALL)
    strip.field("生僻字", f"{RARE_NAME} 应为两个汉字")
    strip.line("符号：￥ → × 〓 ·")
    strip.rule()
    strip.qr(QR_CONTENT)
    strip.centre("二维码应能扫出英文一行")
    strip.centre("应切纸一次 钱箱不应打开")
    finish(strip)
    return Layout(TEMPLATE, VERSION, width_chars, tuple(strip.elements))
