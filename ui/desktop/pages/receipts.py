"""F7: the receipts that can be printed again, newest first; arrow keys choose, Enter asks why, Esc leaves.

Rule: screen.md "Tables", domain P2 (who stands beside every number). A list that is closed keeps no names.
Must not know: how a copy is made.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.desktop.figures import spaced, yuan
from ui.desktop.look import Look
from ui.desktop.overlay import Overlay
from ui.desktop.tables import Column, RowTable
from ui.presenters.counter_state import ReceiptView

SHOWN_ROWS = 8


class ReceiptsOverlay(Overlay):
    """The list.

    Signals:
        chosen(receipt): a `ReceiptView`.
    """

    chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=960)
        self.body.addWidget(self.label("receipts.title", "title"))
        columns: tuple[Column[ReceiptView], ...] = (
            Column("receipts.number", lambda receipt: receipt.receipt_no),
            Column("receipts.at", lambda receipt: receipt.at, spare=True),
            Column("field.name", lambda receipt: receipt.customer, stretch=True),
            Column("field.account_no", lambda receipt: spaced(receipt.account_no), spare=True),
            Column("receipts.kind", lambda receipt: look.text(receipt.kind_code)),
            Column(
                "receipts.tender", lambda receipt: receipt.tender_code and look.text(receipt.tender_code), spare=True
            ),
            Column("receipts.amount", lambda receipt: yuan(receipt.amount_fen), right=True),
        )
        self.table: RowTable[ReceiptView] = RowTable(look, columns)
        self.say(self.table.setAccessibleName, "receipts.title")
        self.table.chosen.connect(self._choose)
        self.body.addWidget(self.table, 1)
        foot = self.row()
        back = self.button("back", code="choice.leave")
        back.clicked.connect(self.closed)
        foot.addWidget(back)
        foot.addWidget(self.label("receipts.keys", "quiet", wrap=True), 1)
        self.primary = self.button("next", primary=True, code="receipts.again")
        self.primary.clicked.connect(lambda: self._choose(self.table.current()))
        foot.addWidget(self.primary)
        self.foot.addLayout(foot)

    def show_receipts(self, receipts: tuple[ReceiptView, ...]) -> None:
        """Replace the list; the newest is selected."""
        self.redraw_with(self._fit_rows)
        self.table.show_rows(receipts)
        self.table.selectRow(0)
        self.table.scrollToTop()
        self._fit_rows()

    def empty(self) -> None:
        """Nothing of a customer stays here."""
        self.table.show_rows(())

    def first_focus(self) -> QWidget | None:
        """Arrow keys and Enter work at once."""
        return self.table

    def _fit_rows(self) -> None:
        rows = min(len(self.table.rows_model.rows), SHOWN_ROWS)
        header = self.table.horizontalHeader().sizeHint().height()
        self.table.setMinimumHeight(header + self.look.px(40) * max(1, rows) + self.look.px(8))

    def _choose(self, receipt: ReceiptView | None) -> None:
        if receipt is not None:
            self.chosen.emit(receipt)
