"""A scroll area in which the keyboard focus is never out of sight, also after its content has grown.

Rule: screen.md "Looked at, not believed" at 200 % on the usual counter screen. Must not know: what is scrolled.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea


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
        """A smaller view may have lost the focus."""
        super().resizeEvent(event)
        self.follow_focus()

    def minimumSizeHint(self) -> QSize:
        """Never narrower than the content can be: it scrolls up and down only."""
        content = self.widget()
        wanted = super().minimumSizeHint()
        if content is None or self.horizontalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
            return wanted
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(content.minimumSizeHint().width() + bar, wanted.height())

    def follow_focus(self) -> None:
        """Bring the focus into view if it is in here."""
        content, focus = self.widget(), self.window().focusWidget()
        if content is not None and content.isAncestorOf(focus):
            self.ensureWidgetVisible(focus)
