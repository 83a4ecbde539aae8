"""Money as whole fen (1 yuan = 100 fen). No binary fraction ever comes near an amount.

Rule: design "Money rules", Values. The one rounding rule of the house is `half_up_div`.
Must not know: currencies other than RMB, tariffs, screens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


class MoneyFormatError(ValueError):
    """A typed amount is not an amount of yuan with at most two decimals."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of RMB in whole fen; may be negative (a difference, a reversal).

    Attributes:
        fen: the amount in fen.
    """

    fen: int

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise TypeError(f"Money takes whole fen, not {type(self.fen).__name__}")

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen)

    def __neg__(self) -> Money:
        return Money(-self.fen)

    def __abs__(self) -> Money:
        return Money(abs(self.fen))

    def __mul__(self, count: int) -> Money:
        if type(count) is not int:
            raise TypeError("Money is multiplied by whole numbers only")
        return Money(self.fen * count)

    def __bool__(self) -> bool:
        return self.fen != 0

    def __str__(self) -> str:
        """`1234.50`: plain figures for exports and logs, two decimals, no grouping."""
        sign = "-" if self.fen < 0 else ""
        return f"{sign}{abs(self.fen) // 100}.{abs(self.fen) % 100:02d}"

    def grouped(self) -> str:
        """`1,234.50`: figures for screens and papers."""
        sign = "-" if self.fen < 0 else ""
        return f"{sign}{abs(self.fen) // 100:,}.{abs(self.fen) % 100:02d}"

    @staticmethod
    def parse(text: str) -> Money:
        """Read an amount of yuan as typed: `86.79`, `1,000`, `.5`, full-width digits allowed.

        Raises:
            MoneyFormatError: it is not an amount with at most two decimals and 12 digits before them.
        """
        plain = text.strip().translate(_FULL_WIDTH).removeprefix("¥").removeprefix("￥")
        sign = -1 if plain.startswith("-") else 1
        whole, dot, cents = plain.removeprefix("-").partition(".")
        if _GROUPED.fullmatch(whole):  # a comma anywhere else is a slipped decimal point: 86,79 is not 8679
            whole = whole.replace(",", "")
        digits = whole + cents
        ascii_digits = digits.isascii() and digits.isdigit()
        if not ascii_digits or len(whole) > 12 or len(cents) > 2 or (dot and not cents):
            raise MoneyFormatError(text)
        return Money(sign * (int(whole or "0") * 100 + int(cents.ljust(2, "0") or "0")))


_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
_FULL_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)} | {0xFF0E: 0x2E, 0x3002: 0x2E, 0xFF0C: 0x2C}


def total(amounts: list[Money] | tuple[Money, ...]) -> Money:
    """The sum of amounts; nothing is 0."""
    return Money(sum(amount.fen for amount in amounts))


def half_up_div(numerator: int, denominator: int) -> int:
    """`numerator / denominator` rounded half up (0.5 goes to 1), for a numerator >= 0 and a denominator > 0."""
    if numerator < 0 or denominator <= 0:
        raise ValueError("half_up_div is defined for numerator >= 0 and denominator > 0")
    return (2 * numerator + denominator) // (2 * denominator)
