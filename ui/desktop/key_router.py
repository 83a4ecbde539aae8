"""Turns key presses into actions wherever the focus is, text fields included.

Rule: anchors U1, U4. A filter sits on the widget that has the focus and on the window, nowhere else, so ordinary
events cost nothing. A held key repeats nothing: auto-repeat is swallowed. Keys pressed before there is a page wait for
it: who types her number while the books open finds it in the field. Must not know: pages, presenters.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from ui.desktop import keys
from ui.desktop.buttons import KeyButton
from ui.desktop.fields import AmountField
from ui.desktop.scrolling import FocusScrollArea

SAME_MOMENT_MS = 8
"""No finger lets a key go and presses it again in this time."""


class KeyRouter(QObject):
    """Watches the focus of one window. `wants(name)`: an action whose key is a sign means something now.

    Signals:
        triggered(name): an action of `keys.ACTIONS` was pressed.
        activity(): any key was pressed (for the lock after idling).
    """

    triggered = Signal(str)
    activity = Signal()

    def __init__(self, app: QApplication, window: QWidget, wants: Callable[[str], bool]) -> None:
        super().__init__(window)
        self._window = window
        self._wants = wants
        self._watched: QWidget | None = None
        self._early: list[QKeyEvent] | None = []
        self._released = (0, 0)
        window.installEventFilter(self)
        app.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True (swallowed) for a key that is an action."""
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            self._released = (event.key(), event.timestamp())
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        self.activity.emit()
        if self._early is not None:
            self._early.append(event.clone())
            return True
        if bool(watched.property("raw_keys")):  # the read-back step judges key-up and repeats itself
            return self._turn_customers_window(event)
        in_number = isinstance(watched, AmountField)
        typing_text = isinstance(watched, QLineEdit | QPlainTextEdit) and not in_number
        action = keys.find(event.key(), event.modifiers(), typing_text=typing_text, in_number=in_number)
        if action is None or (in_number and action.printable and not self._wants(action.name)):
            return False  # the field has it, and says so if it takes no such sign
        if event.isAutoRepeat() or self._is_held(event):
            return True
        if action.name == "next" and isinstance(watched, QPushButton):
            if not isinstance(watched, KeyButton) or watched.may_confirm():
                watched.click()
            return True
        self.triggered.emit(action.name)
        return True

    def _is_held(self, event: QKeyEvent) -> bool:
        """True for a repeat that is not marked as one: let go and pressed again in the same moment, as X11 reports a
        held key when both halves are not read together. 0: an event without a time."""
        key, at = self._released
        return bool(at) and key == event.key() and 0 <= event.timestamp() - at < SAME_MOMENT_MS

    def _turn_customers_window(self, event: QKeyEvent) -> bool:
        """The one key that decides nothing about money is good on the read-back too."""
        action = keys.find(event.key(), event.modifiers(), typing_text=False)
        if action is None or action.name != "customer_window":
            return False
        if not event.isAutoRepeat():
            self.triggered.emit(action.name)
        return True

    def begin(self) -> None:
        """A page or an overlay is there: give it what was typed before, each key to where the one before it has led."""
        early, self._early = self._early, None
        for event in early or ():
            focus: QWidget | None = self._window.focusWidget()
            QApplication.sendEvent(self._window if focus is None else focus, event)

    def _follow(self, old: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None and self._watched is not self._window:
            self._watched.removeEventFilter(self)
        self._watched = None
        if now is not None and now.window() is self._window and now is not self._window:
            QTimer.singleShot(0, self, self._bring_into_view)  # the page may still be laying itself out
            now.installEventFilter(self)
            self._watched = now
            now.destroyed.connect(self._forget)

    def _bring_into_view(self) -> None:
        """At 200 % on a small screen pages scroll: the focus must never be somewhere out of sight."""
        for area in self._window.findChildren(FocusScrollArea):
            area.follow_focus()

    def _forget(self) -> None:
        self._watched = None
