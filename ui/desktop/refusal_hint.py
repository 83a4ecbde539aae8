"""The short word beside a number field that says why a key was not taken; gone at the next good key.

Rule: screen.md "Messages" (where the eye is, no dialog), anchors U1. One hint serves every number field of a window.
Must not know: pages.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from ui.desktop.fields import AmountField
from ui.desktop.look import Look


class RefusalHint(QLabel):
    """Follows the focus of one window."""

    def __init__(self, app: QApplication, window: QWidget, look: Look) -> None:
        super().__init__(window)
        self._look = look
        self._field: AmountField | None = None
        self.setProperty("role", "refusal")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        app.focusChanged.connect(self._follow)
        look.changed.connect(self._withdraw)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        self._withdraw()
        if self._field is not None:
            self._field.refused.disconnect(self._say)
            self._field.textEdited.disconnect(self._withdraw)
            self._field.destroyed.disconnect(self._forget)
            self._field = None
        if isinstance(now, AmountField) and now.window() is self.window():
            self._field = now
            now.refused.connect(self._say)
            now.textEdited.connect(self._withdraw)
            now.destroyed.connect(self._forget)

    def _forget(self) -> None:
        self._field = None
        self.hide()

    def _withdraw(self) -> None:
        self.hide()
        if self._field is not None:
            self._field.setAccessibleDescription("")

    def _say(self, reason: str) -> None:
        field = self._field
        if field is None:
            return
        if reason == "doubt" and not field.text():
            reason = "doubt_empty"
        self.setText(self._look.text(f"field.refused.{reason}", decimals=field.decimals, text=field.text()))
        field.setAccessibleDescription(self.text())
        self.ensurePolished()
        self.resize(self.sizeHint())
        self.move(self._place(field))
        self.raise_()
        self.show()

    def _place(self, field: AmountField) -> QPoint:
        """At a side, above or below: never over the figures of its own field, nor over another one. In a row of fields
        behind the last: over the row's sum, which is in doubt itself, rather than over what the row is called."""
        gap, own = self._look.px(8), self.size()
        spot = QRect(field.mapTo(self.window(), QPoint(0, 0)), field.size())
        top = spot.center().y() - own.height() // 2
        fields = self._other_fields(field)
        others = [QRect(o.mapTo(self.window(), QPoint(0, 0)), o.size()) for o in fields]
        row = [o for o in fields if o.parentWidget() is field.parentWidget() and o.y() == field.y()]
        row_end = max([spot.right(), *(other.right() for other, o in zip(others, fields, strict=True) if o in row)])
        above = QPoint(spot.left(), spot.top() - gap // 2 - own.height())
        sides = (QPoint(spot.right() + gap, top), QPoint(row_end + gap, top))
        for place in (*sides, above, QPoint(spot.left() - gap - own.width(), top)):
            beside = QRect(place, own)
            if self.window().rect().contains(beside) and not any(other.intersects(beside) for other in others):
                return beside.topLeft()
        return QPoint(min(spot.left(), self.window().width() - own.width() - gap), spot.bottom() + gap // 2)

    def _other_fields(self, field: AmountField) -> list[QLineEdit]:
        return [other for other in self.window().findChildren(QLineEdit) if other.isVisible() and other is not field]
