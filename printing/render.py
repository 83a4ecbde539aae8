"""The door to strip printing: a frozen paper in, a checked job out.

One function for every paper that makes sense on receipt paper. The job has been read back by `job_check` before it is
returned. Must not know: transports, the outbox, who asked for the print.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from pos.domain.papers import CashMovementPaper, HandOverPaper, ReceiptPaper, RemittanceSlipPaper, ZPaper
from printing.anchor import Anchor
from printing.escpos import encode
from printing.job_check import check_job
from printing.layout import Layout
from printing.proof_page import layout_proof_page
from printing.receipt import layout_receipt
from printing.reports import layout_hand_over, layout_z
from printing.slips import layout_cash_movement, layout_remittance_slip
from printing.text import to_text

PAPER_58_MM, PAPER_80_MM = 32, 48
StripPaper = ReceiptPaper | ZPaper | HandOverPaper | RemittanceSlipPaper | CashMovementPaper


@dataclass(frozen=True, slots=True)
class RenderedJob:
    """A job ready to send.

    Attributes:
        job_bytes: ESC/POS. text: the same as plain text. layout: the same before encoding, for pictures.
        template, template_version: recorded with the print. sha256: of `job_bytes`, hexadecimal.
        rastered_lines: lines that went as pictures because of rare characters.
    """

    job_bytes: bytes
    text: str
    layout: Layout
    template: str
    template_version: int
    sha256: str
    rastered_lines: int


def layout_paper(
    paper: StripPaper, *, width_chars: int, anchor: Anchor | None = None, copy_no: int = 0, viewer: str = ""
) -> Layout:
    """The neutral strip of any paper.

    `copy_no` 0 is the original, n > 0 the n-th reprint (补打); `viewer` is printed on reports (查看人).
    """
    if width_chars not in (PAPER_58_MM, PAPER_80_MM):
        raise ValueError(f"paper of {width_chars} columns is not one of 32 or 48")
    match paper:
        case ReceiptPaper():
            return layout_receipt(paper, width_chars=width_chars, anchor=anchor, copy_no=copy_no)
        case ZPaper():
            return layout_z(paper, width_chars=width_chars, anchor=anchor, copy_no=copy_no, viewer=viewer)
        case HandOverPaper():
            return layout_hand_over(paper, width_chars=width_chars, anchor=anchor, copy_no=copy_no)
        case RemittanceSlipPaper():
            return layout_remittance_slip(paper, width_chars=width_chars, anchor=anchor, copy_no=copy_no)
        case CashMovementPaper():
            return layout_cash_movement(paper, width_chars=width_chars, anchor=anchor, copy_no=copy_no)


def render_receipt(
    paper: StripPaper, *, width_chars: int, anchor: Anchor | None = None, copy_no: int = 0, viewer: str = ""
) -> RenderedJob:
    """A paper as a finished, checked job. About 1 ms; about 30 ms more for each line with rare characters.

    Raises:
        UnsafeJob: the bytes contain something the house never sends (a bug; nothing is printed).
    """
    return finish_job(layout_paper(paper, width_chars=width_chars, anchor=anchor, copy_no=copy_no, viewer=viewer))


def render_proof_page(*, width_chars: int, hall: str, printed_at: str) -> RenderedJob:
    """The page the settings print to see whether width, font, pictures, QR and cutter of a printer are right."""
    return finish_job(layout_proof_page(width_chars=width_chars, hall=hall, printed_at=printed_at))


def finish_job(layout: Layout) -> RenderedJob:
    """Encode a layout and read the bytes back. Raises: UnsafeJob."""
    encoded = encode(layout)
    check_job(encoded.job_bytes, copies=layout.copies)
    return RenderedJob(
        job_bytes=encoded.job_bytes,
        text=to_text(layout),
        layout=layout,
        template=layout.template,
        template_version=layout.version,
        sha256=sha256(encoded.job_bytes).hexdigest(),
        rastered_lines=encoded.rastered_lines,
    )
