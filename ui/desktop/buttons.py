"""Buttons that show their key.

Rule: screen.md "Language": every button shows its key; one primary action on a screen, filled. Targets are at least
24 pixels high (anchors U24). A click confirms no more than its key does. Must not know: what an action does.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy

from ui.desktop import keys

CONFIRMING = ("next", "settle")


@runtime_checkable
class Agrees(Protocol):
    """A page: it asks about a number field that refused something before anything is confirmed over it."""

    def agrees(self, name: str) -> bool:
        """True if the action `name` may be taken."""


class KeyButton(QPushButton):
    """A push button with the key's name in front of the label.

    Attributes:
        action_name: the action it stands for. `slim`: less air at the sides, where several stand in a narrow row.
    """

    def __init__(self, action: str, *, primary: bool = False, key: str | None = None, slim: bool = False) -> None:
        super().__init__()
        self.action_name = action
        self._slim = slim
        self._key = QLabel(keys.shown(action) if key is None else key)
        self._label = QLabel()
        self._row = QHBoxLayout(self)
        for part, role in ((self._key, "key_name"), (self._label, "key_label")):
            part.setTextFormat(Qt.TextFormat.PlainText)
            part.setProperty("role", role)
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._row.addWidget(part)
        self._row.addStretch(1)
        self._key.setVisible(bool(self._key.text()))
        self.setProperty("primary", "true" if primary else "false")
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need more air around them."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._give_air()

    def may_confirm(self) -> bool:
        """False if its page asks first about what a number field refused; by mouse as by key."""
        above = self.parentWidget() if self.action_name in CONFIRMING else None
        while above is not None and not isinstance(above, Agrees):
            above = above.parentWidget()
        return above is None or above.agrees("settle")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click, where nothing is to be asked."""
        is_click = event.button() is Qt.MouseButton.LeftButton and self.hitButton(event.position().toPoint())
        if not (is_click and self.isDown() and self._asked_first()):
            super().mouseReleaseEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The space bar clicks the button that has the focus."""
        is_click = event.key() == Qt.Key.Key_Space and not event.isAutoRepeat()
        if not (is_click and self.isDown() and self._asked_first()):
            super().keyReleaseEvent(event)

    def _asked_first(self) -> bool:
        """True if the page had to be asked and the release is dealt with: not taken, or taken although the field that
        was asked about has the focus now, which lets a button go."""
        agreed = self.may_confirm()
        if agreed and self.isDown():
            return False
        self.setDown(False)
        if agreed:
            self.click()
        return True

    def make_slim(self, *, slim: bool) -> None:
        """Less air at the sides, or as much as usual again."""
        if slim != self._slim:
            self._slim = slim
            self._give_air()
            self.updateGeometry()

    def _give_air(self) -> None:
        letter = QFontMetrics(self.font()).height()
        side = letter // 4 if self._slim else letter // 2
        self._row.setContentsMargins(side, 0, side, 0)
        self._row.setSpacing(letter // 3)

    def set_label(self, text: str) -> None:
        """Label in the operator's language; with the key it is the accessible name."""
        self._label.setText(text)
        self.setAccessibleName(f"{text} {self._key.text()}".strip())
        self.updateGeometry()

    def fill(self, *, filled: bool) -> None:
        """Whether it is the primary one now."""
        value = "true" if filled else "false"
        if self.property("primary") != value:
            self.setProperty("primary", value)
            for part in (self, self._key, self._label):
                part.style().unpolish(part)
                part.style().polish(part)

    def sizeHint(self) -> QSize:
        """Wide enough for key and label, as high as the style asks."""
        row = self._row.sizeHint()
        return QSize(row.width() + 2, max(row.height(), super().sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        """Never narrower than its words."""
        return self.sizeHint()


class ChipButton(QPushButton):
    """One of a few choices side by side; the chosen one is accented and bold."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setProperty("chip", "true")
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Wide enough for the bold state, so that choosing moves nothing."""
        bold = QFont(self.font())
        bold.setBold(True)
        wanted = super().sizeHint()
        return QSize(QFontMetrics(bold).horizontalAdvance(self.text()) + wanted.height() // 2, wanted.height())

    def minimumSizeHint(self) -> QSize:
        """Never narrower than its words."""
        return self.sizeHint()
