"""What a presenter knows of a lane: hand in a job, get its result or its known error back later on the same thread.

Rule: design section 6, style 5.5. A bug goes to neither callback but to the crash handler. Must not know: threads, Qt.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from ledger.errors import KnownError

T = TypeVar("T")


class Ticket(Protocol):
    """A job handed in."""

    def cancel(self) -> None:
        """Nobody wants the outcome any more. The job itself runs to its end: a dropped callback drops no fact."""


class Lane(Protocol):
    """First in, first out; one job at a time."""

    def submit(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[KnownError], None]) -> Ticket:
        """Run `job` later, then call `done` or `failed` on the thread that submitted it."""


class _Done:
    """The ticket of a job that has ended already."""

    def cancel(self) -> None:
        """Nothing is left to drop."""


class SameThreadLane:
    """Runs every job at once where it is submitted: for the command line and for tests of presenters."""

    def submit(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[KnownError], None]) -> Ticket:
        """Run it, then call back before returning; an unknown error is raised to the caller."""
        try:
            answer = job()
        except KnownError as known:
            failed(known)
        else:
            done(answer)
        return _Done()


def ask(lane: Lane, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[KnownError], None]) -> Ticket:
    """`lane.submit` in the order presenters think: where, what, then."""
    return lane.submit(job, done, failed)
