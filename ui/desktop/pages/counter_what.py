"""Middle column of the counter: item, quantity, tier position, priced lines, notices.

Rule: screen.md "Frame" and step 2; domain D6 (the tier position is seen before anything is confirmed).
Must not know: tariffs; it draws lines somebody else has priced.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.desktop.fields import AmountField
from ui.desktop.figures import cubic_metres, unit_price, yuan
from ui.desktop.flow import FlowLayout
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.panel import Panel, clear
from ui.desktop.tier_bar import TierBar
from ui.presenters.counter_state import CounterState, CustomerPanel, ItemPanel, LineView, Step, TierView


class WhatColumn(Panel):
    """What.

    Attributes: spare: (part, wanted now), the least needed first: what the column can do without.

    Signals:
        quantity_edited(text): the entry field changed.
        quantity_submitted(text): Enter in the entry field.
    """

    quantity_edited = Signal(str)
    quantity_submitted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._tight = False
        self._item_code = "gas"
        frame, layout = self.card()
        self.column(self).addWidget(frame)
        self._build_empty(layout)
        self._build_head(layout)
        self._tier_words = self.label(role="quiet", wrap=True)
        self._bar = TierBar(look)
        self._tier_names = self.label(role="caption", wrap=True)
        for part in (self._tier_words, self._bar, self._tier_names):
            layout.addWidget(part)
        lines = QWidget()
        self._lines = self.grid(lines, spacing=8)
        self.sized(self._lines.setHorizontalSpacing, 16)
        layout.addWidget(lines)
        layout.addStretch(1)
        self._notices: list[NoticeBox] = [NoticeBox(look) for _ in range(3)]
        self.sale_notice = NoticeBox(look)
        for box in (*self._notices, self.sale_notice):
            layout.addWidget(box)
        self.spare: tuple[tuple[QWidget, bool], ...] = ((self._tier_names, False), (self._bar, False))

    def _build_empty(self, layout: QVBoxLayout) -> None:
        """Nobody stands there: the first step, or why nothing can be sold."""
        self._empty = QWidget()
        words = self.column(self._empty, margin=32, spacing=8)
        self._first_step = self.label("counter.empty", "spoken", wrap=True)
        words.addWidget(self.label("counter.empty_title", "name", wrap=True))
        words.addWidget(self._first_step)
        layout.addWidget(self._empty)
        self._cannot_sell = NoticeBox(self.look)
        layout.addWidget(self._cannot_sell)

    def _build_head(self, layout: QVBoxLayout) -> None:
        self._head, self._entry = QWidget(), QWidget()
        head = self.row(self._head)
        self._title = self.label(role="section", wrap=True)
        self.by_volume = self.chip("counter.by_volume", "mode")
        self.by_money = self.chip("counter.by_money", "mode")
        for part in (self.by_volume, self.by_money):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        head.addWidget(self._title, 1)
        head.addWidget(self.by_volume)
        head.addWidget(self.by_money)
        layout.addWidget(self._head)
        entry = self.keep(FlowLayout(self._entry, row_gap=4), 0, 8)
        self.quantity = AmountField("big", decimals=2)
        self.say(self.quantity.setAccessibleName, "counter.quantity")
        self.sized(self.quantity.setFixedWidth, 176)
        self.quantity.textEdited.connect(self.quantity_edited)
        self._unit = self.label(role="unit")
        self._usual = self.label(role="quiet")
        for field_or_word in (self.quantity, self._unit, self._usual):
            entry.addWidget(field_or_word)
        layout.addWidget(self._entry)

    def render_state(self, state: CounterState) -> None:
        """Draw the item; the quantity is only open in its own step."""
        item = state.item
        text = self.look.text
        idle = state.step is Step.IDLE
        self._empty.setVisible(idle and state.can_sell)
        self._cannot_sell.show_notice(None if state.can_sell else state.notice)
        self._head.setVisible(not idle)
        for part in (self._entry, self.by_volume, self.by_money):
            part.setVisible(not idle and item.measured)
        self._item_code = item.item_code
        self.by_volume.setChecked(not item.by_money)
        self.by_money.setChecked(item.by_money)
        self.quantity.setEnabled(state.step is Step.QUANTITY and state.can_sell)
        if self.quantity.text() != item.typed:
            self.quantity.setText(item.typed)
        if not self.quantity.isEnabled():
            self.quantity.deselect()
        self._unit.setText(text("unit.yuan") if item.by_money else "m³")
        self._usual.setText(" · ".join(self._offers(item)))
        self._draw_tiers(item.tiers)
        self._draw_lines(item.lines)
        for number, box in enumerate(self._notices):
            box.show_notice(item.notices[number] if number < len(item.notices) else None)
        self.sale_notice.show_notice(state.notice if state.hand_out is None and state.can_sell else None)
        tiers, entered = item.tiers is not None, item.measured and not idle
        self.spare = ((self._tier_names, tiers), (self._bar, tiers))
        self._first_step.show()
        if idle and state.notice is not None:  # what was booked is said before how the next sale begins
            self.spare += ((self._first_step, state.can_sell), (self._empty, state.can_sell))
        if state.step is Step.QUANTITY and state.notice is not None:  # a refusal is read before a tier
            self.spare += ((self._tier_words, tiers),)
        if state.step is not Step.QUANTITY:  # agreed to: each line says how much of which tier
            self.spare += ((self._entry, entered), (self._tier_words, tiers))
        if state.step is not Step.QUANTITY and item.lines:
            self.spare += ((self._head, not idle),)

    def name_customer(self, person: CustomerPanel | None) -> None:
        """Whose purchase it is, in the heading: the column that names her may have scrolled away."""
        item = self.look.text(f"item.{self._item_code}")
        self._title.setText(item if person is None else f"{person.name} · {item}")

    def _offers(self, item: ItemPanel) -> list[str]:
        text = self.look.text
        parts: list[str] = []
        if item.by_money:  # cubic metres beside a field of yuan are read as yuan
            return parts
        if item.usual_l is not None:
            parts.append(text("counter.usual", volume=cubic_metres(item.usual_l)))
        if item.limit_l is not None:
            parts.append(text("counter.limit", volume=cubic_metres(item.limit_l)))
        return parts

    def _draw_tiers(self, tiers: TierView | None) -> None:
        text = self.look.text
        self._bar.show_tiers(tiers)
        for part in (self._tier_words, self._bar, self._tier_names):
            part.setVisible(tiers is not None)
        if tiers is None:
            return
        tier = sum(1 for limit in tiers.limits_l if tiers.used_l >= limit)
        used = text("tier.used", volume=cubic_metres(tiers.used_l))
        if tier < len(tiers.limits_l):
            left = cubic_metres(tiers.limits_l[tier] - tiers.used_l)
            used += " · " + text("tier.left", tier=text(f"tier.{tier + 1}"), volume=left)
        self._tier_words.setText(used)
        names = []
        start = 0
        for number, limit in enumerate(tiers.limits_l, 1):
            end = cubic_metres(limit)
            names.append(text("tier.range", tier=text(f"tier.{number}"), start=cubic_metres(start), end=end))
            start = limit
        names.append(text("tier.above", tier=text(f"tier.{len(tiers.limits_l) + 1}"), start=cubic_metres(start)))
        self._tier_names.setText("    ".join(names))

    def _draw_lines(self, lines: tuple[LineView, ...]) -> None:
        clear(self._lines)
        if not lines:
            return
        text = self.look.text
        for column, code in enumerate(("line.item", "line.volume", "line.price", "line.amount")):
            self._put_cell(text(code), "caption", 0, column)
        for number, line in enumerate(lines, 1):
            volume = f"{cubic_metres(line.volume_l)} m³" if line.volume_l else ""
            price = unit_price(line.price_e4) if line.volume_l else ""
            for column, words in enumerate((line.name, volume, price, yuan(line.amount_fen))):
                self._put_cell(words, "row", number, column)
        self.widen(tight=self._tight)

    def widen(self, *, tight: bool) -> None:
        """Columns side by side, or, where it is `tight`, all that is left over for the names of the lines."""
        self._tight = tight
        for column, stretch in enumerate((1, 0, 0, 0) if tight else (5, 3, 2, 3)):
            self._lines.setColumnStretch(column, stretch)

    def _put_cell(self, words: str, role: str, row: int, column: int) -> None:
        made = self.label(role=role, right=column > 0, wrap=column == 0)
        made.setText(words)
        self._lines.addWidget(made, row, column)
        made.show()  # at once, or it has no height yet where room is made
