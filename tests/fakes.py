"""Surroundings that tests can set: a clock that stands still, ids that count, a store in a temporary file."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ledger.errors import KnownError
from ledger.keys import InstallationKey, create_key
from pos.store.unit_of_work import Store
from pos.usecases.fact import Hall

START_UTC_MS = 1_795_397_400_000
"""2026-11-23 08:30 hall time (+08:00), a Monday before the doors open."""


class FixedClock:
    """Stands still until told."""

    def __init__(self, now_utc_ms: int = START_UTC_MS) -> None:
        self._now_utc_ms = now_utc_ms

    def now_utc_ms(self) -> int:
        return self._now_utc_ms

    def forward(self, *, seconds: int = 0, ms: int = 0) -> None:
        """Move on; a negative figure steps the clock back."""
        self._now_utc_ms += seconds * 1000 + ms

    def set_to(self, now_utc_ms: int) -> None:
        self._now_utc_ms = now_utc_ms


class CountingIds:
    """cmd-1, cmd-2 ..."""

    def __init__(self, prefix: str = "cmd") -> None:
        self._prefix = prefix
        self._numbers = itertools.count(1)

    def new_id(self) -> str:
        return f"{self._prefix}-{next(self._numbers)}"


def make_key(folder: Path) -> InstallationKey:
    """An installation key outside the data folder, as in the product."""
    return create_key(folder / "keys" / "installation.pem")


def make_store(path: Path, clock: FixedClock, key: InstallationKey) -> Store:
    """A real store in a real file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return Store(path, clock=clock, signer=key)


def make_hall(store: Store, clock: FixedClock, ids: CountingIds) -> Hall:
    """What use cases see."""
    return Hall(store=store, clock=clock, ids=ids)


@dataclass
class HandDrivenLane:
    """A lane whose answers come when the test says so: `answer()` runs and delivers the oldest job.

    Attributes: waiting: (job, done, failed) of jobs handed in and not answered yet.
    """

    waiting: list[tuple[Callable[[], Any], Callable[[Any], None], Callable[[KnownError], None]]] = field(
        default_factory=list
    )

    def submit(self, job: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[KnownError], None]) -> None:
        self.waiting.append((job, done, failed))

    def answer(self) -> None:
        job, done, failed = self.waiting.pop(0)
        try:
            value = job()
        except KnownError as error:
            failed(error)
        else:
            done(value)

    def answer_all(self) -> None:
        while self.waiting:
            self.answer()
