"""The parts A4 documents are made of: facts in a grid, tables with repeated heads, sums, capitals, signatures.

Figures stand at the right in digits of one width; text cells wrap as Chinese does. Must not know: any single document.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Spacer, Table

from ledger.money import Money
from pos.domain.capitals import rmb_capitals
from pos.domain.papers import Signature
from printing.figures import yuan
from printing.pdf.fonts import BOLD, REGULAR, marked_up, printable, register_fonts
from printing.pdf.sheet import CONTENT_HEIGHT, CONTENT_WIDTH, GROUND, HAIRLINE, INK, SECONDARY
from printing.words import Words

TEXT_SIZE = 10
ROW_PADDING = 2.2
CELL_GAP = 6.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Attributes: title; share of the width; right for figures."""

    title: str
    share: float
    right: bool = False


@cache
def style(size: float = TEXT_SIZE, *, bold: bool = False, right: bool = False, faint: bool = False) -> ParagraphStyle:
    """A paragraph style of the house."""
    return ParagraphStyle(
        f"s{size}{bold}{right}{faint}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.42,
        textColor=SECONDARY if faint else INK,
        alignment=TA_RIGHT if right else TA_LEFT,
        wordWrap=None if right else "CJK",
    )


def cell(
    text: str, *, bold: bool = False, right: bool = False, faint: bool = False, size: float = TEXT_SIZE
) -> Paragraph:
    """Text from anywhere as one cell; markup in it is shown, not obeyed. A line feed breaks the line at sense."""
    lines = "<br/>".join(marked_up(line) for line in text.split("\n"))
    return Paragraph(lines, style(size, bold=bold, right=right, faint=faint))


def section(text: str) -> Flowable:
    """The name of a part."""
    heading = ParagraphStyle("section", parent=style(11, bold=True), spaceBefore=4.5 * mm, spaceAfter=1.6 * mm)
    return Paragraph(marked_up(text), heading)


def chapter(text: str) -> list[Flowable]:
    """The name of a part in the page's own column; it never stands alone at the end of a page."""
    return [CondPageBreak(40 * mm), section(text)]


Pair = tuple[str, str]
"""A label and its value."""


def facts(pairs: list[Pair], *, columns: int = 2, beside: tuple[Pair, ...] = ()) -> Table:
    """Label and value pairs in a grid without lines, read row by row; values stand in line with those of `beside`."""
    width = CONTENT_WIDTH / columns
    label_width = _label_width(tuple(label for label, _ in (*pairs, *beside)))
    cells = [part for label, value in pairs for part in (cell(label, faint=True), cell(value))]
    cells += [""] * (-len(cells) % (2 * columns))
    rows = [cells[i : i + 2 * columns] for i in range(0, len(cells), 2 * columns)]
    table = Table(rows, colWidths=[label_width, width - label_width] * columns)
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_paddings(1.4), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return table


def in_line(*blocks: list[Pair]) -> list[Flowable]:
    """Facts under one another, their values in line: a block of one pair takes the whole width, others two columns."""
    beside = tuple(pair for block in blocks for pair in block)
    return [facts(block, columns=1 if len(block) == 1 else 2, beside=beside) for block in blocks if block]


def _label_width(labels: tuple[str, ...], least_mm: float = 21) -> float:
    """Room for the widest label and the gap after it, whatever the language."""
    register_fonts()
    widest = max(pdfmetrics.stringWidth(printable(label), REGULAR, TEXT_SIZE) for label in labels)
    return float(max(least_mm * mm, widest + 4.5 * mm))


def grid(
    columns: list[Column],
    rows: list[list[str]],
    *,
    sums: list[str] | None = None,
    width: float = CONTENT_WIDTH,
    size: float = TEXT_SIZE,
    padding: float = ROW_PADDING,
    gap: float = CELL_GAP,
) -> Table:
    """A table with a repeated head; `sums` is the last line, bold, over a stronger line, and never without a row.

    gap: at both sides of a cell; a table of many columns needs a smaller one.
    """
    head = [cell(column.title, faint=True, right=column.right, size=size) for column in columns]
    body = [_body_row(columns, row, size, bold=False) for row in rows]
    if sums is not None:
        body.append(_body_row(columns, sums, size, bold=True))
    whole = sum(column.share for column in columns)
    table = Table(
        [head, *body], colWidths=[width * column.share / whole for column in columns], repeatRows=1, hAlign="LEFT"
    )
    looks: list[tuple[object, ...]] = [
        ("BACKGROUND", (0, 0), (-1, 0), GROUND),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HAIRLINE),
        ("LINEABOVE", (0, 0), (-1, 0), 0.8, INK),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        *_paddings(padding),
        ("TOPPADDING", (0, 0), (-1, -1), padding + 0.9),
        *_side_paddings(gap),
    ]
    if sums is not None:
        looks += [("NOSPLIT", (0, max(1, len(body) - 2)), (-1, -1))]
        looks += [("LINEABOVE", (0, -1), (-1, -1), 0.8, INK), ("LINEBELOW", (0, -1), (-1, -1), 0.8, INK)]
    table.setStyle(looks)
    return table


def fitted(
    columns: list[Column], rows: list[list[str]], sums: list[str], *, size: float, gap: float, gives_way: int
) -> list[Column]:
    """The columns with shares by what stands in them, so that nothing wraps that has room.

    Headings and sums may wrap, by words. gives_way: the column that wraps where the page is too narrow for all of them.
    """
    register_fonts()

    def width(at: int) -> float:
        regular = [line for row in rows for line in row[at].split("\n")] + columns[at].title.split()
        texts = [(line, REGULAR) for line in regular] + [(word, BOLD) for word in sums[at].split()]
        widest = max(pdfmetrics.stringWidth(printable(text), font, size) for text, font in texts)
        return float(widest) + 2 * gap + 0.5

    widths = [width(at) for at in range(len(columns))]
    widths[gives_way] -= min(max(0.0, sum(widths) - CONTENT_WIDTH), widths[gives_way] / 2)
    return [replace(column, share=share) for column, share in zip(columns, widths, strict=True)]


def _body_row(columns: list[Column], texts: list[str], size: float, *, bold: bool) -> list[Paragraph]:
    return [cell(text, right=column.right, bold=bold, size=size) for column, text in zip(columns, texts, strict=True)]


class _Columns(Table):  # type: ignore[misc]
    """Columns stay together as long as one page can hold them; only taller ones are split in the row."""

    def split(self, *room: float) -> list[Flowable]:
        """No parts, so that all of it goes to the next page, unless even a whole page is not enough."""
        return [] if self._height <= CONTENT_HEIGHT else list(super().split(*room))


def side_by_side(left: list[Flowable], right: list[Flowable], gap_mm: float = 8) -> Table:
    """Two columns of equal width that flow over pages; what stands in them was made for `half_width`."""
    half = half_width(gap_mm)
    table = _Columns([[left, "", right]], colWidths=[half, gap_mm * mm, half], spaceBefore=4.5 * mm, splitInRow=1)
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_paddings(0), *_side_paddings(0)])
    return table


def half_width(gap_mm: float = 8) -> float:
    """Width of one of two columns, in points."""
    return float((CONTENT_WIDTH - gap_mm * mm) / 2)


def capitals_row(label: str, amount_fen: int, words: Words) -> Flowable:
    """The amount in capitals and figures, framed: the line a bank clerk looks at."""
    spoken = words("paper.capitals.of", label=label)
    row = [
        cell(spoken, faint=True),
        cell(rmb_capitals(Money(amount_fen)), bold=True, size=11.5),
        cell(f"¥{yuan(amount_fen)}", bold=True, right=True, size=13),
    ]
    label_width = _label_width((spoken,), 34)
    table = Table([row], colWidths=[label_width, CONTENT_WIDTH - label_width - 46 * mm, 46 * mm])
    table.setStyle([("BOX", (0, 0), (-1, -1), 0.9, INK), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *_paddings(5)])
    table.spaceBefore = 3.2 * mm
    return table


def together(*parts: Flowable) -> Flowable:
    """What belongs together moves to the next page as one, as long as a page can hold it; no part is such a whole."""
    return KeepTogether(list(parts))


def with_tail(body: Flowable, *tail: Flowable) -> list[Flowable]:
    """A body, and what must not stand on another page than the end of it, as long as one page can hold both."""
    height = sum(part.wrap(CONTENT_WIDTH, CONTENT_HEIGHT)[1] + part.getSpaceBefore() for part in (body, *tail))
    return [CondPageBreak(min(CONTENT_HEIGHT, height)), body, together(*tail)]


def signature_block(signatures: tuple[Signature, ...], words: Words) -> Flowable:
    """Signature lines side by side, role above, name and time printed under the line."""
    if not signatures:
        return Spacer(1, 1)
    across = min(len(signatures), 4)
    gap = 6 * mm
    width = (CONTENT_WIDTH - gap * (across - 1)) / across
    rows: list[list[object]] = []
    for start in range(0, len(signatures), across):
        group = signatures[start : start + across]
        rows.append([part for signature in group for part in (_signature(signature, width, words), "")][:-1])
    widths = [part for _ in range(across) for part in (width, gap)][:-1]
    padded = [row + [""] * (len(widths) - len(row)) for row in rows]
    table = Table(padded, colWidths=widths)
    table.setStyle(
        [("VALIGN", (0, 0), (-1, -1), "TOP"), ("NOSPLIT", (0, 0), (-1, -1)), *_paddings(2), *_side_paddings(0)]
    )
    table.spaceBefore = 5 * mm
    return table


def _signature(signature: Signature, width: float, words: Words) -> Table:
    under = "  ".join(part for part in (signature.name, signature.at) if part)
    box = Table([[cell(words.said(signature.role), faint=True)], [""], [cell(under, size=8)]], colWidths=[width])
    box.setStyle(
        [
            ("LINEBELOW", (0, 1), (0, 1), 0.7, INK),
            *_paddings(1.5),
            ("BOTTOMPADDING", (0, 1), (0, 1), 18),
            *_side_paddings(0),
        ]
    )
    return box


def stamp_boxes(labels: tuple[str, ...]) -> Flowable:
    """Room for seals, each in a dashed frame with its name."""
    gap = 6 * mm
    width = 42 * mm
    cells = [part for label in labels for part in (cell(label, faint=True, size=8), "")][:-1]
    widths = [part for _ in labels for part in (width, gap)][:-1]
    table = Table([cells], colWidths=widths, rowHeights=[24 * mm], hAlign="LEFT", spaceBefore=5 * mm)
    frames = [("BOX", (2 * i, 0), (2 * i, 0), 0.6, HAIRLINE, "butt", (3, 2)) for i in range(len(labels))]
    table.setStyle([*frames, ("VALIGN", (0, 0), (-1, -1), "TOP"), *_paddings(3)])
    return table


def note(label: str, text: str) -> Flowable:
    """A remark in a line of its own."""
    return facts([(label, text)], columns=1)


def _paddings(points: float) -> list[tuple[object, ...]]:
    """Space above and below; also the font, because empty cells would otherwise name one that is not embedded."""
    looks: list[tuple[object, ...]] = [("FONT", (0, 0), (-1, -1), REGULAR, 9)]
    return [*looks, ("TOPPADDING", (0, 0), (-1, -1), points), ("BOTTOMPADDING", (0, 0), (-1, -1), points)]


def _side_paddings(points: float) -> list[tuple[object, ...]]:
    return [("LEFTPADDING", (0, 0), (-1, -1), points), ("RIGHTPADDING", (0, 0), (-1, -1), points)]
