"""What one printer model can do, as data: how it confirms, what it answers, how its drawer is wired.

Models differ and clones lie (pitfalls 3.1), so nothing here is guessed at run time; the workstation's file fills it.
Must not know: transports, papers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Confirmation(StrEnum):
    """How the printer says that a job came out, AFTER the data. NONE: it cannot; every job ends as unknown."""

    PROCESS_ID = "process_id"  # GS ( H function 48: answered when printing has finished
    PAPER_STATUS = "paper_status"  # GS r 1: answered when the buffer has been worked off
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """Attributes:
    confirmation: see `Confirmation`.
    answers_status: it answers DLE EOT; then silence before a job means that the job is not sent at all.
    drawer_pin: 2 or 5, the connector pin of the pulse. pulse_on_ms, pulse_off_ms: its times, 2 to 510.
    drawer_sensor: it has a sensor line. open_is_high: the sensor line is high when the drawer is open.
    connect_s, write_s, status_s, confirm_s: time limits in seconds (pitfalls 3.1).
    """

    confirmation: Confirmation = Confirmation.PROCESS_ID
    answers_status: bool = True
    drawer_pin: int = 2
    pulse_on_ms: int = 100
    pulse_off_ms: int = 100
    drawer_sensor: bool = True
    open_is_high: bool = True
    connect_s: float = 2.0
    write_s: float = 5.0
    status_s: float = 0.5
    confirm_s: float = 10.0
