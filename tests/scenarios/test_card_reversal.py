"""A purchase taken back off its card, with everything that interrupts it: never money and gas both, never neither."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from devices.cards.simulated_card import blank_development_card
from ledger import chart
from pos.domain.card_write import WriteState
from pos.domain.errors import RuleViolation
from pos.domain.papers import ReceiptPaper
from pos.domain.roles import Act
from pos.sagas.card_purchase import Delivery, deliver
from pos.store import outbox, sale_queries, tariff_queries
from pos.store.open_matters import open_matters
from pos.usecases.begin_reversal import BeginReversal, ReversalBegun, begin_reversal
from pos.usecases.card_write_steps import CardWriteStep
from pos.usecases.report_loss import ReportLoss, report_loss
from pos.usecases.reversal_steps import call_off_reversal, finish_reversal
from pos.usecases.settle_in_doubt import SettleInDoubt, decision_digest, settle_in_doubt
from pos.usecases.take_payment import take_payment
from tests.fixtures_counter import DAY, FLOAT_FEN, Counter, open_till

CARD_FEE_FEN = 2000
BEFORE_FEN = FLOAT_FEN + CARD_FEE_FEN
PAID_FEN = 8680


@pytest.fixture
def sale_id(counter: Counter) -> str:
    """33 m³ for 86.79, paid as 86.80 and proven on the card."""
    paid = counter.pay(33_000, 10_000)
    assert counter.deliver(paid.sale_id).state is WriteState.POSTED
    return paid.sale_id


def wish(counter: Counter, sale_id: str, **changes: Any) -> BeginReversal:
    return replace(counter.reversal(sale_id), **changes)


def begin(counter: Counter, sale_id: str, act: Act = Act.VOID_LARGE, **changes: Any) -> ReversalBegun:
    return begin_reversal(counter.demo.hall, counter.demo.approved(wish(counter, sale_id, **changes), act))


def stands(counter: Counter) -> bool:
    """The sale is in the books and the gas on the card, or in the meter."""
    volume_l = counter.read().purchase.volume_l  # type: ignore[union-attr]
    figures = (counter.account_fen(chart.cash_till("T01")), counter.account_fen(chart.INCOME_GAS), volume_l)
    return figures == (BEFORE_FEN + PAID_FEN, -8679, 33_000)


def is_back(counter: Counter) -> bool:
    """Money, income, the customer's fen and the card are as before the sale."""
    image = counter.read()
    figures = (
        counter.account_fen(chart.cash_till("T01")),
        counter.account_fen(chart.INCOME_GAS),
        counter.account_fen(chart.CUSTOMER_MONEY),
        image.unconsumed_l,
        image.purchase.cumulative_l,  # type: ignore[union-attr]
    )
    return figures == (BEFORE_FEN, 0, 0, 0, 0)


def again(counter: Counter, write_id: str, first: Delivery) -> Delivery:
    """The card is put in once more without faults, as somebody does in the end."""
    counter.card.clear_faults()
    counter.reader.insert(counter.card)
    return first if first.state in (WriteState.POSTED, WriteState.REVERSED) else counter.deliver(write_id)


def test_card_money_tiers_and_cumulative_volume_go_back(counter: Counter, sale_id: str) -> None:
    begun = begin(counter, sale_id)
    assert begun.to_return_fen == PAID_FEN
    assert stands(counter)

    assert counter.deliver(begun.write_id).state is WriteState.POSTED

    assert is_back(counter)
    with counter.demo.store.reading() as connection:
        schedule = tariff_queries.tariff_on(connection, "resident", DAY)
        assert schedule is not None
        used = tariff_queries.tier_use(connection, counter.account_no, schedule, 2026)
        original, mirror = sale_queries.sale(connection, sale_id), sale_queries.reversal_of(connection, sale_id)
    assert sum(used.values()) == 0
    assert original is not None
    assert mirror is not None
    assert (original.due_fen, mirror.due_fen, mirror.volume_l) == (8679, -8679, -33_000)


def test_the_slip_has_three_lines_to_sign_the_approver_and_the_count_going_back(counter: Counter, sale_id: str) -> None:
    delivery = counter.deliver(begin(counter, sale_id).write_id)
    with counter.demo.store.reading() as connection:
        job = outbox.job(connection, delivery.print_job_id or "")
    assert job is not None
    paper = job.paper
    assert isinstance(paper, ReceiptPaper)
    assert [line.role for line in paper.signatures] == ["slip_clerk", "slip_customer", "slip_manager"]
    assert paper.signatures[0].name == "王小燕（1001）"
    assert (paper.card_result, paper.approver_name, paper.reason) == ("withdrawn", "李班（2001）", "wrong_volume")
    assert (paper.count_before, paper.count_after, paper.to_pay_fen) == (1, 0, -PAID_FEN)
    assert (paper.reversal_of, paper.offsets) == ("DJ-T01-000002", True)


def test_what_was_taken_back_can_be_bought_anew_and_the_meter_takes_only_that(counter: Counter, sale_id: str) -> None:
    counter.deliver(begin(counter, sale_id).write_id)
    assert counter.deliver(counter.pay(10_000, 3_000).sale_id).state is WriteState.POSTED
    counter.meter.insert(counter.card, today="2026-11-23")
    assert (counter.meter.remaining_l, counter.meter.taken_sequence) == (10_000, 1)


def test_a_card_image_from_before_the_reversal_takes_no_money(counter: Counter, sale_id: str) -> None:
    counter.meter.insert(counter.card, today="2026-11-23")
    counter.reader.insert(counter.card)
    second = counter.pay(10_000, 3_000)
    counter.deliver(second.sale_id)
    shown = counter.read()
    counter.deliver(begin(counter, second.sale_id).write_id)
    assert shown.feedback is not None
    looks_taken = replace(shown, feedback=replace(shown.feedback, taken_sequence=2))
    with pytest.raises(RuleViolation, match=r"card\.stale"):
        take_payment(counter.demo.hall, counter.payment(card=looks_taken))


def test_nobody_reverses_without_a_leads_consent(counter: Counter, sale_id: str) -> None:
    for person in ("cashier", "card_clerk", "lead"):
        with pytest.raises(RuleViolation, match=r"till\.not_yours|approval\.needed"):
            begin_reversal(counter.demo.hall, wish(counter, sale_id, actor=counter.demo.people[person]))
    assert stands(counter)


def test_the_same_purchase_is_not_reversed_twice(counter: Counter, sale_id: str) -> None:
    counter.deliver(begin(counter, sale_id).write_id)
    with pytest.raises(RuleViolation, match=r"reversal\.done"):
        begin(counter, sale_id)
    assert is_back(counter)


def test_a_purchase_the_meter_took_is_not_reversed(counter: Counter, sale_id: str) -> None:
    counter.meter.insert(counter.card, today="2026-11-23")
    counter.reader.insert(counter.card)
    with pytest.raises(RuleViolation, match=r"reversal\.meter_took_it"):
        begin(counter, sale_id)


def test_a_card_whose_bytes_changed_since_is_not_reversed(counter: Counter, sale_id: str) -> None:
    """A meter that took the gas and lost its report half-way leaves a card that looks untouched, but for a byte."""
    with pytest.raises(RuleViolation, match=r"reversal\.card_changed"):
        begin(counter, sale_id, card=replace(counter.read(), digest="0" * 64))


def test_another_card_is_not_reversed(counter: Counter, sale_id: str) -> None:
    counter.reader.remove()
    counter.reader.insert(blank_development_card(bytes.fromhex("0BADCAFE")))
    with pytest.raises(RuleViolation, match=r"reversal\.other_card"):
        begin(counter, sale_id)


def test_a_first_card_is_no_purchase_to_take_back(counter: Counter) -> None:
    with counter.demo.store.reading() as connection:
        first_card = connection.exec_driver_sql("SELECT sale_id FROM sale WHERE item = 'first_card'").scalar_one()
    with pytest.raises(RuleViolation, match=r"reversal\.no_purchase"):
        begin(counter, first_card)


def test_while_a_reversal_is_open_nothing_is_sold_and_the_matter_is_listed(counter: Counter, sale_id: str) -> None:
    payment = counter.payment()
    begun = begin(counter, sale_id)
    with pytest.raises(RuleViolation, match=r"card\.open_write"):
        take_payment(counter.demo.hall, payment)
    with counter.demo.store.reading() as connection:
        matters = open_matters(connection, now_utc_ms=counter.demo.clock.now_utc_ms())
    assert begun.write_id in [matter.matter_id for matter in matters]


def test_a_meter_that_was_quicker_lets_the_sale_stand(counter: Counter, sale_id: str) -> None:
    begun = begin(counter, sale_id)
    counter.meter.insert(counter.card, today="2026-11-23")
    counter.reader.insert(counter.card)

    delivery = counter.deliver(begun.write_id)

    assert (delivery.state, delivery.code) == (WriteState.REVERSED, "reversal.meter_took_it")
    assert stands(counter)
    assert counter.deliver(counter.pay(10_000, 3_000).sale_id).state is WriteState.POSTED


def test_a_reversal_is_finished_at_another_till_the_next_day(counter: Counter, sale_id: str) -> None:
    demo = counter.demo
    begun = begin(counter, sale_id)
    demo.clock.forward(seconds=86_400)
    tomorrow = open_till(demo, "T02", demo.cashier2)
    ended = deliver(demo.hall, counter.reader, session_id=tomorrow, actor=demo.cashier2, write_id=begun.write_id)
    assert ended.state is WriteState.POSTED
    assert counter.account_fen(chart.cash_till("T02")) == FLOAT_FEN - PAID_FEN
    assert counter.account_fen(chart.cash_till("T01")) == BEFORE_FEN + PAID_FEN
    (facts,) = demo.facts("DJ-T02", "sale_reversed")
    assert json.loads(facts)["approved_by"] == demo.lead


def test_a_sale_of_an_earlier_session_goes_back_as_a_refund(counter: Counter, sale_id: str) -> None:
    demo = counter.demo
    session_id = open_till(demo, "T02", demo.cashier2)
    begun = begin(counter, sale_id, Act.REFUND, session_id=session_id, actor=demo.cashier2)
    ended = deliver(demo.hall, counter.reader, session_id=session_id, actor=demo.cashier2, write_id=begun.write_id)
    assert ended.state is WriteState.POSTED


@pytest.mark.parametrize("command_index", range(40))
def test_a_lost_answer_at_any_command_ends_in_one_reversal(counter: Counter, sale_id: str, command_index: int) -> None:
    begun = begin(counter, sale_id)
    counter.card.lose_next_answer(after=command_index)
    last = again(counter, begun.write_id, counter.deliver(begun.write_id))
    assert last.state is WriteState.POSTED, last
    assert is_back(counter)


@pytest.mark.parametrize("n_bytes", range(0, 120, 3))
def test_a_card_torn_at_any_byte_is_settled_by_asking_the_card(counter: Counter, sale_id: str, n_bytes: int) -> None:
    begun = begin(counter, sale_id)
    counter.card.tear_after(n_bytes)
    last = again(counter, begun.write_id, counter.deliver(begun.write_id))
    assert last.state is WriteState.POSTED, last
    assert is_back(counter)


def test_money_never_goes_back_before_the_card_has_proven_it(counter: Counter, sale_id: str) -> None:
    demo = counter.demo
    begun = begin(counter, sale_id)
    step = CardWriteStep(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=counter.session_id,
        write_id=begun.write_id,
        found=counter.read(),
    )
    for found in (counter.read(), None):
        with pytest.raises(RuleViolation, match=r"card_write\.not_proven"):
            finish_reversal(demo.hall, replace(step, command_id=demo.new_id(), found=found))
    assert stands(counter)
    call_off_reversal(demo.hall, step)
    assert stands(counter)
    with pytest.raises(RuleViolation, match=r"card_write\.settled"):
        finish_reversal(demo.hall, replace(step, command_id=demo.new_id()))


def test_a_crash_after_the_card_was_emptied_gives_the_money_back_once(counter: Counter, sale_id: str) -> None:
    begun = begin(counter, sale_id)
    with counter.demo.store.reading() as connection:
        write = sale_queries.card_write(connection, begun.write_id)
    assert write is not None
    with counter.reader.session() as card_session:
        card_session.write_purchase(write.intent.purchase, before=write.intent.before)
    for _twice in range(2):
        assert counter.deliver(begun.write_id).state is WriteState.POSTED
        assert is_back(counter)


@pytest.mark.parametrize("decision", ["written", "not_written"])
def test_a_lead_decides_a_reversal_that_no_card_can_tell_of(counter: Counter, sale_id: str, decision: str) -> None:
    demo = counter.demo
    begun = begin(counter, sale_id)
    verdict = SettleInDoubt(
        command_id=demo.new_id(),
        actor=demo.lead,
        write_id=begun.write_id,
        decision=decision,
        evidence="meter_display",
        signature=demo.signed_by("lead", decision_digest(begun.write_id, decision, "meter_display", "")),
    )
    settle_in_doubt(demo.hall, verdict)
    assert stands(counter)  # the word alone moves no money
    counter.reader.remove()
    ended = counter.deliver(begun.write_id)
    paid_out_fen = PAID_FEN if decision == "written" else 0
    assert ended.state is (WriteState.POSTED if decision == "written" else WriteState.REVERSED)
    assert counter.account_fen(chart.cash_till("T01")) == BEFORE_FEN + PAID_FEN - paid_out_fen


def test_a_card_reported_lost_is_not_taken_back(counter: Counter, sale_id: str) -> None:
    demo = counter.demo
    loss = ReportLoss(
        command_id=demo.new_id(), actor=demo.cashier, account_no=counter.account_no, reason="lost", told=True
    )
    report_loss(demo.hall, loss)
    with pytest.raises(RuleViolation, match=r"card\.lost"):
        begin(counter, sale_id)
