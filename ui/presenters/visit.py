"""A person's stay at a page: an answer that comes after she left draws nothing, but what it settled stays settled.

Rule: design section 6 (dropping a callback never drops a fact). One mechanism for every presenter whose answers bring a
page to the front: ask through the visit, and end it when the page is left. Must not know: pages, Qt, use cases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ledger.errors import KnownError
from ui.presenters.lane import Lane

T = TypeVar("T")


def _nothing(_answer: object) -> None:
    return


@dataclass(slots=True)
class Visit:
    """The stay now, over one lane."""

    lane: Lane
    _stay: int = 0

    def begin(self) -> None:
        """A page is entered: answers to earlier questions are nobody's any more."""
        self._stay += 1

    def end(self) -> None:
        """The page is left."""
        self._stay += 1

    @property
    def token(self) -> int:
        """Names this stay: for answers of another lane than the one of the visit."""
        return self._stay

    def ask(
        self,
        job: Callable[[], T],
        shown: Callable[[T], None],
        refused: Callable[[KnownError], None],
        *,
        settled: Callable[[T], None] = _nothing,
    ) -> None:
        """Run a job on the lane.

        Args:
            job: runs on the lane. shown, refused: draw the answer; dropped once this stay is over.
            settled: what the answer causes whoever looks (papers to print, who sells); never dropped, comes first.
        """
        stay = self._stay

        def answered(answer: T) -> None:
            settled(answer)
            if stay == self._stay:
                shown(answer)

        def failed(error: KnownError) -> None:
            if stay == self._stay:
                refused(error)

        self.lane.submit(job, answered, failed)
