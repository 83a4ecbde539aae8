"""The paper that comes out of the simulated printer: what is on it, as text; its looks are in `roll_picture`.

Must not know: bytes of commands, sockets, faults.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """Text with its looks. Attributes: align 0 left, 1 centre, 2 right; across and down, 1 or 2 times normal size."""

    text: str
    align: int
    bold: bool
    across: int
    down: int


@dataclass(frozen=True, slots=True)
class PrintedRaster:
    """Dots, one bit each, 1 = black. Attributes: row_bytes; dots, row by row."""

    row_bytes: int
    dots: bytes

    @property
    def rows(self) -> int:
        """Height in dots."""
        return len(self.dots) // self.row_bytes if self.row_bytes else 0


@dataclass(frozen=True, slots=True)
class PrintedQr:
    """A QR code by its content."""

    payload: str


@dataclass(frozen=True, slots=True)
class PrintedCut:
    """The cutter's line."""


Printed = PrintedLine | PrintedRaster | PrintedQr | PrintedCut


@dataclass(slots=True)
class PaperRoll:
    """Everything printed since the roll was put in. Attributes: width_chars; printed, in order."""

    width_chars: int = 48
    printed: list[Printed] = field(default_factory=list)

    @property
    def cuts(self) -> int:
        """How many pieces were cut off."""
        return sum(isinstance(item, PrintedCut) for item in self.printed)

    def pieces(self) -> list[list[Printed]]:
        """The finished pieces of paper, without their cuts; what hangs uncut in the printer is not among them."""
        pieces: list[list[Printed]] = [[]]
        for item in self.printed:
            if isinstance(item, PrintedCut):
                pieces.append([])
            else:
                pieces[-1].append(item)
        return pieces[:-1]

    def hanging(self) -> list[Printed]:
        """What is printed after the last cut: half a receipt when the power went."""
        last = max((index for index, item in enumerate(self.printed) if isinstance(item, PrintedCut)), default=-1)
        return self.printed[last + 1 :]

    def text(self) -> str:
        """The whole roll as lines of text; pictures show their size, a cut is a line of `✂`."""
        return "".join(self._line(item).rstrip() + "\n" for item in self.printed)

    def piece_texts(self) -> list[str]:
        """Each finished piece as text."""
        return ["".join(self._line(item).rstrip() + "\n" for item in piece) for piece in self.pieces()]

    def _line(self, item: Printed) -> str:
        match item:
            case PrintedLine():
                room = max(self.width_chars - columns(item.text) * item.across, 0)
                return " " * (0, room // 2, room)[item.align] + item.text
            case PrintedRaster():
                return f"[raster {item.row_bytes * 8}x{item.rows}]"
            case PrintedQr():
                return f"[QR {item.payload}]"
            case PrintedCut():
                return "✂" * (self.width_chars // 2)


def columns(text: str) -> int:
    """Columns a text takes: Hanzi cells two, ASCII one."""
    return sum(1 if character.isascii() else 2 for character in text)


def visible(character: str) -> bool:
    """Whether a character is something that stands on paper and not a control code."""
    return unicodedata.category(character)[0] != "C"
