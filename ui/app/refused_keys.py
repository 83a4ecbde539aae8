"""Keys that do nothing for the one who pressed them: a word at the top says why and who can (P12).

No dialog and no change of page: she goes on where she is. Who may do what is refused by the use cases; here it is only
said before anything is asked of her. Must not know: what the keys do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from pos.usecases.hall_settings import OperatorRow
from ui.presenters.key_bars import why_not
from ui.presenters.notice import Notice, Tone

if TYPE_CHECKING:
    from ui.app.running import Running

HINT_MS = 8000


class RefusedKeys:
    """The word at the top, taken back after a while."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._hint: Notice | None = None
        self._timer = QTimer(running)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HINT_MS)
        self._timer.timeout.connect(self._take_back)

    def answer(self, name: str, person: OperatorRow | None) -> bool:
        """True if the key is not for this person, or not now, and she has been told."""
        code = "" if person is None else why_not(name, person.roles, sells=self._running.shift is not None)
        if not code:
            return False
        self._hint = Notice(code, Tone.WARNING)
        self._running.program.change_frame(hint=self._hint)
        self._timer.start()
        return True

    def stop(self) -> None:
        """The window goes away."""
        self._timer.stop()

    def _take_back(self) -> None:
        if self._running.program.frame.hint == self._hint:
            self._running.program.change_frame(hint=None)
