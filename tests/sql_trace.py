"""What SQLite is really asked: every statement it begins, values filled in, whichever way it was sent.

Set on the driver's connections, so that plain reads past SQLAlchemy's result layer are seen like all others.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool


@contextmanager
def traced_statements() -> Generator[list[str], None, None]:
    """Statements of every connection that is taken from any pool inside the block, in order."""
    seen: list[str] = []

    def note(statement: str) -> None:
        fired = statement.startswith("INSERT") and seen and seen[-1] == statement
        if not fired and not statement.startswith("--"):  # SQLite names a statement again for each trigger it fires
            seen.append(statement)

    def taken(raw: Any, _record: Any, _proxy: Any) -> None:
        raw.set_trace_callback(note)

    def given_back(raw: Any, _record: Any) -> None:
        raw.set_trace_callback(None)

    event.listen(Pool, "checkout", taken)
    event.listen(Pool, "checkin", given_back)
    try:
        yield seen
    finally:
        event.remove(Pool, "checkout", taken)
        event.remove(Pool, "checkin", given_back)
