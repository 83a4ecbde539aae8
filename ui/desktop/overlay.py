"""Something laid over the whole window: read-back, help, lock, a decision.

Rule: screen.md step 5 (the payment column opens over the screen) and "Messages" (a dialog only for a decision, its
buttons are verbs, its default is safe). There is no nested event loop behind it. Must not know: pages.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout

from ui.desktop.look import Look
from ui.desktop.page import Page


class Overlay(Page):
    """A veil over the window with one card in the middle.

    Attributes:
        body: layout of the card. stays_on_top: whatever is opened later lies beneath it.

    Signals:
        closed(): it wants to go away.
    """

    stays_on_top = False

    closed = Signal()

    def __init__(self, look: Look, *, width: int = 720) -> None:
        super().__init__(look)
        self.setObjectName("")
        self.setProperty("role", "veil")
        outer = self.grid(self, margin=16, spacing=0)
        self._card = QFrame()
        self._card.setProperty("role", "card")
        self._card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.body: QVBoxLayout = self.column(self._card, margin=32, spacing=8)
        outer.addWidget(self._card, 1, 1)
        for side in (0, 2):
            outer.setRowStretch(side, 1)
            outer.setColumnStretch(side, 1)
        outer.setColumnStretch(1, 1000)
        self.sized(self._card.setMaximumWidth, width)
        outer.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hide()

    def handle(self, name: str) -> bool:
        """Esc closes; the rest as on any page."""
        if name == "back":
            self.closed.emit()
            return True
        return super().handle(name)
