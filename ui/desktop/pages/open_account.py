"""Opening an account and issuing its first card.

Rule: domain P12 and E2 31 (guided: customer, address, meter, class, card). Must not know: numbering, card layout.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from ui.desktop.centred import CentredPage
from ui.desktop.fields import AmountField, ChoiceField, TextField
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.page import step_among
from ui.desktop.panel import set_role
from ui.presenters.people_state import OpenAccountState

TEXT_FIELDS = ("name", "address", "phone", "id_number", "meter_no", "meter_model")
REQUIRED = {name: f"account.field.{name}" for name in ("name", "address", "meter_no")}
"""Captions of what nobody opens an account without; the rest has a usual value or may be empty."""


class OpenAccountPage(CentredPage):
    """One form.

    Signals:
        account_asked(values): dict of field name → text, class and inlet included. stepped_back(): Esc.
    """

    account_asked = Signal(dict)
    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=880)
        self._classes: tuple[str, ...] = ()
        self.body.addWidget(self.label("account.title", "title"))
        self.body.addWidget(self.label("account.lead", "quiet", wrap=True))
        self.notice = NoticeBox(look)
        self.head.addWidget(self.notice)  # what is to be opened, or was refused, never scrolls away
        grid = self.grid(spacing=8)
        self.body.addLayout(grid)
        texts = {name: TextField(120) for name in TEXT_FIELDS}
        self.say(texts["phone"].offer_hints, "account.phone_hint")
        self.inputs: dict[str, QLineEdit] = {**texts, "persons": AmountField("", decimals=0)}
        self.price_class, self.inlet = ChoiceField(), ChoiceField()
        for number, (name, field) in enumerate(self.inputs.items()):
            row, side = divmod(number, 2)
            width = 2 if name == "persons" else 3  # what is chosen stands beside it: nothing lies below the fold
            grid.addWidget(self.field_label(REQUIRED.get(name, f"field.{name}"), field), row * 2, side * 3, 1, width)
            grid.addWidget(field, row * 2 + 1, side * 3, 1, width)
        for column, (caption, box) in ((2, ("field.price_class", self.price_class)), (4, ("field.inlet", self.inlet))):
            grid.addWidget(self.field_label(caption, box), 6, column, 1, 2)
            grid.addWidget(box, 7, column, 1, 2)
        for column in range(6):
            grid.setColumnStretch(column, 1)
        self.primary = self.button("settle", primary=True, key="F9", code="account.open")
        self.primary.clicked.connect(lambda: self.account_asked.emit(self.values()))
        self.end_with(self.primary, self.stepped_back.emit)
        self.fields = list(self.inputs.values())

    def render_state(self, state: OpenAccountState) -> None:
        """Draw choices and what must be corrected."""
        if not any(field.text() for field in self.fields):
            for name, value in state.values:
                if name in self.inputs:
                    self.inputs[name].setText(value)
        self.redraw_with(lambda: self._draw(state))
        self._draw(state)

    def _draw(self, state: OpenAccountState) -> None:
        text = self.look.text
        chosen = max(0, self.price_class.currentIndex()), max(0, self.inlet.currentIndex())
        self._classes = state.classes
        self._offer(self.price_class, [text(f"class.{name}") for name in state.classes], chosen[0])
        self._offer(self.inlet, [text("meter.left_inlet"), text("meter.right_inlet")], chosen[1])
        self.notice.show_notice(state.notice)
        for name, field in self.inputs.items():
            set_role(field, "wrong", "true" if name in state.wrong else "false")
            if name in state.wrong and not state.busy:
                field.setFocus()
                field.selectAll()
        if self.primary is not None:
            self.primary.setEnabled(not state.busy)

    @staticmethod
    def _offer(box: ChoiceField, words: list[str], chosen: int) -> None:
        box.clear()
        box.addItems(words)
        box.setCurrentIndex(chosen)

    def values(self) -> dict[str, str]:
        """What has been typed, trimmed; class and inlet as stable names."""
        typed = {name: field.text().strip() for name, field in self.inputs.items()}
        typed["price_class"] = self._classes[self.price_class.currentIndex()] if self._classes else ""
        typed["inlet"] = ("left", "right")[max(0, self.inlet.currentIndex())]
        return typed

    def empty(self) -> None:
        """For the next customer."""
        for field in self.fields:
            field.clear()
        for box in (self.price_class, self.inlet):
            box.setCurrentIndex(0)
        self.focus_first()

    def walk(self, direction: int) -> bool:
        """Enter comes by class and inlet too: an account with the wrong one is sold gas at the wrong price."""
        return step_among([*self.fields, self.price_class, self.inlet], direction)

    def handle(self, name: str) -> bool:
        """Esc walks back through the fields, then leaves; nothing has been written yet."""
        if name == "back":
            if not self.walk(-1):
                self.stepped_back.emit()
            return True
        return super().handle(name)
