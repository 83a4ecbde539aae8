"""The file of the books after a start: a damaged one is sold with no more, a sound one is looked at by the way."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from ledger.soundness_sqlite import Soundness
from tests.conftest import LogWatch
from tests.fixtures_running import CODES, HallFolder, RunningHall, program_over
from ui.app import books_watch
from ui.app.demo import DEMO_PASSWORD


@pytest.fixture
def damaged_hall(
    hall_folder: HallFolder, tmp_path: Path, qapp: Any, expected_log: LogWatch
) -> Generator[RunningHall, None, None]:
    """The program over a database of which some pages were overwritten; its settings and first pages are fine."""
    expected_log("ui.app.books_watch", "the books are damaged")
    shutil.copytree(hall_folder.folder, tmp_path / "damaged")
    with (tmp_path / "damaged" / "data" / "hall.db").open("r+b") as file:
        file.seek(200_000)
        file.write(bytes(range(1, 251)) * 24)
    with program_over(replace(hall_folder, folder=tmp_path / "damaged"), tmp_path, qapp) as made:
        yield made


def records(hall: RunningHall) -> int:
    return int(hall.rows("SELECT count(*) FROM journal")[0][0])


def words(hall: RunningHall) -> list[str]:
    return [label.text() for label in hall.program.window.findChildren(QLabel) if label.isVisible()]


def test_nobody_signs_in_and_nothing_is_written_once_the_books_are_found_damaged(damaged_hall: RunningHall) -> None:
    hall, watch = damaged_hall, damaged_hall.running.books_watch
    before = records(hall)
    watch.look()
    hall.stage.until(lambda: bool(watch.damage), "the damage to be found", 5)
    assert "账本文件损坏，或不是账本" in words(hall)
    assert "账本损坏" in words(hall)
    hall.program.window.pages["sign_in"].focus_first()
    hall.stage.fill(CODES["cashier"], DEMO_PASSWORD)
    hall.settle()
    assert (hall.page(), hall.running.people.person) == ("sign_in", None)
    assert "账本文件损坏，或不是账本" in words(hall)
    assert records(hall) == before


def test_a_look_comes_by_itself_after_a_start_and_a_cashier_of_sound_books_notices_nothing(
    running_hall: RunningHall,
) -> None:
    watch = running_hall.running.books_watch
    running_hall.stage.until(lambda: watch.seen is not None, "the look at the file", 5)
    assert (watch.seen, watch.damage) == (Soundness.WHOLE, "")
    running_hall.sign_in("cashier")
    assert not [word for word in words(running_hall) if "损坏" in word]


def test_books_too_large_to_be_looked_at_in_time_are_sold_with(
    running_hall: RunningHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = running_hall.running.books_watch
    monkeypatch.setattr(books_watch, "LIMIT_S", 0.0)
    watch.look()
    running_hall.stage.until(lambda: watch.seen is not None, "the look at the file", 5)
    assert (watch.seen, watch.damage) == (Soundness.PARTLY, "")
    running_hall.sign_in("cashier")


def test_a_card_under_way_is_written_to_its_end_before_writes_are_refused(damaged_hall: RunningHall) -> None:
    hall, watch = damaged_hall, damaged_hall.running.books_watch
    hall.running.sale.hand_out.write_id = "a write under way"
    watch.look()
    hall.stage.pause(700)
    assert watch.damage == ""
    with hall.hall.store.unit_of_work():
        pass
    hall.running.sale.hand_out.write_id = ""
    hall.stage.until(lambda: bool(watch.damage), "the damage to be told", 5)


def test_a_program_that_closes_calls_the_look_off(running_hall: RunningHall) -> None:
    watch = running_hall.running.books_watch
    watch.stop()
    watch.look()
    running_hall.stage.until(lambda: watch.seen is not None, "the end of the look", 5)
    assert watch.seen is Soundness.PARTLY
