"""A row of widgets that wraps into further rows when the width does not do, instead of cutting anything.

Rule: screen.md "Looked at, not believed": nothing clipped at 200 %. Must not know: what it lays out.
"""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Left to right, then the next row. stretch: rows are filled evenly; top: rows not centred;
    push: in a single row the items from `pushed_from` on stand at the right edge;
    row_gap: pixels between rows, 0 = as between items."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        stretch: bool = False,
        top: bool = False,
        push: bool = False,
        row_gap: int = 0,
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._stretch = stretch
        self._push = push
        self._gap = row_gap
        self.pushed_from = 0
        self._top = top

    def addItem(self, item: QLayoutItem) -> None:
        """Qt hands every added widget here."""
        self._items.append(item)

    def count(self) -> int:
        """Number of items."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item, or None behind the last one."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """The item, no longer laid out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It never asks for more than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The height depends on how often it wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all rows at this width."""
        margins = self.contentsMargins()
        inner = width - margins.left() - margins.right()
        rows = self._rows(inner)
        heights = sum(max(item.sizeHint().height() for item in row) for row in rows)
        return heights + self._row_gap() * max(0, len(rows) - 1) + margins.top() + margins.bottom()

    def sizeHint(self) -> QSize:
        """All in one row."""
        shown = self._shown()
        width = sum(item.sizeHint().width() for item in shown) + self.spacing() * max(0, len(shown) - 1)
        return self._with_margins(width, max((item.sizeHint().height() for item in shown), default=0))

    def minimumSize(self) -> QSize:
        """One item in each row."""
        shown = self._shown()
        width = max((item.minimumSize().width() for item in shown), default=0)
        return self._with_margins(width, max((item.minimumSize().height() for item in shown), default=0))

    def setGeometry(self, rect: QRect) -> None:
        """Place the rows inside `rect`."""
        super().setGeometry(rect)
        margins: QMargins = self.contentsMargins()
        inner = rect.marginsRemoved(margins)
        y = inner.top() + max(0, (rect.height() - self.heightForWidth(rect.width())) // 2 if not self._top else 0)
        for row in self._rows(inner.width()):
            height = max(item.sizeHint().height() for item in row)
            widths = [item.sizeHint().width() for item in row]
            spare = inner.width() - sum(widths) - self.spacing() * (len(row) - 1)
            if self._stretch and spare > 0:
                widths = self._even(widths, inner.width() - self.spacing() * (len(row) - 1))
            single = self._push and len(row) == len(self._shown())
            x = inner.left()
            for number, (item, width) in enumerate(zip(row, widths, strict=True)):
                x += max(0, spare) if single and number == self.pushed_from else 0
                own = height if self._stretch else item.sizeHint().height()
                item.setGeometry(QRect(QPoint(x, y if self._top else y + (height - own) // 2), QSize(width, own)))
                x += width + self.spacing()
            y += height + self._row_gap()

    @staticmethod
    def _even(widths: list[int], available: int) -> list[int]:
        """The same width for all, where no item is wider than that; otherwise the rest shared out."""
        even = available // len(widths)
        if max(widths) <= even:
            return [even] * (len(widths) - 1) + [available - even * (len(widths) - 1)]
        extra, odd = divmod(available - sum(widths), len(widths))
        return [width + extra + (1 if i < odd else 0) for i, width in enumerate(widths)]

    def _row_gap(self) -> int:
        return self._gap or self.spacing()

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        used = 0
        for item in self._shown():
            wanted = item.sizeHint().width()
            if rows and used + self.spacing() + wanted <= width:
                rows[-1].append(item)
                used += self.spacing() + wanted
            else:
                rows.append([item])
                used = wanted
        return rows

    def _with_margins(self, width: int, height: int) -> QSize:
        margins = self.contentsMargins()
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())
