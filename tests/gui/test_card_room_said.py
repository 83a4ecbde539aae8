"""What the card room says to somebody who knows only its keys: refusals, a card that comes late, a list that is old."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from devices.cards.reference_profile import encode_identity
from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_plastic import SimulatedPlastic
from pos.domain.card import CardIdentity
from tests.fixtures_card_room import (
    blank,
    choose,
    fill,
    found_by_search,
    open_room,
    page_of,
    put,
    said,
    story_card,
    submit,
)
from tests.fixtures_running import RunningHall
from ui.app.demo_customers import STORY_CUSTOMER
from ui.presenters.card_room_state import RoomAct


@pytest.fixture
def hall(running_hall: RunningHall) -> RunningHall:
    running_hall.sign_in("cashier")
    return running_hall


def others_card(hall: RunningHall) -> SimulatedPlastic:
    """The plastic of somebody else's card."""
    card = story_card(hall)
    assert isinstance(card, SimulatedCpuCard)
    ((account_no, card_no, meter_no),) = hall.rows(
        "SELECT account_no, card_no, meter_no FROM card_binding JOIN meter_fitted USING (account_no)"
        " WHERE account_no <> ? LIMIT 1",
        STORY_CUSTOMER.account_no,
    )
    identity = CardIdentity(card_no, "0001", account_no, meter_no)
    card.files.directories[0x3F01].files[0x16].body[:] = encode_identity(identity)
    return card


@pytest.mark.parametrize(
    ("act", "code", "sentence"),
    [
        (RoomAct.REPORT_LOSS, "room.needs_account", "还没有客户"),
        (RoomAct.SET_LIMIT, "room.not_hers", "不由您的岗位办理"),
        (RoomAct.ERASE, "room.not_hers", "不由您的岗位办理"),
    ],
)
def test_a_line_that_cannot_be_done_says_why_and_stays_in_sight(
    hall: RunningHall, act: RoomAct, code: str, sentence: str
) -> None:
    open_room(hall)
    choose(hall, act)
    page = page_of(hall)
    hall.settle()
    hall.stage.shot(f"refused-{act}")
    assert said(hall) == code
    assert sentence in page.notice.accessibleName()
    line = page.table.visualRect(page.table.currentIndex())
    assert page.table.viewport().rect().contains(line.center())


def replacement(hall: RunningHall) -> None:
    """The form of a replacement, half filled."""
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.REPLACE)
    page = page_of(hall)
    page.inputs["note"].setFocus()
    hall.stage.type("写了申请")


def test_a_blank_card_put_in_while_a_form_is_filled_in_is_shown_and_the_form_stays(hall: RunningHall) -> None:
    replacement(hall)
    page = page_of(hall)
    put(hall, blank(hall))
    hall.stage.until(lambda: said(hall) == "room.in_form.blank", "the blank card", 5)
    hall.stage.shot("blank-in-form")
    assert (page._state.act, page.values()["note"]) == (RoomAct.REPLACE, "写了申请")
    assert QApplication.focusWidget() is page.inputs["note"]
    assert page._state.card_code == "card.blank"


def test_another_customers_card_does_not_take_the_form_away(hall: RunningHall) -> None:
    replacement(hall)
    put(hall, others_card(hall))
    hall.stage.until(lambda: said(hall) == "room.in_form.of_another", "the other card", 5)
    hall.settle()
    assert said(hall) == "room.in_form.of_another"  # also after its reading went into the books
    page = page_of(hall)
    assert (page._state.act, page.values()["note"]) == (RoomAct.REPLACE, "写了申请")
    assert page._state.who[2].value == STORY_CUSTOMER.account_no


def test_what_the_card_said_goes_when_it_is_taken_out(hall: RunningHall) -> None:
    open_room(hall)
    put(hall, story_card(hall))
    page = page_of(hall)
    hall.stage.until(lambda: bool(page._state.card), "the card", 5)
    put(hall, None)
    hall.settle()
    assert (page._state.card, page._state.card_code) == ((), "")
    assert page._state.who[2].value == STORY_CUSTOMER.account_no


def correction(hall: RunningHall, **typed: str) -> None:
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.CORRECT)
    fill(hall, **typed)
    submit(hall)


def test_a_refusal_after_the_review_takes_its_list_of_changes_away(hall: RunningHall) -> None:
    correction(hall, name="单桂香", document_no="变更单 3")
    page = page_of(hall)
    assert (said(hall), bool(page._state.lines)) == ("room.check.correct", True)
    page.inputs["people"].setFocus()
    page.inputs["people"].selectAll()  # type: ignore[attr-defined]
    hall.stage.type("0")
    submit(hall)
    assert (said(hall), page._state.lines) == ("account.people", ())


def test_nothing_to_change_marks_no_field_and_what_is_typed_replaces_the_name(hall: RunningHall) -> None:
    correction(hall, document_no="变更单 3")
    page = page_of(hall)
    assert (said(hall), page._state.wrong) == ("account.nothing_changed", "")
    hall.stage.type("7")
    assert page.values()["name"] == "7"


@pytest.mark.parametrize("document_no", ["*", "3", "--"])
def test_a_sign_is_no_document_number(hall: RunningHall, document_no: str) -> None:
    correction(hall, name="单桂香", document_no=document_no)
    assert (said(hall), page_of(hall)._state.wrong) == ("account.document", "document_no")


def test_the_first_escape_hides_a_number_and_the_form_stays(hall: RunningHall) -> None:
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.REVEAL)
    fill(hall, note="电话通知检修")
    submit(hall)
    page = page_of(hall)
    assert page._state.lines != ()
    hall.stage.press("Esc")
    hall.settle()
    assert (page._state.lines, page._state.act) == ((), RoomAct.REVEAL)
    assert QApplication.focusWidget() is page.inputs["note"]


def test_a_new_number_is_read_over_digit_by_digit_and_the_old_one_stays_masked(hall: RunningHall) -> None:
    correction(hall, phone="13900001234", document_no="变更单 3")
    shown = {line.code: line.value for line in page_of(hall)._state.lines}
    assert shown["field.phone"] == "138****5678 → 13900001234"
    submit(hall)
    hall.stage.until(hall.running.people.approval.isVisible, "the approval", 5)
    hall.stage.shot("approval-of-a-phone")
    hall.approve()
    assert said(hall) == "room.done.correct"
    tables = [name for (name,) in hall.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = {name for name in tables if "13900001234" in str(hall.rows(f'SELECT * FROM "{name}"'))}
    assert kept <= {"customer", *(name for name in tables if name.startswith(("customer", "search")))}
