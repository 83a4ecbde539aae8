"""Books that stay open from case to case: what a first run committed is taken back by bytes, the file is never closed.

A counter at which a customer is served was started in the morning. Opening the file, reading its schema, preparing the
statements and closing it again is half of a first run, and no fault of a flow falls there; recovery always begins with
the program started anew. The engine's log and its index are put back in place, as they were before the customer came.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.fakes import FixedClock
from tests.faults.flows.prepared import Prepared
from tests.faults.surviving_world import WatchedStore

SUFFIXES = ("-wal", "-shm")


class OpenBooks:
    """A morning's books. Attributes: path; store; clock: the one that the store asks."""

    def __init__(self, morning: Prepared, path: Path) -> None:
        self.path = path
        self.clock = FixedClock(morning.now_utc_ms)
        self._heard: Callable[[str], None] = lambda _name: None
        morning.thaw(path)
        self.store = WatchedStore(path, self._announce, clock=self.clock, signer=morning.counter.demo.key)
        with self.store.reading() as connection:  # both engines have the file open now
            connection.exec_driver_sql("SELECT count(*) FROM journal").scalar()
        self._before = path.stat().st_mtime_ns
        self._handles = {suffix: os.open(f"{path}{suffix}", os.O_RDWR) for suffix in SUFFIXES}
        self._held = {suffix: os.pread(handle, 1 << 20, 0) for suffix, handle in self._handles.items()}

    def _announce(self, name: str) -> None:
        self._heard(name)

    def hear(self, moments: Callable[[str], None]) -> None:
        """Both sides of every commit from here on."""
        self._heard = moments

    def put_back(self) -> None:
        """As it was when it was opened. No transaction may be open."""
        self._heard = lambda _name: None
        for suffix, handle in self._handles.items():
            os.ftruncate(handle, len(self._held[suffix]))
            os.pwrite(handle, self._held[suffix], 0)
        assert self.path.stat().st_mtime_ns == self._before, "a flow is too short for a checkpoint"

    def close(self) -> None:
        """For good."""
        self.store.close()
        for handle in self._handles.values():
            os.close(handle)
        for suffix in ("", *SUFFIXES):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
