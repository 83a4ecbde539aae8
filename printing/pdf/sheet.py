"""The A4 sheet all documents share: head with title and number, marks, foot with the chain's head and page x of y.

Rule: screen "Paper", domain P10 (marks that cannot be overlooked, 查看人 watermark). Same content, same bytes
(`invariant`). Must not know: any single document.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import segno
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from pos.domain.papers import PaperHead
from printing.anchor import Anchor
from printing.blocks import marks
from printing.pdf.fonts import BOLD, REGULAR, printable, register_fonts
from printing.words import Words

INK, SECONDARY, HAIRLINE, GROUND = HexColor(0x17202B), HexColor(0x5A6676), HexColor(0xB4BDC9), HexColor(0xF1F4F8)
BAD = HexColor(0xB3261E)
_WATERMARK_INK = Color(0.70, 0.15, 0.12, alpha=0.10)
_VIEWER_INK = Color(0.35, 0.40, 0.46, alpha=0.07)
PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 16 * mm
CONTENT_WIDTH = PAGE_WIDTH - 2 * MARGIN
_HEAD_HEIGHT, _FOOT_HEIGHT = 28 * mm, 14 * mm
CONTENT_HEIGHT = PAGE_HEIGHT - _HEAD_HEIGHT - _FOOT_HEIGHT - 8 * mm
_QR_SIDE = 13 * mm


@dataclass(frozen=True, slots=True)
class SheetHead:
    """What stands on every page.

    Attributes:
        title: the document's name, in two lines where it is translated. number: its own number. paper: the common
            head of papers. words: the language.
        anchor: where it hangs in the books, None before it is booked. copy_no: 0 original, n = 补打 n.
        viewer: who asked for the report, as a watermark; "" for documents that are handed over.
    """

    title: str
    number: str
    paper: PaperHead
    words: Words
    anchor: Anchor | None = None
    copy_no: int = 0
    viewer: str = ""


def build_sheet(head: SheetHead, story: list[Flowable]) -> bytes:
    """The finished PDF: fonts embedded, A4, byte for byte the same for the same content."""
    register_fonts()
    out = BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        title=printable(f"{head.title} {head.number}".replace("\n", " ")),
        author=printable(head.paper.company),
        subject=printable(head.paper.business_day),
        creator="Changshou",
        invariant=1,
        lang=head.words.language.replace("_", "-"),
        initialFontName=REGULAR,
        initialFontSize=9,
        initialLeading=12,
    )
    frame = Frame(
        MARGIN, _FOOT_HEIGHT + 4 * mm, CONTENT_WIDTH, CONTENT_HEIGHT,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip

    def draw_page(canvas: Canvas, _document: BaseDocTemplate) -> None:
        _draw_watermarks(canvas, head)
        _draw_head(canvas, head)

    document.addPageTemplates([PageTemplate("sheet", [frame], onPage=draw_page)])
    document.build(story, canvasmaker=_counting_canvas(head))
    return out.getvalue()


def _counting_canvas(head: SheetHead) -> type[Canvas]:
    """A canvas that draws the foot at the end, when the number of pages is known."""

    class CountingCanvas(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._finished_pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802
            self._finished_pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self._finished_pages, 1):
                self.__dict__.update(state)
                _draw_foot(self, head, number, len(self._finished_pages))
                super().showPage()
            super().save()

    return CountingCanvas


def _draw_head(canvas: Canvas, head: SheetHead) -> None:
    top = PAGE_HEIGHT - 13 * mm
    canvas.setFillColor(SECONDARY)
    canvas.setFont(REGULAR, 9)
    canvas.drawString(MARGIN, top, printable(f"{head.paper.company} · {head.paper.hall}"))
    canvas.drawRightString(PAGE_WIDTH - MARGIN, top, printable(f"No. {head.number}"))
    canvas.setFillColor(INK)
    legal, _, translated = head.title.partition("\n")
    canvas.setFont(BOLD, 19)
    canvas.drawCentredString(PAGE_WIDTH / 2, top - 9 * mm, printable(legal))
    if translated:
        canvas.setFont(REGULAR, 9)
        canvas.drawCentredString(PAGE_WIDTH / 2, top - 13.6 * mm, printable(translated))
    _draw_marks(canvas, head, top - 6.6 * mm)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.9)
    canvas.line(MARGIN, top - 16 * mm, PAGE_WIDTH - MARGIN, top - 16 * mm)
    if head.anchor:
        _draw_qr(canvas, head.anchor.payload, PAGE_WIDTH - MARGIN - _QR_SIDE, top - 14.8 * mm)


def _draw_qr(canvas: Canvas, payload: str, left: float, base: float) -> None:
    """The anchor for a scanner, beside the title; drawn as squares, without any font."""
    matrix = segno.make(payload, error="m", micro=False).matrix
    module = _QR_SIDE / len(matrix)
    canvas.setFillColor(INK)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                at = (left + x * module, base + _QR_SIDE - (y + 1) * module)
                canvas.rect(*at, module + 0.05, module + 0.05, stroke=0, fill=1)


def _draw_marks(canvas: Canvas, head: SheetHead, base: float) -> None:
    """Framed words at the left of the title, two in a row: a copy or an exercise is never taken for the original."""
    canvas.setFont(BOLD, 9)
    canvas.setStrokeColor(BAD)
    canvas.setFillColor(BAD)
    canvas.setLineWidth(1)
    one_person = (head.words("mark.one_person"),) if head.paper.one_person else ()
    left = MARGIN
    for index, word in enumerate((*marks(head.paper, head.copy_no, head.words), *one_person)):
        left = left if index % 2 else MARGIN
        width, line = stringWidth(word, BOLD, 9) + 4 * mm, base - index // 2 * 6.8 * mm
        canvas.roundRect(left, line - 1.5 * mm, width, 5.8 * mm, 1 * mm)
        canvas.drawString(left + 2 * mm, line + 0.3 * mm, word)
        left += width + 2 * mm


def _draw_watermarks(canvas: Canvas, head: SheetHead) -> None:
    canvas.saveState()
    canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
    canvas.rotate(35)
    words = marks(head.paper, head.copy_no, head.words)
    canvas.setFillColor(_WATERMARK_INK)
    canvas.setFont(BOLD, 74)
    for index, word in enumerate(words):
        canvas.drawCentredString(0, (len(words) / 2 - index) * 86 - 60, word)
    if head.viewer:
        canvas.setFillColor(_VIEWER_INK)
        canvas.setFont(REGULAR, 22)
        for row in range(-3, 4):
            canvas.drawCentredString((row % 2) * 120, row * 120, printable(head.words("viewer.mark", name=head.viewer)))
    canvas.restoreState()


def _draw_foot(canvas: Canvas, head: SheetHead, page: int, pages: int) -> None:
    base = _FOOT_HEIGHT - 3 * mm
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, base + 4.5 * mm, PAGE_WIDTH - MARGIN, base + 4.5 * mm)
    canvas.setFillColor(SECONDARY)
    canvas.setFont(REGULAR, 7.5)
    place = head.anchor.line if head.anchor else ""
    chain = head.words("anchor.place", place=place) if place else head.words("anchor.not_booked")
    canvas.drawString(MARGIN, base, printable(chain))
    made = head.words("paper.sheet_foot", name=head.paper.operator_name, at=head.paper.printed_at)
    canvas.drawCentredString(PAGE_WIDTH / 2, base, printable(made))
    canvas.drawRightString(PAGE_WIDTH - MARGIN, base, printable(head.words("export.page", page=page, pages=pages)))
