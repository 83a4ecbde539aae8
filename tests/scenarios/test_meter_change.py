"""A changed meter on real books, with simulated cards and meters: what the old one held is given once, cap or not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from devices.cards.simulated_meter import MeterAnswer, SimulatedMeter
from ledger import chart
from pos.domain.account import Inlet, Meter
from pos.domain.card_replacement import LastPurchaseWas
from pos.domain.card_write import WriteState
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.sale import TenderKind
from pos.store import account_queries, limit_queries, meter_queries, tariff_queries
from pos.usecases.carry_gas import CarryGas, carry_gas, quote_instalment
from pos.usecases.paid_sale import PaymentTaken
from pos.usecases.record_card_reading import RecordCardReading, record_card_reading
from pos.usecases.return_money import ReturnMoney, return_money
from tests.faults.invariants import World, violations
from tests.fixtures_counter import DAY, Counter, cap_meter
from tests.fixtures_meter import NEW_METER, changed_meter, new_card_for_the_meter


@pytest.fixture
def hall(counter: Counter) -> Counter:
    """The counter with 33 m³ that the old meter has taken, of which 3 are used."""
    assert counter.deliver(counter.pay(33_000, 10_000).sale_id).state is WriteState.POSTED
    assert counter.meter.insert(counter.card, today=DAY) is MeterAnswer.TAKEN
    counter.meter.use(3_000)
    return counter


def book(hall: Counter, **changes: Any) -> PaymentTaken:
    """One instalment as the screen would make it."""
    demo, card = hall.demo, hall.read()
    wish = CarryGas(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=hall.session_id,
        account_no=hall.account_no,
        tender=TenderKind.CASH,
        tendered_fen=0,
        read_back=hall.read_back(0, 0),
        card=card,
        volume_l=quote_instalment(demo.hall, hall.account_no, DAY, card).volume_l,
    )
    return carry_gas(demo.hall, replace(wish, **changes))


def left_l(hall: Counter) -> int:
    with hall.demo.store.reading() as connection:
        return meter_queries.left_to_carry_l(connection, hall.account_no)


def test_without_a_cap_all_that_the_old_meter_held_goes_into_the_new_one_at_once(hall: Counter) -> None:
    assert changed_meter(hall).carried_l == 30_000
    card, meter = new_card_for_the_meter(hall), SimulatedMeter(hall.meter.keys, NEW_METER)
    income_fen = hall.account_fen(chart.INCOME_GAS)
    assert hall.deliver(book(hall).sale_id).state is WriteState.POSTED
    assert meter.insert(card, today=DAY) is MeterAnswer.TAKEN
    assert (meter.remaining_l, left_l(hall), hall.account_fen(chart.INCOME_GAS)) == (30_000, 0, income_fen)
    hall.reader.insert(card)
    with pytest.raises(RuleViolation, match=r"carry\.nothing_left"):
        book(hall)


def test_a_cap_splits_what_is_carried_into_instalments_that_add_up(hall: Counter) -> None:
    cap_meter(hall.demo, 12)
    changed_meter(hall)
    card, meter = new_card_for_the_meter(hall), SimulatedMeter(hall.meter.keys, NEW_METER)
    given = []
    for _ in range(3):
        hall.reader.insert(card)
        sold = book(hall)
        assert hall.deliver(sold.sale_id).state is WriteState.POSTED
        image = hall.read()
        assert image.purchase is not None
        given.append(image.purchase.volume_l)
        assert meter.insert(card, today=DAY) is MeterAnswer.TAKEN
        meter.use(12_000)
        meter.insert(card, today=DAY)
    assert (given, left_l(hall)) == ([12_000, 12_000, 6_000], 0)
    hall.demo.store.close()
    newest = hall.read()
    assert newest.identity is not None
    assert violations(hall.demo.path, World({newest.identity.card_no: newest})) == []


def test_a_meter_that_is_full_by_its_own_word_gets_no_instalment(hall: Counter) -> None:
    cap_meter(hall.demo, 12)
    changed_meter(hall)
    card, meter = new_card_for_the_meter(hall), SimulatedMeter(hall.meter.keys, NEW_METER)
    assert hall.deliver(book(hall).sale_id).state is WriteState.POSTED
    meter.insert(card, today=DAY)
    hall.reader.insert(card)
    with pytest.raises(RuleViolation, match=r"carry\.meter_full") as refused:
        book(hall)
    assert refused.value.params == {"cap_m3": 12, "remaining_m3": 12}
    assert left_l(hall) == 18_000


def test_a_purchase_the_old_meter_never_took_is_carried_with_the_rest(hall: Counter) -> None:
    hall.reader.insert(hall.card)
    assert hall.deliver(hall.pay(5_000, 2_000).sale_id).state is WriteState.POSTED
    assert changed_meter(hall, said=LastPurchaseWas.NOT_TAKEN, evidence="customer_letter").carried_l == 35_000


def test_untaken_gas_of_a_purchase_the_meter_has_taken_is_refused(hall: Counter) -> None:
    hall.reader.insert(hall.card)
    demo = hall.demo
    record_card_reading(demo.hall, RecordCardReading(command_id=demo.new_id(), actor=demo.cashier, image=hall.read()))
    with pytest.raises(RuleViolation, match=r"meter_change\.nothing_untaken"):
        changed_meter(hall, said=LastPurchaseWas.NOT_TAKEN)


def test_an_overdraft_is_recorded_and_carries_nothing(hall: Counter) -> None:
    assert changed_meter(hall, remaining_l=-1_500).carried_l == 0
    with hall.demo.store.reading() as connection:
        (line,) = meter_queries.changes_of(connection, hall.account_no)
        wall = account_queries.meter_of(connection, hall.account_no)
    assert (line.remaining_l, line.final_reading_l, line.document_no) == (-1_500, 3_000, "换表单 12 号")
    assert wall is not None
    assert wall.meter_no == NEW_METER


def test_carried_gas_counts_in_no_tier_and_in_no_limit(hall: Counter) -> None:
    changed_meter(hall)
    new_card_for_the_meter(hall)
    assert hall.deliver(book(hall).sale_id).state is WriteState.POSTED
    with hall.demo.store.reading() as connection:
        schedule = tariff_queries.tariff_on(connection, "resident", DAY)
        assert schedule is not None
        assert tariff_queries.tier_use(connection, hall.account_no, schedule, 2026) == {1: 33_000}
        assert limit_queries.bought_l(connection, hall.account_no, DAY, DAY) == 33_000


def test_an_instalment_that_was_never_written_is_to_give_again(hall: Counter) -> None:
    changed_meter(hall)
    new_card_for_the_meter(hall)
    demo, sold = hall.demo, book(hall)
    assert left_l(hall) == 0
    back = ReturnMoney(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=hall.session_id,
        write_id=sold.sale_id,
        reason="card_damaged",
    )
    return_money(demo.hall, demo.approved(back, Act.RETURN_MONEY))
    assert left_l(hall) == 30_000


def test_another_volume_than_the_one_shown_is_refused(hall: Counter) -> None:
    changed_meter(hall)
    new_card_for_the_meter(hall)
    with pytest.raises(RuleViolation, match=r"carry\.changed"):
        book(hall, volume_l=31_000)


def test_the_database_refuses_more_than_a_removed_meter_held(hall: Counter) -> None:
    changed_meter(hall)
    new_card_for_the_meter(hall)
    with (
        hall.demo.store.unit_of_work() as uow,
        pytest.raises(Exception, match="seal: gas_carried"),
    ):
        uow.connection.exec_driver_sql(
            "INSERT INTO gas_carried SELECT chain, epoch, seq, 7, sale_id, session_id, account_no, 30001 FROM sale"
            " LIMIT 1"
        )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"document_no": " "}, "account.document"),
        ({"old_meter_no": "G400000009"}, "account.changed_meanwhile"),
        ({"final_reading_l": -1}, "meter_change.reading"),
        ({"remaining_l": 10**10}, "meter_change.remaining"),
        ({"evidence": "other", "note": ""}, "reason.missing"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_leaves_the_meter(
    hall: Counter, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        changed_meter(hall, **changes)
    assert refused.value.code == code
    with hall.demo.store.reading() as connection:
        wall = account_queries.meter_of(connection, hall.account_no)
    assert wall is not None
    assert wall.meter_no == hall.meter.meter_no


def test_the_meter_on_the_wall_is_no_new_one(hall: Counter) -> None:
    with pytest.raises(RuleViolation, match=r"meter_change\.same_meter"):
        changed_meter(hall, meter=Meter(hall.meter.meter_no, "G4", Inlet.LEFT, "示例表具"))
