"""The year's tiers as a bar: used, bought now per tier, still free; the widths are to scale.

Rule: screen.md "Frame", domain D6 (show the tier position before confirming). Must not know: prices.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.desktop.look import Look
from ui.presenters.counter_state import TierView


class TierBar(QWidget):
    """Draws a `TierView`; the words for it stand in labels around the bar."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._tiers: TierView | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_tiers(self, tiers: TierView | None) -> None:
        """Replace what is drawn."""
        self._tiers = tiers
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line of 14 pixels on the grid."""
        return QSize(self._look.px(200), self._look.px(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        """One block per tier, each split into used, bought now and free."""
        if self._tiers is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._look.tokens.line))  # what is free is seen by its edge
        scale = self.width() / self.span_l(self._tiers)
        radius = self._look.px(3)
        for start_l, end_l, colour in self.blocks(self._tiers):
            left, right = start_l * scale, end_l * scale
            if right - left < 1:
                continue
            painter.setBrush(QColor(colour))
            block = QRectF(left + 0.5, 0.5, max(2.0, right - left - 3), self.height() - 1)
            painter.drawRoundedRect(block, radius, radius)
        painter.end()

    @staticmethod
    def span_l(tiers: TierView) -> int:
        """Litres the whole width stands for: a third tier without end gets as much room as looks right."""
        last = tiers.limits_l[-1] if tiers.limits_l else 1000
        return max(last + last // 3, tiers.used_l + tiers.buying_l + last // 10)

    def blocks(self, tiers: TierView) -> list[tuple[int, int, str]]:
        """(from, to, colour) in litres: cut at every limit and at both ends of what is being bought."""
        tokens = self._look.tokens
        span = self.span_l(tiers)
        after = tiers.used_l + tiers.buying_l
        cuts = sorted({0, span, tiers.used_l, after, *(limit for limit in tiers.limits_l if limit < span)})
        blocks = []
        for start, end in pairwise(cuts):
            if end <= tiers.used_l:
                colour = tokens.accent
            elif end <= after:
                first = not tiers.limits_l or start < tiers.limits_l[0]
                colour = tokens.good if first else tokens.warning
            else:
                colour = tokens.accent_pale
            blocks.append((start, end, colour))
        return blocks
