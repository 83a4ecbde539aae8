"""A stage for the day's story: the real window, driven by keys only, with a picture of every step.

Used by `changshou day` and by nothing that sells: it turns the event loop itself while it waits, which the program
never does. Must not know: what the story tells.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from ui.app.program import Program

NO_KEY = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SIZE = (1366, 768)
KEYS = {
    "Enter": (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier),
    "Esc": (Qt.Key.Key_Escape, NO_KEY),
    "F1": (Qt.Key.Key_F1, NO_KEY),
    "F2": (Qt.Key.Key_F2, NO_KEY),
    "F3": (Qt.Key.Key_F3, NO_KEY),
    "F4": (Qt.Key.Key_F4, NO_KEY),
    "F6": (Qt.Key.Key_F6, NO_KEY),
    "F7": (Qt.Key.Key_F7, NO_KEY),
    "F9": (Qt.Key.Key_F9, NO_KEY),
    "F12": (Qt.Key.Key_F12, NO_KEY),
    "+": (Qt.Key.Key_Plus, Qt.KeyboardModifier.KeypadModifier),
    "*": (Qt.Key.Key_Asterisk, Qt.KeyboardModifier.KeypadModifier),
    "Down": (Qt.Key.Key_Down, NO_KEY),
    "Up": (Qt.Key.Key_Up, NO_KEY),
    "Tab": (Qt.Key.Key_Tab, NO_KEY),
    "Shift+F4": (Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier),
    "Ctrl+F2": (Qt.Key.Key_F2, CTRL),
    "Ctrl+F5": (Qt.Key.Key_F5, CTRL),
    "Ctrl+F6": (Qt.Key.Key_F6, CTRL),
    "Ctrl+F7": (Qt.Key.Key_F7, CTRL),
    "Ctrl+F8": (Qt.Key.Key_F8, CTRL),
    "Ctrl+F9": (Qt.Key.Key_F9, CTRL),
    "Ctrl+F10": (Qt.Key.Key_F10, CTRL),
    "Ctrl+Del": (Qt.Key.Key_Delete, CTRL),
    "Ctrl+F11": (Qt.Key.Key_F11, CTRL),
    "Ctrl+F12": (Qt.Key.Key_F12, CTRL),
    "Ctrl+1": (Qt.Key.Key_1, CTRL),
    "Ctrl+2": (Qt.Key.Key_2, CTRL),
    "Ctrl+3": (Qt.Key.Key_3, CTRL),
    "Ctrl+4": (Qt.Key.Key_4, CTRL),
    "Ctrl+5": (Qt.Key.Key_5, CTRL),
    "Ctrl+7": (Qt.Key.Key_7, CTRL),
    "Ctrl+8": (Qt.Key.Key_8, CTRL),
    "Ctrl+9": (Qt.Key.Key_9, CTRL),
}


def let_run(ms: int) -> None:
    """Let the program run for a while. Blocking: `ms`.

    An event loop gives the interpreter to the lanes while it waits; `QTest.qWait` keeps it, and a lane then gets on
    by one call of a device in fifteen milliseconds.
    """
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


class StoryStuck(Exception):
    """Something the story waits for did not happen in time; a picture of the screen was taken."""


class Stage:
    """The window and the hands.

    Attributes: program; shots: folder of the pictures; taken: their names in order.
    """

    def __init__(self, program: Program, shots: Path) -> None:
        self.program = program
        self.shots = shots
        self.taken: list[str] = []
        shots.mkdir(parents=True, exist_ok=True)
        program.window.resize(*SIZE)

    def until(self, condition: Callable[[], bool], what: str, timeout_s: float = 20.0) -> None:
        """Let the program run until something is true. Raises StoryStuck."""
        end = monotonic() + timeout_s
        while not condition():
            if monotonic() > end:
                self.shot("stuck")
                raise StoryStuck(what)
            let_run(15)

    def pause(self, ms: int) -> None:
        """As a person waits."""
        let_run(ms)

    def press(self, *names: str) -> None:
        """Keys of the table above, to whatever has the focus."""
        for name in names:
            key, modifier = KEYS[name]
            QTest.keyClick(self._focus(), key, modifier)
            let_run(25)

    def type(self, text: str) -> None:
        """Characters, one after another."""
        for character in text:
            if character.isascii():
                QTest.keyClicks(self._focus(), character)
            else:  # as an input method commits it
                composed = QInputMethodEvent()
                composed.setCommitString(character)
                QCoreApplication.sendEvent(self._focus(), composed)
        let_run(25)

    def fill(self, *texts: str) -> None:
        """A form: each text, then Enter to the next field."""
        for text in texts:
            self.type(text)
            self.press("Enter")

    def shot(self, name: str, widget: QWidget | None = None) -> None:
        """A picture of the window (or of another widget)."""
        let_run(60)
        number = f"{len(self.taken) + 1:02d}-{name}.png"
        (widget or self.program.window).grab().save(str(self.shots / number))
        self.taken.append(number)

    def page(self, name: str) -> None:
        """Wait for a page."""
        self.until(lambda: self.program.window.current == name, f"page {name}")

    def _focus(self) -> QWidget:
        window = self.program.window
        if not window.isActiveWindow():
            window.activateWindow()
            let_run(20)
        focused: QWidget | None = window.focusWidget()
        return window if focused is None else focused
