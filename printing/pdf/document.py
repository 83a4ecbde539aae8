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
from printing.anchor import Anchor
from printing.pdf import daybook, remittance, reports
from printing.pdf.sheet import SheetHead, build_sheet
from printing.reports import reader_of
from printing.slips import movement_title

SheetPaper = RemittanceSlipPaper | DepositSlipPaper | DaybookPaper | ZPaper | HandOverPaper | CashMovementPaper


def render_pdf(paper: SheetPaper, *, anchor: Anchor | None = None, copy_no: int = 0, viewer: str = "") -> bytes:
    """The document as A4 PDF with embedded fonts.

    Args:
        paper: what it says.
        anchor: where it hangs in the books; None prints 尚未入账 in the foot.
        copy_no: 0 for the original, n for the n-th reprint (补打).
        viewer: name of the reader of a report, as a watermark on every page.
    """
    title, number, story = _contents(paper)
    if isinstance(paper, ZPaper):
        viewer = viewer or reader_of(paper)
    return build_sheet(SheetHead(title, number, paper.head, anchor, copy_no, viewer), story)


def _contents(paper: SheetPaper) -> tuple[str, str, list[Flowable]]:
    """Title, number and body of a document."""
    match paper:
        case RemittanceSlipPaper():
            return remittance.TITLE_REMITTANCE, paper.slip_no, remittance.remittance_story(paper)
        case DepositSlipPaper():
            return remittance.TITLE_DEPOSIT, paper.slip_no, remittance.deposit_story(paper)
        case DaybookPaper():
            return daybook.TITLE, paper.session_key, daybook.daybook_story(paper)
        case ZPaper(z_no=0):
            return reports.TITLE_X, "未结班", reports.z_story(paper)
        case ZPaper():
            return reports.TITLE_Z, f"Z {paper.z_no:05d}", reports.z_story(paper)
        case HandOverPaper():
            return reports.TITLE_HAND_OVER, f"Z {paper.z_no:05d}", reports.hand_over_story(paper)
        case CashMovementPaper():
            return movement_title(paper.kind), paper.number, reports.cash_movement_story(paper)
