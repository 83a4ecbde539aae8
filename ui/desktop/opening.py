"""What stands in the page's place until there is one: the books are being opened. Must not know: books."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ui.desktop.look import Look
from ui.desktop.panel import Panel


class Opening(Panel):
    """One sentence in the middle."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setObjectName("page")
        self.said = self.label(role="spoken")
        self.said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.column(self).addWidget(self.said)
        self.show_step("start")

    def show_step(self, step: str) -> None:
        """What is being done now."""
        self.redraw_with(lambda: self.said.setText(self.look.text(f"frame.opening.{step}")))
        self.refresh()
