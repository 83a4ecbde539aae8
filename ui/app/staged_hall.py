"""The hall that is being founded, in a folder beside the books; it takes their place when all of it is on paper.

A founding is many records and pages that are shown once. Whatever stops it before the end (a refusal, a kill, the
power) leaves no hall behind: the next start founds anew and says that the earlier papers are void. Keys stay where they
are, a founding begun again signs with the same (design, section 1: nothing is lost). Must not know: what is asked.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ledger.backup_sqlite import close_log
from pos.domain.errors import RuleViolation
from ui.app.backup import drop_side_files
from ui.app.places import Places


class StagedHall:
    """The staging folder of one data folder."""

    def __init__(self, at: Places) -> None:
        self._at = at

    @property
    def folder(self) -> Path:
        """Where the hall is until it is whole."""
        return self._at.data / "founding"

    @property
    def places(self) -> Places:
        """For `open_workplace`: books in the folder, keys where they will stay."""
        return Places(self.folder, self._at.keys)

    def discard(self) -> bool:
        """Take away what an unfinished founding left; True if there was something. Raises OSError."""
        if not self.folder.exists():
            return False
        shutil.rmtree(self.folder)
        return True

    def move_in(self) -> None:
        """The whole hall becomes the hall of the data folder, in one step; again = nothing.

        Raises: RuleViolation `hall.commissioned` if there are books already; StoreError kinds; OSError.
        """
        staged = self.places.database
        if not staged.exists() and self._at.database.exists():
            return
        if self._at.database.exists():
            raise RuleViolation("hall.commissioned")
        close_log(staged)
        drop_side_files(staged)
        staged.rename(self._at.database)
        shutil.rmtree(self.folder, ignore_errors=True)
