"""A program that was killed before a sale was booked: the next start says what the books know, and no more."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from devices.cards.simulated_meter import SimulatedMeter
from pos.usecases.counter_events import RecordHandOut, record_hand_out
from tests.fixtures_running import HallFolder, RunningHall, counter_says, program_over, sell_story_card
from ui.app.demo import STORY_CARD, load_demo_card
from ui.app.demo_customers import STORY_CUSTOMER
from ui.app.run_mark import RunMark
from ui.presenters.counter_state import Step


@pytest.fixture
def killed(hall_folder: HallFolder, tmp_path: Path) -> HallFolder:
    """The hall as a killed run left it."""
    shutil.copytree(hall_folder.folder, tmp_path / "killed")
    (tmp_path / "killed" / "data" / "changshou.running").touch()
    return replace(hall_folder, folder=tmp_path / "killed")


def figures(hall: RunningHall) -> dict[str, int | str]:
    notice = hall.running.counter.page_state.notice
    return dict(notice.params) if notice is not None else {}


def test_cashier_of_a_till_that_was_open_at_a_kill_reads_that_nothing_is_booked_yet(
    killed: HallFolder, tmp_path: Path, qapp: Any
) -> None:
    with program_over(killed, tmp_path, qapp) as hall:
        hall.sign_in("cashier")
        assert counter_says(hall) == "sale.after_kill_none"
        hall.running.sign_out()
        hall.sign_in("cashier")
        assert counter_says(hall) == ""  # once


def test_last_booked_sale_stays_in_sight_with_the_next_customer_until_something_is_booked(
    killed: HallFolder, tmp_path: Path, qapp: Any
) -> None:
    with program_over(killed, tmp_path, qapp) as hall:
        card = load_demo_card(hall.program.places.simulated_cards, STORY_CARD)
        taken = sell_story_card(hall, card=card)
        handed = RecordHandOut(
            command_id="handed out",
            actor=hall.people["cashier"],
            session_id=hall.session_id,
            sale_id=taken.sale_id,
            change=False,
            card=True,
            ticket=True,
        )
        record_hand_out(hall.hall, handed)
        reader = hall.running.workplace.devices.simulated_reader
        assert reader is not None
        hall.sign_in("cashier")
        said = {"receipt_no": "DJ-T01-000001", "account_no": "1000204471", "amount_fen": 2630}
        assert (counter_says(hall), figures(hall)) == ("sale.after_kill", said)
        hall.stage.shot("after-kill")
        keys = hall.running.workplace.keys
        assert keys is not None
        SimulatedMeter(keys, STORY_CUSTOMER.meter_no).insert(card, today="2026-11-23")  # or it may not buy again
        reader.insert(card)
        hall.stage.until(lambda: hall.running.counter.page_state.step is Step.QUANTITY, "her card", 5)
        hall.settle()
        assert counter_says(hall) == "sale.after_kill"


def test_sale_that_was_booked_and_not_handed_out_is_shown_instead_of_the_word_on_the_kill(
    killed: HallFolder, tmp_path: Path, qapp: Any
) -> None:
    with program_over(killed, tmp_path, qapp) as hall:
        sell_story_card(hall)
        hall.sign_in("cashier")
        assert counter_says(hall) == "sale.taken_up_exact"


def test_good_end_leaves_no_word_behind(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    assert counter_says(hall) == ""
    assert hall.program.places.run_mark.exists()


@pytest.mark.parametrize(
    ("end", "opened", "told"),
    [(RunMark.lift, 10, False), (lambda _mark: None, 10, True), (lambda _mark: None, 30, False)],
    ids=["ended well", "killed", "opened after the kill"],
)
def test_run_mark_tells_a_kill_once_and_only_of_sessions_that_were_open(
    tmp_path: Path, end: Callable[[RunMark], None], opened: int, told: bool
) -> None:
    before = RunMark(tmp_path / "mark")
    before.set(5)
    end(before)
    now = RunMark(tmp_path / "mark")
    now.set(20)
    assert [now.is_to_tell("DJ-T01-1-2", opened) for _ in range(2)] == [told, False]
