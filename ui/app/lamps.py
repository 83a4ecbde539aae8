"""The device lamps of the bar: what a look at a device says, and what this workstation was never given.

Rule: design section 7 (lamps in sight), screen.md (shape and word). A device that the configuration does not name is
absent and no fault, as the doctor says too; silence is never shown as working. Must not know: how devices are asked.
"""

from __future__ import annotations

from pos.ports.card import ReaderState, ReaderStatus
from pos.ports.printer import PrinterState
from ui.app.card_look import CardLook
from ui.app.config import Config
from ui.app.key_standing import KeyStanding
from ui.presenters.notice import Lamp, LampState

PRINTS = (PrinterState.OK, PrinterState.PAPER_LOW)
ABOUT_CARD, ABOUT_EMPTY = "reader.about_card", "reader.about_empty"
ABOUT_COUNTED, ABOUT_UNCOUNTED = "reader.about_counted", "reader.about_uncounted"
ABOUT_UNREAD = "reader.about_unread"
_ABOUTS = (ABOUT_CARD, ABOUT_EMPTY, ABOUT_COUNTED, ABOUT_UNCOUNTED, ABOUT_UNREAD)
_NO_PROFILE = "—"
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


def reader_lamp(status: ReaderStatus, keys: KeyStanding | None = None, card: CardLook | None = None) -> Lamp:
    """The reader by its state; what is wrong under the code that a refused read would carry.

    A reader that works says what it is, which service and keys it works with, and what lies in it; `card`: what a
    closer look at it told.
    """
    trouble = status.trouble or _TROUBLES.get(status.state, "")
    if not trouble:
        return Lamp("reader", LampState.OK, *_about(status, keys or KeyStanding(), card))
    found, version = ", ".join(status.others), status.service.rsplit(" ", 1)[-1]
    return Lamp("reader", LampState.FAULT, trouble, (("found", found), ("reader", status.reader), ("version", version)))


def _about(
    status: ReaderStatus, keys: KeyStanding, card: CardLook | None
) -> tuple[str, tuple[tuple[str, int | str], ...]]:
    """Code and figures of a working reader; nothing where it does not tell its name."""
    from devices.cards.recognition import recognise

    if not status.reader:
        return "", ()
    told = (
        ("keys_word", keys.word),
        ("place_word", keys.place),
        ("reader", status.reader),
        ("service", status.service),
    )
    if not status.atr_hex:
        return ABOUT_EMPTY, told
    lies = (("atr", status.atr_hex), ("family", recognise(bytes.fromhex(status.atr_hex)).family), *told)
    if card is None:
        return ABOUT_CARD, lies
    if card.refused:
        return ABOUT_UNREAD, (*lies, ("code", card.refused))
    profile = ("profile", card.profile or _NO_PROFILE)
    if card.tries_left is None:
        return ABOUT_UNCOUNTED, (*lies, profile)
    return ABOUT_COUNTED, (*lies, profile, ("left", card.tries_left), ("tries", card.tries or card.tries_left))


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
    elif shown.state is LampState.OK and shown.detail_code not in _ABOUTS:
        shown = Lamp(shown.device, LampState.OK)
    return tuple(shown if lamp.device == shown.device else lamp for lamp in lamps)
