"""The device lamps of the bar: what a look at a device says, and what this workstation was never given.

Rule: design section 7 (lamps in sight), screen.md (shape and word). A device that the configuration does not name is
absent and no fault, as the doctor says too; silence is never shown as working. Must not know: how devices are asked.
"""

from __future__ import annotations

from pos.ports.card import ReaderState, ReaderStatus
from pos.ports.printer import PrinterState
from ui.app.config import Config
from ui.presenters.notice import Lamp, LampState

PRINTS = (PrinterState.OK, PrinterState.PAPER_LOW)
_TROUBLES = {
    ReaderState.NO_SERVICE: "reader.no_service",
    ReaderState.NO_READER: "reader.no_reader",
    ReaderState.CARD_MUTE: "reader.card_mute",
    ReaderState.CARD_BUSY: "reader.busy",  # by another program: our own sessions and looks share one lane
}


def absent_devices(config: Config) -> frozenset[str]:
    """Devices this workstation is not configured to have; the drawer hangs on the printer."""
    absent: set[str] = set()
    if config.reader.kind == "none":
        absent.add("reader")
    if config.printer.kind == "none":
        absent |= {"printer", "drawer"}
    return frozenset(absent)


def reader_lamp(status: ReaderStatus) -> Lamp:
    """The reader by its state; what is wrong under the code that a refused read would carry."""
    trouble = status.trouble or _TROUBLES.get(status.state, "")
    if not trouble:
        return Lamp("reader", LampState.OK)
    found, version = ", ".join(status.others), status.service.rsplit(" ", 1)[-1]
    return Lamp("reader", LampState.FAULT, trouble, (("found", found), ("reader", status.reader), ("version", version)))


def printer_lamps(state: PrinterState) -> tuple[Lamp, Lamp]:
    """The printer by its state, and the drawer, which opens only where the printer answers."""
    lamp = LampState.OK if state in PRINTS else LampState.FAULT
    if state is PrinterState.UNKNOWN:
        lamp = LampState.UNKNOWN
    return Lamp("printer", lamp, f"printer.{state}"), Lamp("drawer", lamp)


def with_lamp(lamps: tuple[Lamp, ...], shown: Lamp, absent: frozenset[str]) -> tuple[Lamp, ...]:
    """The bar's lamps with one of them as it is now."""
    if shown.device in absent:
        shown = Lamp(shown.device, LampState.ABSENT)
    elif shown.state is LampState.OK:
        shown = Lamp(shown.device, LampState.OK)
    return tuple(shown if lamp.device == shown.device else lamp for lamp in lamps)
