"""The doctor's looks at reader, card, printer and drawer; nothing is written or opened, and printed only if asked for.

PC/SC is taken apart in the order in which it fails in halls: the service's socket, its version, whether polkit lets
this user in, the reader, the card. What the configuration does not ask for is looked at all the same where that is
free, and never counts as a failure.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from pos.domain.errors import DeviceUnavailable, KnownError
from pos.ports.card import CardReader, ReaderState, ReaderStatus
from pos.ports.keys import KeyAuthority
from pos.ports.printer import DrawerState, PrinterState, PrintState
from printing.roll import COLUMN_DOTS
from ui.app.card_look import look_at_card
from ui.app.check_result import CheckResult, Outcome
from ui.app.config import Config, PrinterConfig, ReaderConfig
from ui.app.device_setup import Devices, look_for_reader, look_through_library, open_devices, printer_roll


def device_checks(
    config: Config, folder: Path | None = None, *, proof: bool = False, keys: KeyAuthority | None = None
) -> Iterator[CheckResult]:
    """PC/SC step by step, then the printer and the drawer behind it.

    `folder`: where a hall's own rows of the reader table lie, None for the built-in ones alone. `proof`: print the
    proof page too. `keys`: the hall's, for a card that tells nothing without one; None where they are locked.
    """
    if config.reader.kind in {"pcsc", "none"}:
        yield from _pcsc(config, folder)
    elif config.reader.kind == "library":
        yield from _library(config.reader, folder)
    else:
        yield CheckResult("reader", Outcome.OK, "doctor.simulated")
    devices = open_devices(config, keys or _no_keys(), folder=folder)
    if config.reader.kind in ("pcsc", "library"):
        yield from card_facts(devices.reader)
    yield _printer(config, devices)
    if config.printer.kind != "none":
        yield _printer_profile(config.printer)
    if proof:
        yield _proof_page(config.printer, devices)
    yield _drawer(config, devices)


def _pcsc(config: Config, folder: Path | None) -> Iterator[CheckResult]:
    """Stops at the first step that does not hold: what rests on it could only repeat the complaint."""
    bad = Outcome.FAIL if config.reader.kind == "pcsc" else Outcome.WARN
    if sys.platform.startswith("linux"):
        reached = _service_socket(bad)
        yield reached
        if reached.outcome is not Outcome.OK:
            return
        yield _service_version()
    try:
        status = look_for_reader(config.reader.name)
    except (ImportError, OSError, KnownError) as error:
        yield CheckResult("pcsc_library", bad, "doctor.pcsc_library", type(error).__name__)
        return
    if status.state is ReaderState.NO_SERVICE:
        finding = "doctor.pcsc_refused" if status.trouble == "reader.access_refused" else "reader.no_service"
        yield CheckResult("polkit", bad, finding, status.service)
        return
    yield CheckResult("polkit", Outcome.OK, "doctor.pcsc_allowed")
    yield from _reader_and_card(status, bad, folder)


def _library(config: ReaderConfig, folder: Path | None) -> Iterator[CheckResult]:
    """A reader behind its maker's library: loaded, opened and asked in a process of its own."""
    status = look_through_library(config)
    if status.state is ReaderState.NO_SERVICE:
        yield CheckResult("reader", Outcome.FAIL, "reader.library", f"{config.library}: {status.service}")
        return
    yield from _reader_and_card(status, Outcome.FAIL, folder)


def _service_socket(bad: Outcome) -> CheckResult:
    from devices.cards.pcsc_service import knock, socket_path

    path, result = socket_path(), partial(CheckResult, "pcscd_socket")
    if not Path(path).exists():
        return result(bad, "doctor.pcscd_absent", path)
    try:
        knock(path)
    except OSError as error:
        return result(bad, "doctor.pcscd_silent", f"{path}: {os.strerror(error.errno or 0)}")
    return result(Outcome.OK, "doctor.pcscd_answers", path)


def _service_version() -> CheckResult:
    from devices.cards.pcsc_service import BREAKS_MEMORY_CARDS, service_version

    found = service_version()
    if found == BREAKS_MEMORY_CARDS:
        return CheckResult("pcscd_version", Outcome.WARN, "doctor.pcscd_breaks_memory_cards", found)
    outcome, finding = (Outcome.OK, "doctor.pcscd_version") if found else (Outcome.WARN, "doctor.pcscd_unknown")
    return CheckResult("pcscd_version", outcome, finding, found)


def _reader_and_card(status: ReaderStatus, bad: Outcome, folder: Path | None) -> Iterator[CheckResult]:
    if status.state is ReaderState.NO_READER:
        said = " · ".join((status.reader, *status.others))
        yield CheckResult("reader", bad, status.trouble or "reader.no_reader", said)
        return
    yield CheckResult("reader", Outcome.OK, "doctor.reader_there", status.reader)
    card = partial(CheckResult, "card")
    match status.state:
        case ReaderState.CARD_PRESENT:
            yield _card(status, folder)
        case ReaderState.CARD_MUTE:
            yield card(bad, status.trouble or "reader.card_mute")
        case ReaderState.CARD_BUSY:
            yield card(bad, "reader.busy")
        case _:
            yield card(Outcome.WARN, "doctor.no_card")


def _card(status: ReaderStatus, folder: Path | None) -> CheckResult:
    """Its family by the answer to reset; for a memory card also what this reader speaks to it."""
    from devices.cards.memory_chip import MEMORY_FAMILIES
    from devices.cards.reader_matrix import built_in_matrix, matrix_of_hall
    from devices.cards.recognition import recognise

    family, dialect = recognise(bytes.fromhex(status.atr_hex)).family, ""
    if family in MEMORY_FAMILIES:
        try:
            matrix = built_in_matrix() if folder is None else matrix_of_hall(folder)
        except KnownError:  # said by the look at the table itself
            matrix = built_in_matrix()
        dialect = matrix.dialect(status.reader, family)
        if not dialect:
            return CheckResult("card", Outcome.WARN, "reader.no_dialect", f"{status.reader} · {family}")
    said = " · ".join(part for part in (family, dialect, status.atr_hex) if part)
    return CheckResult("card", Outcome.OK, "doctor.card_answers", said)


def card_facts(reader: CardReader) -> Iterator[CheckResult]:
    """Profile of the card and tries of its code, read in a session of its own; nothing is presented to it."""
    facts = look_at_card(reader)
    if facts is None:
        return
    if facts.refused == "keys.locked":
        yield CheckResult("card_profile", Outcome.OK, "doctor.card_needs_keys")
        return
    if facts.refused:
        yield CheckResult("card_profile", Outcome.WARN, "doctor.card_not_read", facts.refused)
        return
    profile = "doctor.card_profile" if facts.profile else "doctor.no_card_profile"
    yield CheckResult("card_profile", Outcome.OK, profile, facts.profile)
    if facts.tries_left is None:
        yield CheckResult("card_tries", Outcome.OK, "doctor.tries_untold")
        return
    full = facts.tries_left == facts.tries
    finding = "doctor.tries_full" if full else "doctor.tries_spent"
    said = f"{facts.tries_left}/{facts.tries}"
    yield CheckResult("card_tries", Outcome.OK if full else Outcome.WARN, finding, said)


def _no_keys() -> KeyAuthority:
    """Fresh ones that no card knows: a look needs none, but for cards that are not read without their sector's."""
    from devices.cards.keystore import KeyRing, development_key_set

    class NoKeys(KeyRing):
        def sector_key(self, purpose: str, factor: bytes) -> bytes:
            raise DeviceUnavailable("keys.locked")

    return NoKeys(development_key_set())


def _printer(config: Config, devices: Devices) -> CheckResult:
    result = partial(CheckResult, "printer")
    if config.printer.kind == "none":
        return result(Outcome.WARN, "printer.not_configured")
    state = devices.printer.status()
    said = f"{config.printer.kind} · {state.value}"
    match state:
        case PrinterState.OK:
            return result(Outcome.OK, "doctor.printer_ready", said)
        case PrinterState.UNKNOWN:
            return result(Outcome.WARN, "doctor.printer_mute", said)
        case PrinterState.PAPER_LOW:
            return result(Outcome.WARN, "doctor.printer_paper_low", said)
        case _:
            return result(Outcome.FAIL, f"doctor.printer_{state.value}", said)


def _printer_profile(printer: PrinterConfig) -> CheckResult:
    """What the configuration says of the model: to be compared with a printed receipt, never asked of the printer."""
    columns = printer.width_dots // COLUMN_DOTS
    said = (
        f"{printer.paper_mm} mm",
        f"{printer.width_dots} dots = {columns} columns",
        f"font {printer.characters}",
        f"cut {printer.cutter}",
        f"feed {printer.feed_top}/{printer.feed_bottom}",
        f"confirm {printer.confirmation}",
        f"drawer pin {printer.drawer_pin} {printer.drawer_on_ms}/{printer.drawer_off_ms} ms",
    )
    return CheckResult("printer_profile", Outcome.OK, "doctor.printer_profile", " · ".join(said))


def _proof_page(printer: PrinterConfig, devices: Devices) -> CheckResult:
    """Width, rare names, QR code and cutter on paper, to be compared with the words beside them (anchors U21)."""
    from printing.render import render_proof_page

    result = partial(CheckResult, "proof_page")
    if printer.kind == "none":
        return result(Outcome.WARN, "printer.not_configured")
    now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    job = render_proof_page(hall="changshou doctor", printed_at=now, roll=printer_roll(printer))
    try:
        outcome = devices.printer.print_job(f"proof:{uuid.uuid4()}", job.job_bytes)
    except KnownError as error:
        return result(Outcome.FAIL, "doctor.proof_failed", error.code)
    confirmed = outcome.state is PrintState.CONFIRMED
    return result(Outcome.OK if confirmed else Outcome.WARN, f"doctor.proof_{outcome.state.value}", outcome.detail)


def _drawer(config: Config, devices: Devices) -> CheckResult:
    result = partial(CheckResult, "drawer")
    if config.printer.kind == "none":
        return result(Outcome.WARN, "drawer.not_configured")
    match devices.drawer.state():
        case DrawerState.CLOSED:
            return result(Outcome.OK, "doctor.drawer_closed")
        case DrawerState.OPEN:
            return result(Outcome.WARN, "doctor.drawer_open")
        case DrawerState.UNKNOWN:
            return result(Outcome.WARN, "doctor.drawer_mute")
