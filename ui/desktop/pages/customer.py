"""The customer's window: what is due, what was received, what comes back; never anything of the operator's.

Rule: screen.md step 6 and "Language" (150 for the change; thanks only after the card is written), domain P5 (paused).
It takes no keys and no focus; its letters grow with its own screen, not with the operator's scale.
Must not know: steps of the sale beyond `CustomerView`.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout

from pos.ports.surroundings import CustomerView
from ui.desktop.figures import yuan
from ui.desktop.look import Look
from ui.desktop.panel import Panel
from ui.desktop.style_sheet import customer_sheet

DRAWN_FOR = (1366, 768)
DRAWN_FOR_STRIP = (1000, 768)
"""Beside the page of the only screen it is higher than wide: no room is left beside its figures."""
STEPS = ("idle", "confirm", "due", "readback", "writing", "done", "paused")


class CustomerWindow(Panel):
    """Second screen, full screen there; a strip beside the page where there is only one."""

    def __init__(self, look: Look, hall_name: str = "") -> None:
        super().__init__(look, role="customer")
        self.setWindowFlag(Qt.WindowType.Window)
        self.setWindowFlag(Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._view = CustomerView("idle")
        self._column = column = QVBoxLayout(self)
        head = self.row()
        self._who = self.label(role="customer_head", wrap=True)
        self._hall = self.label(role="customer_head", right=True)
        self.name_hall(hall_name)
        head.addWidget(self._who, 1)
        head.addWidget(self._hall)
        column.addLayout(head)
        column.addStretch(1)
        self._lines: list[tuple[QLabel, QLabel]] = []
        for code, role in (
            ("customer.due", "customer_amount"),
            ("customer.received", "customer_amount"),
            ("customer.change", "customer_change"),
        ):
            self._add_line(column, code, role)
        column.addStretch(1)
        self._notice = self.label(role="customer_notice", wrap=True)
        self._notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._notice)
        self.show_view(self._view)

    def name_hall(self, name: str) -> None:
        """The company and the hall, at the head."""
        self._hall.setText(name)

    def _add_line(self, column: QVBoxLayout, code: str, role: str) -> None:
        row = self.row()
        caption, figure = self.label(code, "customer_caption"), self.label(role=role, right=True)
        row.addWidget(caption)
        row.addWidget(figure, 1)
        column.addLayout(row)
        self._lines.append((caption, figure))

    def show_view(self, view: CustomerView) -> None:
        """Replace what is shown."""
        self._view = view
        self.redraw_with(self._draw)
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another screen, other letters."""
        super().resizeEvent(event)
        self._fit_letters()

    def own_px(self, pixels: int) -> int:
        """Pixels of the drawing for 1366 x 768 on a window of this size."""
        width, height = DRAWN_FOR if self.width() > self.height() else DRAWN_FOR_STRIP
        return max(1, min(pixels * self.width() // width, pixels * self.height() // height))

    def _fit_letters(self) -> None:
        margin, gap = self.own_px(64), self.own_px(16)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(gap)
        self.setStyleSheet(customer_sheet(self.look.tokens, self.own_px))

    def _draw(self) -> None:
        self._fit_letters()
        view, text = self._view, self.look.text
        self._who.setText("  ".join(part for part in (view.who, view.item) if part))
        amounts = (view.due_fen, view.tendered_fen, view.change_fen)
        for (caption, figure), amount_fen in zip(self._lines, amounts, strict=True):
            shown = amount_fen is not None
            caption.setVisible(shown)
            figure.setVisible(shown)
            figure.setText(f"¥{yuan(amount_fen)}" if amount_fen is not None else "")
        standing = text(_standing(view))
        used = text("customer.used", amount=yuan(view.used_fen)) if view.used_fen else ""
        kept = text("customer.kept", amount=yuan(view.kept_fen)) if view.kept_fen else ""
        self._notice.setText("  ".join(part for part in (used, kept, standing, view.notice) if part))


def _standing(view: CustomerView) -> str:
    """Code of the sentence of a step; nobody is told to count change that she does not get."""
    if view.step == "done":
        return "customer.done" if view.change_fen else "customer.done_no_change"
    return "customer.due_step" if view.step == "due" else f"customer.{view.step}"
