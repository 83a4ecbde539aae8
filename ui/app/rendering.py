"""`PaperRenderer` over printing: the outbox's frozen paper as bytes for the roll."""

from __future__ import annotations

from ledger.entry import RecordKey
from pos.domain.papers import DaybookPaper, DepositSlipPaper
from pos.ports.rendering import PrintRequest


class RollRenderer:
    """Papers for the receipt roll. A4 papers are PDFs and never reach the outbox."""

    def render(self, request: PrintRequest) -> bytes:
        """ESC/POS bytes of a whole, checked job."""
        from printing.anchor import Anchor
        from printing.render import render_receipt

        if isinstance(request.paper, DaybookPaper | DepositSlipPaper):
            raise TypeError(f"{request.paper.TEMPLATE} is an A4 paper")
        key = RecordKey.parse(request.fact_key)
        anchor = Anchor.of(key.chain, key.epoch, key.seq, request.fact_hash)
        job = render_receipt(request.paper, width_chars=request.width_chars, anchor=anchor, copy_no=request.copy_no)
        return job.job_bytes
