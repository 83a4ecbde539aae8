"""Lamps of the bar: what is not configured is no fault, what is silent is not working."""

from __future__ import annotations

import pytest

from pos.ports.card import ReaderState, ReaderStatus
from pos.ports.printer import PrinterState
from ui.app.card_look import CardLook
from ui.app.config import Config, PrinterConfig, ReaderConfig
from ui.app.key_standing import LOCKED, TEST_KEYS, KeyStanding
from ui.app.lamps import absent_devices, printer_lamps, reader_lamp, with_lamp
from ui.app.program import NO_LAMPS
from ui.desktop.messages import LANGUAGES, Messages
from ui.desktop.top_bar import why_of
from ui.presenters.notice import Lamp, LampState

REAL = Config(ReaderConfig("pcsc"), PrinterConfig("network"))


def shown(lamp: Lamp, config: Config) -> Lamp:
    lamps = with_lamp(NO_LAMPS, lamp, absent_devices(config))
    return next(found for found in lamps if found.device == lamp.device)


def test_a_device_that_nobody_configured_is_absent_and_not_faulty() -> None:
    for lamp in (reader_lamp(ReaderStatus(ReaderState.NO_READER)), *printer_lamps(PrinterState.OFFLINE)):
        assert shown(lamp, Config()) == Lamp(lamp.device, LampState.ABSENT)
        assert shown(lamp, REAL).state is LampState.FAULT


def test_the_customers_display_is_never_absent() -> None:
    assert shown(Lamp("display", LampState.UNKNOWN, "display.hidden"), Config()).state is LampState.UNKNOWN


@pytest.mark.parametrize(
    ("state", "lamp"),
    [
        (PrinterState.OK, LampState.OK),
        (PrinterState.PAPER_LOW, LampState.OK),
        (PrinterState.PAPER_OUT, LampState.FAULT),
        (PrinterState.UNKNOWN, LampState.UNKNOWN),
    ],
)
def test_printer_and_drawer_follow_what_the_printer_says(state: PrinterState, lamp: LampState) -> None:
    assert [shown(made, REAL).state for made in printer_lamps(state)] == [lamp, lamp]


def test_a_working_device_carries_no_complaint() -> None:
    assert shown(reader_lamp(ReaderStatus(ReaderState.CARD_PRESENT)), REAL) == Lamp("reader", LampState.OK)
    assert shown(reader_lamp(ReaderStatus(ReaderState.NO_CARD)), REAL) == Lamp("reader", LampState.OK)


@pytest.mark.parametrize("language", LANGUAGES)
def test_reader_that_works_tells_service_keys_family_and_answer_to_reset(language: str) -> None:
    text = Messages(language)
    atr = "3B8B80012090000000000001020304BE"
    status = ReaderStatus(ReaderState.CARD_PRESENT, "ACR39 00 00", atr, "pcsc-lite 1.9.9")
    told = why_of(text, shown(reader_lamp(status, KeyStanding(TEST_KEYS)), REAL))
    for word in ("ACR39 00 00", "pcsc-lite 1.9.9", "fmcos", atr, text("mark.test_keys")):
        assert word in told
    empty = why_of(text, shown(reader_lamp(ReaderStatus(ReaderState.NO_CARD, "ACR39 00 00", "", "pcsc")), REAL))
    assert (text("reader.own_keys") in empty, "fmcos" in empty) == (True, False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("card", "named"),
    [
        (CardLook("memory-reference", 2, 3), ("memory-reference", "2/3")),
        (CardLook("reference-fmcos"), ("reference-fmcos",)),
        (CardLook("", 3, 3), ("—", "3/3")),
        (CardLook(refused="card.answer_lost"), ("card.answer_lost",)),
    ],
)
def test_reader_that_was_looked_at_closer_tells_profile_and_tries_of_the_card(
    card: CardLook, named: tuple[str, ...], language: str
) -> None:
    text = Messages(language)
    status = ReaderStatus(ReaderState.CARD_PRESENT, "ACR39 00 00", "3B04A2131091", "pcsc-lite 1.9.9")
    told = why_of(text, shown(reader_lamp(status, KeyStanding(LOCKED, "key.place_keystore"), card), REAL))
    assert "{" not in told
    assert "⟨" not in told
    for word in ("ACR39 00 00", "pcsc-lite 1.9.9", "3B04A2131091", text("key.locked"), *named):
        assert word in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("status", "code", "named"),
    [
        (ReaderStatus(ReaderState.NO_SERVICE, service="not_running"), "reader.no_service", "pcscd"),
        (
            ReaderStatus(ReaderState.NO_SERVICE, service="access_refused", trouble="reader.access_refused"),
            "reader.access_refused",
            "polkit",
        ),
        (ReaderStatus(ReaderState.NO_READER, "ACR39 00 00"), "reader.no_reader", "ACR39 00 00"),
        (
            ReaderStatus(ReaderState.NO_READER, "ACR39", "", "pcsc-lite 1.9.9", "reader.other_reader", ("HID 00 00",)),
            "reader.other_reader",
            "HID 00 00",
        ),
        (ReaderStatus(ReaderState.CARD_MUTE, "ACR39"), "reader.card_mute", ""),
        (
            ReaderStatus(ReaderState.CARD_MUTE, "ACR39", "", "pcsc-lite 1.9.1", "reader.mute_by_service"),
            "reader.mute_by_service",
            "pcscd 1.9.1",
        ),
        (ReaderStatus(ReaderState.CARD_BUSY, "ACR39"), "reader.busy", ""),
    ],
)
def test_reader_that_cannot_be_used_is_a_fault_whose_cause_and_cure_are_named(
    status: ReaderStatus, code: str, named: str, language: str
) -> None:
    lamp = shown(reader_lamp(status), REAL)
    assert (lamp.state, lamp.detail_code) == (LampState.FAULT, code)
    text = Messages(language)
    what, _money, do = text.parts(lamp.detail_code, lamp.params)
    assert why_of(text, lamp) == f"{what}\n{do}"
    assert "{" not in what + do
    assert named in what + do
