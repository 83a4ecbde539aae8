"""The card room's money by keys: a fee paid by card slip, and a lead's word on a reversal that no card can tell of."""

from __future__ import annotations

import json

import pytest

from ledger import chart
from pos.usecases.settle_in_doubt import decision_digest
from tests.fixtures_card_room import (
    begun_without_a_card,
    choose,
    done,
    fill,
    found_by_search,
    open_room,
    story_card,
    submit,
    wait,
)
from tests.fixtures_running import RunningHall
from ui.presenters.card_room_state import RoomAct
from ui.presenters.counter_state import Step

SLIP = ("61002231", "000123", "004567", "123456789012", "2071")
CASH = chart.cash_till("T01")


def cash_fen(hall: RunningHall) -> int:
    """What the drawer should hold."""
    signed = "sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END)"
    ((amount_fen,),) = hall.rows(f"SELECT coalesce({signed}, 0) FROM posting WHERE account = ?", CASH)
    return int(amount_fen)


def test_a_fee_of_the_card_room_is_paid_by_card_slip_and_leaves_no_charge_open(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    before_fen = cash_fen(hall)
    found_by_search(hall)
    open_room(hall)
    choose(hall, RoomAct.TRANSFER)
    fill(hall, name="欧阳春晓", phone="13900001234", address="和平小区 3 号楼", document_no="过户申请 7 号")
    submit(hall)
    fee = wait(hall, lambda state: state.step is Step.TENDER, "the fee")
    assert "sale.lead_agrees" in [notice.code for notice in fee.item.notices]
    hall.stage.press("*")
    hall.stage.until(hall.running.counter.slip.isVisible, "the slip form", 5)
    hall.stage.shot("slip")
    hall.stage.fill(*SLIP)
    hall.stage.press("F9")
    hall.stage.until(hall.running.counter.read_back.is_armed, "the read-back to listen", 5)
    hall.stage.pause(150)
    hall.stage.shot("read-back")
    hall.stage.press("+")
    hall.settle()
    hall.approve()
    assert done(hall).hand_out is not None
    assert hall.rows("SELECT tender, paid_fen FROM sale WHERE item = 'account_transfer'") == [("unionpay", 3000)]
    assert hall.rows("SELECT amount_fen FROM unionpay_charge") == [(3000,)]
    assert cash_fen(hall) == before_fen
    hall.running.unsettled.open()
    hall.settle()
    assert [matter.kind_code for matter in hall.running.unsettled._matters if "charge" in matter.kind_code] == []


@pytest.mark.parametrize(
    ("line", "decision", "word"),
    [(0, "written", "matter.decided_gas_off"), (1, "not_written", "matter.decided_gas_on")],
)
def test_a_leads_word_on_a_doubtful_reversal_moves_no_money_by_itself(
    running_hall: RunningHall, line: int, decision: str, word: str
) -> None:
    hall = running_hall
    write_id = begun_without_a_card(hall, story_card(hall))
    before_fen = cash_fen(hall)
    hall.sign_in("lead", page="matters")
    hall.stage.press("Enter")
    hall.stage.shot("verbs")
    hall.choose(line)
    hall.choose(0)
    hall.stage.fill("M 33")
    hall.approve()
    (actor, _approver, facts) = hall.facts("card_decided")[-1]
    stated = json.loads(facts)
    assert (actor, stated["reason"], stated["note"]) == (hall.people["lead"], f"decided:{decision}", "M 33")
    assert stated["digest"] == decision_digest(write_id, decision, "meter_display", "M 33")
    assert hall.running.matters.page.notice._code.text() == word
    assert (hall.facts("sale_reversed"), cash_fen(hall)) == ([], before_fen)


def test_money_of_a_reversal_goes_back_at_a_till_on_the_leads_word_without_the_card(running_hall: RunningHall) -> None:
    hall = running_hall
    begun_without_a_card(hall, story_card(hall))
    before_fen = cash_fen(hall)
    hall.sign_in("lead", page="matters")
    hall.stage.press("Enter")
    hall.choose(0)
    hall.choose(0)
    hall.stage.fill("M 33")
    hall.approve()
    hall.running.sign_out()
    hall.sign_in("cashier", page="matters")
    hall.stage.press("Enter")
    hall.choose(0)
    hall.stage.until(lambda: bool(hall.facts("sale_reversed")), "the money to go back", 8)
    hall.settle()
    assert hall.running.matters.page.notice._code.text() == "reversal.give_cash"
    assert cash_fen(hall) == before_fen - 2630
    assert hall.rows("SELECT count(*) FROM open_card_write") == [(0,)]
