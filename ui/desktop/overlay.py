"""Something laid over the whole window: read-back, help, lock, a decision.

Rule: screen.md step 5 (the payment column opens over the screen) and "Messages" (a dialog only for a decision, its
buttons are verbs, its default is safe). There is no nested event loop behind it. Must not know: pages.
"""

from __future__ import annotations

from PySide6.QtCore import Signal

from ui.desktop.centred import centred_card
from ui.desktop.look import Look
from ui.desktop.page import Page


class Overlay(Page):
    """A veil over the window with one card in the middle.

    Attributes:
        head: layout of what stays in sight above the body. body: layout of the card; it scrolls. foot: its buttons,
            always in sight.
        stays_on_top: whatever is opened later lies beneath it.

    Signals:
        closed(): it wants to go away.
    """

    stays_on_top = False

    closed = Signal()

    def __init__(self, look: Look, *, width: int = 720) -> None:
        super().__init__(look)
        self.setObjectName("")
        self.setProperty("role", "veil")
        self.head = self.column(spacing=8)
        self.body, self.foot = centred_card(self, width=width, head=self.head)
        self.hide()

    def handle(self, name: str) -> bool:
        """Esc closes; the rest as on any page."""
        if name == "back":
            self.closed.emit()
            return True
        return super().handle(name)
