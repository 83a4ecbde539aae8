"""The counter: who · what · how much, from left to right as the sale goes; the focus follows the step.

Rule: screen.md "Frame" and "Steps of a sale", design section 7. Below 1080 pixels of the 100 % grid the first two
columns stand above each other, so that nothing is cut at 150 and 200 %; what is least needed in this step gives way
before they scroll. Must not know: use cases, prices, money rules.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from ui.desktop.look import Look
from ui.desktop.page import Page
from ui.desktop.pages.counter_pay import PayColumn
from ui.desktop.pages.counter_what import WhatColumn
from ui.desktop.pages.counter_who import WhoColumn
from ui.desktop.pages.hand_out import HandOutPanelView
from ui.presenters.counter_state import CounterState, Step

THREE_COLUMNS_FROM = 1080
INTENTIONS = frozenset(
    {"read_card", "mode", "refresh", "hold", "recall", "reprint"}
    | {"tender", "cash", "card_pay", "round_up", "cancel_sale"}
)


class CounterPage(Page):
    """The main page.

    Signals:
        search_edited(text), search_submitted(text), quantity_edited(text), quantity_submitted(text),
        tendered_edited(text), tendered_submitted(text), quick_chosen(fen): what was typed or chosen.
        identity_confirmed(): name, house number and meter number were read out.
        settle_asked(): the cashier wants the read-back. stepped_back(): Esc.
        ticked(name): `change`, `card` or `paper` was handed out. next_customer(): the sale is put away.
    """

    search_edited = Signal(str)
    search_submitted = Signal(str)
    quantity_edited = Signal(str)
    quantity_submitted = Signal(str)
    tendered_edited = Signal(str)
    tendered_submitted = Signal(str)
    quick_chosen = Signal(int)
    identity_confirmed = Signal()
    settle_asked = Signal()
    stepped_back = Signal()
    ticked = Signal(str)
    next_customer = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._state = CounterState()
        self.who = WhoColumn(look)
        self.what = WhatColumn(look)
        self.pay = PayColumn(look)
        self.hand_out = HandOutPanelView(look)
        self._grid = self.row(self, margin=16, spacing=16)
        left = QWidget()
        self._left = self.grid(left, spacing=16)
        self._scroll = self.scrolled(left)
        self._grid.addWidget(self._scroll, 930)
        self._grid.addWidget(self.pay, 372)
        self._grid.addWidget(self.hand_out, 372)
        self._narrow: bool | None = None
        self.primary = self.pay.confirm
        self._connect()
        self._arrange()

    def _connect(self) -> None:
        self.who.search.textEdited.connect(self.search_edited)
        self.what.quantity_edited.connect(self.quantity_edited)
        self.pay.tendered_edited.connect(self.tendered_edited)
        self.pay.tendered_submitted.connect(self.tendered_submitted)
        self.pay.quick_chosen.connect(self.quick_chosen)
        self.hand_out.ticked.connect(self.ticked)
        self.hand_out.action.connect(self._pressed)
        for part in (self.who, self.what, self.pay):
            part.action.connect(self._pressed)

    def render_state(self, state: CounterState) -> None:
        """Draw the whole sale and move the focus if the step changed."""
        moved = state.step is not self._state.step or self.focusWidget() is None
        if _account(state) not in ("", _account(self._state)):
            self.who.search.clear()  # found: Enter now agrees to her, it does not look for her again
        self._state = state
        self.redraw_with(self._draw)
        self._draw()
        if moved:
            self.focus_first()
            self._compact()  # the search box gives way only once the focus has left it

    def _draw(self) -> None:
        self.who.render_state(self._state)
        self.what.render_state(self._state)
        self.pay.render_state(self._state)
        self.hand_out.render_state(self._state)
        self.pay.setVisible(self._state.hand_out is None)
        self.hand_out.setVisible(self._state.hand_out is not None)
        self.primary = self.pay.confirm if self._state.hand_out is None else self.hand_out.done
        self._arrange()
        self._compact()

    def first_focus(self) -> QWidget | None:
        """The field of the present step."""
        places: dict[Step, QWidget] = {
            Step.IDLE: self.who.search,
            Step.IDENTIFY: self.who.search,
            Step.QUANTITY: self.what.quantity,
            Step.TENDER: self.pay.received,
            Step.BOOKED: self.hand_out,
            Step.DONE: self.hand_out,
        }
        target = places.get(self._state.step)
        if isinstance(target, QLineEdit):
            target.selectAll()
        return target

    def handle(self, name: str) -> bool:
        """Keys of the sale: Enter goes on, Esc goes back, F9 and + settle, the rest are intentions."""
        if name == "search":
            self.who.search.show()
            self.who.search.setFocus()
            self.who.search.selectAll()
            return True
        if name == "next":
            return self._go_on()
        if name == "settle":
            return self._settle()
        if name == "back":
            self.stepped_back.emit()
            return True
        if name.startswith("quick_"):
            return self.pay.choose_quick(int(name.removeprefix("quick_")))
        if name in INTENTIONS:
            self.action.emit(name)
            return True
        return False

    def leave_search(self) -> None:
        """What was looked for is answered: Enter is again what the step says it is, and looks for nobody."""
        if self.who.search.hasFocus():
            self.who.search.clear()
            self.focus_first()

    def wants(self, name: str) -> bool:
        """`+`, `/` and `*` where money is taken, `-` where 凑整 is offered; elsewhere they are slips of the hand."""
        paying = self._state.step is Step.TENDER
        return paying and (name != "round_up" or self._state.pay.offer is not None)

    def _settle(self) -> bool:
        if self._state.step is not Step.TENDER or not self._state.can_sell:
            return False
        self.settle_asked.emit()
        return True

    def _go_on(self) -> bool:
        step = self._state.step
        if self.who.search.hasFocus() and self.who.search.text().strip():
            self.search_submitted.emit(self.who.search.text().strip())
        elif step is Step.IDENTIFY:
            self.identity_confirmed.emit()
        elif step is Step.QUANTITY:
            self.quantity_submitted.emit(self.what.quantity.text())
        elif step is Step.TENDER:
            self.tendered_submitted.emit(self.pay.received.text())
        elif step in (Step.BOOKED, Step.DONE):
            return self.hand_out.tick_next() or self._put_away()
        else:
            return False
        return True

    def _put_away(self) -> bool:
        self.next_customer.emit()
        return True

    def _pressed(self, name: str) -> None:
        if name == "settle":
            self._settle()
        elif name == "next":
            self._go_on()
        else:
            self.action.emit(name)

    def hideEvent(self, event: QHideEvent) -> None:
        """What somebody searched for is not the next one's to read."""
        super().hideEvent(event)
        self.who.search.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where three would cut something."""
        super().resizeEvent(event)
        self._arrange()
        self._compact()

    def _compact(self) -> None:
        """Above each other, the search box makes room for the name while a sale is under way; F3 brings it back."""
        under_way = self._state.customer is not None and not self.who.search.hasFocus()
        self.who.search.setVisible(not (self._narrow and under_way))
        for part, wanted in (*self.who.spare, *self.what.spare):
            part.setVisible(wanted)
        if not self._narrow:
            self.who.fit_into(self._scroll.viewport().height())
        else:
            self._give_way()
        self.what.name_customer(self._state.customer if self._narrow else None)

    def _give_way(self) -> None:
        """Above each other: the list of purchases goes first, then part by part what this step can do without."""
        view, (card, *who), (names, *what) = self._scroll.viewport(), self.who.spare, self.what.spare
        for label in self._scroll.findChildren(QLabel):
            label.ensurePolished()  # or it is measured in another font
            self._measure_anew(label)
        below = self.what.heightForWidth(view.width()) + self._left.verticalSpacing()
        self.who.fit_into(max(0, view.height() - below))
        for part, _wanted in (card, names, *who[:1], *what, *who[1:]):
            if self._left.heightForWidth(view.width()) <= view.height():
                break
            part.hide()
            self._measure_anew(part)

    def _measure_anew(self, part: QWidget | None) -> None:
        """Each layout around it forgets what it had measured."""
        while part is not None and part is not self._scroll.widget():
            part.updateGeometry()
            part = part.parentWidget()

    def _arrange(self) -> None:
        narrow = self.width() < self.look.px(THREE_COLUMNS_FROM)
        gap = self.look.eased(8 if narrow else 16)
        self._grid.setContentsMargins(gap, gap, gap, gap)
        for layout in (self._grid, self._left):
            layout.setSpacing(gap)
        self.what.widen(tight=narrow)
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self._left.addWidget(self.who, 0, 0)
        self._left.addWidget(self.what, 1 if narrow else 0, 0 if narrow else 1)
        self._left.setColumnStretch(0, 348)
        self._left.setColumnStretch(1, 0 if narrow else 582)
        self._left.setRowStretch(0, 0 if narrow else 1)
        self._left.setRowStretch(1, 1 if narrow else 0)
        for number, stretch in enumerate((53, 47, 47) if narrow else (946, 372, 372)):
            self._grid.setStretch(number, stretch)


def _account(state: CounterState) -> str:
    return state.customer.account_no if state.customer is not None else ""
