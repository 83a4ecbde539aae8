"""The door to A4 documents: a frozen paper in, a finished PDF out.

Blocking: 0.3 s for the first document (fonts), then about 0.1 s a page. Must not know: files, the outbox.
"""

from __future__ import annotations

from reportlab.platypus import Flowable

from pos.domain.papers import (
    CashMovementPaper,
    DaybookPaper,
    DepositSlipPaper,
    HandOverPaper,
    RemittanceSlipPaper,
    ZPaper,
)
from pos.domain.receipt_number import z_number
from printing.anchor import Anchor
from printing.pdf import daybook, deposit, remittance, reports
from printing.pdf.sheet import SheetHead, build_sheet
from printing.reports import reader_of
from printing.slips import movement_title
from printing.words import Words, words_in

SheetPaper = RemittanceSlipPaper | DepositSlipPaper | DaybookPaper | ZPaper | HandOverPaper | CashMovementPaper


def render_pdf(
    paper: SheetPaper, *, anchor: Anchor | None = None, copy_no: int = 0, viewer: str = "", language: str = "zh_CN"
) -> bytes:
    """The document as A4 PDF with embedded fonts.

    Args:
        paper: what it says.
        anchor: where it hangs in the books; None prints 尚未入账 in the foot.
        copy_no: 0 for the original, n for the n-th reprint (补打).
        viewer: name of the reader of a report, as a watermark on every page.
        language: of the printed words.
    """
    words = words_in(language)
    title, number, story = _contents(paper, words)
    if isinstance(paper, ZPaper):
        viewer = viewer or reader_of(paper)
    return build_sheet(SheetHead(title, number, paper.head, words, anchor, copy_no, viewer), story)


def _contents(paper: SheetPaper, words: Words) -> tuple[str, str, list[Flowable]]:
    """Title, number and body of a document."""
    match paper:
        case RemittanceSlipPaper():
            return words("slip.title"), paper.slip_no, remittance.remittance_story(paper, words)
        case DepositSlipPaper():
            return words("deposit.title"), paper.slip_no, deposit.deposit_story(paper, words)
        case DaybookPaper():
            return words("daybook.title"), paper.session_key, daybook.daybook_story(paper, words)
        case ZPaper(z_no=0):
            return words("x.title"), words("x.not_closed"), reports.z_story(paper, words)
        case ZPaper():
            return words("z.title"), z_number(paper.epoch, paper.z_no), reports.z_story(paper, words)
        case HandOverPaper():
            return words("hand_over.title"), z_number(paper.epoch, paper.z_no), reports.hand_over_story(paper, words)
        case CashMovementPaper():
            return movement_title(paper.kind, words), paper.number, reports.cash_movement_story(paper, words)
