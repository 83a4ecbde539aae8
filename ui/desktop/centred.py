"""A page with one card in the middle: sign-in, first start, hand-over and the like.

Rule: screen.md "Language", the 8-pixel grid. Must not know: what the card holds.
"""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from ui.desktop.look import Look
from ui.desktop.page import Page


class CentredPage(Page):
    """One card, as wide as its words need, scrolled where the screen is too small.

    Attributes:
        body: layout of the card.
    """

    def __init__(self, look: Look, *, width: int = 560) -> None:
        super().__init__(look)
        inner = QWidget()
        self.column(self).addWidget(self.scrolled(inner))
        grid = self.grid(inner, margin=16, spacing=0)
        card = QFrame()
        card.setProperty("role", "card")
        card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.body: QVBoxLayout = self.column(card, margin=32, spacing=8)
        self.sized(card.setMaximumWidth, width)
        grid.addWidget(card, 1, 1)
        for side in (0, 2):
            grid.setRowStretch(side, 1)
            grid.setColumnStretch(side, 1)
        grid.setColumnStretch(1, 1000)
