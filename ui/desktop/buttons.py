"""Buttons that show their key.

Rule: screen.md "Language": every button shows its key; one primary action on a screen, filled. Targets are at least
24 pixels high (anchors U24). Must not know: what an action does.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy

from ui.desktop import keys


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
