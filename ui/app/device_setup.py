"""From the workstation's configuration to adapters. What is not configured is absent and says so; nothing is faked.

The simulated parts keep their plastic between runs in `simulated-cards/`, so that a demo card bought on yesterday is
still charged today.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos.domain.errors import DeviceUnavailable
from pos.ports.card import CardReader, CardSession, ReaderState, ReaderStatus
from pos.ports.keys import KeyAuthority
from pos.ports.printer import PULSE_LIFE_S, CashDrawer, DrawerState, PrinterState, PrintOutcome, ReceiptPrinter
from ui.app.config import Config, PrinterConfig, ReaderConfig

if TYPE_CHECKING:
    from devices.cards.library_reader import LibraryReader
    from devices.cards.simulated_reader import SimulatedReader
    from devices.printer.links import LinkMaker
    from devices.printer.machine import PrinterMachine
    from devices.printer.profile import PrinterProfile
    from printing.roll import Roll


class AbsentReader:
    """No reader is configured at this workstation, or there are no card keys that one could work with.

    `code`: which of the two, `reader.not_configured` or `keys.missing`.
    """

    def __init__(self, code: str = "reader.not_configured") -> None:
        self._code = code

    def status(self) -> ReaderStatus:
        """Always NO_READER, for this reason."""
        return ReaderStatus(ReaderState.NO_READER, trouble=self._code)

    def session(self) -> AbstractContextManager[CardSession]:
        """Raises DeviceUnavailable with the code given."""
        raise DeviceUnavailable(self._code)


class AbsentPrinter:
    """No printer is configured: papers stay queued, the drawer stays shut."""

    def status(self) -> PrinterState:
        """Always OFFLINE."""
        return PrinterState.OFFLINE

    def print_job(self, job_id: str, data: bytes) -> PrintOutcome:
        """Raises DeviceUnavailable `printer.not_configured`."""
        raise DeviceUnavailable("printer.not_configured", job_id=job_id)

    def pulse(self, life_s: float = PULSE_LIFE_S) -> None:
        """Raises DeviceUnavailable `drawer.not_configured`."""
        raise DeviceUnavailable("drawer.not_configured")

    def state(self) -> DrawerState:
        """Always UNKNOWN."""
        return DrawerState.UNKNOWN


@dataclass(frozen=True, slots=True)
class Devices:
    """The adapters of a workstation. `machine` and `simulated_reader` are set where they are simulated."""

    reader: CardReader
    printer: ReceiptPrinter
    drawer: CashDrawer
    machine: PrinterMachine | None = None
    simulated_reader: SimulatedReader | None = None


def open_devices(
    config: Config, keys: KeyAuthority | None, *, folder: Path | None = None, roll: Path | None = None
) -> Devices:
    """Adapters for a configuration. Nothing is connected yet; that happens per card session and per job.

    `folder`: where a hall's own rows of the reader matrix and card profiles lie, None for the built-in ones alone.
    `roll`: where a simulated printer keeps its papers, None for nowhere.
    """
    from printing.roll import COLUMN_DOTS

    reader, simulated = _reader(config, keys, folder)
    profile = printer_profile(config.printer)
    if config.printer.kind == "simulated":
        from devices.printer.simulated import simulated_printer

        printer, drawer, machine = simulated_printer(config.printer.width_dots // COLUMN_DOTS, profile)
        return Devices(reader, _keeping(printer, machine, roll), drawer, machine, simulated)
    links = _links(config.printer)
    if links is None:
        absent = AbsentPrinter()
        return Devices(reader, absent, absent, None, simulated)
    from devices.printer.cash_drawer import PrinterCashDrawer
    from devices.printer.one_at_a_time import OneAtATime
    from devices.printer.receipt_printer import EscposReceiptPrinter

    line = OneAtATime(links)
    return Devices(reader, EscposReceiptPrinter(line, profile), PrinterCashDrawer(line, profile), None, simulated)


def _keeping(printer: ReceiptPrinter, machine: PrinterMachine, roll: Path | None) -> ReceiptPrinter:
    if roll is None:
        return printer
    from printing.glyphs import font_path
    from ui.app.kept_roll import KeptRoll

    return KeptRoll(printer, machine, roll, Path(font_path()))


def printer_profile(config: PrinterConfig) -> PrinterProfile:
    """What the model answers and how its drawer is wired."""
    from devices.printer.profile import Confirmation, PrinterProfile

    return PrinterProfile(
        confirmation=Confirmation(config.confirmation),
        answers_status=config.answers_status,
        drawer_pin=config.drawer_pin,
        pulse_on_ms=config.drawer_on_ms,
        pulse_off_ms=config.drawer_off_ms,
        drawer_sensor=config.drawer_sensor,
        open_is_high=config.drawer_open_is_high,
    )


def printer_roll(config: PrinterConfig) -> Roll:
    """What the model puts on paper."""
    from printing.roll import Characters, Cutter, Roll

    return Roll(
        config.width_dots,
        Characters(config.characters),
        Cutter(config.cutter),
        config.feed_top,
        config.feed_bottom,
    )


def look_for_reader(name: str = "") -> ReaderStatus:
    """What PC/SC says of a reader that is not in use yet. Blocking.

    A look asks for no key; fresh ones that no card knows stand in for the keystore, which may be locked.

    Raises: ImportError or OSError where the PC/SC library cannot be loaded.
    """
    from devices.cards.keystore import KeyRing, development_key_set
    from devices.cards.pcsc import PcscReader

    return PcscReader(KeyRing(development_key_set()), name).status()


def look_through_library(config: ReaderConfig) -> ReaderStatus:
    """What a reader's library says of its reader; as `look_for_reader`."""
    from devices.cards.keystore import KeyRing, development_key_set

    return _library_reader(config, KeyRing(development_key_set())).status()


def _library_reader(config: ReaderConfig, keys: KeyAuthority, **sources: Any) -> LibraryReader:
    from devices.cards.library_reader import LibraryReader

    library = Path(config.library)
    return LibraryReader(keys, library, config.port, name=config.name, python=config.python, **sources)


def _reader(
    config: Config, keys: KeyAuthority | None, folder: Path | None
) -> tuple[CardReader, SimulatedReader | None]:
    if config.reader.kind == "none" or keys is None:
        return AbsentReader("reader.not_configured" if config.reader.kind == "none" else "keys.missing"), None
    if config.reader.kind in ("pcsc", "library"):
        from devices.cards.hall_profiles import built_in_layouts, layouts_of_hall
        from devices.cards.reader_matrix import built_in_matrix, matrix_of_hall

        matrix = built_in_matrix if folder is None else partial(matrix_of_hall, folder)
        layouts = built_in_layouts if folder is None else partial(layouts_of_hall, folder)
        if config.reader.kind == "library":
            return _library_reader(config.reader, keys, matrix=matrix, layouts=layouts), None
        from devices.cards.pcsc import PcscReader

        return PcscReader(keys, config.reader.name, matrix=matrix, layouts=layouts), None
    from devices.cards.simulated_reader import SimulatedReader

    simulated = SimulatedReader(keys)
    return simulated, simulated


def _links(config: PrinterConfig) -> LinkMaker | None:
    if config.kind == "none":
        return None
    from devices.printer import links

    if config.kind == "network":
        return links.NetworkLinks(config.host, config.port)
    if config.kind == "usb":
        return links.UsbLinks(config.vendor_id, config.product_id)
    if config.kind == "serial":
        return links.SerialLinks(config.path, config.baud)
    if config.kind == "file":
        return links.FileLinks(Path(config.path))
    return links.SpoolerLinks(config.name)
