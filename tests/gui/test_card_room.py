"""The card room by keys over a real database file, with a simulated card: one story per act, from list to record."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from devices.cards.reference_profile import encode_identity
from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_meter import MeterAnswer, SimulatedMeter
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardIdentity, CardPurchase
from tests.fixtures_card_room import (
    begun_without_a_card,
    blank,
    card_in,
    choose,
    counter,
    done,
    fill,
    found_by_search,
    open_room,
    page_of,
    pay,
    put,
    reader_of,
    said,
    story_card,
    submit,
    wait,
)
from tests.fixtures_running import RunningHall, sell_story_card
from ui.app.demo import BLANK_CARD, BLANK_MIFARE, BLANK_WALLET
from ui.app.demo_customers import STORY_CUSTOMER
from ui.desktop.matter_list import subject_of
from ui.presenters.card_room_state import RoomAct
from ui.presenters.counter_state import Step, WriteState
from ui.presenters.notice import Tone

DAY = "2026-11-23"


@pytest.fixture
def hall(running_hall: RunningHall) -> RunningHall:
    running_hall.sign_in("cashier")
    return running_hall


def tool_card(hall: RunningHall) -> SimulatedPlastic:
    """The story's card with the mark of a clearing card (清零卡)."""
    card = story_card(hall)
    assert isinstance(card, SimulatedCpuCard)
    identity = CardIdentity(STORY_CUSTOMER.card_no, "0001", STORY_CUSTOMER.account_no, STORY_CUSTOMER.meter_no)
    card.files.directories[0x3F01].files[0x16].body[:] = encode_identity(identity, 0x12)
    return card


def lose(hall: RunningHall) -> None:
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.REPORT_LOSS)
    fill(hall, told="yes")
    submit(hall)
    assert said(hall) == "room.done.report_loss"


def test_a_loss_is_told_before_it_is_booked_and_then_refused_at_the_counter(hall: RunningHall) -> None:
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.REPORT_LOSS)
    hall.stage.shot("loss")
    fill(hall)
    submit(hall)
    assert (said(hall), page_of(hall)._state.wrong) == ("loss.not_told", "told")
    assert QApplication.focusWidget() is page_of(hall).inputs["told"]
    hall.stage.press("Down")
    submit(hall)
    assert said(hall) == "room.done.report_loss"
    assert [row[0] for row in hall.facts("card_lost")] == [hall.people["cashier"]]
    hall.stage.press("Esc")
    hall.stage.page("counter")
    put(hall, story_card(hall))
    shown = wait(hall, lambda state: state.notice is not None, "the word about the lost card")
    assert shown.notice is not None
    assert (shown.notice.code, dict(shown.notice.params)) == ("card.lost", {"card_no": STORY_CUSTOMER.card_no})
    hall.stage.type("10")
    hall.stage.press("Enter")
    hall.settle()
    refused = counter(hall)
    assert refused.notice is not None
    assert (refused.step, refused.notice.code) == (Step.QUANTITY, "card.lost")


def test_the_card_itself_withdraws_the_loss_with_a_leads_consent(hall: RunningHall) -> None:
    lose(hall)
    put(hall, story_card(hall))
    choose(hall, RoomAct.WITHDRAW_LOSS)
    submit(hall)
    hall.approve()
    assert said(hall) == "room.done.withdraw_loss"
    assert [row[:2] for row in hall.facts("card_found")] == [(hall.people["cashier"], hall.people["lead"])]


@pytest.mark.parametrize("name", [f"{BLANK_CARD}-1", BLANK_WALLET, BLANK_MIFARE])
def test_a_lost_card_is_replaced_with_its_untaken_gas_for_the_fee_of_the_price_list(
    hall: RunningHall, name: str
) -> None:
    sell_story_card(hall, card=story_card(hall))
    lose(hall)
    put(hall, blank(hall, name))
    choose(hall, RoomAct.REPLACE)
    hall.stage.shot("replace")
    assert ("room.sale.fee", "20.00") in [(line.code, line.value) for line in page_of(hall)._state.lines]
    fill(hall, evidence="customer_letter", note="写了申请")
    submit(hall)
    hall.stage.page("counter")
    hall.stage.shot("fee")
    pay(hall)
    hall.approve()
    assert done(hall).hand_out is not None
    image = card_in(hall)
    assert image.purchase is not None
    assert image.identity is not None
    assert (image.unconsumed_l, image.purchase.sequence, image.identity.issue_no) == (10_000, 1, 1)
    found = hall.rows("SELECT reason, said, reissued_l, evidence FROM card_replacement")
    assert found == [("lost", "not_taken", 10_000, "customer_letter")]
    assert hall.rows("SELECT paid_fen FROM sale WHERE item = 'card_replacement'") == [(2000,)]
    assert image.wallet_l == (10_000 if name == BLANK_WALLET else None)


def test_a_replacement_from_a_till_without_blank_cards_is_warned_of_before_the_money(hall: RunningHall) -> None:
    open_room(hall)
    choose(hall, RoomAct.MOVE_STOCK)
    fill(hall, move="returned", pieces="10")
    submit(hall)
    hall.approve()
    assert said(hall) == "room.done.returned"
    hall.stage.press("Esc")
    hall.stage.page("counter")
    sell_story_card(hall, card=story_card(hall))
    lose(hall)
    put(hall, blank(hall, f"{BLANK_CARD}-1"))
    choose(hall, RoomAct.REPLACE)
    fill(hall, evidence="customer_letter", note="写了申请")
    submit(hall)
    hall.stage.page("counter")
    fee = wait(hall, lambda state: state.step is Step.TENDER, "the fee of the card")
    hall.stage.shot("no-blank-card")
    assert fee.notice is not None
    assert (fee.notice.code, fee.notice.tone) == ("card_stock.till_empty", Tone.WARNING)
    pay(hall)
    hall.approve()
    assert done(hall).hand_out is not None


def test_torn_replacement_is_listed_with_the_number_of_the_new_card(hall: RunningHall) -> None:
    lose(hall)
    made = blank(hall)
    put(hall, made)
    choose(hall, RoomAct.REPLACE)
    fill(hall, evidence="customer_letter")
    submit(hall)
    made.tear_after(1)
    pay(hall)
    hall.approve()
    hall.go("Ctrl+3", "matters")
    (write,) = [m for m in hall.running.unsettled._matters if m.kind_code == "matter.card_write"]
    ((card_no,),) = hall.rows("SELECT card_no FROM open_card_write")
    assert write.new_card_no == card_no
    assert f"新卡 {card_no}" in subject_of(hall.program.look, write)


def test_a_replacement_that_the_books_forbid_is_refused_before_any_money(hall: RunningHall) -> None:
    found_by_search(hall)
    open_room(hall)
    put(hall, blank(hall))
    choose(hall, RoomAct.REPLACE)
    fill(hall, said="not_taken", evidence="customer_letter")
    submit(hall)
    assert (said(hall), hall.page()) == ("replacement.nothing_to_reissue", "card_room")
    assert hall.facts("sale_paid") == []


def test_a_just_written_purchase_goes_back_by_card_and_money_with_three_signatures(hall: RunningHall) -> None:
    card = story_card(hall)
    sold = sell_story_card(hall, card=card)
    put(hall, card)
    wait(hall, lambda state: state.step is Step.QUANTITY, "the customer")
    open_room(hall)
    choose(hall, RoomAct.REVERSE)
    hall.stage.shot("reverse")
    fill(hall, reason="customer_withdrew")
    submit(hall)
    hall.approve()
    hall.stage.page("counter")
    after = done(hall)
    hall.stage.shot("given-back")
    assert after.hand_out is not None
    assert (after.hand_out.undo, after.hand_out.write, after.hand_out.return_fen) == (True, WriteState.WRITTEN, 2630)
    image = card_in(hall)
    assert image.purchase is not None
    assert (image.purchase.sequence, image.unconsumed_l) == (0, 0)
    (paper,) = hall.rows("SELECT document FROM outbox WHERE document ->> '$.content.card_result' = 'withdrawn'")
    assert all(role in str(paper[0]) for role in ("slip_clerk", "slip_customer", "slip_manager"))
    assert hall.rows("SELECT count(*) FROM sale WHERE reverses_sale_id = ?", sold.sale_id) == [(1,)]
    assert hall.rows("SELECT reason FROM drawer_opening ORDER BY seq DESC LIMIT 1") == [("reversal",)]
    put(hall, None)
    hall.stage.press("Enter")
    wait(hall, lambda state: state.step is Step.IDLE, "the next customer")


def test_a_purchase_the_meter_has_taken_is_not_reversed(hall: RunningHall) -> None:
    card = story_card(hall)
    sell_story_card(hall, card=card)
    keys = hall.running.workplace.keys
    assert keys is not None
    assert SimulatedMeter(keys, STORY_CUSTOMER.meter_no).insert(card, today=DAY) is MeterAnswer.TAKEN
    put(hall, card)
    wait(hall, lambda state: state.step is Step.QUANTITY, "the customer")
    open_room(hall)
    choose(hall, RoomAct.REVERSE)
    submit(hall)
    hall.approve()
    assert (said(hall), hall.facts("reversal_begun")) == ("reversal.meter_took_it", [])


@pytest.mark.parametrize(
    ("verb", "kind", "word", "left_l"),
    [(0, "sale_reversed", "reversal.give_cash", 0), (1, "reversal_called_off", "reversal.called_off", 10_000)],
)
def test_an_open_reversal_is_shown_first_and_ends_by_the_cards_word(
    running_hall: RunningHall, verb: int, kind: str, word: str, left_l: int
) -> None:
    hall, card = running_hall, story_card(running_hall)
    write_id = begun_without_a_card(hall, card)
    hall.sign_in("cashier", page="matters")
    (matter,) = hall.running.matters.page.table.rows_model.rows
    assert (matter.key, matter.kind_code) == (write_id, "matter.reversal")
    reader_of(hall).insert(card)
    hall.stage.press("Enter")
    hall.choose(verb)
    hall.stage.until(lambda: bool(hall.facts(kind)), "the end of the reversal", 8)
    hall.settle()
    assert hall.running.matters.page.notice._code.text() == word
    assert hall.rows("SELECT count(*) FROM open_card_write") == [(0,)]
    assert card_in(hall).unconsumed_l == left_l


def test_a_changed_meters_gas_goes_onto_the_free_new_card_in_instalments(hall: RunningHall) -> None:
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.CHANGE_METER)
    fill(
        hall,
        new_meter_no="G488209901",
        maker="示例表具",
        final_reading="1203.5",
        old_remaining="450",
        note="",
        document_no="换表单 12 号",
    )
    submit(hall)
    hall.approve()
    assert said(hall) == "room.done.change_meter"
    hall.stage.shot("meter-changed")
    card = blank(hall)
    put(hall, card)
    choose(hall, RoomAct.REPLACE)
    fill(hall, evidence="customer_letter")
    submit(hall)
    pay(hall)
    hall.approve()
    done(hall)
    assert hall.rows("SELECT paid_fen FROM sale WHERE item = 'card_replacement'") == [(0,)]
    keys = hall.running.workplace.keys
    assert keys is not None
    meter = SimulatedMeter(keys, "G488209901")
    for given_l in (300_000, 150_000):
        carry(hall, card)
        assert card_in(hall).unconsumed_l == given_l
        assert meter.insert(card, today=DAY) is MeterAnswer.TAKEN
        meter.use(given_l)
        meter.insert(card, today=DAY)
    assert hall.rows("SELECT carried_l FROM gas_carried ORDER BY seq") == [(300_000,), (150_000,)]


def carry(hall: RunningHall, card: SimulatedPlastic) -> None:
    """One instalment, from the empty counter to the written card."""
    put(hall, None)
    while counter(hall).step is not Step.IDLE:
        hall.stage.press("Enter")
        hall.settle()
    put(hall, card)
    told = wait(hall, lambda state: state.notice is not None, "the word about the gas to give")
    assert told.notice is not None
    assert told.notice.code == "notice.gas_to_carry"
    open_room(hall)
    choose(hall, RoomAct.CARRY_GAS)
    submit(hall)
    pay(hall)
    done(hall)


def test_an_account_goes_to_a_new_customer_for_its_fee(hall: RunningHall) -> None:
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.TRANSFER)
    fill(hall, name="欧阳春晓", phone="13900001234", address="和平小区 3 号楼", document_no="过户申请 7 号")
    submit(hall)
    hall.stage.page("counter")
    pay(hall)
    hall.approve()
    after = done(hall)
    assert after.hand_out is not None
    assert after.hand_out.needed == ("paper",)
    assert hall.rows("SELECT name FROM customer WHERE account_no = ?", STORY_CUSTOMER.account_no) == [("欧阳春晓",)]
    assert hall.rows("SELECT paid_fen FROM sale WHERE item = 'account_transfer'") == [(3000,)]
    hall.stage.until(
        lambda: hall.rows("SELECT state FROM outbox ORDER BY rowid DESC LIMIT 1") == [("confirmed",)], "its receipt", 8
    )


def test_an_account_is_closed_and_its_balance_paid_out(hall: RunningHall) -> None:
    card = story_card(hall)
    sell_story_card(hall, card=card, volume_l=33_000)  # 86.79, paid 86.80
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.CLOSE_ACCOUNT)
    hall.stage.shot("close-account")
    fill(hall, card_returned="yes", final_reading="120", meter_remaining="3")
    submit(hall)
    assert said(hall) == "account.document"
    fill(hall, document_no="销户申请 3 号")
    submit(hall)
    hall.approve()
    assert said(hall) == "room.done.close_account"
    (facts,) = hall.facts("account_closed")
    assert facts[:2] == (hall.people["cashier"], hall.people["lead"])
    assert '"balance_fen":1' in facts[2]
    assert '"paid_out_fen":10' in facts[2]
    assert hall.rows("SELECT reason FROM drawer_opening ORDER BY seq DESC LIMIT 1") == [("pay_out",)]
    assert all(
        row.why_not for row in page_of(hall).table.rows_model.rows if row.act in (RoomAct.REPLACE, RoomAct.TRANSFER)
    )


def test_a_tool_card_is_explained_and_refused_by_its_name(hall: RunningHall) -> None:
    open_room(hall)
    put(hall, tool_card(hall))
    hall.stage.until(lambda: said(hall) != "", "the word about the tool card", 5)
    assert said(hall) == "card.tool.clear_card"
    hall.stage.shot("tool-card")
    assert "room.card.note" in [fact.code for fact in page_of(hall)._state.card]


def test_a_customers_card_is_shown_field_by_field_with_her_account(hall: RunningHall) -> None:
    card = story_card(hall)
    sell_story_card(hall, card=card)
    open_room(hall)
    put(hall, card)
    hall.stage.until(lambda: bool(page_of(hall)._state.card), "the card", 5)
    hall.stage.shot("card-explained")
    shown = {fact.code: fact.value for fact in page_of(hall)._state.card}
    assert (shown["room.card.sequence"], shown["room.card.unconsumed"]) == ("1", "10 m³")
    assert shown["field.account_no"] == STORY_CUSTOMER.account_no
    assert page_of(hall)._state.who[2].value == STORY_CUSTOMER.account_no


def test_a_card_with_a_wallet_says_what_lies_in_it_and_when_a_meter_has_emptied_it(hall: RunningHall) -> None:
    card, keys = blank(hall, BLANK_WALLET), hall.running.workplace.keys
    assert keys is not None
    side = SimulatedReader(keys)
    side.insert(card)
    identity = CardIdentity("8000990001", "0001", STORY_CUSTOMER.account_no, STORY_CUSTOMER.meter_no)
    with side.session() as session:
        session.personalise(identity, CardPurchase(1, 10_000, 10_000), before=session.read())
    open_room(hall)
    for held in ("10 m³", "0 m³"):
        put(hall, card)
        hall.stage.until(lambda: bool(page_of(hall)._state.card), "the card", 5)
        hall.stage.shot("wallet-explained")
        shown = {fact.code: fact.value for fact in page_of(hall)._state.card}
        assert (shown["room.card.wallet"], shown["room.card.unconsumed"]) == (held, held)
        put(hall, None)
        SimulatedMeter(keys, STORY_CUSTOMER.meter_no).insert(card, today="2026-11-22")


def test_blank_cards_go_to_the_till_and_more_than_the_store_has_is_refused(hall: RunningHall) -> None:
    open_room(hall)
    choose(hall, RoomAct.MOVE_STOCK)
    fill(hall, pieces="201")
    submit(hall)
    hall.approve()
    assert said(hall) == "card_stock.store_short"
    hall.stage.press("Esc", "Esc", "Esc", "Esc", "Esc")
    open_room(hall)
    choose(hall, RoomAct.MOVE_STOCK)
    fill(hall, pieces="20")
    submit(hall)
    hall.approve()
    assert said(hall) == "room.done.issued"
    assert hall.rows("SELECT kind, pieces FROM blank_card_movement WHERE session_id IS NOT NULL") == [("issued", 20)]


def test_a_lead_receives_cards_and_sets_a_limit_that_the_counter_obeys(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("lead")
    open_room(hall)
    choose(hall, RoomAct.RECEIVE_STOCK)
    fill(hall, pieces="100", document_no="领料单 9 号")
    submit(hall)
    assert said(hall) == "room.done.received"
    choose(hall, RoomAct.SET_LIMIT)
    hall.stage.shot("limit")
    fill(hall, most="5", valid_from="2026-01-01", document_no="限购〔2026〕1 号")
    submit(hall)
    hall.approve()
    assert said(hall) == "room.done.set_limit"
    hall.running.sign_out()
    hall.sign_in("cashier")
    put(hall, story_card(hall))
    wait(hall, lambda state: state.step is Step.QUANTITY, "the customer")
    hall.stage.type("6")
    hall.stage.press("Enter")
    hall.settle()
    notice = counter(hall).notice
    assert notice is not None
    assert notice.code == "limit.one_purchase"


def test_a_sale_whose_money_is_asked_for_is_finished_before_the_card_room(hall: RunningHall) -> None:
    put(hall, story_card(hall))
    wait(hall, lambda state: state.step is Step.QUANTITY, "the customer")
    hall.stage.type("10")
    hall.stage.press("Enter")
    wait(hall, lambda state: state.step is Step.TENDER, "the due sum")
    hall.stage.press("Ctrl+7")
    hall.settle()
    notice = counter(hall).notice
    assert notice is not None
    assert (hall.page(), notice.code) == ("counter", "room.finish_sale")


def test_a_transfer_that_was_interrupted_is_taken_up_without_a_card(hall: RunningHall) -> None:
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.TRANSFER)
    fill(hall, name="欧阳春晓", phone="13900001234", address="和平小区 3 号楼", document_no="过户申请 7 号")
    submit(hall)
    pay(hall)
    hall.approve()
    done(hall)
    hall.running.sign_out()
    hall.sign_in("cashier")
    again = done(hall)
    assert again.hand_out is not None
    assert (again.hand_out.needed, again.hand_out.write) == (("paper",), WriteState.NONE)
    assert again.item.item_code == "account_transfer"


def test_the_fields_of_a_card_are_turned_over_by_keys(hall: RunningHall) -> None:
    put(hall, story_card(hall))
    wait(hall, lambda state: state.step is Step.QUANTITY, "the customer")
    open_room(hall)
    page = page_of(hall)
    while QApplication.focusWidget() is not page._facts:
        hall.stage.press("Tab")
    before = page._facts.verticalScrollBar().value()
    hall.stage.press("Down", "Down", "Down")
    assert page._facts.verticalScrollBar().value() > before
    choose_first = page.table.rows_model.rows[0].act
    hall.stage.press("Enter")
    hall.settle()
    assert page._state.act is choose_first
