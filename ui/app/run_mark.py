"""A file that lies in the data folder while the program runs: one that is there at a start says how the last run ended.

Nothing of a sale is stored before it is booked, so after a kill nobody can know what was under way; what can be known
is that there was a kill. Must not know: sales, screens.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


class RunMark:
    """The mark of one data folder. Without it (a folder that takes no file) an end is taken for a good one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._killed_before = 0
        self._told: set[str] = set()

    def set(self, now_utc_ms: int) -> None:
        """The program runs from now on."""
        self._killed_before = now_utc_ms if self._path.exists() else 0
        with suppress(OSError):
            self._path.touch()

    def lift(self) -> None:
        """It ends as it should."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def is_to_tell(self, session_id: str, opened_at_utc_ms: int) -> bool:
        """True once for each till session that was open when the run before this one was killed."""
        if opened_at_utc_ms >= self._killed_before or session_id in self._told:
            return False
        self._told.add(session_id)
        return True
