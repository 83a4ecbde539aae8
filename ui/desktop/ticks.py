"""One row of the tick list 找零 · 卡 · 票.

Rule: domain P2, seed 000 服务规范 9. Must not know: what follows from a tick.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox

from ui.desktop.look import Look
from ui.desktop.panel import Panel


class TickBox(QCheckBox):
    """A check box with a drawn mark: its state must be seen without colour."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def paintEvent(self, event: QPaintEvent) -> None:
        """The mark over the indicator the style sheet paints."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        unit = self._look.px(24) / 24
        left, middle = 2 * unit, self.height() / 2
        mark = [QPointF(left + x * unit, middle + y * unit) for x, y in ((7, 0), (11, 4), (18, -5))]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._look.tokens.on_accent), 2.5 * unit))
        painter.drawPolyline(QPolygonF(mark))
        painter.end()


class TickRow(Panel):
    """A check box drawn from the view state only, with its key, if it has one, before it. Signals: pressed(name)."""

    pressed = Signal(str)

    def __init__(self, look: Look, name: str) -> None:
        super().__init__(look)
        self._box = TickBox(look)
        self._key, self._words = "", ""
        self.say(self._name_it, f"tick.{name}")
        self.column(self).addWidget(self._box)
        self.setFocusProxy(self._box)
        self._box.clicked.connect(lambda: self._clicked(name))

    def number(self, key: str) -> None:
        """The key it has now."""
        self._key = key
        self._name_it(self._words)

    def _name_it(self, words: str) -> None:
        self._words = words
        self._box.setText(f"{self._key}  {words}" if self._key else words)

    def show_tick(self, ticked: bool) -> None:
        """Draw it ticked or open; a tick is not taken back."""
        self._box.setChecked(ticked)
        self._box.setEnabled(not ticked)

    def press(self) -> None:
        """As a click: an open row is ticked, a ticked one stays."""
        if self._box.isEnabled():
            self._box.click()

    def _clicked(self, name: str) -> None:
        self._box.setChecked(False)
        self.pressed.emit(name)
