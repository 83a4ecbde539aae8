"""The file of the books, looked at once after every start: where it is damaged, nothing more is written to it.

Trust F26 (no silent use of a damaged file). The settings of such a file are fine and most of its rows can be read, so
that opening it shows nothing. The look has a thread and a read-only connection of its own and begins when people can
sign in already; a file that it cannot finish in LIMIT_S is the verifier's, and the doctor's.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from ledger.errors import KnownError
from ledger.soundness_sqlite import Soundness, look_at_pages
from ui.desktop.lanes import Lane
from ui.presenters.notice import Notice, Tone

if TYPE_CHECKING:
    from ui.app.running import Running

BEGINS_AFTER_MS = 1000
LIMIT_S = 5.0
"""2 GB that the machine has in memory, some hundred MB from a disk."""
CARD_WAIT_MS = 500
_DAMAGED = ("store.damaged", "store.io")
_log = logging.getLogger(__name__)


class BooksWatch:
    """Attributes: seen: how the file was found, None = not looked yet; damage: code of what is wrong, "" = nothing."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._lane: Lane | None = None
        self._called_off = threading.Event()
        self.seen: Soundness | None = None
        self.damage = ""
        self._timer = QTimer(running)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BEGINS_AFTER_MS)
        self._timer.timeout.connect(self.look)

    @property
    def marks(self) -> tuple[str, ...]:
        """What the bar says of it."""
        return ("books_damaged",) if self.damage else ()

    def begin(self) -> None:
        """The sign-in page is there: look a moment later, so that nobody waits for it."""
        self._timer.start()

    def look(self) -> None:
        """Look at the file on a thread of its own."""
        path = self._running.program.places.database
        self._lane = Lane("pages", stuck_after_s=2 * LIMIT_S)
        self._lane.submit(
            lambda: look_at_pages(path, limit_s=LIMIT_S, called_off=self._called_off.is_set), self._found, self._failed
        )

    def stop(self) -> None:
        """The program ends; a disk that does not answer keeps it for a second at most."""
        self._timer.stop()
        self._called_off.set()
        if self._lane is not None:
            self._lane.close(timeout_s=1.0)

    def _found(self, seen: Soundness) -> None:
        self.seen = seen

    def _failed(self, error: KnownError) -> None:
        """Damage stops every write; what else went wrong (a busy file) says nothing of the books.

        A card that is being written is finished first: refusing its posting would leave the card ahead of the books.
        """
        running = self._running
        if error.code not in _DAMAGED or self._called_off.is_set():
            return
        if running.sale.hand_out.write_id:
            QTimer.singleShot(CARD_WAIT_MS, running, lambda: self._failed(error))
            return
        _log.warning("the books are damaged: %s", error.params.get("detail", ""))
        running.desk.hall.store.refuse_writes(error.code)
        self.damage = error.code
        running.show_marks()
        said = Notice(error.code, Tone.BAD)
        running.people.say(said)
        running.say(said)
