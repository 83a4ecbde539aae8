"""Lost and broken cards on real books, with a simulated card and meter: gas is credited once, whatever is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card
from devices.cards.simulated_meter import MeterAnswer, SimulatedMeter
from ledger import chart
from pos.domain.account import CardStatus, Inlet, Meter
from pos.domain.card_replacement import LastPurchaseWas, ReplacementReason
from pos.domain.card_write import WriteState
from pos.domain.errors import RuleViolation
from pos.domain.papers import ReceiptPaper
from pos.domain.roles import Act
from pos.domain.sale import TenderKind
from pos.store import account_queries, card_queries, outbox, till_queries
from pos.store.till_figures import expected_of
from pos.usecases.begin_reversal import BeginReversal, begin_reversal
from pos.usecases.change_meter import ChangeMeter
from pos.usecases.change_meter import change_meter as change
from pos.usecases.paid_sale import PaymentTaken
from pos.usecases.record_card_reading import RecordCardReading, record_card_reading
from pos.usecases.replace_card import ReplaceCard, quote_replacement, replace_card
from pos.usecases.report_loss import ReportLoss, report_loss
from pos.usecases.return_money import ReturnMoney, return_money
from tests.fixtures_counter import DAY, FLOAT_FEN, Counter, price_fee

FEE_FEN = 1500
CARD_FEE_FEN = 2000
NEW_UID = bytes.fromhex("A1B2C3D6")


@pytest.fixture
def hall(counter: Counter) -> Counter:
    """The counter, with a price for replacements and one purchase of 33 m³ on the customer's card."""
    demo = counter.demo
    price_fee(demo, "card_replacement", FEE_FEN)
    assert counter.deliver(counter.pay(33_000, 10_000).sale_id).state is WriteState.POSTED
    return counter


def lose(hall: Counter) -> None:
    demo = hall.demo
    wish = ReportLoss(
        command_id=demo.new_id(), actor=demo.cashier, account_no=hall.account_no, reason="lost", told=True
    )
    report_loss(demo.hall, wish)


def visit_meter(hall: Counter, card: SimulatedCpuCard) -> MeterAnswer:
    answer = hall.meter.insert(card, today="2026-11-23")
    hall.reader.remove()
    hall.reader.insert(card)
    demo = hall.demo
    record_card_reading(demo.hall, RecordCardReading(command_id=demo.new_id(), actor=demo.cashier, image=hall.read()))
    return answer


def put_blank(hall: Counter, uid: bytes = NEW_UID) -> SimulatedCpuCard:
    blank = blank_development_card(uid)
    hall.reader.remove()
    hall.reader.insert(blank)
    return blank


def wish(hall: Counter, said: LastPurchaseWas, **changes: Any) -> ReplaceCard:
    demo = hall.demo
    reason = changes.get("reason", ReplacementReason.LOST)
    settlement = quote_replacement(demo.hall, hall.account_no, DAY, TenderKind.CASH, reason).settlement
    asked = ReplaceCard(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=hall.session_id,
        account_no=hall.account_no,
        tender=TenderKind.CASH,
        tendered_fen=settlement.to_pay_fen,
        read_back=hall.read_back(settlement.to_pay_fen, settlement.to_pay_fen),
        blank=hall.read(),
        reason=ReplacementReason.LOST,
        said=said,
        evidence="customer_letter",
    )
    return replace(asked, **changes)


def pay(hall: Counter, said: LastPurchaseWas, **changes: Any) -> PaymentTaken:
    command = hall.demo.approved(wish(hall, said, **changes), Act.REPLACE_CARD)
    return replace_card(hall.demo.hall, command)


def test_an_unconsumed_purchase_is_on_the_new_card_and_the_meter_takes_it_once(hall: Counter) -> None:
    lost = hall.card
    lose(hall)
    new = put_blank(hall)
    sold = pay(hall, LastPurchaseWas.NOT_TAKEN, evidence="meter_display", meter_count=0, meter_remaining_l=1_200)
    assert hall.deliver(sold.sale_id).state is WriteState.POSTED

    image = hall.read()
    assert image.purchase is not None
    assert image.identity is not None
    assert (image.purchase.sequence, image.purchase.volume_l, image.identity.issue_no) == (1, 33_000, 1)
    assert hall.account_fen(chart.INCOME_GAS) == -8679
    assert hall.account_fen(chart.INCOME_CARD_FEE) == -(CARD_FEE_FEN + FEE_FEN)
    assert visit_meter(hall, new) is MeterAnswer.TAKEN
    assert visit_meter(hall, lost) is MeterAnswer.ALREADY_TAKEN  # it turns up behind the sofa
    assert hall.meter.remaining_l == 33_000


def test_who_says_not_taken_though_the_meter_took_it_gets_no_second_credit(hall: Counter) -> None:
    hall.meter.insert(hall.card, today="2026-11-23")  # and the card is lost before it comes back to a counter
    lose(hall)
    new = put_blank(hall)
    hall.deliver(pay(hall, LastPurchaseWas.NOT_TAKEN).sale_id)
    assert visit_meter(hall, new) is MeterAnswer.ALREADY_TAKEN
    assert hall.meter.remaining_l == 33_000


def test_what_a_card_has_brought_back_from_the_meter_is_not_written_again(hall: Counter) -> None:
    visit_meter(hall, hall.card)
    lose(hall)
    put_blank(hall)
    assert quote_replacement(hall.demo.hall, hall.account_no, DAY, TenderKind.CASH, ReplacementReason.LOST).is_taken
    with pytest.raises(RuleViolation, match=r"replacement\.already_taken"):
        pay(hall, LastPurchaseWas.NOT_TAKEN)
    assert hall.account_fen(chart.cash_till("T01")) == FLOAT_FEN + CARD_FEE_FEN + 8680


def test_a_card_without_gas_counts_on_and_the_meter_takes_the_next_purchase(hall: Counter) -> None:
    visit_meter(hall, hall.card)
    lose(hall)
    new = put_blank(hall)
    assert hall.deliver(pay(hall, LastPurchaseWas.TAKEN).sale_id).state is WriteState.POSTED
    assert hall.read().unconsumed_l == 0
    assert hall.deliver(hall.pay(10_000, 3_000).sale_id).state is WriteState.POSTED
    assert visit_meter(hall, new) is MeterAnswer.TAKEN
    assert hall.meter.remaining_l == 43_000
    image = hall.read()
    assert image.purchase is not None
    assert (image.purchase.sequence, image.purchase.cumulative_l) == (2, 43_000)


def test_the_books_know_the_new_card_the_old_one_and_why(hall: Counter) -> None:
    lose(hall)
    put_blank(hall)
    sold = pay(hall, LastPurchaseWas.NOT_TAKEN)
    delivery = hall.deliver(sold.sale_id)
    with hall.demo.store.reading() as connection:
        history = account_queries.card_history(connection, hall.account_no)
        register = card_queries.replacement(connection, sold.sale_id)
        job = outbox.job(connection, delivery.print_job_id or "")
        till_session = till_queries.require_session(connection, hall.session_id)
        expected = expected_of(connection, till_session)
    assert [(card.card_no, card.issue_no, card.status) for card in history] == [
        ("0000000001", 0, CardStatus.ACTIVE),
        ("0000000001", 0, CardStatus.LOST),
        ("0000000001", 0, CardStatus.REPLACED),
        ("0000000002", 1, CardStatus.ACTIVE),
    ]
    assert history[-1].chip_uid == NEW_UID.hex().upper()
    assert register is not None
    assert (register.reason, register.reissued_l) == ("lost", 33_000)
    assert job is not None
    assert isinstance(job.paper, ReceiptPaper)
    assert (job.paper.old_card_no, job.paper.card_no, job.paper.reissued_l) == ("0000000001", "0000000002", 33_000)
    assert expected.blank_cards == till_session.blank_cards - 2


def test_a_card_that_was_not_reported_is_not_replaced_as_lost(hall: Counter) -> None:
    put_blank(hall)
    with pytest.raises(RuleViolation, match=r"replacement\.reason_differs"):
        pay(hall, LastPurchaseWas.NOT_TAKEN)


def test_a_broken_card_is_replaced_without_a_report(hall: Counter) -> None:
    put_blank(hall)
    sold = pay(hall, LastPurchaseWas.NOT_TAKEN, reason=ReplacementReason.BROKEN, old_card_returned=True)
    assert hall.deliver(sold.sale_id).state is WriteState.POSTED
    hall.reader.remove()
    hall.reader.insert(hall.card)
    with pytest.raises(RuleViolation, match=r"card\.replaced"):
        hall.pay()


def test_nobody_replaces_a_card_without_a_leads_consent(hall: Counter) -> None:
    lose(hall)
    put_blank(hall)
    for person in ("cashier", "card_clerk", "lead"):
        with pytest.raises(RuleViolation, match=r"approval\.needed"):
            replace_card(
                hall.demo.hall,
                wish(hall, LastPurchaseWas.NOT_TAKEN, actor=hall.demo.people[person]),
            )


def test_the_display_as_evidence_needs_its_figure(hall: Counter) -> None:
    lose(hall)
    put_blank(hall)
    with pytest.raises(RuleViolation, match=r"replacement\.display"):
        pay(hall, LastPurchaseWas.TAKEN, evidence="meter_display")


def test_a_replacement_that_cannot_be_written_gives_the_fee_back_and_leaves_the_card_lost(hall: Counter) -> None:
    lose(hall)
    put_blank(hall)
    sold = pay(hall, LastPurchaseWas.NOT_TAKEN)
    demo = hall.demo
    back = ReturnMoney(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=hall.session_id,
        write_id=sold.sale_id,
        reason="card_damaged",
    )
    return_money(demo.hall, demo.approved(back, Act.RETURN_MONEY))
    with demo.store.reading() as connection:
        card = account_queries.card_of(connection, hall.account_no)
    assert card is not None
    assert (card.card_no, card.status) == ("0000000001", CardStatus.LOST)
    assert hall.account_fen(chart.INCOME_CARD_FEE) == -CARD_FEE_FEN


def test_gas_that_is_on_the_new_card_is_not_paid_back_for_the_old_one(hall: Counter) -> None:
    """The lost card turns up, untouched: its purchase is on the new card, so it is not reversed on the old one."""
    demo = hall.demo
    lost, (sale_id,) = hall.card, purchases(hall)
    lose(hall)
    put_blank(hall)
    hall.deliver(pay(hall, LastPurchaseWas.NOT_TAKEN).sale_id)
    before_fen = hall.account_fen(chart.cash_till("T01"))
    hall.reader.remove()
    hall.reader.insert(lost)
    reversal = BeginReversal(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=hall.session_id,
        sale_id=sale_id,
        card=hall.read(),
        reason="customer_withdrew",
    )
    with pytest.raises(RuleViolation, match=r"reversal\.other_card"):
        begin_reversal(demo.hall, demo.approved(reversal, Act.VOID_LARGE))
    assert hall.account_fen(chart.cash_till("T01")) == before_fen


def purchases(hall: Counter) -> tuple[str, ...]:
    with hall.demo.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT sale_id FROM sale WHERE item = 'gas'").all()
    return tuple(str(row[0]) for row in rows)


def change_meter(hall: Counter) -> None:
    demo = hall.demo
    demo.clock.forward(seconds=60)
    asked = ChangeMeter(
        command_id=demo.new_id(),
        actor=demo.card_clerk,
        account_no=hall.account_no,
        old_meter_no=hall.meter.meter_no,
        document_no="换表单 12",
        meter=Meter("G500000001", "G4", Inlet.LEFT, "示例表厂"),
        final_reading_l=0,
        remaining_l=0,
        said=LastPurchaseWas.TAKEN,
        evidence="meter_display",
    )
    change(demo.hall, demo.approved(asked, Act.CHANGE_METER))
    hall.meter = SimulatedMeter(hall.meter.keys, "G500000001")


def test_after_a_change_of_meter_the_old_card_buys_nothing_and_the_free_new_one_does(
    hall: Counter,
) -> None:
    visit_meter(hall, hall.card)
    change_meter(hall)
    with pytest.raises(RuleViolation, match=r"card\.other_meter"):
        hall.pay(10_000, 3_000)
    new = put_blank(hall)
    with pytest.raises(RuleViolation, match=r"replacement\.nothing_to_reissue"):
        pay(hall, LastPurchaseWas.NOT_TAKEN, reason=ReplacementReason.METER_CHANGED)
    sold = pay(hall, LastPurchaseWas.TAKEN, reason=ReplacementReason.METER_CHANGED, old_card_returned=True)
    assert hall.deliver(sold.sale_id).state is WriteState.POSTED
    assert hall.account_fen(chart.INCOME_CARD_FEE) == -CARD_FEE_FEN
    assert hall.deliver(hall.pay(10_000, 3_000).sale_id).state is WriteState.POSTED
    assert visit_meter(hall, new) is MeterAnswer.TAKEN
    assert hall.meter.remaining_l == 10_000


def test_a_lost_card_of_the_old_meter_brings_no_gas_to_the_new_one(hall: Counter) -> None:
    """The old meter took the gas unseen, and what it had left was settled when it was taken down."""
    change_meter(hall)
    lose(hall)
    put_blank(hall)
    with pytest.raises(RuleViolation, match=r"replacement\.nothing_to_reissue"):
        pay(hall, LastPurchaseWas.NOT_TAKEN)


def test_nobody_gets_a_free_card_without_a_new_meter(hall: Counter) -> None:
    put_blank(hall)
    with pytest.raises(RuleViolation, match=r"replacement\.same_meter"):
        pay(hall, LastPurchaseWas.TAKEN, reason=ReplacementReason.METER_CHANGED)


@pytest.mark.parametrize("command_index", range(0, 60, 3))
def test_a_lost_answer_while_the_new_card_is_made_ends_in_one_card_and_one_fee(
    hall: Counter, command_index: int
) -> None:
    lose(hall)
    new = put_blank(hall)
    sold = pay(hall, LastPurchaseWas.NOT_TAKEN)
    new.lose_next_answer(after=command_index)
    first = hall.deliver(sold.sale_id)
    new.clear_faults()
    hall.reader.insert(new)
    last = first if first.state is WriteState.POSTED else hall.deliver(sold.sale_id)
    assert last.state is WriteState.POSTED or last.code == "card.spoiled", (first, last)
    holds = hall.read().purchase
    assert (last.state is WriteState.POSTED) == (holds is not None and holds.volume_l == 33_000)
    assert hall.account_fen(chart.INCOME_CARD_FEE) == -(CARD_FEE_FEN + FEE_FEN * (last.state is WriteState.POSTED))
