"""What a presenter knows of a lane: hand in a job, get its outcome back later on the same thread.

Rule: design section 6, style 5.5. Must not know: threads, Qt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pos.domain.errors import KnownError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """How a job ended: exactly one of value (which may be None), known error, bug.

    Attributes:
        value: what the job returned. error: a known error of the contract. bug: anything else; it has been given to
        the crash handler already, the screen only has to stop waiting.
    """

    value: T | None = None
    error: KnownError | None = None
    bug: BaseException | None = None

    @property
    def ok(self) -> bool:
        """True if the job returned."""
        return self.error is None and self.bug is None


class Ticket(Protocol):
    """A job handed in."""

    def cancel(self) -> None:
        """Nobody wants the outcome any more. The job itself runs to its end: a dropped callback drops no fact."""


class Lane(Protocol):
    """First in, first out; one job at a time."""

    def submit(self, job: Callable[[], T], done: Callable[[Outcome[T]], None]) -> Ticket:
        """Run `job` later, then call `done` on the thread that submitted it."""


class SameThreadLane:
    """Runs at once on the caller's thread: for the headless story and for tests of presenters."""

    def submit(self, job: Callable[[], T], done: Callable[[Outcome[T]], None]) -> Ticket:
        """See `Lane.submit`; a bug is raised, not swallowed."""
        try:
            outcome = Outcome(value=job())
        except KnownError as error:
            outcome = Outcome(error=error)
        done(outcome)
        return _Done()


class _Done:
    """The ticket of a job that has ended."""

    def cancel(self) -> None:
        """Nothing is left to drop."""


def ask(lane: Lane, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[KnownError], None]) -> Ticket:
    """Hand in a job with one callback for its answer and one for a known error.

    A bug comes as the known error `program.bug`: the crash handler has it already, the screen stops waiting.
    """

    def sort(outcome: Outcome[T]) -> None:
        if outcome.error is not None:
            failed(outcome.error)
        elif outcome.bug is not None:
            failed(KnownError("program.bug"))
        else:
            done(outcome.value)  # type: ignore[arg-type]  # ok: the job returned, None included

    return lane.submit(job, sort)
