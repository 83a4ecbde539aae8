"""What a presenter knows of a lane: hand in a job, get its outcome back later on the same thread.

Rule: design section 6, style 5.5. Must not know: threads, Qt.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from ledger.errors import KnownError

PROGRAM_BUG = "program.bug"

T = TypeVar("T")


class ProgramBug(KnownError):
    """A job met something nobody foresaw. What it had committed stays; a repeat with the same command id is safe."""

    def __init__(self) -> None:
        super().__init__(PROGRAM_BUG)


class Lane(Protocol):
    """First in, first out; one job at a time."""

    def submit(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[KnownError], None]) -> None:
        """Run `job` later, then call exactly one of the others on the submitter's thread.

        A bug reaches the crash handler and then `failed`, as `ProgramBug`: nobody waits for ever.
        """


class SameThreadLane:
    """Runs at once on the caller's thread: for the headless story and for tests of presenters."""

    def submit(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[KnownError], None]) -> None:
        """See `Lane.submit`; a bug is raised, not swallowed."""
        try:
            answer = job()
        except KnownError as error:
            failed(error)
        else:
            done(answer)
