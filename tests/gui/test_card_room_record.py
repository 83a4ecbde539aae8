"""The account's own record in the card room by keys: corrected, read, seen in full, forgotten, an old card bound."""

from __future__ import annotations

import json
from dataclasses import replace
from threading import Event

import pytest
from PySide6.QtWidgets import QApplication

from devices.cards.reference_profile import encode_identity
from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_plastic import SimulatedPlastic
from pos.domain.card import CardIdentity
from pos.domain.roles import Act
from pos.usecases.change_terms import ChangeTerms, change_terms
from pos.usecases.close_account import CloseAccount, close_account
from pos.usecases.give_consent import give_consent
from tests.fixtures_card_room import choose, fill, found_by_search, open_room, page_of, put, said, story_card, submit
from tests.fixtures_running import CODES, RunningHall
from ui.app.demo import DEMO_PASSWORD
from ui.app.demo_customers import STORY_CUSTOMER
from ui.presenters.card_room_state import RoomAct

ACCOUNT = STORY_CUSTOMER.account_no
NEW_PHONE = "13900001234"


@pytest.fixture
def hall(running_hall: RunningHall) -> RunningHall:
    running_hall.sign_in("cashier")
    return running_hall


def found_in_room(hall: RunningHall, who: str, page: str = "counter") -> None:
    """Somebody without a till finds the story's customer by F3 in the card room."""
    hall.sign_in(who, page=page)
    open_room(hall)
    hall.stage.press("F3")
    hall.stage.page("room_search")
    hall.stage.type(ACCOUNT)
    hall.settle()
    hall.stage.press("Enter")
    hall.stage.page("card_room")
    hall.settle()


def corrected(hall: RunningHall, **typed: str) -> None:
    """The form of a correction, filled and read over once."""
    choose(hall, RoomAct.CORRECT)
    fill(hall, **{"document_no": "变更单 3", **typed})
    submit(hall)


def lines(hall: RunningHall) -> dict[str, str]:
    text = hall.program.look.text
    return {
        line.code: text(line.value, **dict(line.params)) if line.says else line.value
        for line in page_of(hall)._state.lines
    }


def test_a_cashier_corrects_a_phone_after_reading_it_over_with_the_leads_consent(hall: RunningHall) -> None:
    found_by_search(hall)
    open_room(hall)
    corrected(hall, phone=NEW_PHONE)
    hall.stage.shot("correct")
    assert (said(hall), hall.facts("account_changed")) == ("room.check.correct", [])
    assert lines(hall)["field.phone"].endswith("→ 13900001234")
    submit(hall)
    hall.approve()
    assert said(hall) == "room.done.correct"
    (facts,) = hall.facts("account_changed")
    assert facts[:2] == (hall.people["cashier"], hall.people["lead"])
    assert json.loads(facts[2])["fields"] == ["phone"]
    assert hall.rows("SELECT phone FROM customer WHERE account_no = ?", ACCOUNT) == [(NEW_PHONE,)]
    assert NEW_PHONE not in str(hall.rows("SELECT body FROM journal"))


def test_a_phone_is_taken_off_the_record_by_a_dash(running_hall: RunningHall) -> None:
    hall = running_hall
    found_in_room(hall, "lead")
    corrected(hall, phone="-", id_number="-")
    assert lines(hall)["field.phone"] == "138****5678 → —"
    assert "field.id_number" not in lines(hall)  # there was none
    submit(hall)
    assert said(hall) == "room.done.correct"
    assert hall.rows("SELECT phone FROM customer WHERE account_no = ?", ACCOUNT) == [("",)]


def test_a_wrong_field_of_a_correction_is_marked_before_anybody_is_asked(hall: RunningHall) -> None:
    found_by_search(hall)
    open_room(hall)
    corrected(hall, people="0")
    assert (said(hall), page_of(hall)._state.wrong) == ("account.people", "people")
    assert QApplication.focusWidget() is page_of(hall).inputs["people"]
    assert not hall.program.window.has_overlay


def test_household_class_and_inlet_are_read_as_old_and_new_by_who_agrees(running_hall: RunningHall) -> None:
    hall = running_hall
    found_in_room(hall, "lead2")
    corrected(hall, people="6", price_class="commercial", inlet="right")
    before = lines(hall)
    submit(hall)
    hall.stage.until(hall.running.people.approval.isVisible, "the approval", 5)
    hall.stage.shot("correct-approval")
    hall.approve()
    assert said(hall) == "room.done.correct"
    assert before["field.price_class"] == "居民 → 商业"
    assert before["field.inlet"] == "左进气 → 右进气"
    assert before["field.persons"].endswith(" → 6")
    choose(hall, RoomAct.HISTORY)
    hall.stage.shot("history")
    history = lines(hall)
    assert history["field.price_class"].startswith("居民 → 商业 · ")
    assert history["field.inlet"].startswith("左进气 → 右进气 · ")
    submit(hall)
    assert page_of(hall)._state.act is None


def test_what_is_changed_after_it_was_read_over_is_read_over_again(running_hall: RunningHall) -> None:
    hall = running_hall
    found_in_room(hall, "lead")
    corrected(hall, phone=NEW_PHONE)
    page_of(hall).inputs["phone"].setFocus()
    page_of(hall).inputs["phone"].selectAll()  # type: ignore[attr-defined]
    hall.stage.type("13900009999")
    submit(hall)
    assert (said(hall), hall.facts("account_changed")) == ("room.check.correct", [])
    submit(hall)
    assert hall.rows("SELECT phone FROM customer WHERE account_no = ?", ACCOUNT) == [("13900009999",)]


@pytest.mark.parametrize("turned", ["Esc", "F12", "Ctrl+1"])
def test_a_phone_shown_in_full_is_recorded_and_hidden_when_she_turns_away(hall: RunningHall, turned: str) -> None:
    ((phone,),) = hall.rows("SELECT phone FROM customer WHERE account_no = ?", ACCOUNT)
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.REVEAL)
    submit(hall)
    assert (said(hall), hall.facts("contact_revealed")) == ("reveal.reason", [])
    hall.stage.type("电话通知检修")  # the refused field has the focus
    submit(hall)
    hall.stage.shot("revealed")
    assert lines(hall) == {"field.phone": phone}
    (facts,) = hall.facts("contact_revealed")
    assert (facts[0], json.loads(facts[2])["reason"]) == (hall.people["cashier"], "电话通知检修")
    hall.stage.press(*([turned] * (3 if turned == "Esc" else 1)))
    hall.settle()
    assert page_of(hall)._state.lines == ()
    assert phone not in str(page_of(hall)._state)


def test_a_former_customer_is_forgotten_after_what_stays_was_read(running_hall: RunningHall) -> None:
    hall = running_hall
    wish = CloseAccount(
        command_id="close",
        actor=hall.people["cashier"],
        session_id=hall.session_id,
        account_no=ACCOUNT,
        from_revision=1,
        document_no="销户 1",
        card_returned=True,
    )
    consent = give_consent(hall.hall, wish, Act.REFUND, approver_login=CODES["lead"], password=DEMO_PASSWORD)
    close_account(hall.hall, replace(wish, consent=consent))
    found_in_room(hall, "admin", page="staff")
    choose(hall, RoomAct.ERASE)
    fill(hall, document_no="申请 5")
    submit(hall)
    hall.stage.shot("erase")
    assert (said(hall), hall.facts("contact_erased")) == ("room.check.erase", [])
    submit(hall)
    hall.approve()
    assert said(hall) == "room.done.erase"
    assert hall.rows("SELECT name, phone FROM customer WHERE account_no = ?", ACCOUNT) == [("", "")]
    assert {row.act: row.why_not for row in page_of(hall).table.rows_model.rows}[RoomAct.ERASE] == "room.erased"


def test_the_data_of_a_customer_who_is_not_closed_are_not_erased(running_hall: RunningHall) -> None:
    found_in_room(running_hall, "admin", page="staff")
    choose(running_hall, RoomAct.ERASE)
    assert said(running_hall) == "room.not_closed"


def test_a_number_that_comes_after_she_turned_away_is_not_shown(hall: RunningHall) -> None:
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.REVEAL)
    fill(hall, note="电话通知检修")
    held = Event()
    hall.program.lanes["db"].submit(held.wait, lambda _done: None, lambda _error: None)
    hall.stage.press("F9", "F12")
    held.set()
    hall.settle()
    assert page_of(hall)._state.lines == ()
    assert len(hall.facts("contact_revealed")) == 1


@pytest.mark.parametrize("who", ["lead2", "auditor"])
def test_who_has_no_till_finds_a_customer_in_the_card_room_and_esc_goes_back(
    running_hall: RunningHall, who: str
) -> None:
    hall = running_hall
    found_in_room(hall, who)
    assert said(hall) == "room.read_out"
    assert page_of(hall)._state.who[2].value == ACCOUNT
    hall.stage.press("F3")
    hall.stage.page("room_search")
    assert hall.running.card_room.search_page.query.text() == ""
    hall.stage.press("Esc")
    hall.stage.page("card_room")
    assert page_of(hall)._state.who[2].value == ACCOUNT


def old_card(hall: RunningHall) -> tuple[SimulatedPlastic, str]:
    """The plastic of a customer of whom the books know no card, and her account."""
    ((account_no, meter_no),) = hall.rows(
        "SELECT account_no, meter_no FROM meter_fitted WHERE account_no NOT IN (SELECT account_no FROM card_binding)"
        " LIMIT 1"
    )
    card = story_card(hall)
    assert isinstance(card, SimulatedCpuCard)
    identity = CardIdentity("8000999999", "0001", account_no, meter_no)
    card.files.directories[0x3F01].files[0x16].body[:] = encode_identity(identity)
    return card, account_no


def test_an_old_card_is_bound_by_its_own_word_with_the_leads_consent(hall: RunningHall) -> None:
    card, account_no = old_card(hall)
    open_room(hall)
    put(hall, card)
    hall.stage.until(lambda: bool(page_of(hall)._state.card), "the card", 5)
    choose(hall, RoomAct.BIND_CARD)
    submit(hall)
    hall.approve()
    assert said(hall) == "room.done.bind_card"
    found = hall.rows("SELECT account_no, status FROM card_binding WHERE card_no = '8000999999'")
    assert found == [(account_no, "active")]
    assert hall.facts("card_bound")[-1][:2] == (hall.people["cashier"], hall.people["lead"])


def test_an_old_card_of_somebody_else_is_not_bound(hall: RunningHall) -> None:
    card, account_no = old_card(hall)
    open_room(hall)
    put(hall, card)
    hall.stage.until(lambda: bool(page_of(hall)._state.card), "the card", 5)
    choose(hall, RoomAct.BIND_CARD)
    reader = hall.running.workplace.devices.simulated_reader
    assert reader is not None
    reader.remove()
    reader.insert(story_card(hall))
    submit(hall)
    assert said(hall) == "card.of_another"
    assert hall.rows("SELECT 1 FROM card_binding WHERE account_no = ?", account_no) == []


def test_a_form_made_before_somebody_elses_change_is_refused_and_the_account_read_anew(
    running_hall: RunningHall,
) -> None:
    hall = running_hall
    found_in_room(hall, "lead")
    corrected(hall, phone=NEW_PHONE)
    others = ChangeTerms(
        command_id="others",
        actor=hall.people["clerk"],
        account_no=ACCOUNT,
        from_revision=1,
        document_no="变更单 2",
        name="单桂香",
    )
    change_terms(hall.hall, others, hall.running.workplace.cipher)
    submit(hall)
    assert (said(hall), page_of(hall)._state.act) == ("account.changed_meanwhile", None)
    assert page_of(hall)._state.who[0].value == "单桂香"
    corrected(hall, phone=NEW_PHONE)
    submit(hall)
    assert said(hall) == "room.done.correct"
    assert hall.rows("SELECT name, phone FROM customer WHERE account_no = ?", ACCOUNT) == [("单桂香", NEW_PHONE)]


def test_an_account_is_stopped_with_a_reason_and_resumed_with_a_leads_consent(running_hall: RunningHall) -> None:
    hall = running_hall
    found_in_room(hall, "clerk")
    corrected(hall, status="stopped", arrears="12.5")
    assert (said(hall), page_of(hall)._state.wrong) == ("account.stop_reason", "stop_reason")
    hall.stage.type("欠费停供")
    submit(hall)
    hall.stage.shot("stopped")
    assert lines(hall)["room.who.status"] == "正常 → 停供"
    assert lines(hall)["field.arrears"] == "0.00 → 12.50"
    submit(hall)
    hall.approve()
    terms = "SELECT status, stop_reason, arrears_fen FROM account_terms WHERE account_no = ? ORDER BY revision"
    assert hall.rows(terms, ACCOUNT)[-1] == ("stopped", "欠费停供", 1250)
    corrected(hall, status="active", arrears="0")
    submit(hall)
    hall.approve()
    assert hall.rows(terms, ACCOUNT)[-1] == ("active", "", 0)
