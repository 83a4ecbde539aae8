"""The simulated printer inside the program: same machine, same adapter, no sockets; for demo, practice and tests.

`SimulatedLinks` carries bytes between the ordinary adapters and a `PrinterMachine`, so that the demonstration runs the
very code that drives a real printer. Must not know: papers, windows.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.printer.cash_drawer import PrinterCashDrawer
from devices.printer.links import Link, LinkBroken
from devices.printer.machine import PrinterMachine
from devices.printer.one_at_a_time import OneAtATime
from devices.printer.profile import PrinterProfile
from devices.printer.receipt_printer import EscposReceiptPrinter
from devices.printer.roll import PaperRoll
from pos.domain.errors import DeviceUnavailable


@dataclass(frozen=True, slots=True)
class SimulatedLinks:
    """Opens links to a machine in the same process."""

    machine: PrinterMachine

    @property
    def can_answer(self) -> bool:
        """It answers, unless a fault is scripted."""
        return True

    def open(self, timeout_s: float) -> Link:
        """Connect. Raises DeviceUnavailable when it is switched off."""
        if not self.machine.is_on:
            raise DeviceUnavailable("printer.not_reachable", reason="off")
        return _SimulatedLink(self.machine)


class _SimulatedLink:
    """A line without delay: what has not been answered when asked will not come."""

    def __init__(self, machine: PrinterMachine) -> None:
        self._machine = machine
        machine.take_answers()

    def send(self, content: bytes, timeout_s: float) -> None:
        """As on a network, bytes to a dying printer vanish without an error."""
        self._machine.receive(content)

    def receive(self, timeout_s: float) -> bytes:
        answers = self._machine.take_answers()
        if not answers and not self._machine.is_on:
            raise LinkBroken("power lost")
        return answers

    def close(self) -> None:
        """Nothing to let go of."""


def simulated_printer(
    width_chars: int = 48, profile: PrinterProfile | None = None
) -> tuple[EscposReceiptPrinter, PrinterCashDrawer, PrinterMachine]:
    """Printer and drawer adapters over one machine; the machine shows the paper and takes the faults."""
    machine = PrinterMachine(roll=PaperRoll(width_chars))
    links = OneAtATime(SimulatedLinks(machine))
    return EscposReceiptPrinter(links, profile), PrinterCashDrawer(links, profile), machine
