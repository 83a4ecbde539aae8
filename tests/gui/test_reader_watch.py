"""The program over the real PC/SC service: lamp, cause and cure as reader and service come and go; no new start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from devices.cards.vpcd import VirtualSlot
from pos.ports.card import ReaderState
from tests.contract.card_rigs import PcscdRig, private_service, rig_of
from tests.fixtures_running import HallFolder, RunningHall, counter_says, program_over
from ui.app.config import Config, PrinterConfig, ReaderConfig
from ui.app.demo import STORY_CARD, load_demo_card
from ui.presenters.notice import LampState

pytestmark = pytest.mark.private_pcscd

PCSC = Config(ReaderConfig("pcsc"), PrinterConfig("simulated"))


@pytest.fixture
def slot() -> Iterator[VirtualSlot]:
    """Empty before and after; the service has its usual reader again."""
    rig = rig_of("pcscd")
    assert isinstance(rig, PcscdRig)
    usual = private_service().reader_names[0].removesuffix(" 00 00")
    rig.slot.remove()
    yield rig.slot
    rig.slot.remove()
    private_service().replug(usual)


@pytest.fixture
def over_service(hall_folder: HallFolder, tmp_path: Path, qapp: Any, slot: VirtualSlot) -> Iterator[RunningHall]:
    with program_over(hall_folder, tmp_path, qapp, PCSC) as made:
        yield made


def lamp_says(hall: RunningHall) -> tuple[LampState, str]:
    lamp = next(lamp for lamp in hall.program.frame.lamps if lamp.device == "reader")
    return lamp.state, lamp.detail_code


def test_service_and_reader_come_and_go_and_the_counter_goes_on_selling(
    over_service: RunningHall, slot: VirtualSlot
) -> None:
    hall = over_service
    until: Callable[..., None] = hall.stage.until
    hall.sign_in("cashier")
    card = load_demo_card(hall.program.places.simulated_cards, STORY_CARD)
    until(lambda: lamp_says(hall) == (LampState.OK, "reader.about_empty"), "the empty reader", 5)
    private_service().stop()
    until(lambda: lamp_says(hall) == (LampState.FAULT, "reader.no_service"), "the lamp of a stopped service", 5)
    hall.stage.press("F2")
    until(lambda: counter_says(hall) == "counter.no_reader_service", "the word on a stopped service", 5)
    private_service().replug("")
    until(lambda: lamp_says(hall) == (LampState.FAULT, "reader.no_reader"), "the lamp of a pulled reader", 5)
    hall.stage.press("F2")
    until(lambda: counter_says(hall) == "counter.no_reader", "the word on a pulled reader", 5)
    hall.stage.press("F1")
    words = " ".join(label.text() for label in hall.program.window.help.findChildren(QLabel))
    assert "插好读卡器的线" in words
    private_service().replug("Changshou Other")
    until(lambda: lamp_says(hall) == (LampState.OK, "reader.about_empty"), "another reader", 5)
    words = " ".join(label.text() for label in hall.program.window.help.findChildren(QLabel))
    assert "Changshou Other 00 00 · pcsc-lite" in words
    hall.stage.press("Esc")
    slot.insert(card)
    until(lambda: hall.running.counter.page_state.customer is not None, "the card to be read by itself", 5)
    assert lamp_says(hall) == (LampState.OK, "reader.about_card")


def test_card_that_another_program_held_when_it_came_is_read_once_it_is_free_and_not_twice(
    running_hall: RunningHall,
) -> None:
    hall, until = running_hall, running_hall.stage.until
    hall.sign_in("cashier")
    reader = hall.running.workplace.devices.simulated_reader
    assert reader is not None
    card = load_demo_card(hall.program.places.simulated_cards, STORY_CARD)
    reader.break_with(ReaderState.CARD_BUSY)
    reader.insert(card)
    until(lambda: lamp_says(hall) == (LampState.FAULT, "reader.busy"), "the lamp of a busy card", 5)
    assert hall.running.counter.page_state.customer is None
    reader.break_with(None)
    until(lambda: hall.running.counter.page_state.customer is not None, "the card to be read by itself", 5)
    hall.settle()
    commands = card.apdu_count
    reader.break_with(ReaderState.CARD_BUSY)
    until(lambda: lamp_says(hall)[0] is LampState.FAULT, "the lamp of a busy card", 5)
    reader.break_with(None)
    until(lambda: lamp_says(hall)[0] is LampState.OK, "the free card", 5)
    hall.settle()
    assert card.apdu_count == commands
