"""Doing something after a window's first paint (performance 5.2): what is heavy must not stand before the picture.

A timer of 0 ms runs before the paint it was meant to follow. Must not know: what is done afterwards.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

UNSEEN_MS = 500
"""A window that nobody paints (minimised, another desktop) is waited for no longer."""


class FirstPaint(QObject):
    """Calls `act` once: after the window's first paint, or after `UNSEEN_MS`."""

    def __init__(self, window: QWidget, act: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._act = act
        self._done = False
        window.installEventFilter(self)
        QTimer.singleShot(UNSEEN_MS, self, self._go)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See the paint pass; the act follows when the event loop is back."""
        if event.type() == QEvent.Type.Paint and not self._done:
            QTimer.singleShot(0, self, self._go)
        return super().eventFilter(watched, event)

    def _go(self) -> None:
        self._window.removeEventFilter(self)
        if not self._done:
            self._done = True
            self._act()
