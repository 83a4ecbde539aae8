"""The card purchase on real books and a real (simulated) card: the story's 33 m3, and everything that interrupts it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from devices.cards.simulated_card import blank_development_card
from ledger import chart
from pos.domain.account import Inlet, Meter, PriceClass
from pos.domain.card_write import WriteState
from pos.domain.errors import RuleViolation
from pos.domain.papers import ReceiptPaper
from pos.domain.roles import Act
from pos.domain.tariff import Tier
from pos.sagas.card_purchase import deliver
from pos.store import outbox, sale_queries, tariff_queries, till_queries
from pos.store.personal_cipher import load_data_key
from pos.store.till_figures import figures_of
from pos.usecases.bind_card import BindCard, bind_card
from pos.usecases.card_write_steps import CardWriteStep, begin_card_write
from pos.usecases.change_setting import ChangeSetting, change_setting
from pos.usecases.open_account import OpenAccount, open_account
from pos.usecases.paid_sale import PaymentTaken
from pos.usecases.report_loss import ReportLoss, report_loss
from pos.usecases.return_money import ReturnMoney, return_money
from pos.usecases.set_tariff import SetTariff, set_tariff
from pos.usecases.settle_in_doubt import SettleInDoubt, decision_digest, settle_in_doubt
from pos.usecases.take_payment import take_payment
from pos.usecases.withdraw_loss import WithdrawLoss, withdraw_loss
from tests.fixtures_counter import DAY, FLOAT_FEN, Counter, open_till, sell_card
from tests.fixtures_hall import DemoHall

CARD_FEE_FEN = 2000


def write_state(counter: Counter, write_id: str) -> WriteState:
    with counter.demo.store.reading() as connection:
        row = sale_queries.card_write(connection, write_id)
    assert row is not None
    return row.state


def test_33_m3_paid_with_100_yuan_is_booked_written_and_proven(counter: Counter) -> None:
    paid = counter.pay(33_000, 10_000)
    assert paid.change_fen == 1320  # 86.79 is asked for as 86.80, the fen goes to the customer's own money
    assert counter.account_fen(chart.PREPAID_GAS) == -8679
    assert counter.account_fen(chart.INCOME_GAS) == 0

    delivery = counter.deliver(paid.sale_id)

    assert (delivery.state, delivery.code) == (WriteState.POSTED, "")
    image = counter.read()
    assert image.purchase is not None
    assert (image.purchase.sequence, image.purchase.volume_l, image.unconsumed_l) == (1, 33_000, 33_000)
    assert counter.account_fen(chart.cash_till("T01")) == FLOAT_FEN + CARD_FEE_FEN + 8680
    assert counter.account_fen(chart.PREPAID_GAS) == 0
    assert counter.account_fen(chart.INCOME_GAS) == -8679
    assert counter.account_fen(chart.CUSTOMER_MONEY) == -1


def test_receipt_is_queued_with_the_result_of_the_write_and_masked_names(counter: Counter) -> None:
    paid = counter.pay()
    delivery = counter.deliver(paid.sale_id)
    with counter.demo.store.reading() as connection:
        job = outbox.job(connection, delivery.print_job_id or "")
    assert job is not None
    paper = job.paper
    assert (paper.card_result, paper.due_fen, paper.change_fen) == ("written", 8679, 1320)
    assert (paper.count_before, paper.count_after, paper.year_used_l, paper.tier_left_l) == (0, 1, 33_000, 317_000)
    assert "桂" not in paper.customer_name
    assert "12 号楼" not in paper.address


def test_a_card_image_from_before_the_last_purchase_takes_no_money(counter: Counter) -> None:
    image = counter.read()
    counter.deliver(counter.pay().sale_id)
    in_drawer_fen = counter.account_fen(chart.cash_till("T01"))
    with pytest.raises(RuleViolation) as refusal:
        take_payment(counter.demo.hall, counter.payment(card=image))
    assert refusal.value.code == "card.stale"
    assert counter.account_fen(chart.cash_till("T01")) == in_drawer_fen


def test_a_reversal_that_pays_nothing_back_is_a_reversal_on_the_z(counter: Counter, tmp_path: Path) -> None:
    demo = counter.demo
    setting = ChangeSetting(command_id=demo.new_id(), actor=demo.admin, name="card_fee_on_first_card", text="no")
    change_setting(demo.hall, setting)
    counter.account_no = second_account(counter, tmp_path)
    free = paid_first_card(counter)
    command = ReturnMoney(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=counter.session_id,
        write_id=free.sale_id,
        reason="customer_withdrew",
    )
    return_money(demo.hall, demo.approved(command, Act.RETURN_MONEY))
    with demo.store.reading() as connection:
        figures = figures_of(connection, till_queries.require_session(connection, counter.session_id))
    assert [(t.tender, t.sales, t.reversals, t.gross_fen) for t in figures.tenders] == [("cash", 2, 1, CARD_FEE_FEN)]


@pytest.mark.parametrize(("tendered_fen", "taken"), [(8680 + 10_000, True), (8680 + 10_001, False)])
def test_a_sum_far_beyond_the_due_is_taken_for_a_slip_of_the_hand(
    counter: Counter, tendered_fen: int, taken: bool
) -> None:
    if taken:
        assert counter.pay(33_000, tendered_fen).change_fen == 10_000
        return
    with pytest.raises(RuleViolation) as refusal:
        counter.pay(33_000, tendered_fen)
    assert refusal.value.code == "sale.tender_too_high"
    assert counter.account_fen(chart.cash_till("T01")) == FLOAT_FEN + CARD_FEE_FEN


def test_where_the_hall_gives_the_first_card_free_nothing_is_asked_and_the_card_is_issued(
    counter: Counter, tmp_path: Path
) -> None:
    demo = counter.demo
    setting = ChangeSetting(command_id=demo.new_id(), actor=demo.admin, name="card_fee_on_first_card", text="no")
    change_setting(demo.hall, setting)
    counter.account_no = second_account(counter, tmp_path)
    sold = paid_first_card(counter)
    assert counter.account_fen(chart.cash_till("T01")) == FLOAT_FEN + CARD_FEE_FEN
    assert counter.deliver(sold.sale_id).state is WriteState.POSTED
    assert counter.account_fen(chart.INCOME_CARD_FEE) == -CARD_FEE_FEN


def test_a_lead_who_counted_a_write_as_done_does_not_make_the_card_stale(counter: Counter) -> None:
    paid = counter.pay()
    step = CardWriteStep(
        command_id=counter.demo.new_id(),
        actor=counter.demo.cashier,
        session_id=counter.session_id,
        write_id=paid.sale_id,
    )
    begin_card_write(counter.demo.hall, step)
    settle_in_doubt(counter.demo.hall, decided(counter, "lead", paid.sale_id))
    assert counter.deliver(counter.pay().sale_id).state is WriteState.POSTED


def test_same_command_twice_takes_the_money_once(counter: Counter) -> None:
    command = counter.payment()
    first = take_payment(counter.demo.hall, command)
    second = take_payment(counter.demo.hall, command)
    assert first == second
    assert counter.account_fen(chart.cash_till("T01")) == FLOAT_FEN + CARD_FEE_FEN + 8680


def test_second_sale_to_a_card_with_an_open_write_is_refused(counter: Counter) -> None:
    paid = counter.pay()
    with pytest.raises(RuleViolation, match=r"card\.open_write") as refusal:
        counter.pay()
    assert refusal.value.params == {"write_id": paid.sale_id}


def test_unconsumed_purchase_is_refused_until_the_meter_took_it(counter: Counter) -> None:
    counter.deliver(counter.pay().sale_id)
    with pytest.raises(RuleViolation, match=r"card\.unconsumed") as refusal:
        counter.pay()
    assert refusal.value.params["volume_l"] == 33_000

    counter.meter.insert(counter.card, today="2026-11-23")
    counter.reader.insert(counter.card)
    second = counter.pay()

    assert counter.deliver(second.sale_id).state is WriteState.POSTED
    assert counter.read().purchase.sequence == 2  # type: ignore[union-attr]


def test_money_goes_straight_back_with_a_leads_consent(counter: Counter, demo_hall: DemoHall) -> None:
    paid = counter.pay()
    command = ReturnMoney(
        command_id=demo_hall.new_id(),
        actor=demo_hall.cashier,
        session_id=counter.session_id,
        write_id=paid.sale_id,
        reason="card_damaged",
    )
    with pytest.raises(RuleViolation, match=r"approval\.needed"):
        return_money(demo_hall.hall, command)

    returned = return_money(demo_hall.hall, demo_hall.approved(command, Act.RETURN_MONEY))

    assert returned.paid_out_fen == 8680
    refund = paper_for(counter, f"sale:returned:{paid.sale_id}")
    assert (refund.reason, refund.approver_name) == ("card_damaged", "李班（2001）")
    assert counter.account_fen(chart.cash_till("T01")) == FLOAT_FEN + CARD_FEE_FEN
    assert counter.account_fen(chart.CUSTOMER_MONEY) == 0
    with demo_hall.store.reading() as connection:
        schedule = tariff_queries.tariff_on(connection, "resident", DAY)
        assert schedule is not None
        assert sum(tariff_queries.tier_use(connection, counter.account_no, schedule, 2026).values()) == 0
    assert counter.deliver(paid.sale_id).state is WriteState.REVERSED


def second_account(counter: Counter, tmp_path: Path) -> str:
    account = OpenAccount(
        command_id=counter.demo.new_id(),
        actor=counter.demo.card_clerk,
        name="方圆",
        phone="",
        address="平安里 9 号",
        price_class=PriceClass.RESIDENT,
        people=3,
        meter=Meter("G488203320", "G4", Inlet.LEFT, "示例表厂"),
    )
    return open_account(counter.demo.hall, account, load_data_key(tmp_path / "keys" / "data.key")).account_no


def paid_first_card(counter: Counter) -> PaymentTaken:
    """A blank card for the counter's account, paid and not yet written."""
    counter.reader.remove()
    counter.reader.insert(blank_development_card(bytes.fromhex("A1B2C3D5")))
    return sell_card(counter)


def paper_for(counter: Counter, reason: str) -> ReceiptPaper:
    with counter.demo.store.reading() as connection:
        (job,) = outbox.jobs_with_reason(connection, reason)
    assert isinstance(job.paper, ReceiptPaper)
    return job.paper


def test_a_refund_at_another_till_names_the_receipt_of_the_till_that_sold(counter: Counter) -> None:
    demo = counter.demo
    paid = counter.pay()
    command = ReturnMoney(
        command_id=demo.new_id(),
        actor=demo.cashier2,
        session_id=open_till(demo, "T02", demo.cashier2),
        write_id=paid.sale_id,
        reason="card_damaged",
    )
    return_money(demo.hall, demo.approved(command, Act.RETURN_MONEY))
    paper = paper_for(counter, f"sale:returned:{paid.sale_id}")
    assert (paper.receipt_no, paper.reversal_of) == ("DJ-T02-000001", "DJ-T01-000002")


def test_a_receipt_states_the_tariff_its_gas_was_sold_by_whenever_it_is_made(counter: Counter) -> None:
    demo = counter.demo
    paid = counter.pay()
    tariff = SetTariff(
        command_id=demo.new_id(),
        actor=demo.lead,
        price_class=PriceClass.RESIDENT,
        name="居民用气",
        effective_from="2026-11-24",
        tiers=(Tier(1, "第一档", 900_000, 26_300), Tier(2, "第二档", None, 31_600)),
        document_no="示例价〔2026〕9 号",
        sample=True,
    )
    set_tariff(demo.hall, demo.approved(tariff, Act.SET_PRICES, by="admin"))
    demo.clock.forward(seconds=86_400)
    tomorrow = open_till(demo, "T02", demo.cashier2)
    deliver(demo.hall, counter.reader, session_id=tomorrow, actor=demo.cashier2, write_id=paid.sale_id)
    paper = paper_for(counter, f"sale:written:{paid.sale_id}")
    assert paper.head.business_day == "2026-11-24"
    assert (paper.year_used_l, paper.tier_left_l) == (33_000, 317_000)


def test_a_first_card_that_is_paid_keeps_its_number_and_its_account(counter: Counter, tmp_path: Path) -> None:
    demo = counter.demo
    counter.account_no = second_account(counter, tmp_path)
    sold = paid_first_card(counter)
    for account_no, card_no in ((counter.account_no, "8000000001"), ("1000000001", "0000000002")):
        with pytest.raises(RuleViolation) as refusal:
            bind_card(
                demo.hall,
                BindCard(command_id=demo.new_id(), actor=demo.card_clerk, account_no=account_no, card_no=card_no),
            )
        assert refusal.value.code == "card.open_write"
    assert counter.deliver(sold.sale_id).state is WriteState.POSTED


def test_a_card_with_an_open_purchase_can_be_reported_lost(counter: Counter) -> None:
    paid = counter.pay()
    assert report_loss(counter.demo.hall, loss_of(counter)).open_write_id == paid.sale_id
    assert write_state(counter, paid.sale_id) is WriteState.PAID
    with pytest.raises(RuleViolation, match=r"card\.lost"):
        counter.deliver(paid.sale_id)
    assert counter.read().purchase.sequence == 0  # type: ignore[union-attr]


def loss_of(counter: Counter) -> ReportLoss:
    demo = counter.demo
    return ReportLoss(
        command_id=demo.new_id(), actor=demo.cashier, account_no=counter.account_no, reason="lost", told=True
    )


def test_a_lost_card_that_is_back_takes_the_purchase_that_was_paid_for_it(counter: Counter) -> None:
    demo = counter.demo
    paid = counter.pay()
    report_loss(demo.hall, loss_of(counter))
    found = WithdrawLoss(
        command_id=demo.new_id(), actor=demo.card_clerk, account_no=counter.account_no, shown=counter.read()
    )
    withdraw_loss(demo.hall, found)
    assert counter.deliver(paid.sale_id).state is WriteState.POSTED


def test_lead_settles_a_doubt_but_never_a_cashier(counter: Counter, demo_hall: DemoHall) -> None:
    paid = counter.pay()
    counter.card.tear_after(1)
    counter.deliver(paid.sale_id)
    with pytest.raises(RuleViolation, match=r"role\.refused"):
        settle_in_doubt(demo_hall.hall, decided(counter, "cashier", paid.sale_id))
    by_lead = decided(counter, "lead", paid.sale_id)

    assert settle_in_doubt(demo_hall.hall, by_lead) is WriteState.POSTED
    paper = paper_for(counter, f"sale:written:{paid.sale_id}")
    assert (paper.card_result, paper.approver_name) == ("written", "李班（2001）")
    assert counter.account_fen(chart.INCOME_GAS) == -8679
    (facts,) = demo_hall.facts("DJ-H", "card_decided")
    assert json.loads(facts)["digest"] == by_lead.signature.digest


@pytest.mark.parametrize(
    "changes",
    [
        {"decision": "not_written"},
        {"evidence": "other_reader"},
        {"note": "12345"},
        {"actor": "lead2"},
        {"signature": "lead2"},
    ],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_a_signature_over_another_decision_or_of_another_lead_decides_nothing(
    counter: Counter, changes: dict[str, str]
) -> None:
    demo = counter.demo
    paid = counter.pay()
    counter.card.tear_after(1)
    counter.deliver(paid.sale_id)
    shown = decided(counter, "lead", paid.sale_id)
    if "actor" in changes:
        other = replace(shown, actor=demo.lead2)
    elif "signature" in changes:
        other = replace(shown, signature=demo.signed_by("lead2", shown.signature.digest))
    else:
        other = replace(shown, **changes)  # type: ignore[arg-type]
    with pytest.raises(RuleViolation, match=r"approval\.stale"):
        settle_in_doubt(demo.hall, other)
    assert write_state(counter, paid.sale_id) is WriteState.WRITING


def decided(counter: Counter, by: str, write_id: str) -> SettleInDoubt:
    """A decision as shown and signed by the one who makes it."""
    demo = counter.demo
    return SettleInDoubt(
        command_id=demo.new_id(),
        actor=demo.people[by],
        write_id=write_id,
        decision="written",
        evidence="meter_display",
        signature=demo.signed_by(by, decision_digest(write_id, "written", "meter_display", "")),
    )
