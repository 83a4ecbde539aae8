"""Open matters: everything unsettled, who answers for it, and the first step towards settling it.

Rule: design "Money rules" 8 and section 3. Must not know: how a matter is settled.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.desktop.look import Look
from ui.desktop.matter_list import amount_of, charged_for, subject_of
from ui.desktop.notice_box import NoticeBox
from ui.desktop.page import Page
from ui.desktop.tables import Column, RowTable
from ui.presenters.count_state import MatterView
from ui.presenters.office_state import MattersState


class MattersPage(Page):
    """A table of matters.

    Signals:
        settle_asked(key): the selected matter. stepped_back(): Esc.
    """

    settle_asked = Signal(str)
    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        text = look.text
        columns: tuple[Column[MatterView], ...] = (
            Column("matters.kind", lambda matter: text(matter.kind_code)),
            Column("matters.subject", lambda matter: subject_of(look, matter), stretch=True),
            Column("matters.bought", lambda matter: charged_for(look, matter), spare=True),
            Column("line.amount", lambda matter: amount_of(look, matter), right=True),
            Column("matters.since", lambda matter: matter.since, spare=True),
            Column("matters.owner", lambda matter: matter.owner, spare=True),
        )
        frame, layout = self.card()
        self.column(self, margin=16).addWidget(frame)
        inner = QWidget()
        upper = self.column(inner)
        layout.addWidget(self.scrolled(inner), 1)
        upper.addWidget(self.label("matters.title", "section"))
        self.notice = NoticeBox(look)
        self.table: RowTable[MatterView] = RowTable(look, columns)
        self.say(self.table.setAccessibleName, "matters.title")
        self.table.chosen.connect(lambda matter: self.settle_asked.emit(matter.key))
        self._empty = self.label("matters.empty", "quiet", wrap=True)
        self.primary = self.button("next", primary=True, code="matters.settle")
        self.primary.clicked.connect(self._settle)
        for part in (self.notice, self._empty):
            upper.addWidget(part)
        upper.addWidget(self.table, 1)
        layout.addWidget(self.primary)

    def render_state(self, state: MattersState) -> None:
        """Draw the list."""
        self.redraw_with(lambda: self._draw(state))
        self._draw(state)

    def first_focus(self) -> QWidget | None:
        """Arrow keys choose at once."""
        return self.table

    def handle(self, name: str) -> bool:
        """Esc goes back to the counter."""
        if name == "back":
            self.stepped_back.emit()
            return True
        return super().handle(name)

    def _draw(self, state: MattersState) -> None:
        self.table.show_rows(state.matters)
        self._empty.setVisible(not state.matters)
        self.notice.show_notice(state.notice)
        if self.primary is not None:
            self.primary.setEnabled(bool(state.matters) and not state.busy)

    def _settle(self) -> None:
        matter = self.table.current()
        if matter is not None:
            self.settle_asked.emit(matter.key)
