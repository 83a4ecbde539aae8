"""F1: all keys on one sheet, made from the table the shortcuts are made from; below it what the bar's marks mean.

Rule: design section 7, anchors U2. Must not know: what the keys do.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QLabel, QWidget

from ui.desktop import keys
from ui.desktop.flow import FlowLayout
from ui.desktop.look import Look
from ui.desktop.overlay import Overlay
from ui.desktop.scrolling import FocusScrollArea, ScrollKeys
from ui.desktop.top_bar import PILL_OF_LAMP, SHAPES, why_of
from ui.presenters.notice import Lamp, LampState

MARKS = ("books_damaged", "unsigned", "simulated", "test_keys", "keys_locked", "demo")
WHILE_SHOWN = frozenset({"books_damaged", "unsigned", "simulated", "keys_locked"})
"""Marks that stand on the sheet only while they stand in the bar: the others say what kind of hall it is."""


class HelpOverlay(Overlay):
    """One block per group; Esc, Enter or F1 closes. `demo`: a real hall has no box of cards and no mark of a demo."""

    def __init__(self, look: Look, *, demo: bool = False) -> None:
        super().__init__(look, width=1334)
        self._demo = demo
        self._lamps: tuple[Lamp, ...] = ()
        self._abouts: list[tuple[QLabel, LampState]] = []
        self._passing: dict[str, tuple[QLabel, QLabel]] = {}
        top = self.row()
        top.addWidget(self.label("help.title", "title"))
        top.addWidget(self.label("help.look", "quiet", wrap=True), 1)
        self.body.addLayout(top)
        inner = QWidget()
        flow = self.keep(FlowLayout(inner, top=True), 0, 24)
        for group in keys.GROUPS:
            flow.addWidget(self._block(group))
        self.body.addWidget(inner)
        self.body.addWidget(self._legend())
        self.primary = self.button("back", primary=True, code="help.close")
        self.primary.clicked.connect(self.closed)
        self.foot.addWidget(self.primary)
        (area,) = self.findChildren(FocusScrollArea)
        ScrollKeys(area, self.primary)

    def handle(self, name: str) -> bool:
        """F1 and Enter close as Esc does."""
        return super().handle("back" if name in ("help", "next") else name)

    def show_devices(self, lamps: tuple[Lamp, ...]) -> None:
        """Beside each kind of lamp, which devices show it now, why, and what to do; the rule where none does."""
        if lamps != self._lamps:
            self._lamps = lamps
            for label, state in self._abouts:
                self._about(label, state, self.look.text(f"lamp.about.{state.value}"))

    def show_marks(self, marks: tuple[str, ...]) -> None:
        """What is out of order stands here only while it is."""
        for mark, parts in self._passing.items():
            for part in parts:
                part.setVisible(mark in marks)

    def _about(self, label: QLabel, state: LampState, rule: str) -> None:
        text = self.look.text
        told = [(lamp.device, why_of(text, lamp)) for lamp in self._lamps if lamp.state is state]
        now = [f"{text(f'device.{device}')} · {why}" for device, why in told if why]
        label.setText("\n".join(now) or rule)

    def _legend(self) -> QWidget:
        """Marks and lamps with what each means and what to do: a tooltip is nothing for whoever works by keys."""
        block = QWidget()
        grid = self.grid(block, spacing=8)
        grid.addWidget(self.label("help.marks", "section"), 0, 0, 1, 4)
        marks = [mark for mark in MARKS if mark != "demo" or self._demo]
        rows = [(f"mark.{mark}", f"mark.about.{mark}", "warning", "") for mark in marks]
        lamps = [
            (f"lamp.{s.value}", f"lamp.about.{s.value}", PILL_OF_LAMP[s], f"{sign} ") for s, sign in SHAPES.items()
        ]
        places = [(number, 0, 3) for number in range(1, len(rows) + 1)]  # row, column, columns of its words
        first = len(rows) + 1
        places += [(first + number // 2, number % 2 * 2, 1) for number in range(len(lamps) - 1)]  # in pairs
        places.append((first + (len(lamps) - 1) // 2, 0, 3))  # the last one has most to say
        for (code, about, tone, sign), (row, column, wide) in zip(rows + lamps, places, strict=True):
            pill = self.pill("", tone)
            self.say(partial(self._sign, pill, sign), code)
            grid.addWidget(pill, row, column)
            words = self.label(role="text", wrap=True)
            if about.startswith("lamp."):
                self._abouts.append((words, LampState(about.rsplit(".", 1)[1])))
                self.say(partial(self._about, *self._abouts[-1]), about)
            else:
                self.say(words.setText, about)
            grid.addWidget(words, row, column + 1, 1, wide)
            if code.removeprefix("mark.") in WHILE_SHOWN:
                self._passing[code.removeprefix("mark.")] = (pill, words)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)
        return block

    @staticmethod
    def _sign(pill: QLabel, sign: str, words: str) -> None:
        pill.setText(f"{sign}{words}")

    def _block(self, group: str) -> QWidget:
        block = QWidget()
        grid = self.grid(block, spacing=4)
        self.sized(grid.setHorizontalSpacing, 8)
        grid.addWidget(self.label(f"keys.{group}", "section"), 0, 0, 1, 2)
        own = [a for a in keys.ACTIONS if a.group == group and (a.name not in keys.DEMO_ONLY or self._demo)]
        for number, action in enumerate(own, 1):
            key = self.label(role="strong")
            key.setText(action.shown)
            grid.addWidget(key, number, 0)
            grid.addWidget(self.label(f"action.{action.name}", "text"), number, 1)
        grid.setRowStretch(len(own) + 1, 1)
        return block
