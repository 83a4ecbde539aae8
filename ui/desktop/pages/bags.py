"""Sealed bags in the safe: choose one, read its number from it, look at its seal, sign, then count.

Rule: domain P9. The bag's number and its float are never offered. Must not know: what a bag holds.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from ui.desktop.buttons import ChipButton
from ui.desktop.fields import SecretField, TextField
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.page import Page
from ui.desktop.tables import Column, RowTable
from ui.presenters.office_state import BagsState, BagView


class BagsPage(Page):
    """A table of bags and a small form.

    Signals:
        open_asked(key, bag_no, password, seal_intact): the password leaves its field at once. stepped_back(): Esc.
        left_empty(part): `bag_no` or `password` is not filled in; nothing leaves its field.
    """

    open_asked = Signal(str, str, str, bool)
    left_empty = Signal(str)
    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        columns: tuple[Column[BagView], ...] = (
            Column("finance.till", lambda bag: bag.till_name),
            Column("bags.day", lambda bag: bag.business_day),
            Column("bags.given_by", lambda bag: bag.given_by, stretch=True),
            Column("bags.witness", lambda bag: bag.witness),
        )
        frame, card = self.card("bags.title")
        self.column(self, margin=16).addWidget(frame)
        inner = QWidget()
        layout = self.column(inner, spacing=8)
        card.addWidget(self.scrolled(inner), 1)
        self.notice = NoticeBox(look)
        self.table: RowTable[BagView] = RowTable(look, columns)
        self.sized(self.table.setMinimumHeight, 120)
        self.say(self.table.setAccessibleName, "bags.title")
        self._empty = self.label("bags.empty", "quiet", wrap=True)
        self._form = QWidget()
        self._build_form()
        self.primary = self.button("settle", primary=True, key="F9", code="bags.open")
        self.primary.clicked.connect(self._open)
        for part in (self.notice, self._empty):
            layout.addWidget(part)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._form)
        card.addWidget(self.primary)  # stays in sight at every scale

    def _build_form(self) -> None:
        grid = self.grid(self._form, spacing=8)
        self._bag_no, self._password = TextField(30), SecretField()
        grid.addWidget(self.field_label("hand_over.bag_no", self._bag_no), 0, 0)
        grid.addWidget(self.field_label("bags.password", self._password), 0, 1)
        grid.addWidget(self._bag_no, 1, 0)
        grid.addWidget(self._password, 1, 1)
        chips = self.row()
        self._seals: dict[bool, ChipButton] = {}
        for intact, code in ((True, "bags.seal_intact"), (False, "bags.seal_broken")):
            chip = self.chip(code, "")
            chip.clicked.connect(partial(self._seal, intact))
            chips.addWidget(chip)
            self._seals[intact] = chip
        chips.addStretch(1)
        grid.addLayout(chips, 2, 0, 1, 2)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        self._parts = {"bag_no": self._bag_no, "password": self._password}
        self.fields = list(self._parts.values())
        self._seal(True)

    def render_state(self, state: BagsState) -> None:
        """Draw the list; the password goes when it is used, and stays beside a number that is wrong."""
        if state.busy:
            self._password.clear()
        self.redraw_with(lambda: self._draw(state))
        self._draw(state)
        if state.missing:
            self._parts[state.missing].setFocus()
            self._parts[state.missing].selectAll()

    def hideEvent(self, event: QHideEvent) -> None:
        """Number, password and seal belong to the bag and the person that were here."""
        super().hideEvent(event)
        self._bag_no.clear()
        self._password.clear()
        self._seal(True)

    def first_focus(self) -> QWidget | None:
        """The number on the bag: the first one of the list is chosen already."""
        return self._bag_no if self._form.isVisibleTo(self) else self.table

    def handle(self, name: str) -> bool:
        """Shift+F4 says the seal is broken; Esc leaves."""
        if name == "mode":
            self._seal(not self._seals[True].isChecked())
            return True
        if name == "back":
            if not self.walk(-1):
                self.stepped_back.emit()
            return True
        return super().handle(name)

    def _draw(self, state: BagsState) -> None:
        self.table.show_rows(state.bags)
        self._form.setVisible(bool(state.bags))
        self._empty.setVisible(not state.bags)
        self.notice.show_notice(state.notice)
        if self.primary is not None:
            self.primary.setEnabled(bool(state.bags) and not state.busy)

    def _seal(self, intact: bool) -> None:
        for value, chip in self._seals.items():
            chip.setChecked(value is intact)

    def _open(self) -> None:
        part = next((part for part, field in self._parts.items() if not field.text().strip()), None)
        if part is not None:
            self.left_empty.emit(part)
            return
        bag, password = self.table.current(), self._password.text()
        if bag is not None:
            self.open_asked.emit(bag.key, self._bag_no.text().strip(), password, self._seals[True].isChecked())
