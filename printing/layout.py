"""A paper as a neutral strip of lines: no bytes of a printer, no pixels, no PDF.

Papers become a `Layout`; a layout becomes ESC/POS bytes, plain text or a picture, so that all three say the same.
Every text in it has passed `safe_text`. Must not know: which printer or screen will show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from printing.safe_text import pad, safe_text, text_width, wrap


class Align(StrEnum):
    """Where a line stands on the strip."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Size(StrEnum):
    """Character size: normal, TALL = double height, BIG = double height and width."""

    NORMAL = "normal"
    TALL = "tall"
    BIG = "big"


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line as it will stand on paper; never wider than the strip."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    size: Size = Size.NORMAL


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the strip made of one ASCII character."""

    char: str = "-"


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code of short ASCII content, centred."""

    payload: str


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of one copy."""


Element = TextLine | Rule | QrCode | Feed | Cut


@dataclass(frozen=True, slots=True)
class Layout:
    """A finished strip.

    Attributes:
        template, version: which template of the house made it; recorded with the print.
        width_chars: 32 (58 mm) or 48 (80 mm) columns.
        elements: in order of paper feed; every copy ends with a `Cut`.
    """

    template: str
    version: int
    width_chars: int
    elements: tuple[Element, ...]

    @property
    def copies(self) -> int:
        """How many pieces of paper come out."""
        return sum(isinstance(element, Cut) for element in self.elements)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row: text, width in columns, right-aligned for figures."""

    text: str
    width: int
    right: bool = False


class Strip:
    """Collects the elements of one copy and keeps every line inside the width."""

    def __init__(self, width_chars: int, colon: str = "：") -> None:
        """`width_chars`: columns of the strip; `colon` stands between label and value."""
        self.width = width_chars
        self.colon = colon
        self.elements: list[Element] = []

    def line(self, text: str, *, align: Align = Align.LEFT, bold: bool = False, size: Size = Size.NORMAL) -> None:
        """A text, wrapped where it does not fit."""
        room = self.width // 2 if size is Size.BIG else self.width
        for part in wrap(safe_text(text, room * 6), room):
            self.elements.append(TextLine(part, align, bold, size))

    def centre(self, text: str, *, bold: bool = False, size: Size = Size.NORMAL) -> None:
        """A centred text."""
        self.line(text, align=Align.CENTER, bold=bold, size=size)

    def pair(self, label: str, value: str, *, bold: bool = False, size: Size = Size.NORMAL) -> None:
        """Label at the left edge, value at the right edge; a value without room gets a line of its own."""
        indent = " " * (len(label) - len(label.lstrip(" ")))
        left, right = indent + safe_text(label, self.width), safe_text(value, self.width * 2)
        gap = self.width - text_width(left) - text_width(right)
        if gap >= 1:
            self.elements.append(TextLine(left + " " * gap + right, Align.LEFT, bold, size))
            return
        self.elements.append(TextLine(left, Align.LEFT, bold, size))
        for part in wrap(right, self.width):
            self.elements.append(TextLine(part, Align.RIGHT, bold, size))

    def field(self, label: str, value: str) -> None:
        """`label：value`; further lines are indented, so that a value can never imitate a line of the template.

        `label` is the template's own word, never a customer's.
        """
        head = label + self.colon
        indent = text_width(head)
        for index, part in enumerate(wrap(safe_text(value, (self.width - indent) * 3), self.width - indent)):
            self.elements.append(TextLine((head if index == 0 else " " * indent) + part))

    def row(self, *cells: Cell, bold: bool = False) -> None:
        """One row of a table. A left cell that is too long takes further lines, figures are never cut."""
        parts = [
            [cell.text] if cell.right else wrap(safe_text(cell.text, cell.width * 4), cell.width) for cell in cells
        ]
        if any(cell.right and text_width(safe_text(cell.text)) > cell.width for cell in cells):
            self.line(" ".join(safe_text(cell.text) for cell in cells), bold=bold)
            return
        for index in range(max(len(part) for part in parts)):
            texts = [part[index] if index < len(part) else "" for part in parts]
            text = "".join(pad(t, cell.width, right=cell.right) for t, cell in zip(texts, cells, strict=True))
            self.elements.append(TextLine(text.rstrip(), Align.LEFT, bold))

    def rule(self, char: str = "-") -> None:
        """A line across."""
        self.elements.append(Rule(char))

    def feed(self, lines: int = 1) -> None:
        """Empty lines."""
        self.elements.append(Feed(lines))

    def qr(self, payload: str) -> None:
        """A QR code."""
        self.elements.append(QrCode(safe_text(payload)))

    def cut(self) -> None:
        """The end of this copy."""
        self.elements.append(Cut())
