"""`PaperRenderer` over printing: the outbox's frozen paper as bytes for this workstation's roll."""

from __future__ import annotations

from ledger.entry import RecordKey
from pos.domain.papers import DaybookPaper, DepositSlipPaper
from pos.ports.rendering import PrintRequest
from printing.roll import ROLL_80, Roll


class RollRenderer:
    """Papers for the receipt roll. A4 papers are PDFs and never reach the outbox."""

    def __init__(self, roll: Roll = ROLL_80) -> None:
        """`roll`: what the printer can put on paper."""
        self._roll = roll

    def render(self, request: PrintRequest) -> bytes:
        """ESC/POS bytes of a whole, checked job."""
        from printing.anchor import Anchor
        from printing.render import render_receipt

        if isinstance(request.paper, DaybookPaper | DepositSlipPaper):
            raise TypeError(f"{request.paper.TEMPLATE} is an A4 paper")
        key = RecordKey.parse(request.fact_key)
        job = render_receipt(
            request.paper,
            roll=self._roll,
            anchor=Anchor.of(key.chain, key.epoch, key.seq, request.fact_hash),
            copy_no=request.copy_no,
            language=request.language,
        )
        return job.job_bytes
