"""Receipt printer and cash drawer as the counter sees them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

PULSE_LIFE_S = 5.0
"""How long a wish to open the drawer lives; a drawer that opens later opens before nobody."""


class PrintState(StrEnum):
    """What became of a job. SENT without confirmation turns into UNKNOWN after a restart; nobody prints twice alone.

    CONFIRMED and REPLACED are final: a whole paper came out, or a person said that none did and a numbered copy took
    its place.
    """

    QUEUED = "queued"
    SENT = "sent"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """Attributes: state (CONFIRMED or UNKNOWN); bytes_sha256 of what was sent; detail, a stable code or ""."""

    state: PrintState
    bytes_sha256: str
    detail: str = ""


class PrinterState(StrEnum):
    """Three-valued truth: a printer that does not answer is UNKNOWN, never OK."""

    OK = "ok"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


class ReceiptPrinter(Protocol):
    """Lane: `print`. One short connection per job; it waits <= 5 s for the line while the drawer has it."""

    def status(self) -> PrinterState:
        """Real-time status. Blocking: <= 1 s. Never raises for device conditions."""

    def print_job(self, job_id: str, data: bytes) -> PrintOutcome:
        """Send one finished job and wait for the printer's own word that it came out.

        Blocking: connect <= 2 s, write <= 5 s, confirmation <= 10 s. Repeat: NOT safe without asking a person.
        Raises: DeviceUnavailable (nothing sent), DeviceRefused (paper out, cover open: nothing printed).
        """


class DrawerState(StrEnum):
    """What the drawer's sensor says; UNKNOWN where there is none."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class CashDrawer(Protocol):
    """The metal device; its pulse lives five seconds, is never queued and never resent."""

    def pulse(self, life_s: float = PULSE_LIFE_S) -> None:
        """Open it within `life_s` or not at all. Blocking: <= 5 s for the line, then <= 4 s.

        Raises: DeviceUnavailable (not sent), OutcomeUnknown.
        """

    def state(self) -> DrawerState:
        """Read the sensor. Blocking: <= 1 s and <= 5 s for the line. Never raises for device conditions."""
