"""F7 at the counter: the till's receipts, newest first; one of them is printed again for a reason (domain P12, P10).

Must not know: how a copy is made, Qt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from pos.usecases.recent_receipts import ReceiptRow, recent_receipts
from ui.presenters.counter_state import ReceiptView
from ui.presenters.hand_out import HandOut
from ui.presenters.notice import Notice
from ui.presenters.serving import Serving


@dataclass(slots=True, weakref_slot=True)
class ReceiptsAgain:
    """Leads from the list to the copy. `hand_out` prints it."""

    serving: Serving
    hand_out: HandOut

    def ask(self) -> None:
        """Show what can be printed again; the first row is the last receipt."""
        shift = self.serving.shift
        if shift is None:
            return

        def found(rows: tuple[ReceiptRow, ...]) -> None:
            if self.serving.shift is shift:
                self.serving.screen.show_receipts(tuple(_view(row) for row in rows))

        self.serving.desk.lanes.books.submit(
            lambda: recent_receipts(self.serving.desk.hall, shift.session_id), found, self.serving.trouble
        )

    def choose(self, receipt: ReceiptView) -> None:
        """One was picked: why it is printed again."""
        self.serving.screen.ask_reprint(receipt.receipt_no, partial(self.reprint, receipt.job_id))

    def reprint(self, job_id: str, reason: str, note: str = "") -> None:
        """Another copy of a receipt, numbered and marked 补打; `reason`: a `ReprintReason`."""
        sale = self.serving.sale

        def told(notice: Notice) -> None:
            """What was said to another customer's sale meanwhile is not covered."""
            if self.hand_out.write_id:
                self.hand_out.say(notice)
            elif sale is self.serving.sale or self.serving.sale.notice is None:
                self.serving.sale.notice = notice
                self.serving.refresh()

        if self.serving.shift is not None:
            self.hand_out.reprint(self.serving.shift, job_id, reason, note, told, self.serving.trouble)


def _view(row: ReceiptRow) -> ReceiptView:
    kind = f"receipts.kind.{row.kind}"
    tender = row.tender and f"tender.{row.tender}"
    who = (row.customer_name, row.account_no)
    return ReceiptView(row.job_id, row.receipt_no, row.sold_at, *who, row.amount_fen, kind, tender)
