"""One card in the middle: of a page (sign-in, first start, hand-over and the like) or of an overlay.

What does not fit scrolls inside the card; its foot with the buttons never does.
Rule: screen.md "Language", the 8-pixel grid; the primary action is always in sight. Must not know: what the card holds.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from ui.desktop.buttons import KeyButton
from ui.desktop.look import Look
from ui.desktop.page import Page
from ui.desktop.panel import Panel


def centred_card(panel: Panel, *, width: int, head: QVBoxLayout | None = None) -> tuple[QVBoxLayout, QVBoxLayout]:
    """Put a card of at most `width` into the middle of `panel`; its body and its foot are returned.

    `head`: what stands above the body and never scrolls.
    """
    grid = panel.grid(panel, margin=16, spacing=0)
    card = QFrame()
    card.setProperty("role", "card")
    card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
    outer = panel.column(card, margin=24, spacing=16)
    inner = QWidget()
    body = panel.column(inner, spacing=8)
    area = panel.scrolled(inner)
    area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    if head is not None:
        outer.addLayout(head)
    outer.addWidget(area)
    foot = panel.column(spacing=8)
    outer.addLayout(foot)
    panel.sized(card.setMaximumWidth, width)
    grid.addWidget(card, 1, 1)
    for side in (0, 2):
        grid.setRowStretch(side, 1)
        grid.setColumnStretch(side, 1)
    grid.setRowStretch(1, 1000)
    grid.setColumnStretch(1, 1000)
    return body, foot


class CentredPage(Page):
    """One card, as wide as its words need.

    Attributes:
        head: layout of what stays in sight above the body. body: of what the card says and asks; it scrolls. foot: of
            its buttons, always in sight.
    """

    def __init__(self, look: Look, *, width: int = 560) -> None:
        super().__init__(look)
        self.head = self.column(spacing=8)
        self.body, self.foot = centred_card(self, width=width, head=self.head)

    def end_with(self, primary: KeyButton, leave: Callable[[], object]) -> KeyButton:
        """The foot of an editor: beside what F9 does stands what Esc does; a click on that leaves at once."""
        cancel = self.button("back", code="editor.cancel")
        cancel.clicked.connect(leave)
        row = self.row()
        row.addWidget(cancel, 1)
        row.addWidget(primary, 2)
        self.foot.addLayout(row)
        return cancel
