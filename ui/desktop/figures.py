"""How figures look on the screen: two decimals, comma for thousands, whole-number arithmetic only.

Rule: screen.md "Language"; design "Money rules", Values. Must not know: widgets, languages.
"""

from __future__ import annotations

from ledger.money import Money


def yuan(amount_fen: int) -> str:
    """`1,234.50` from fen."""
    return Money(amount_fen).grouped()


def yuan_short(amount_fen: int) -> str:
    """`90` or `86.85`: sums on buttons, decimals only where there are any."""
    text = Money(amount_fen).grouped()
    return text.removesuffix(".00")


def cubic_metres(volume_l: int) -> str:
    """`30` or `6.4` m3 from litres, without needless zeros."""
    sign = "-" if volume_l < 0 else ""
    whole, rest = divmod(abs(volume_l), 1000)
    decimals = f".{rest:03d}".rstrip("0") if rest else ""
    return f"{sign}{whole:,}{decimals}"


def unit_price(price_e4: int) -> str:
    """`2.63` or `2.6305` yuan from 1/10,000 yuan, at least two decimals."""
    whole, rest = divmod(price_e4, 10_000)
    decimals = f"{rest:04d}".rstrip("0").ljust(2, "0")
    return f"{whole:,}.{decimals}"


def spaced(number: str) -> str:
    """`10 0020 4471`: a long number in groups of four from the right, as people read it aloud."""
    if not number.isdigit() or len(number) < 7:
        return number
    head = len(number) % 4
    groups = [number[:head]] if head else []
    groups += [number[i : i + 4] for i in range(head, len(number), 4)]
    return " ".join(groups)
