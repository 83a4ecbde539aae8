"""What the card room tells before money is taken: what a new card is given, who gets an account, what comes first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos.domain.account import AccountStatus
from pos.domain.roles import Act, Role
from pos.store import people_queries
from pos.usecases.account_history import account_history
from pos.usecases.change_terms import ChangeTerms, change_terms
from pos.usecases.give_consent import give_consent
from tests.fixtures_card_room import (
    blank,
    choose,
    counter,
    done,
    fill,
    found_by_search,
    open_room,
    page_of,
    pay,
    put,
    said,
    story_card,
    submit,
    wait,
)
from tests.fixtures_running import CODES, RunningHall, sell_story_card
from ui.app.demo import DEMO_PASSWORD
from ui.app.demo_customers import STORY_CUSTOMER
from ui.desktop.messages import Messages
from ui.presenters.card_room_state import RoomAct
from ui.presenters.counter_state import CounterState, HandOutPanel, Step, WriteState
from ui.presenters.key_bars import counter_keys, page_keys


@pytest.fixture
def hall(running_hall: RunningHall) -> RunningHall:
    running_hall.sign_in("cashier")
    return running_hall


def read_back(hall: RunningHall) -> str:
    """The fee's money, and what the read-back says besides it."""
    hall.stage.page("counter")
    wait(hall, lambda state: state.step is Step.TENDER, "the fee")
    hall.stage.press("Enter", "+")
    hall.stage.pause(900)
    overlay = hall.running.counter.read_back
    hall.stage.shot("read-back", hall.program.window)
    return overlay._told.text()


def confirmed(hall: RunningHall) -> dict[str, str]:
    """The money confirmed; what the lead reads before she agrees."""
    hall.stage.press("+")
    hall.stage.until(hall.running.people.approval.isVisible, "the approval", 5)
    hall.stage.shot("approval")
    return dict(hall.running.people.approval.shown)


def changed(hall: RunningHall, **terms: object) -> None:
    """A change of the story's account by the clerk with the lead's consent, as it was made some other day."""
    wish = ChangeTerms(
        command_id="earlier",
        actor=hall.people["clerk"],
        account_no=STORY_CUSTOMER.account_no,
        from_revision=1,
        document_no="变更单 1",
        **terms,  # type: ignore[arg-type]
    )
    consent = give_consent(
        hall.hall, wish, Act.CHANGE_PRICED_TERMS, approver_login=CODES["lead"], password=DEMO_PASSWORD
    )
    change_terms(hall.hall, replace(wish, consent=consent), hall.running.workplace.cipher)


def test_what_a_new_card_is_given_is_read_back_and_agreed_to(hall: RunningHall) -> None:
    sell_story_card(hall, card=story_card(hall))
    found_by_search(hall)
    open_room(hall)
    put(hall, blank(hall))
    choose(hall, RoomAct.REPLACE)
    fill(hall, said="not_taken", evidence="meter_display", note="客户带来照片", meter_count="0", meter_remaining="1.5")
    submit(hall)
    assert read_back(hall).startswith("补卡 · 新卡写入 10 m³")
    agreed = confirmed(hall)
    assert agreed["写入新卡"] == "10 m³"
    assert agreed["依据"] == "表上显示的气量"
    assert "10 m³" in agreed["上次购气"]
    assert agreed["表上显示"] == "第 0 次，余气 1.5 m³"
    assert "原因" not in agreed
    hall.approve()
    done(hall)
    with hall.hall.store.reading() as connection:
        names = {person.operator_id: person.display_name for person in people_queries.operators(connection)}
    lead = names[hall.people["lead"]]
    history = account_history(hall.hall, STORY_CUSTOMER.account_no)
    cards = {one.change.new: one.agreed for one in history if one.change.field == "card_status"}
    assert cards["replaced"] == lead
    assert next(one.agreed for one in history if one.change.new == "active") == lead  # the newest: the new card


def test_the_read_back_of_a_transfer_names_both_owners(hall: RunningHall) -> None:
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.TRANSFER)
    fill(hall, name="欧阳春晓", phone="13900001234", address="和平小区 3 号楼", document_no="过户申请 7 号")
    submit(hall)
    told = read_back(hall)
    ((owner,),) = hall.rows("SELECT name FROM customer WHERE account_no = ?", STORY_CUSTOMER.account_no)
    assert told == f"过户 · 户主 {owner} → 欧阳春晓"


@pytest.mark.parametrize("act", [RoomAct.TRANSFER, RoomAct.CLOSE_ACCOUNT])
def test_arrears_are_said_in_the_list_before_a_form_is_filled_in(hall: RunningHall, act: RoomAct) -> None:
    changed(hall, arrears_fen=1250)
    found_by_search(hall)
    open_room(hall)
    choose(hall, act)
    assert (said(hall), page_of(hall)._state.act) == ("room.arrears_left", None)


def test_imported_arrears_are_settled_by_the_cashier_with_the_leads_consent(hall: RunningHall) -> None:
    changed(hall, arrears_fen=1250)
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.CORRECT)
    fill(hall, arrears="0", document_no="收据 88")
    submit(hall)
    submit(hall)
    hall.approve()
    assert said(hall) == "room.done.correct"
    choose(hall, RoomAct.TRANSFER)
    assert page_of(hall)._state.act is RoomAct.TRANSFER


def test_the_counter_says_that_an_account_is_stopped_why_and_where_it_is_resumed(hall: RunningHall) -> None:
    changed(hall, status=AccountStatus.STOPPED, stop_reason="欠费停供")
    put(hall, story_card(hall))
    state = wait(hall, lambda now: now.notice is not None and now.customer is not None, "the customer")
    assert state.notice is not None
    what, _money, do = hall.program.look.text.parts(state.notice.code, state.notice.params)
    assert what == "该户已停供（欠费停供），不能购气"
    assert "Ctrl+7" in do
    assert counter(hall).step is Step.QUANTITY


def test_a_transfer_hands_out_its_receipt_and_neither_asks_for_a_card_nor_offers_to_write_one(
    hall: RunningHall,
) -> None:
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.TRANSFER)
    fill(hall, name="欧阳春晓", phone="13900001234", address="和平小区 3 号楼", document_no="过户申请 7 号")
    submit(hall)
    pay(hall)
    hall.approve()
    finished = done(hall)
    assert [key for key in counter_keys(finished, demo=False) if key.startswith("read_card")] == []
    hall.running.sign_out()
    hall.sign_in("cashier")
    again = done(hall)
    assert again.notice is not None
    assert again.notice.code == "sale.taken_up_exact_paper"
    words = " ".join(hall.program.look.text.parts(again.notice.code, again.notice.params))
    assert "卡" not in words


def test_a_doubtful_write_is_checked_by_the_word_that_the_text_uses() -> None:
    bar = counter_keys(CounterState(step=Step.DONE, hand_out=HandOutPanel(write=WriteState.IN_DOUBT)), demo=False)
    label = next(key.partition("=")[2] for key in bar if key.startswith("read_card"))
    text = Messages("zh_CN")
    assert "复核" in text(label)
    assert "复核" in text.parts("card.outcome_unknown")[2]
    assert all("新卡" in text.parts(code)[2] for code in ("card.outcome_unknown", "card.other_card"))


def test_a_customer_who_was_not_confirmed_is_not_nobody(hall: RunningHall) -> None:
    hall.stage.press("F3")
    hall.stage.type(STORY_CUSTOMER.account_no)
    hall.stage.press("Enter")
    wait(hall, lambda state: state.step is Step.IDENTIFY, "the customer")
    open_room(hall)
    assert (said(hall), page_of(hall)._state.who) == ("room.not_confirmed", ())


def test_another_customer_begins_at_the_first_line(hall: RunningHall) -> None:
    open_room(hall)
    choose(hall, RoomAct.ERASE)
    assert page_of(hall).table.currentIndex().row() > 0
    put(hall, story_card(hall))
    hall.stage.until(lambda: page_of(hall)._state.account_no == STORY_CUSTOMER.account_no, "her account", 5)
    assert page_of(hall).table.currentIndex().row() == 0


def test_the_box_of_demo_cards_is_on_the_bar_of_the_demos_card_room_only() -> None:
    roles = frozenset({Role.CASHIER})
    assert "demo_cards" in page_keys("card_room", roles, demo=True)
    assert "demo_cards" not in (*page_keys("card_room", roles), *page_keys("search", roles, demo=True))
