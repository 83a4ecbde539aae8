"""Left column of the counter: the search box, who stands there, the card and the meter, last purchases.

Rule: screen.md "Frame" and step 1 (核对户名、门牌、表号); what must be read aloud is 20-30 pixels and dark. Where
there is not room for everything, the older purchases give way before anything scrolls, then, above the middle column,
card and details; what is read aloud stays until the quantity is agreed to, the name always.
Must not know: how a customer is found.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from ui.desktop.fields import TextField
from ui.desktop.figures import cubic_metres, spaced, yuan
from ui.desktop.look import Look
from ui.desktop.panel import Panel, clear, set_role
from ui.presenters.counter_state import CardPanel, CounterState, CustomerPanel, RecentPurchase, Step
from ui.presenters.notice import Tone

PILL = {Tone.INFO: "info", Tone.GOOD: "good", Tone.WARNING: "warning", Tone.BAD: "bad"}


class WhoColumn(Panel):
    """Who.

    Attributes: spare: (part, wanted now), the least needed first: what the column can do without.

    Signals:
        search_submitted(text): Enter in the search box.
    """

    search_submitted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._room: int | None = None
        self._giving_way = False
        self._purchases: list[tuple[QLabel, QLabel]] = []
        self._column = column = self.column(self, spacing=16)
        self._build_person(column)
        self._build_card(column)
        self._build_recent(column)
        column.addStretch(1)
        self.spare: tuple[tuple[QWidget, bool], ...] = ((self._card, False), (self._rows, False))

    def _build_person(self, column: QVBoxLayout) -> None:
        frame, layout = self.card(spacing=4)
        self.search = TextField()
        self.search.setProperty("entry", "search")
        self.say(self.search.offer_hints, "counter.search_hint")
        self.say(self.search.offer_key, "counter.search_key")
        self.say(self.search.setAccessibleName, "action.search")
        self._open_writes = self.label(role="warning", wrap=True)
        self._name = self.label(role="name", wrap=True)
        self._address = self.label(role="address", wrap=True)
        self._meter = self.label(role="spoken", wrap=True)
        self._check = self.label("counter.check_name", "warning", wrap=True)
        for part in (self.search, self._open_writes, self._name, self._address, self._meter, self._check):
            layout.addWidget(part)
        self._rows = QWidget()
        self._details = self.grid(self._rows, spacing=4)
        layout.addWidget(self._rows)
        column.addWidget(frame)

    def _build_card(self, column: QVBoxLayout) -> None:
        self._card, layout = self.card(spacing=4)
        head = self.row()
        head.addWidget(self.label("counter.card_and_meter", "section"), 1)
        self._card_pill = self.label()
        self._card_pill.setProperty("role", "")
        head.addWidget(self._card_pill)
        layout.addLayout(head)
        rows = QWidget()
        self._card_rows = self.grid(rows, spacing=4)
        layout.addWidget(rows)
        column.addWidget(self._card)

    def _build_recent(self, column: QVBoxLayout) -> None:
        self._recent, layout = self.card("counter.recent", spacing=4)
        self._recent_box = QWidget()
        self._recent_rows = self.grid(self._recent_box, spacing=4)
        layout.addWidget(self._recent_box)
        column.addWidget(self._recent)

    def render_state(self, state: CounterState) -> None:
        """Draw customer, card and last purchases; nothing of them while nobody stands there."""
        person = state.customer
        for part in (self._name, self._address, self._meter, self._rows):
            part.setVisible(person is not None)
        self._check.setVisible(person is not None and state.step is Step.IDENTIFY and not state.agreed)
        self._open_writes.setVisible(state.step is Step.IDLE and state.open_writes > 0)
        self._open_writes.setText(self.look.text("counter.open_writes", count=state.open_writes))
        self._card.setVisible(state.card is not None)
        self.search.setEnabled(state.step in (Step.IDLE, Step.IDENTIFY, Step.QUANTITY, Step.DONE))
        if person is not None:
            self._draw_person(person)
        else:
            self.search.setFocus() if state.step is Step.IDLE and self.isVisible() else None
        if state.card is not None:
            self._draw_card(state.card)
        stands = person is not None
        read_aloud = state.step in (Step.IDENTIFY, Step.QUANTITY)
        aloud = () if read_aloud else ((self._meter, stands), (self._address, stands))
        self.spare = ((self._card, state.card is not None), (self._rows, stands), *aloud)
        self._draw_recent(state.recent)

    def _draw_person(self, person: CustomerPanel) -> None:
        text = self.look.text
        self._name.setText(person.name)
        self._address.setText(person.address)
        self._meter.setText(text("counter.meter_no", no=person.meter_no))
        card = person.card_no and spaced(person.card_no)
        if card and person.card_issue_no:
            card += " · " + text("counter.reissued", count=person.card_issue_no)
        kind = text(f"class.{person.price_class}") if person.price_class else ""
        if kind and person.persons:
            kind += " · " + text("counter.persons", count=person.persons)
        rows = [
            ("field.account_no", spaced(person.account_no)),
            ("field.card_no", card),
            ("field.phone", person.phone),
            ("field.price_class", kind),
            ("field.account_balance", yuan(person.balance_fen)),
            ("field.arrears", yuan(person.arrears_fen) if person.arrears_fen else ""),
        ]
        self._fill(self._details, [(text(code), value) for code, value in rows if value])

    def _draw_card(self, card: CardPanel) -> None:
        text = self.look.text
        set_role(self._card_pill, "pill", PILL[card.status_tone])
        self._card_pill.setText(text(card.status_code))
        left = "–" if card.remaining_l is None else f"{cubic_metres(card.remaining_l)} m³"
        meter = text(card.meter_code)
        if card.left_inlet is not None:
            meter += " · " + text("meter.left_inlet" if card.left_inlet else "meter.right_inlet")
        rows = [("card.remaining", left), ("card.purchases", str(card.purchases)), ("card.meter_state", meter)]
        self._fill(self._card_rows, [(text(code), value) for code, value in rows])

    def _draw_recent(self, recent: tuple[RecentPurchase, ...]) -> None:
        rows = [(f"{r.day}   {cubic_metres(r.volume_l)} m³", yuan(r.amount_fen)) for r in recent]
        self._purchases = self._fill(self._recent_rows, rows)
        self._give_way()

    def fit_into(self, height: int | None) -> None:
        """The pixels there are for the whole column; None: it may be as high as it is."""
        self._room = height
        self._give_way()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width wraps other words."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._give_way()

    def _give_way(self) -> None:
        """As many purchases as there is room for, the newest first; without room for one, no heading either.

        A part that comes or goes may move a scroll bar and so the width, which asks for this again: once is enough, or
        two widths that call for each other never end.
        """
        if self._giving_way:
            return
        self._giving_way = True
        try:
            self._fit_purchases()
        finally:
            self._giving_way = False

    def _fit_purchases(self) -> None:
        shown = len(self._purchases)
        self._show_purchases(shown)
        while shown and self._room is not None and self._column.heightForWidth(self.width()) > self._room:
            shown -= 1
            self._show_purchases(shown)

    def _show_purchases(self, count: int) -> None:
        for number, cells in enumerate(self._purchases):
            for cell in cells:
                cell.ensurePolished()
                cell.setVisible(number < count)
        self._recent.setVisible(count > 0)
        for part in (self._recent_box, self._recent, self):  # each is measured at once
            part.updateGeometry()

    def _fill(self, grid: QGridLayout, rows: list[tuple[str, str]]) -> list[tuple[QLabel, QLabel]]:
        clear(grid)
        made = []
        for number, (caption, value) in enumerate(rows):
            left, right = self._cell(caption, "row_caption", right=False), self._cell(value, "text", right=True)
            grid.addWidget(left, number, 0)
            grid.addWidget(right, number, 1)
            left.show()  # at once, or it has no height yet where room is made
            right.show()
            made.append((left, right))
        grid.setColumnStretch(1, 1)
        return made

    def _cell(self, words: str, role: str, *, right: bool) -> QLabel:
        made = self.label(role=role, right=right, wrap=right)
        made.setText(words)
        return made
