"""A scroll area in which the keyboard focus is never out of sight, also after its content has grown; and keys for one
in which nothing takes the focus.

Rule: screen.md "Looked at, not believed" at 200 % on the usual counter screen. Must not know: what is scrolled.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractSlider, QScrollArea, QWidget

_MOVES: dict[int, QAbstractSlider.SliderAction] = {
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_Home: QAbstractSlider.SliderAction.SliderToMinimum,
    Qt.Key.Key_End: QAbstractSlider.SliderAction.SliderToMaximum,
}


class FocusScrollArea(QScrollArea):
    """Scrolls to the focus whenever it or the content changes its size."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt watches the content's size here; so do we."""
        handled = super().eventFilter(watched, event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # the content may need another width now
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self.follow_focus()
        return handled

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A smaller view may have lost the focus; another width needs another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
        self.follow_focus()

    def sizeHint(self) -> QSize:
        """As high as the content is at the present width: wrapped words need fewer lines in a wide page."""
        content = self.widget()
        wanted = super().sizeHint()
        if content is None:
            return wanted
        height = content.heightForWidth(self.viewport().width()) if content.hasHeightForWidth() else -1
        return QSize(wanted.width(), max(height, content.sizeHint().height() if height < 0 else 0))

    def minimumSizeHint(self) -> QSize:
        """Never narrower than the content can be: it scrolls up and down only. As low as two lines, so that what
        stands below it is never squeezed."""
        content = self.widget()
        wanted = super().minimumSizeHint()
        if content is None or self.horizontalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
            return wanted
        bar = self.verticalScrollBar().sizeHint().width()
        lowest = min(wanted.height(), 2 * self.fontMetrics().height())
        return QSize(content.minimumSizeHint().width() + bar, lowest)

    def follow_focus(self) -> None:
        """Bring the focus into view if it is in here, with the card it stands in as far as there is room."""
        content, focus = self.widget(), self.window().focusWidget()
        if content is None or not content.isAncestorOf(focus):
            return
        card: QWidget | None = focus.parentWidget()
        while card is not None and card is not content and card.property("role") != "card":
            card = card.parentWidget()
        if card is not None and card is not content:
            self._show_card(content, card)
        self.ensureWidgetVisible(focus)

    def _show_card(self, content: QWidget, card: QWidget) -> None:
        if card.height() <= self.viewport().height():
            self.ensureWidgetVisible(card, 0, 0)
        else:
            self.verticalScrollBar().setValue(card.mapTo(content, QPoint(0, 0)).y())


class ScrollKeys(QObject):
    """Arrow and page keys, Home and End pressed on `button` move `area`: a sheet to read has nothing that takes the
    focus, so the focus stands on the one button beneath it."""

    moves: Mapping[int, QAbstractSlider.SliderAction] = _MOVES

    def __init__(self, area: QScrollArea, button: QWidget) -> None:
        super().__init__(button)
        self._area = area
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True for a key that moves the sheet; a button would give the focus away."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        move = self.moves.get(event.key())
        if move is None:
            return False
        self._area.verticalScrollBar().triggerAction(move)
        return True


class PageKeys(ScrollKeys):
    """The same by Page Up and Page Down alone, under an input field: arrows, Home and End are the field's."""

    moves = MappingProxyType({key: _MOVES[key] for key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)})
