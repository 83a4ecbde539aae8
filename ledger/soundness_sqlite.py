"""Whether the pages of a database file still fit together: SQLite's own quick_check, never longer than it may take.

Trust F26: a file that was overwritten is found before it is sold with. It sees broken pages, not a changed figure:
that is the verifier's. Looks through a read-only connection of its own, so a seller does not wait; a file of many
gigabytes is not looked at whole, and is not called sound then.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from enum import StrEnum
from pathlib import Path

from ledger.backup_sqlite import open_read_only
from ledger.errors import StoreDamaged
from ledger.progress import Progress
from ledger.sqlite_engine import driver, known_error

STEPS_BETWEEN_LOOKS = 4000
"""Of SQLite between two looks at the watch: less than a millisecond where the file is in memory."""
_INTERRUPTED = 9


class Soundness(StrEnum):
    """`partly`: the time was over, or somebody called it off; what was looked at is sound."""

    WHOLE = "whole"
    PARTLY = "partly"


def look_at_pages(
    path: Path, *, limit_s: float, progress: Progress | None = None, called_off: Callable[[], bool] | None = None
) -> Soundness:
    """Look at every page of a database that is there. Blocking: up to `limit_s`; about 1 s for 500 MB in memory.

    Args:
        progress: told (seconds gone, seconds allowed). called_off: asked meanwhile; true ends it.

    Raises: StoreDamaged `store.damaged` (detail: the first place); the other StoreError kinds.
    """
    begun_s = time.monotonic()
    pressed: list[KeyboardInterrupt] = []

    def over() -> bool:
        try:
            gone_s = time.monotonic() - begun_s
            if progress is not None:
                progress(min(int(gone_s), int(limit_s) - 1), int(limit_s))
            return gone_s >= limit_s or (called_off is not None and called_off())
        except KeyboardInterrupt as stop:  # the driver would swallow it
            pressed.append(stop)
            return True

    try:
        with closing(open_read_only(path)) as connection:
            connection.set_progress_handler(over, STEPS_BETWEEN_LOOKS)
            answers = connection.execute("PRAGMA quick_check(1)").fetchall()
    except driver.Error as error:
        if pressed:
            raise pressed[0] from None
        if getattr(error, "sqlite_errorcode", None) == _INTERRUPTED:
            return Soundness.PARTLY
        raise known_error(error) or StoreDamaged("store.not_ours", detail=str(error)) from error
    finally:
        if progress is not None:
            progress(int(limit_s), int(limit_s))
    if answers != [("ok",)]:
        raise StoreDamaged("store.damaged", detail=str(answers[0][0] if answers else ""))
    return Soundness.WHOLE
