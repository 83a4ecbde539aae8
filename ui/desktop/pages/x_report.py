"""班中查询 on screen: figures of a till that sells now, for those who do not work there.

Rule: domain P12, design "Money rules" 10. Must not know: who may look.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.desktop.centred import CentredPage
from ui.desktop.figures import yuan
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.panel import clear
from ui.presenters.count_state import FigureRow
from ui.presenters.office_state import XState


class XReportPage(CentredPage):
    """A head and rows of figures.

    Signals:
        print_asked(): F7. stepped_back(): Esc.
    """

    print_asked = Signal()
    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=720)
        self._state = XState()
        self.body.addWidget(self.label("x.title", "title"))
        self._head = self.label(role="quiet", wrap=True)
        self.notice = NoticeBox(look)
        rows = QWidget()
        self._grid = self.grid(rows, spacing=8)
        self.sized(self._grid.setHorizontalSpacing, 24)
        for part in (self._head, self.notice, rows):
            self.body.addWidget(part)
        self.primary = self.button("reprint", primary=True, key="F7", code="x.print")
        self.primary.clicked.connect(self.print_asked)
        self.foot.addWidget(self.primary)

    def render_state(self, state: XState) -> None:
        """Draw the figures."""
        self._state = state
        self.redraw_with(self._draw)
        self._draw()
        self.focus_first()

    def handle(self, name: str) -> bool:
        """F7 prints, Esc leaves."""
        if name == "reprint":
            return self.press_primary()
        if name == "back":
            self.stepped_back.emit()
            return True
        return super().handle(name)

    def _draw(self) -> None:
        state = self._state
        head = self.look.text(
            "x.head", till=state.till_name, name=state.cashier_name, since=state.since, at=state.taken_at
        )
        self._head.setText(head if state.figures else "")
        self._head.setVisible(bool(state.figures))
        self.notice.show_notice(state.notice)
        clear(self._grid)
        for number, row in enumerate(state.figures):
            for column, words in enumerate(self._cells(row)):
                cell = self.label(role="row_caption" if column < 2 else "value", right=column > 0)
                cell.setText(words)
                self._grid.addWidget(cell, number, column)
        self._grid.setColumnStretch(0, 1)
        if self.primary is not None:
            self.primary.setEnabled(bool(state.figures))

    def _cells(self, row: FigureRow) -> tuple[str, str, str]:
        """A kind the catalogue does not know is named as in the books."""
        text = self.look.text
        name = text(row.name_code) if text.has(row.name_code) else row.name_code.partition(".")[2]
        count = "" if row.count is None else text("close.items", count=row.count)
        return name, count, "" if row.amount_fen is None else yuan(row.amount_fen)
