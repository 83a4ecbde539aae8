"""A reversal whose card write was torn, by keys: what the counter and the open matters say of it, until the money goes
back once."""

from __future__ import annotations

import pytest

from devices.cards.simulated_plastic import SimulatedPlastic
from pos.sagas.card_purchase import deliver
from tests.fixtures_card_room import (
    blank,
    card_in,
    choose,
    counter,
    done,
    fill,
    open_room,
    put,
    reader_of,
    story_card,
    submit,
    wait,
)
from tests.fixtures_running import RunningHall, sell_story_card
from ui.presenters.card_room_state import RoomAct
from ui.presenters.counter_state import HandOutPanel, Step, WriteState
from ui.presenters.notice import Tone


@pytest.fixture
def hall(running_hall: RunningHall) -> RunningHall:
    running_hall.sign_in("cashier")
    return running_hall


def torn(hall: RunningHall) -> SimulatedPlastic:
    """A purchase of 26.30 is reversed, and its card pulled out of the reader at the first byte that is written."""
    card = story_card(hall)
    sell_story_card(hall, card=card)
    put(hall, card)
    wait(hall, lambda state: state.step is Step.QUANTITY, "the customer")
    open_room(hall)
    choose(hall, RoomAct.REVERSE)
    fill(hall, reason="customer_withdrew")
    submit(hall)
    card.tear_after(1)
    hall.approve()
    hall.stage.page("counter")
    done(hall)
    return card


def hand_out(hall: RunningHall) -> HandOutPanel:
    panel = counter(hall).hand_out
    assert panel is not None
    return panel


def told(hall: RunningHall) -> tuple[str, Tone, dict[str, int | str]]:
    """What the counter says: code, tone, figures."""
    notice = counter(hall).notice
    assert notice is not None
    return notice.code, notice.tone, dict(notice.params)


def at_matters(hall: RunningHall) -> tuple[str, Tone, str]:
    """What stands beside the open matters: code, tone, its line about the money."""
    box = hall.running.matters.page.notice
    assert box._notice is not None
    return box._notice.code, box._notice.tone, box._money.text()


def sign(hall: RunningHall) -> str:
    """What the idle counter shows of open card writes."""
    label = hall.running.counter.page.who._open_writes
    return label.text() if label.isVisible() else ""


def left_open(hall: RunningHall) -> SimulatedPlastic:
    """The customer of a torn reversal has gone away with her card."""
    card = torn(hall)
    hall.stage.press("Enter")
    wait(hall, lambda state: state.step is Step.IDLE, "the next customer")
    return card


def test_a_torn_reversal_gives_nothing_back_yet_and_names_the_sum_that_will_be(hall: RunningHall) -> None:
    card = torn(hall)
    hall.stage.shot("torn")
    page = hall.running.counter.page.hand_out
    assert (hand_out(hall).write, hand_out(hall).return_fen, hand_out(hall).later_fen) == (
        WriteState.FAILED,
        None,
        2630,
    )
    assert told(hall)[:2] == ("reversal.open", Tone.BAD)
    assert told(hall)[2]["amount"] == "26.30"
    assert (page._caption.text(), page._change.text(), page._change.property("role")) == ("退成后应退", "26.30", "name")
    assert page.done.property("primary") == "false"
    assert "read_card=hand_out.undo_again" in hall.program.frame.keys
    assert hall.facts("sale_reversed") == []
    put(hall, card)
    hall.stage.press("F2")
    wait(hall, lambda state: state.hand_out is not None and state.hand_out.return_fen == 2630, "the money to go back")
    hall.stage.shot("given")
    assert told(hall)[0] == "reversal.give_cash"
    assert (page._caption.text(), page._change.property("role"), hand_out(hall).later_fen) == ("应退", "change", None)
    assert len(hall.facts("sale_reversed")) == 1


def test_leaving_a_torn_reversal_says_once_that_it_stays_open(hall: RunningHall) -> None:
    left_open(hall)
    hall.stage.shot("left")
    assert told(hall) == ("reversal.left_open", Tone.WARNING, {"amount": "26.30"})


def test_an_open_card_write_of_the_till_stays_in_sight_between_sales_until_it_is_settled(hall: RunningHall) -> None:
    assert sign(hall) == ""
    card = left_open(hall)
    assert sign(hall) == "未了结的写卡 1 笔 · Ctrl+3 未结事项"
    hall.running.sign_out()
    hall.sign_in("cashier", page="matters")  # another arrival: it is known from the list that is shown then
    hall.stage.press("Esc")
    hall.stage.page("counter")
    hall.settle()
    while counter(hall).step is not Step.IDLE:  # the purchase itself was not ticked off yet
        hall.stage.press("Enter")
        hall.settle()
    hall.stage.shot("sign")
    assert sign(hall) == "未了结的写卡 1 笔 · Ctrl+3 未结事项"
    put(hall, card)
    wait(hall, lambda state: state.hand_out is not None and state.hand_out.return_fen == 2630, "the money back")
    put(hall, None)
    hall.stage.press("Enter")
    wait(hall, lambda state: state.step is Step.IDLE, "the next customer")
    assert sign(hall) == ""


def test_an_open_card_write_of_another_till_is_not_this_cashiers_sign(hall: RunningHall) -> None:
    left_open(hall)
    hall.running.sale.serving.open_writes = {"DJ-T02-1-7"}
    hall.running.sale.refresh()
    assert sign(hall) == ""


def test_a_torn_reversal_finished_among_the_open_matters_is_said_in_green_with_the_sum(hall: RunningHall) -> None:
    card = left_open(hall)
    hall.go("Ctrl+3", "matters")
    put(hall, card)
    assert hall.facts("sale_reversed") == [], "the counter behind the list takes no gas off a card"
    hall.stage.press("Enter")
    hall.choose(0)
    hall.stage.until(lambda: bool(hall.facts("sale_reversed")), "the end of the reversal", 8)
    hall.settle()
    hall.stage.shot("matters")
    assert at_matters(hall) == ("reversal.give_cash", Tone.GOOD, "退客户现金 26.30 元")
    assert hall.running.matters.page.table.rows_model.rows == ()
    assert hall.rows("SELECT count(*) FROM drawer_opening WHERE reason = 'reversal'") == [(1,)]
    hall.stage.press("Esc")
    shown = wait(hall, lambda state: state.customer is not None, "the customer whose card lies there")
    assert (shown.step, shown.hand_out, card_in(hall).unconsumed_l) == (Step.QUANTITY, None, 0)


def test_a_customer_may_keep_her_gas_with_the_card_put_in_over_the_list(hall: RunningHall) -> None:
    card = left_open(hall)
    hall.go("Ctrl+3", "matters")
    put(hall, card)
    hall.stage.press("Enter")
    hall.choose(1)
    hall.stage.until(lambda: bool(hall.facts("reversal_called_off")), "the end of the reversal", 8)
    hall.settle()
    assert at_matters(hall)[:2] == ("reversal.called_off", Tone.GOOD)
    assert (hall.facts("sale_reversed"), card_in(hall).unconsumed_l) == ([], 10_000)


def test_a_reversal_that_was_finished_meanwhile_is_named_as_paid_once_and_opens_no_drawer(hall: RunningHall) -> None:
    card = left_open(hall)
    hall.go("Ctrl+3", "matters")
    (matter,) = hall.running.matters.page.table.rows_model.rows
    put(hall, card)
    deliver(
        hall.hall,
        reader_of(hall),
        session_id=hall.session_id,
        actor=hall.people["cashier"],
        write_id=matter.key,
    )
    hall.stage.press("Enter")
    hall.choose(0)
    hall.settle()
    assert at_matters(hall) == ("reversal.stands_cash", Tone.GOOD, "退客户现金 26.30 元，只退一次")
    assert hall.running.matters.page.table.rows_model.rows == ()
    assert hall.rows("SELECT count(*) FROM drawer_opening WHERE reason = 'reversal'") == [(0,)]


def test_another_card_for_a_torn_reversal_is_untouched_and_the_money_stays(hall: RunningHall) -> None:
    left_open(hall)
    hall.go("Ctrl+3", "matters")
    put(hall, blank(hall))
    hall.stage.press("Enter")
    hall.choose(0)
    hall.settle()
    assert at_matters(hall) == (
        "reversal.open_other_card",
        Tone.BAD,
        "还没有退款，现在不要给钱；退成后应退 26.30 元",
    )
    assert [m.kind_code for m in hall.running.matters.page.table.rows_model.rows] == ["matter.reversal"]


@pytest.mark.parametrize("is_torn", [True, False])
def test_no_account_is_opened_before_a_reversal_is_put_away(hall: RunningHall, is_torn: bool) -> None:
    card = torn(hall)
    if not is_torn:
        put(hall, card)
        hall.stage.press("F2")
        wait(hall, lambda state: state.hand_out is not None and state.hand_out.return_fen == 2630, "the money back")
        put(hall, None)
    hall.stage.press("Ctrl+2")
    hall.settle()
    assert (hall.page(), told(hall)[0]) == ("counter", "account.finish_sale")
    hall.stage.press("Ctrl+3")
    hall.stage.page("matters")
    hall.stage.press("Ctrl+2")
    hall.settle()
    assert hall.page() == "counter"
    hall.stage.press("Enter")
    wait(hall, lambda state: state.step is Step.IDLE, "the next customer")
    hall.go("Ctrl+2", "account")
