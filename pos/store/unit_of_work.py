"""One use case, one unit of work, one fact (design, Money rules 5): begin immediate, write, commit or vanish.

Leaving the block without `commit()` rolls back. A unit belongs to the thread that opened it and is never nested.
No device call, print, dialog, sleep or network may happen inside.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from ledger.errors import StoreDamaged, StoreError
from ledger.journal import Journal
from ledger.keys import Signer
from ledger.sqlite_engine import carry_over, make_engine
from pos.ports.surroundings import Clock
from pos.store import schema

UNITS_BEFORE_REST = 20
"""About as many payments as fill a thousand pages of the log."""
_open_units = threading.local()
_open_count = 0
_count_lock = threading.Lock()


def open_count() -> int:
    """Units of work open anywhere in this program; tests assert that none is left."""
    return _open_count


class UnitOfWork:
    """A writing transaction.

    Attributes:
        connection: for the queries and plain tables of pos.store.
        journal: where facts go.
    """

    def __init__(self, connection: Connection, journal: Journal) -> None:
        self._connection = connection
        self._journal = journal
        self._thread = threading.get_ident()
        self._committed = False

    @property
    def connection(self) -> Connection:
        """The open connection; only on the thread that opened the unit."""
        self._assert_usable()
        return self._connection

    @property
    def journal(self) -> Journal:
        """The books inside this unit."""
        self._assert_usable()
        return self._journal

    def commit(self) -> None:
        """Make everything durable. Returns only after the disk has it (WAL, synchronous=FULL)."""
        self._assert_usable()
        self._connection.commit()
        self._committed = True

    def _assert_usable(self) -> None:
        if self._committed:
            raise RuntimeError("the unit of work is already committed")
        if threading.get_ident() != self._thread:
            raise RuntimeError("a unit of work belongs to the thread that opened it")


class Store:
    """The database file of a hall.

    Args:
        path: the file; made if it does not exist.
        clock: wall clock.
        signer: the installation key.
        offset_min: the hall's offset from UTC, a setting and never the machine's.

    Raises: StoreError kinds at the first use.
    """

    def __init__(self, path: Path, *, clock: Clock, signer: Signer, offset_min: int = 480) -> None:
        self.path = path
        self.clock = clock
        self.signer = signer
        self.offset_min = offset_min
        self._writer = make_engine(path, look_first=schema.refuse_foreign)
        self._reader = make_engine(path, read_only=True)
        self._units = 0
        self._refusal = ""
        self._make_or_check()

    def _make_or_check(self) -> None:
        with self._writer.connect() as connection:
            if not schema.check(connection):
                schema.create(connection)
                connection.commit()

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """Open a unit of work on this thread.

        Raises: StoreBusy after the busy time-out; StoreDamaged after `refuse_writes`; the other StoreError kinds.
            RuntimeError if one is open already.
        """
        if self._refusal:
            raise StoreDamaged(self._refusal)
        global _open_count  # counted for the tests' guard, not used by the program
        if getattr(_open_units, "open", False):
            raise RuntimeError("units of work are never nested")
        _open_units.open = True
        with _count_lock:
            _open_count += 1
        try:
            with self._writer.connect() as connection:
                connection.begin()
                yield UnitOfWork(connection, self._journal(connection))
        finally:
            _open_units.open = False
            with _count_lock:
                _open_count -= 1
                self._units += 1

    def refuse_writes(self, code: str) -> None:
        """The file was found damaged: no unit of work begins any more, whoever asks; what can be read stays readable.

        A unit that is open goes on. From any thread. code: of the StoreDamaged that each of them meets.
        """
        self._refusal = code

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent snapshot for queries; it cannot write."""
        with self._reader.connect() as connection:
            yield connection

    def rest(self) -> None:
        """Nobody waits: after some units of work, carry the log over into the file, so that no payment pays for it.

        Blocking: nothing, or about 20 ms. Raises: StoreError kinds; nothing is lost, the log is kept.
        """
        if self._units >= UNITS_BEFORE_REST and not self._refusal:
            self._units = 0
            carry_over(self._writer)

    def journal_of(self, connection: Connection) -> Journal:
        """The books over a reading connection."""
        return self._journal(connection)

    def close(self) -> None:
        """Give all connections back."""
        self._reader.dispose()
        self._writer.dispose()

    def _journal(self, connection: Connection) -> Journal:
        return Journal(connection, now_utc_ms=self.clock.now_utc_ms, offset_min=self.offset_min, signer=self.signer)


__all__ = ["Connection", "Store", "StoreError", "UnitOfWork", "open_count"]
