"""Several processes play the blocks; one hands them out, adds up what comes back, and alone writes the state.

A stop at any moment loses the blocks in hand, seconds each: they are handed out again. While a named file exists nobody
begins a block, so that a measurement on the same machine is not disturbed.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from tests.faults.flows.parts import Parts
from tests.faults.flows.prepared import scratch
from tests.faults.flows.progress import Progress

SHARES = {"singles": 0.5, "fuzz": 0.2, "sessions": 0.14, "service": 0.06, "drawn": 0.05, "doubles": 0.05}
"""Of the time, while all parts have something left."""
KEEP_EVERY_S = 5.0


def work(line: Connection, seed: int) -> None:
    """A worker: sizes first, then block after block until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who hands out ends it
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    logging.getLogger().setLevel(logging.CRITICAL)
    with scratch() as folder:
        parts = Parts(folder, seed)
        try:
            line.send(parts.sizes())
            while (asked := line.recv()) is not None:
                began = time.process_time()
                tally = parts.play(*asked)
                line.send((*asked, tally, time.process_time() - began))
        except (EOFError, BrokenPipeError):
            """Whoever handed out is no more."""


Work = Callable[[Connection, int], None]


class Shifts:
    """The one who hands out. Attributes: progress."""

    def __init__(
        self, progress: Progress, place: Path, jobs: int, waits_for: Path | None = None, *, work: Work = work
    ) -> None:
        self.progress = progress
        self._place, self._jobs, self._waits_for, self._work = place, jobs, waits_for, work
        self._ends = False

    def work(self, seconds: float, say: Callable[[str], None]) -> None:
        """Until the time is over, nothing is left, or somebody asks to stop."""
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: setattr(self, "_ends", True))
        crew = [self._hired() for _job in range(self._jobs)]
        until, kept_at = time.monotonic() + seconds, time.monotonic()
        busy: dict[Any, tuple[str, int] | None] = dict.fromkeys((line for _worker, line in crew), ("", 0))
        try:
            while any(busy.values()) or not (self._ends or time.monotonic() > until):
                for line in wait([line for line, task in busy.items() if task is not None], timeout=1.0):
                    self._heard(line.recv(), say)  # type: ignore[union-attr]
                    busy[line] = None
                self._hand_out(busy, may_begin=not self._ends and time.monotonic() < until)
                if not any(busy.values()) and self._is_done():
                    break
                if time.monotonic() - kept_at > KEEP_EVERY_S:
                    self.progress.keep(self._place)
                    kept_at = time.monotonic()
        finally:
            self.progress.keep(self._place)
            for worker, line in crew:
                if worker.is_alive():
                    line.send(None)
                worker.join(60)

    def _hired(self) -> tuple[Any, Connection]:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        worker = context.Process(target=self._work, args=(theirs, self.progress.seed))
        worker.start()
        theirs.close()
        return worker, ours

    def _heard(self, said: Any, say: Callable[[str], None]) -> None:
        if isinstance(said, dict):
            self.progress.sized(said)
            return
        part, block, tally, took_s = said
        self.progress.played(part, block, tally, took_s)
        for finding in tally.findings:
            say(finding)

    def _hand_out(self, busy: dict[Any, tuple[str, int] | None], *, may_begin: bool) -> None:
        if not may_begin or (self._waits_for is not None and self._waits_for.exists()):
            time.sleep(0.2 if not any(busy.values()) else 0)
            return
        for line, task in busy.items():
            if task is None and (fresh := self._next([one for one in busy.values() if one])):
                busy[line] = fresh
                line.send(fresh)

    def _next(self, in_hand: list[tuple[str, int]]) -> tuple[str, int] | None:
        """A block of the part that had the least of its share."""
        spent = self.progress.spent_s
        for part in sorted(SHARES, key=lambda part: (spent[part] + 0.1 * len(in_hand)) / SHARES[part]):
            block = self.progress.reached[part].unplayed({block for name, block in in_hand if name == part})
            if block is not None:
                return part, block
        return None

    def _is_done(self) -> bool:
        return all(self.progress.reached[part].unplayed(set()) is None for part in SHARES if self.progress.reached)
