"""All invariants over a day of the card room: a purchase taken back, a lost and a broken card replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.cards.simulated_card import blank_development_card
from pos.domain.card import CardImage
from pos.domain.card_replacement import LastPurchaseWas, ReplacementReason
from pos.domain.count import Count
from pos.domain.roles import Act
from pos.domain.sale import TenderKind
from pos.domain.split_takings import propose_float
from pos.usecases.begin_count import BeginCount, begin_count
from pos.usecases.begin_reversal import begin_reversal
from pos.usecases.close_till_session import CloseTillSession, close_till_session
from pos.usecases.replace_card import ReplaceCard, quote_replacement, replace_card
from pos.usecases.report_loss import ReportLoss, report_loss
from pos.usecases.submit_count import SubmitCount, submit_count
from tests.faults.invariants import World, violations
from tests.fixtures_counter import DAY, FLOAT_FEN, Counter, price_fee
from tests.fixtures_till import change_for


def take_back(counter: Counter, sale_id: str) -> None:
    demo = counter.demo
    wish = counter.reversal(sale_id)
    begun = begin_reversal(demo.hall, demo.approved(wish, Act.VOID_LARGE))
    assert counter.deliver(begun.write_id).state == "posted"


def new_card(counter: Counter, reason: ReplacementReason, said: LastPurchaseWas, uid: str) -> CardImage:
    demo = counter.demo
    if reason is ReplacementReason.LOST:
        loss = ReportLoss(
            command_id=demo.new_id(), actor=demo.cashier, account_no=counter.account_no, reason="lost", told=True
        )
        report_loss(demo.hall, loss)
    counter.card = blank_development_card(bytes.fromhex(uid))
    counter.reader.remove()
    counter.reader.insert(counter.card)
    to_pay = quote_replacement(demo.hall, counter.account_no, DAY, TenderKind.CASH, reason).settlement.to_pay_fen
    wish = ReplaceCard(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=counter.session_id,
        account_no=counter.account_no,
        tender=TenderKind.CASH,
        tendered_fen=to_pay,
        read_back=counter.read_back(to_pay, to_pay),
        blank=counter.read(),
        reason=reason,
        said=said,
        evidence="customer_letter",
    )
    sold = replace_card(demo.hall, demo.approved(wish, Act.REPLACE_CARD))
    assert counter.deliver(sold.sale_id).state == "posted"
    return counter.read()


def close_the_day(counter: Counter, blank_cards: int) -> None:
    demo = counter.demo
    own = {"actor": demo.cashier, "session_id": counter.session_id}
    cash = change_for(counter.account_fen("assets.cash.till.T01"))
    begin_count(demo.hall, BeginCount(command_id=demo.new_id(), **own))
    outcome = submit_count(demo.hall, SubmitCount(command_id=demo.new_id(), count=Count(cash, (), blank_cards), **own))
    assert outcome.agrees
    close_till_session(
        demo.hall,
        CloseTillSession(
            command_id=demo.new_id(), float_lines=propose_float(cash, FLOAT_FEN), card_in_reader=False, **own
        ),
    )


@pytest.fixture
def world(counter: Counter) -> World:
    """The cards that are at hand after such a day."""
    price_fee(counter.demo, "card_replacement", 1500)
    first = counter.pay(10_000, 3_000)
    assert counter.deliver(first.sale_id).state == "posted"
    take_back(counter, first.sale_id)
    assert counter.deliver(counter.pay(33_000).sale_id).state == "posted"
    lost = counter.read()
    new_card(counter, ReplacementReason.LOST, LastPurchaseWas.NOT_TAKEN, "A1B2C3D6")
    counter.meter.insert(counter.card, today=DAY)
    counter.reader.insert(counter.card)
    assert counter.deliver(counter.pay(5_000, 2_000).sale_id).state == "posted"
    broken = counter.read()
    newest = new_card(counter, ReplacementReason.BROKEN, LastPurchaseWas.NOT_TAKEN, "A1B2C3D7")
    close_the_day(counter, blank_cards=7)
    counter.demo.store.close()
    images = (lost, broken, newest)
    return World({image.identity.card_no: image for image in images if image.identity})


def test_a_day_of_the_card_room_breaks_no_invariant(counter: Counter, world: World) -> None:
    assert violations(counter.demo.path, world) == []


def test_gas_that_stayed_on_the_card_after_its_money_went_back_is_seen(counter: Counter, world: World) -> None:
    number, image = next((number, image) for number, image in world.cards.items() if number == "0000000001")
    with counter.demo.store.reading() as connection:
        sold_at, cumulative = connection.exec_driver_sql(
            "SELECT detail ->> '$.intent.purchase.sold_at_utc_ms', detail ->> '$.intent.purchase.cumulative_l'"
            " FROM card_write WHERE purpose = 'purchase' AND step_no = 1 ORDER BY chain, epoch, seq LIMIT 1"
        ).one()
    assert image.purchase is not None
    kept = replace(image.purchase, volume_l=10_000, sold_at_utc_ms=int(sold_at), cumulative_l=int(cumulative))
    planted = World({**world.cards, number: replace(image, purchase=kept)})
    assert "I10" in {found.code for found in violations(counter.demo.path, planted)}
