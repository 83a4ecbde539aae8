"""Lanes: one worker thread each, outcomes delivered on the GUI thread, nothing else crosses threads.

Rule: design section 6: one lane per device plus `db` and `print`; a lane whose call hangs is dead until it returns, its
outcome unknown, the lamp says so. The lane's own QObject is the only cross-thread receiver; there is no QThread
subclass, no nested event loop. The thread is a daemon, so a reader that never answers cannot keep the program open.
Must not know: use cases, devices.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from ledger.errors import KnownError, StoreBusy
from pos.domain.errors import DeviceUnavailable
from ui.presenters.lane import ProgramBug

T = TypeVar("T")
IDLE_AFTER_S = 1.0
MAX_WAITING = 64  # more than that means the lane is dead and somebody keeps pressing


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended: it returned `value`, or raised a known `error`, or a `bug`."""

    value: Any = None
    error: KnownError | None = None
    bug: Exception | None = None


@dataclass(eq=False)
class LaneTicket:
    """A job on its way. Attributes: started_s: monotonic start, None = waiting."""

    job: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[KnownError], None]
    started_s: float | None = None


def _nobody_waits(_outcome: object) -> None:
    """What is done between two customers is told to nobody."""


class Lane(QObject):
    """One thread, first in first out.

    Attributes:
        name: `db`, `print`, `reader`, ... stuck: the running job has not answered for `stuck_after_s`.
        when_idle: run on the lane's thread once nothing was asked for a second after work. A known error of it is
            passed over: the next job meets it itself.

    Signals:
        stuck_changed(stuck): for the lamp.
        bug(exception): anything but a known error; the crash handler listens, and whoever waits is told `ProgramBug`.
    """

    stuck_changed = Signal(bool)
    bug = Signal(object)
    _returned = Signal(object, object)

    def __init__(self, name: str, *, stuck_after_s: float = 10.0, refuse_when_stuck: bool = False) -> None:
        super().__init__()
        self.name = name
        self.stuck = False
        self.when_idle: Callable[[], None] | None = None
        self._stuck_after_s = stuck_after_s
        self._refuse = refuse_when_stuck
        self._worked = False
        self._queue: queue.SimpleQueue[LaneTicket | None] = queue.SimpleQueue()
        self._open: list[LaneTicket] = []
        self._closing = False
        self._returned.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, name=f"lane-{name}", daemon=True)
        self._thread.start()
        self._watch = QTimer(self)
        self._watch.timeout.connect(self.look_for_hang)
        self._watch.setInterval(500)

    def submit(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[KnownError], None]) -> None:
        """Run `job` on the lane, then `done` or `failed` on the GUI thread; call it from the GUI thread only.

        A full, closing or (for a device) dead lane answers with a known error at once: nothing was started.
        """
        refusal = self._refusal()
        if refusal is not None:
            QTimer.singleShot(0, self, lambda: failed(refusal))
            return
        ticket = LaneTicket(job, done, failed)
        self._open.append(ticket)
        self._watch.start()
        self._queue.put(ticket)

    def waiting(self) -> int:
        """Jobs not yet delivered, the running one included."""
        return len(self._open)

    def close(self, timeout_s: float) -> bool:
        """Take no more jobs and wait for those handed in. Blocking: up to `timeout_s`. False if one still runs."""
        self._closing = True
        self._queue.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def look_for_hang(self) -> None:
        """Compare the running job's age with the limit; called twice a second while anything runs."""
        running = next((t for t in self._open if t.started_s is not None), None)
        stuck = running is not None and monotonic() - (running.started_s or 0.0) > self._stuck_after_s
        if stuck != self.stuck:
            self.stuck = stuck
            self.stuck_changed.emit(stuck)

    def _refusal(self) -> KnownError | None:
        if self._closing:
            return StoreBusy("lane.closing", lane=self.name)
        if self._refuse and self.stuck:
            return DeviceUnavailable("lane.stuck", lane=self.name)
        if len(self._open) >= MAX_WAITING:
            return StoreBusy("lane.full", lane=self.name)
        return None

    def _work(self) -> None:
        with suppress(RuntimeError):  # the GUI side is gone: the program is ending, the fact is committed
            while (ticket := self._next()) is not None:
                self._worked = True
                ticket.started_s = monotonic()
                self._returned.emit(ticket, self._run(ticket))

    def _next(self) -> LaneTicket | None:
        """The next job; while none comes, what is to be done between two customers."""
        if self._worked and self.when_idle is not None:
            try:
                return self._queue.get(timeout=IDLE_AFTER_S)
            except queue.Empty:
                self._worked = False
            ticket = LaneTicket(self.when_idle, _nobody_waits, _nobody_waits)
            self._returned.emit(ticket, self._run(ticket))
        return self._queue.get()

    @staticmethod
    def _run(ticket: LaneTicket) -> Outcome:
        try:
            return Outcome(value=ticket.job())
        except KnownError as known:
            return Outcome(error=known)
        except Exception as unexpected:  # noqa: BLE001 - a lane hands bugs on as values, see design section 5
            return Outcome(bug=unexpected)

    @Slot(object, object)
    def _deliver(self, ticket: LaneTicket, outcome: Outcome) -> None:
        if ticket in self._open:
            self._open.remove(ticket)
        if not self._open:
            self._watch.stop()
        self.look_for_hang()
        if outcome.bug is not None:
            self.bug.emit(outcome.bug)
        if outcome.bug is not None:
            ticket.failed(ProgramBug())
        elif outcome.error is not None:
            ticket.failed(outcome.error)
        else:
            ticket.done(outcome.value)
