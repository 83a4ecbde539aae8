"""The first start by keys: a wrong answer is said under its field, nothing shown once is passed by, Esc is one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from ledger.errors import KnownError, StoreError
from pos.domain.errors import DeviceUnavailable
from pos.ports.card import ReaderState, ReaderStatus
from pos.store.people_queries import operators
from ui.app import founding
from ui.app.founding import Founding
from ui.app.places import Places
from ui.app.stage import let_run
from ui.app.staged_hall import StagedHall
from ui.app.workplace import open_workplace
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.wizard import HALL_FIELDS, PEOPLE_FIELDS, WizardPage
from ui.presenters.lane import SameThreadLane
from ui.presenters.people_state import WizardState

K = Qt.Key
T = TypeVar("T")
HALL = ("东江燃气有限公司", "东江营业厅", "DJ", "96777", "示例银行", "0000 0123 4567", "", "2 号窗口")
PEOPLE = (
    "9001",
    "郑管",
    "seven quiet lanterns",
    "seven quiet lanterns",
    "2001",
    "李班",
    "nine quiet rivers",
    "nine quiet rivers",
)


@dataclass
class First:
    window: MainWindow
    page: WizardPage
    founding: Founding
    done: list[str] = field(default_factory=list)

    @property
    def step(self) -> str:
        return self.page._state.step

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(QApplication.focusWidget() or self.window, key)
            let_run(5)

    def fill(self, step: str, texts: tuple[str, ...]) -> None:
        assert self.step == step
        for name, text in zip(HALL_FIELDS if step == "hall" else PEOPLE_FIELDS, texts, strict=True):
            self.page.inputs[name].setText(text)
        self.press(K.Key_F9)

    def faults(self) -> dict[str, str]:
        return {name: label.text() for name, label in self.page.faults.items() if label.isVisible()}


@pytest.fixture
def first(window: MainWindow, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> First:
    monkeypatch.setattr(founding, "look_for_reader", lambda: ReaderStatus(ReaderState.NO_READER))
    at = Places(tmp_path / "data", tmp_path / "keys")
    done: list[str] = []
    lane = SameThreadLane()
    made = Founding(window, look, at, lane, lane, lambda: done.append("open"))  # type: ignore[arg-type]
    window.action.connect(window.pages["wizard"].handle)
    made.begin()
    return First(window, made.page, made, done)


def again(first: First) -> First:
    """The next start of the same data folder."""
    lane, done = SameThreadLane(), list[str]()
    window, look, at = first.window, first.page.look, first.founding._places
    made = Founding(window, look, at, lane, lane, lambda: done.append("open"))  # type: ignore[arg-type]
    window.action.disconnect()
    window.action.connect(made.page.handle)
    made.begin()
    return First(window, made.page, made, done)


def hall_people(first: First) -> list[str]:
    workplace = open_workplace(first.founding._places)
    try:
        with workplace.hall.store.reading() as connection:
            return sorted(person.code for person in operators(connection))
    finally:
        workplace.close()


def to_the_end(first: First) -> None:
    first.press(K.Key_F9)
    first.fill("hall", HALL)
    first.fill("people", PEOPLE)
    first.press(K.Key_F9)
    assert first.step == "done"


def test_text_size_is_chosen_by_tab_and_space_as_the_page_says(first: First) -> None:
    said = [label.text() for label in first.page.findChildren(QLabel) if label.isVisible()]
    assert first.page.look.text("wizard.by_keys") in said
    larger = first.page._chips["scale", "125"]
    for _ in range(20):
        if QApplication.focusWidget() is larger:
            break
        first.press(K.Key_Tab)
    first.press(K.Key_Space)
    assert (larger.isChecked(), first.page.look.scale) == (True, 125)


def test_size_that_is_advised_at_the_first_start_is_the_one_that_is_set(first: First) -> None:
    advised = first.page.look.text("wizard.lead.look")
    assert f"{first.page.look.scale} %" in advised
    assert advised.count("%") == 1


def test_what_is_shown_once_is_not_passed_by_until_it_is_ticked_as_written_down(first: First) -> None:
    to_the_end(first)
    first.press(K.Key_F9)
    assert (first.done, first.page.notice.isVisible()) == ([], True)
    first.press(K.Key_Return, K.Key_F9)
    assert first.done == []
    first.press(K.Key_Return)
    assert not first.page.notice.isVisible()
    first.press(K.Key_F9)
    assert first.done == ["open"]


def test_starting_passwords_stand_apart_from_the_recovery_code(first: First) -> None:
    to_the_end(first)
    assert "\n" not in first.page.once["recovery_code"].text()
    people = first.page.once["starting_passwords"].text().split("\n")
    assert [line.split()[0] for line in people] == ["1001", "1002", "1003", "3001"]


def test_esc_is_one_step_back_from_every_field_and_not_out_of_a_founded_hall(first: First) -> None:
    first.press(K.Key_F9)
    first.page.inputs["bank_account"].setFocus()
    first.press(K.Key_Escape)
    assert first.step == "look"
    first.press(K.Key_F9)
    first.fill("hall", HALL)
    first.fill("people", PEOPLE)
    assert first.step == "devices"
    first.press(K.Key_Escape)
    assert first.step == "devices"


@pytest.mark.parametrize(
    ("number", "text", "name"),
    [
        (0, "", "company"),
        (2, "东江", "hall_code"),
        (3, "抢修班", "emergency_phone"),
        (5, "6222", "bank_account"),
        (7, "1 号窗口", "second_till"),
    ],
)
def test_a_wrong_answer_is_said_under_its_field_and_can_be_given_again(
    first: First, number: int, text: str, name: str
) -> None:
    first.press(K.Key_F9)
    first.fill("hall", (*HALL[:number], text, *HALL[number + 1 :]))
    assert list(first.faults()) == [name]
    assert (first.step, first.page.inputs[name].hasFocus()) == ("hall", True)
    first.fill("hall", HALL)
    assert (first.step, first.faults()) == ("people", {})


def test_an_administrators_password_typed_two_ways_founds_nothing(first: First) -> None:
    first.press(K.Key_F9)
    first.fill("hall", HALL)
    first.fill("people", (*PEOPLE[:3], "seven quiet lantern", *PEOPLE[4:]))
    assert list(first.faults()) == ["admin_again"]
    assert not first.founding._places.database.exists()
    first.fill("people", PEOPLE)
    assert first.step == "devices"


def test_a_leads_password_from_the_companys_name_in_pinyin_is_said_under_it_and_founds_nothing(first: First) -> None:
    first.press(K.Key_F9)
    first.fill("hall", ("红旗燃气有限公司", *HALL[1:]))
    first.fill("people", (*PEOPLE[:6], "hongqi-che9", "hongqi-che9"))
    assert (first.step, list(first.faults())) == ("people", ["lead_password"])
    assert not StagedHall(first.founding._places).folder.exists()
    first.fill("people", PEOPLE)
    assert first.step == "devices"


@pytest.mark.parametrize("step", ["add_till", "_add", "set_sample_prices", "change_operator"])
def test_a_founding_that_fails_half_way_leaves_no_hall_and_f9_founds_it(
    first: First, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_args: object, **_named: object) -> None:
        raise StoreError("store.full")

    first.press(K.Key_F9)
    first.fill("hall", HALL)
    with monkeypatch.context() as failing:
        failing.setattr(founding, step, full)
        first.fill("people", PEOPLE)
    assert (first.step, first.page.notice.isVisible()) == ("people", True)
    assert not first.founding._places.database.exists()
    first.fill("people", PEOPLE)
    assert first.step == "devices"
    first.press(K.Key_F9, K.Key_Return, K.Key_Return, K.Key_F9)
    assert (first.done, hall_people(first)) == (["open"], ["1001", "1002", "1003", "2001", "3001", "9001"])


def test_a_program_killed_before_all_is_on_paper_founds_the_hall_at_the_next_start(first: First) -> None:
    to_the_end(first)
    void = first.page.once["recovery_code"].text()
    assert not first.founding._places.database.exists()
    second = again(first)
    assert second.page.notice.isVisible()
    assert "作废" in second.page.notice.accessibleName()
    to_the_end(second)
    assert second.page.once["recovery_code"].text() not in ("", void)
    second.press(K.Key_Return, K.Key_Return, K.Key_F9)
    assert (second.done, hall_people(second)) == (["open"], ["1001", "1002", "1003", "2001", "3001", "9001"])
    assert not StagedHall(second.founding._places).folder.exists()


def test_a_missing_reader_is_called_missing_with_what_it_means_and_what_to_do(first: First) -> None:
    first.press(K.Key_F9)
    first.fill("hall", HALL)
    first.fill("people", PEOPLE)
    rows = {device: code for device, code, _tone in first.page._state.device_rows}
    assert rows == {"reader": "reader.no_reader", "printer": "lamp.absent"}
    assert "不能售气" in first.page.notice.accessibleName()


def test_a_reader_that_fails_after_the_page_was_left_is_not_said_on_the_next(
    first: First, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: list[Callable[[KnownError], None]] = []

    class Slow(SameThreadLane):
        def submit(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[KnownError], None]) -> None:
            late.append(failed)

    monkeypatch.setattr(first.founding, "_reader", Slow())
    to_the_end(first)
    (failed,) = late
    failed(DeviceUnavailable("lane.stuck"))
    assert (first.step, first.page.notice.isVisible()) == ("done", False)


def test_a_reader_plugged_in_meanwhile_is_found_by_f5(first: First, monkeypatch: pytest.MonkeyPatch) -> None:
    first.press(K.Key_F9)
    first.fill("hall", HALL)
    first.fill("people", PEOPLE)
    monkeypatch.setattr(founding, "look_for_reader", lambda: ReaderStatus(ReaderState.NO_CARD))
    first.press(K.Key_F5)
    assert first.page._state.device_rows[0][1] == "lamp.ok"
    assert not first.page.notice.isVisible()


def test_a_leads_password_typed_differently_the_second_time_is_said_under_it(first: First) -> None:
    first.press(K.Key_F9)
    first.fill("hall", HALL)
    assert "8" in first.page._lead.text()  # how long a password must be is said before it is refused
    first.fill("people", (*PEOPLE[:7], "nine quiet river"))
    assert (first.step, list(first.faults())) == ("people", ["lead_again"])


def in_sight(first: First, part: QWidget) -> bool:
    return part.isVisible() and part.visibleRegion().boundingRect().height() == part.height()


def test_what_is_wrong_below_the_last_field_is_read_whole_under_the_whole_title_on_the_usual_screen(
    first: First,
) -> None:
    first.window.resize(1366, 768)
    first.press(K.Key_F9)
    first.fill("hall", HALL)
    first.fill("people", (*PEOPLE[:7], "nine quiet river"))
    let_run(20)
    fault = first.page.faults["lead_again"]
    assert (in_sight(first, fault), in_sight(first, first.page._title)) == (True, True)
    assert QApplication.focusWidget() is first.page.inputs["lead_again"]


def test_the_fingerprint_stays_in_sight_beside_the_warning_on_the_usual_screen(first: First) -> None:
    first.window.resize(1366, 768)
    to_the_end(first)
    first.press(K.Key_F9)
    let_run(20)
    assert first.page.notice.isVisible()
    assert in_sight(first, first.page.once["fingerprint"])


def test_after_each_refusal_what_is_still_to_be_ticked_is_chosen_and_in_sight_on_the_usual_screen(first: First) -> None:
    first.window.resize(1366, 768)
    to_the_end(first)
    for name in first.page.ticks:
        first.press(K.Key_F9)
        let_run(20)
        tick = first.page.ticks[name]
        assert (in_sight(first, tick), QApplication.focusWidget() is tick.focusProxy()) == (True, True)
        first.press(K.Key_Return)
    first.press(K.Key_F9)
    assert first.done == ["open"]


def key_of(first: First) -> str:
    assert first.page.primary is not None
    return first.page.primary.accessibleName()


def test_the_key_that_founds_the_hall_says_so_and_no_other_step_does(first: First) -> None:
    keys = [key_of(first)]
    first.press(K.Key_F9)
    keys.append(key_of(first))
    assert not first.page.last_word.isVisible()
    first.fill("hall", HALL)
    assert key_of(first).startswith("建立营业厅")
    assert first.page.last_word.isVisible()
    first.fill("people", PEOPLE)
    keys.append(key_of(first))
    assert [key for key in keys if not key.startswith("下一步")] == []
    assert not first.page.last_word.isVisible()


def test_what_the_key_is_going_to_make_is_listed_before_it_is_pressed_and_made_so(first: First) -> None:
    first.press(K.Key_F9)
    first.fill("hall", (*HALL[:1], "西江营业厅", *HALL[2:]))
    assert "西江营业厅" in first.page.plan.text()
    first.press(K.Key_Escape)
    first.fill("hall", HALL)
    plan = first.page.plan.text()
    told = (
        "东江营业厅（代码 DJ）",
        "1 号窗口 · 2 号窗口",
        "收费员 1001 · 收费员 1002 · 卡务员 1003 · 出纳 3001",
        "示例价格",
    )
    assert [part for part in told if part not in plan] == []
    first.fill("people", PEOPLE)
    first.press(K.Key_F9, K.Key_Return, K.Key_Return, K.Key_F9)
    assert [code for code in hall_people(first) if code not in plan] == [PEOPLE[4], PEOPLE[0]]  # she typed those


def test_while_the_hall_is_made_the_button_asks_to_wait(first: First) -> None:
    first.page.render_state(WizardState(step="people", busy=True))
    assert first.page.primary is not None
    assert first.page.primary.accessibleName().startswith(first.page.look.text("wizard.founding"))
