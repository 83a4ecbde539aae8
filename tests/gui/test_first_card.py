"""A new account with its first card, by keys alone, from the card clerk's form to the card in the customer's hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from tests.fixtures_running import RunningHall, open_till
from ui.app.demo import BLANK_MEMORY_CARD, BLANK_MIFARE, load_demo_card
from ui.desktop import keys
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.open_account import OpenAccountPage
from ui.desktop.samples_office import OPEN_ACCOUNT
from ui.presenters.counter_state import CounterState, Step, WriteState
from ui.presenters.notice import Notice, Tone

NEWCOMER = ("欧阳春晓", "和平小区 3 号楼 1 单元 301", "13900001234", "", "G488209901", "G4")


@pytest.fixture
def clerk(running_hall: RunningHall) -> RunningHall:
    """The card clerk at window 2, her till open."""
    people = running_hall.people
    open_till(running_hall.hall, "T02", people["clerk"], issued_by=people["lead"])
    running_hall.sign_in("clerk")
    return running_hall


def counter(hall: RunningHall) -> CounterState:
    return hall.running.sale.serving.state()


def wait(hall: RunningHall, condition: Callable[[CounterState], bool], what: str) -> CounterState:
    hall.stage.until(lambda: condition(counter(hall)), what, 5)
    hall.settle()
    return counter(hall)


def said(state: CounterState) -> str:
    return state.notice.code if state.notice is not None else ""


@pytest.mark.parametrize("blank", ["blank-1", BLANK_MIFARE, BLANK_MEMORY_CARD])
def test_new_account_gets_its_first_card_without_a_mouse_and_is_told_each_step(clerk: RunningHall, blank: str) -> None:
    stage, page = clerk.stage, clerk.running.counter.account_page
    assert "go_account" in clerk.program.frame.keys
    stage.press("Ctrl+2")
    stage.page("account")
    stage.fill(*NEWCOMER)
    stage.type("3")
    stage.press("Enter")
    assert QApplication.focusWidget() is page.price_class
    stage.press("Down", "Enter")
    assert QApplication.focusWidget() is page.inlet
    assert page.values()["price_class"] == page._classes[1]
    stage.press("Down")
    stage.shot("account")
    stage.press("Enter")
    stage.until(page.notice.isVisible, "what is going to be opened", 5)
    said_again = page.notice.accessibleName()
    read_over = (NEWCOMER[0], NEWCOMER[2], "G488209901 G4", "居民采暖", "右进气")
    assert [words for words in read_over if words not in said_again] == []
    assert clerk.facts("account_opened") == []
    stage.shot("account-check")
    stage.press("Enter")
    found = wait(clerk, lambda state: state.step is Step.IDENTIFY, "the new account")
    assert (found.agreed, found.customer is not None and found.customer.name) == (False, NEWCOMER[0])
    assert found.notice is not None  # made, and what is still to come
    assert found.notice.code == "account.opened"
    stage.shot("account-opened")
    stage.press("Enter")
    waits = wait(clerk, lambda state: said(state) == "card.put_in_blank", "the word about a blank card")
    assert waits.agreed
    assert "read_card" in clerk.program.frame.keys
    assert "next=counter.agreed" not in clerk.program.frame.keys
    stage.shot("blank-awaited")
    reader = clerk.running.workplace.devices.simulated_reader
    assert reader is not None
    reader.insert(load_demo_card(clerk.program.places.simulated_cards, blank))
    fee = wait(clerk, lambda state: state.step is Step.TENDER, "the fee of the card")
    assert fee.item.item_code == "card_fee"
    assert fee.item.notices == ()  # a card clerk asks nobody
    assert not clerk.running.counter.page.what.quantity.isVisible()
    assert QApplication.focusWidget() is clerk.running.counter.page.pay.received
    stage.shot("fee")
    stage.press("Enter", "+")
    stage.pause(900)
    stage.press("+")
    done = wait(clerk, lambda state: state.step is Step.DONE, "the card to be written")
    assert done.hand_out is not None
    assert done.hand_out.write is WriteState.WRITTEN
    reader.remove()
    stage.until(
        lambda: (panel := counter(clerk).hand_out) is not None and not panel.card_in_reader, "an empty reader", 5
    )
    stage.press("Enter", "Enter", "Enter")
    wait(clerk, lambda state: state.step is Step.IDLE, "the next customer")
    assert len(clerk.facts("account_opened")) == 1


def test_escape_from_a_first_cards_fee_puts_the_sale_away_instead_of_asking_for_a_quantity(clerk: RunningHall) -> None:
    stage = clerk.stage
    stage.press("Ctrl+2")
    stage.page("account")
    stage.fill(*NEWCOMER)
    stage.type("3")
    reader = clerk.running.workplace.devices.simulated_reader
    assert reader is not None
    for _ in range(2):
        stage.press("F9")
        clerk.settle()
    wait(clerk, lambda state: state.step is Step.IDENTIFY, "the new account")
    reader.insert(load_demo_card(clerk.program.places.simulated_cards, "blank-1"))
    stage.press("Enter")
    wait(clerk, lambda state: state.step is Step.TENDER, "the fee of the card")
    stage.press("Esc")
    assert counter(clerk).step is Step.IDLE


def test_refused_field_of_a_new_account_gets_the_focus_and_what_was_typed_stays(clerk: RunningHall) -> None:
    stage, page = clerk.stage, clerk.running.counter.account_page
    stage.press("Ctrl+2")
    stage.page("account")
    stage.fill(NEWCOMER[0], NEWCOMER[1], "12-x", "", NEWCOMER[4], NEWCOMER[5])
    stage.press("F9")
    stage.until(page.notice.isVisible, "the refusal", 5)
    clerk.settle()
    assert QApplication.focusWidget() is page.inputs["phone"]
    assert page.inputs["name"].text() == NEWCOMER[0]


def test_account_that_is_changed_after_it_was_read_is_said_again_before_it_is_opened(clerk: RunningHall) -> None:
    stage, page = clerk.stage, clerk.running.counter.account_page
    stage.press("Ctrl+2")
    stage.page("account")
    stage.fill(*NEWCOMER)
    stage.type("3")
    stage.press("F9")
    clerk.settle()
    page.inputs["persons"].setFocus()
    stage.type("4")
    stage.press("F9")
    clerk.settle()
    clerk.settle()
    assert clerk.facts("account_opened") == []
    assert " 34 人" in page.notice.accessibleName()
    stage.press("F9")
    wait(clerk, lambda state: state.step is Step.IDENTIFY, "the new account")
    assert len(clerk.facts("account_opened")) == 1


def test_taken_meter_number_is_refused_at_the_first_press_before_all_is_read_over(clerk: RunningHall) -> None:
    stage, page = clerk.stage, clerk.running.counter.account_page
    stage.press("Ctrl+2")
    stage.page("account")
    stage.fill(*NEWCOMER[:4], "M1000204471", "G4")
    stage.type("3")
    stage.press("F9")
    clerk.settle()
    assert "M1000204471 挂在户号 1000204471 名下" in page.notice.accessibleName()
    assert QApplication.focusWidget() is page.inputs["meter_no"]


def as_cashier(hall: RunningHall, persons: str, meter_no: str) -> None:
    """The form filled and read over by a cashier, who needs the lead's consent."""
    stage = hall.stage
    hall.sign_in("cashier")
    stage.press("Ctrl+2")
    stage.page("account")
    stage.fill(*NEWCOMER[:4], meter_no, NEWCOMER[5])
    stage.type(persons)
    stage.press("F9")
    hall.settle()
    stage.press("F9")
    hall.settle()


@pytest.mark.parametrize(
    ("persons", "meter_no", "wrong"), [("0", NEWCOMER[4], "persons"), ("3", "M1000204471", "meter_no")]
)
def test_a_field_that_the_books_refuse_is_named_before_a_lead_is_asked(
    running_hall: RunningHall, persons: str, meter_no: str, wrong: str
) -> None:
    as_cashier(running_hall, persons, meter_no)
    assert not running_hall.program.window.has_overlay
    assert QApplication.focusWidget() is running_hall.running.counter.account_page.inputs[wrong]


def test_the_lead_reads_household_and_inlet_of_what_she_agrees_to(running_hall: RunningHall) -> None:
    as_cashier(running_hall, "5", NEWCOMER[4])
    approval = running_hall.running.people.approval
    running_hall.stage.until(approval.isVisible, "the approval", 5)
    running_hall.stage.shot("approval")
    lines = {line.code: line.value for line in approval._state.lines}
    assert (lines["field.persons"], lines["field.inlet"]) == ("5", "meter.left_inlet")
    running_hall.approve()
    assert len(running_hall.facts("account_opened")) == 1


def test_cashier_reads_that_the_lead_must_agree_before_she_takes_money_for_a_first_card(
    running_hall: RunningHall,
) -> None:
    hall = running_hall
    as_cashier(hall, "5", NEWCOMER[4])
    hall.stage.until(hall.running.people.approval.isVisible, "the approval of the account", 5)
    hall.approve()
    wait(hall, lambda state: state.step is Step.IDENTIFY, "the new account")
    reader = hall.running.workplace.devices.simulated_reader
    assert reader is not None
    reader.insert(load_demo_card(hall.program.places.simulated_cards, "blank-1"))
    hall.stage.press("Enter")
    fee = wait(hall, lambda state: state.step is Step.TENDER, "the fee of the card")
    assert [notice.code for notice in fee.item.notices] == ["sale.lead_agrees"]
    hall.stage.shot("lead-agrees")
    hall.stage.press("Enter", "+")
    hall.stage.pause(900)
    hall.stage.press("+")
    hall.stage.until(hall.running.people.approval.isVisible, "the approval of the card", 5)
    signed = {line.code: line.value for line in hall.running.people.approval._state.lines}
    assert (signed["sign.amount"], signed["sign.tender"]) == ("20.00", "tender.cash")
    hall.approve()
    booked = wait(hall, lambda state: state.step is Step.DONE, "the card to be written")
    assert booked.item.notices == ()


def test_class_and_inlet_stay_in_sight_below_what_is_read_over(window: MainWindow, look: Look) -> None:
    page = OpenAccountPage(look)
    window.add_page("opening an account", page)
    window.resize(1366, 768)
    window.show_page("opening an account")
    figures = ("name", "phone", "address", "people", "meter_no", "meter_type")
    words = (*((name, "欧阳春晓和平小区三号楼") for name in figures), ("class_word", "class.resident"))
    said = Notice("account.check", Tone.WARNING, (*words, ("inlet_word", "meter.left_inlet")))
    page.render_state(replace(OPEN_ACCOUNT, notice=said))
    for _ in range(8):
        QApplication.sendPostedEvents()
    for box in (page.price_class, page.inlet):
        assert box.visibleRegion().boundingRect().height() == box.height()


def test_every_key_of_the_settlement_is_written_as_its_button_writes_it() -> None:
    assert keys.shown("settle") == "F9 / +"
