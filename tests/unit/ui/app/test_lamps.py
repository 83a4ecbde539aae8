"""Lamps of the bar: what is not configured is no fault, what is silent is not working."""

from __future__ import annotations

import pytest

from pos.ports.card import ReaderState
from pos.ports.printer import PrinterState
from ui.app.config import Config, PrinterConfig, ReaderConfig
from ui.app.lamps import absent_devices, printer_lamps, reader_lamp, with_lamp
from ui.app.program import NO_LAMPS
from ui.presenters.notice import Lamp, LampState

REAL = Config(ReaderConfig("pcsc"), PrinterConfig("network"))


def shown(lamp: Lamp, config: Config) -> Lamp:
    lamps = with_lamp(NO_LAMPS, lamp, absent_devices(config))
    return next(found for found in lamps if found.device == lamp.device)


def test_a_device_that_nobody_configured_is_absent_and_not_faulty() -> None:
    for lamp in (reader_lamp(ReaderState.NO_READER), *printer_lamps(PrinterState.OFFLINE)):
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
    assert shown(reader_lamp(ReaderState.CARD_PRESENT), REAL) == Lamp("reader", LampState.OK)
    assert shown(reader_lamp(ReaderState.CARD_MUTE), REAL) == Lamp("reader", LampState.FAULT, "reader.card_mute")
