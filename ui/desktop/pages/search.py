"""Customers found: one row each. Typing only lists; Enter takes the one that is selected.

Rule: design section 7 (one search box), domain P2 (same names are the costliest mistake: address and meter beside
every name). Must not know: how they were found.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.desktop.fields import TextField
from ui.desktop.figures import spaced
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.page import Page
from ui.desktop.tables import Column, RowTable
from ui.presenters.people_state import HitView, SearchState

COLUMNS: tuple[Column[HitView], ...] = (
    Column("field.name", lambda hit: hit.name),
    Column("field.address", lambda hit: hit.address, stretch=True),
    Column("field.meter_no", lambda hit: hit.meter_no),
    Column("field.account_no", lambda hit: spaced(hit.account_no), right=True, spare=True),
    Column("field.phone", lambda hit: hit.phone, right=True, spare=True),
)


class SearchPage(Page):
    """Type to filter, arrow keys to choose, Enter to take.

    Enter takes from a list of the text that stands in the box, never from the list of an earlier one: a customer who is
    opened by mistake is the next one agreed to by reflex.

    Signals:
        query_changed(text): typed so far. query_entered(text): Enter, but the list still belongs to another text.
        chosen(account_no). stepped_back(): Esc.
    """

    query_changed = Signal(str)
    query_entered = Signal(str)
    chosen = Signal(str)
    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._listed, self._entered = "", ""
        outer = self.column(self, margin=16, spacing=16)
        frame, layout = self.card()
        outer.addWidget(frame)
        inner = QWidget()
        upper = self.column(inner)
        layout.addWidget(self.scrolled(inner), 1)
        upper.addWidget(self.label("search.title", "section"))
        self.query = TextField()
        self.say(self.query.offer_hints, "counter.search_hint")
        self.say(self.query.setAccessibleName, "action.search")
        self.query.textEdited.connect(self.query_changed)
        self.table: RowTable[HitView] = RowTable(look, COLUMNS)
        self.say(self.table.setAccessibleName, "search.title")
        self.table.chosen.connect(lambda hit: self.chosen.emit(hit.account_no))
        self._count = self.label(role="quiet", wrap=True)
        self.notice = NoticeBox(look)
        self.primary = self.button("next", primary=True, code="search.take")
        self.primary.clicked.connect(self._take)
        for part in (self.query, self.notice):
            upper.addWidget(part)
        upper.addWidget(self.table, 1)
        foot = self.row()
        foot.addWidget(self._count, 1)
        foot.addWidget(self.primary)
        layout.addLayout(foot)

    def render_state(self, state: SearchState) -> None:
        """Draw the hits."""
        self.redraw_with(lambda: self._draw(state))
        if not self.query.hasFocus():
            self.query.setText(state.query)
        self._listed = state.query.strip()
        self._draw(state)
        if len(state.hits) > 1 and self._entered and self._entered == self._listed:
            self.table.setFocus()
        self._entered = ""

    def _draw(self, state: SearchState) -> None:
        text = self.look.text
        self.table.show_rows(state.hits)
        code = "search.more" if state.more else "search.count" if state.hits else "search.none"
        self._count.setText(text(code, count=len(state.hits), query=state.query) if state.query.strip() else "")
        self.notice.show_notice(state.notice)
        if self.primary is not None:
            self.primary.setEnabled(bool(state.hits) and not state.busy)

    def first_focus(self) -> QWidget | None:
        """Arrow keys work at once when there is something to choose from."""
        return self.table if self.table.rows_model.rows else self.query

    def handle(self, name: str) -> bool:
        """F3 goes back into the box, Esc back to the counter; Enter and F9 take."""
        if name == "search":
            self.query.setFocus()
            self.query.selectAll()
        elif name == "back":
            self.stepped_back.emit()
        elif name in ("next", "settle"):
            self._take()
        else:
            return super().handle(name)
        return True

    def _take(self) -> None:
        """Of several customers none is taken from within the box: which one is meant is chosen in the list (P2)."""
        typed = self.query.text().strip()
        if typed != self._listed:
            self._entered = typed
            self.query_entered.emit(typed)
            return
        if self.query.hasFocus() and len(self.table.rows_model.rows) > 1:
            self.table.setFocus()
            return
        hit = self.table.current()
        if hit is not None:
            self.chosen.emit(hit.account_no)
