"""Being asked to stop from outside: SIGTERM, Ctrl+C, the end of the desktop session (docs/commands.md, exit codes).

A signal never interrupts: Python would run its handler between any two statements, also inside a unit of work. It
only writes a byte; the event loop reads it when it is back and closes the program as the window's button does.
Must not know: what closing means.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

SIGNALS = (signal.SIGTERM, signal.SIGINT)
KILLED_BY = 128
"""Added to the signal's number: the exit code that shells and service managers know."""


class StopSignals(QObject):
    """Calls `stop` once, on the GUI thread, with the exit code: 143, 130, or 0 at the end of the desktop session."""

    def __init__(self, app: QApplication, stop: Callable[[int], None]) -> None:
        super().__init__(app)
        self._stop: Callable[[int], None] | None = stop
        self._near, self._far = socket.socketpair()
        self._far.setblocking(False)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        self._before = [(number, signal.signal(number, self._noted)) for number in SIGNALS]
        signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        app.commitDataRequest.connect(lambda _manager: self._ask(0))

    def restore(self) -> None:
        """Let signals do what they did before (tests)."""
        signal.set_wakeup_fd(-1)
        for number, handler in self._before:
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._near.close()
        self._far.close()

    @staticmethod
    def _noted(_number: int, _frame: object) -> None:
        """Nothing here: the wake-up byte is on its way."""

    def _woken(self) -> None:
        asked = [number for number in self._near.recv(64) if number in SIGNALS]
        if asked:
            self._ask(KILLED_BY + asked[0])

    def _ask(self, code: int) -> None:
        stop, self._stop = self._stop, None
        if stop is not None:
            stop(code)
