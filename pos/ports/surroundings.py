"""Time, ids, voice and the customer's screen: the rest of what the counter asks of its surroundings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Wall clock. Order in the books is the sequence number; time is evidence."""

    def now_utc_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00Z."""


class IdSource(Protocol):
    """Ids made where the person acts (UUID4 text in the product, counting ids in tests)."""

    def new_id(self) -> str:
        """A fresh unique id."""


class Voice(Protocol):
    """Speaks to the customer; a missing loudspeaker never breaks a sale."""

    def say(self, text: str) -> None:
        """Queue a sentence; returns at once, never raises for device conditions."""


@dataclass(frozen=True, slots=True)
class CustomerView:
    """What the customer sees. Attributes: step (`idle`, `confirm`, `due`, `readback`, `writing`, `done`, `paused`);
    who (masked); item; due_fen, tendered_fen, change_fen (None = not shown yet); notice; used_fen, kept_fen: out of and
    into her 户内余额."""

    step: str
    who: str = ""
    item: str = ""
    due_fen: int | None = None
    tendered_fen: int | None = None
    change_fen: int | None = None
    notice: str = ""
    used_fen: int = 0
    kept_fen: int = 0


class CustomerDisplay(Protocol):
    """Second window or pole display."""

    def show(self, view: CustomerView) -> None:
        """Replace what is shown; never raises for device conditions."""
