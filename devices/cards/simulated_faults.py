"""Scripted faults of the simulated card, by command index: what a bad contact, a torn card or a liar does.

It must not know what a command means. A script is used up as it happens; nothing is random.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class FaultKind(Enum):
    """What goes wrong with one command."""

    LOSE_ANSWER = auto()  # carried out, then contact is lost
    FAIL_BEFORE = auto()  # contact is lost, not carried out
    REFUSE = auto()  # not carried out, answered with a wrong status word
    GARBLE = auto()  # carried out, answered with a wrong status word
    SHORTEN = auto()  # carried out, one byte of the answer is missing


@dataclass(frozen=True, slots=True)
class Fault:
    """Attributes: kind; status (for REFUSE and GARBLE); pulled (the plastic leaves the reader with it)."""

    kind: FaultKind
    status: int = 0x6F00
    pulled: bool = False


class FaultScript:
    """Faults by command index, counted from the moment they are scripted (0 = the next command)."""

    def __init__(self) -> None:
        self._index = 0
        self._faults: dict[int, Fault] = {}

    def plant(self, fault: Fault, after: int = 0) -> None:
        """Let the fault happen `after` further commands have passed."""
        self._faults[self._index + after] = fault

    def clear(self) -> None:
        """Forget what has not happened."""
        self._faults.clear()

    def next_fault(self) -> Fault | None:
        """The fault of the command that is beginning, if any."""
        fault = self._faults.pop(self._index, None)
        self._index += 1
        return fault
