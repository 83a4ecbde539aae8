"""Sagas that are wrong on purpose: each of the usual orders is caught by the checker, and the real saga is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from devices.cards.simulated_card import blank_development_card
from pos.domain.card import CardIdentity, CardImage, CardPurchase
from pos.domain.card_write import WriteState
from pos.domain.errors import DeviceError
from pos.sagas.card_purchase import read_card
from pos.store import sale_queries
from pos.usecases.card_write_steps import CardWriteStep, begin_card_write, post_card_write
from pos.usecases.take_payment import take_payment
from tests.faults.invariants import World, violations
from tests.fixtures_counter import Counter

PURCHASE = CardPurchase(1, 33_000, 33_000, 26_300, 1_795_397_400_000)


def world_at(counter: Counter, *more: CardImage) -> World:
    """The customer's card (as it really is) and others."""
    counter.card.clear_faults()
    counter.reader.insert(counter.card)
    images = (counter.read(), *more)
    return World({image.identity.card_no: image for image in images if image.identity})


def codes(counter: Counter, *more: CardImage) -> set[str]:
    return {violation.code for violation in violations(counter.demo.path, world_at(counter, *more))}


def step(counter: Counter, write_id: str, found: CardImage | None = None) -> CardWriteStep:
    demo = counter.demo
    return CardWriteStep(
        command_id=demo.new_id(), actor=demo.cashier, session_id=counter.session_id, write_id=write_id, found=found
    )


def intended(counter: Counter, write_id: str) -> CardPurchase:
    with counter.demo.store.reading() as connection:
        write = sale_queries.card_write(connection, write_id)
    assert write is not None
    return write.intent.purchase


def card_first(counter: Counter) -> None:
    """Write the card, then book; killed between the two."""
    with counter.reader.session() as card_session:
        card_session.write_purchase(PURCHASE, before=card_session.read())


def books_first(counter: Counter) -> None:
    """Post on the word of the payment; killed before the card is written."""
    paid = counter.pay()
    image = counter.read()
    promised = replace(image, purchase=intended(counter, paid.sale_id))
    post_card_write(counter.demo.hall, step(counter, paid.sale_id, promised))


def blind_retry(counter: Counter) -> None:
    """The answer is lost, the write is repeated as one more purchase without asking the card."""
    paid = counter.pay()
    begin_card_write(counter.demo.hall, step(counter, paid.sale_id))
    purchase = intended(counter, paid.sale_id)
    with counter.reader.session() as card_session:
        written = card_session.write_purchase(purchase, before=card_session.read())
        twice = replace(purchase, sequence=purchase.sequence + 1, cumulative_l=purchase.cumulative_l + 33_000)
        card_session.write_purchase(twice, before=written)
    post_card_write(counter.demo.hall, step(counter, paid.sale_id, written))


def refund_without_reading(counter: Counter) -> None:
    """The answer is lost although the card took it; the money is given back as if nothing had been written."""
    paid = counter.pay()
    begin_card_write(counter.demo.hall, step(counter, paid.sale_id))
    with counter.reader.session() as card_session:
        card_session.write_purchase(intended(counter, paid.sale_id), before=card_session.read())
    reverse_in_the_books(counter, paid.sale_id)


def reverse_in_the_books(counter: Counter, write_id: str) -> None:
    """What return_money would seal if it did not look at the state."""
    demo = counter.demo
    connection = demo.store._writer.raw_connection()
    try:
        connection.execute("DROP TRIGGER card_write_seal")
        connection.execute("DROP TRIGGER card_write_no_update")
        connection.execute("UPDATE card_write SET state = 'reversed' WHERE write_id = ? AND step_no = 2", (write_id,))
        connection.execute("DELETE FROM open_card_write WHERE write_id = ?", (write_id,))
        connection.commit()
    finally:
        connection.close()


@pytest.mark.parametrize("saga", [card_first, books_first, blind_retry, refund_without_reading])
def test_wrong_order_is_caught(counter: Counter, saga: Callable[[Counter], None]) -> None:
    saga(counter)
    assert "I10" in codes(counter)


def test_skipped_look_at_the_card_writes_a_stranger_s_card_and_is_caught(counter: Counter) -> None:
    other = blank_development_card(bytes.fromhex("0BADCAFE"))
    paid = counter.pay()
    own = counter.read()
    counter.reader.insert(other)
    with counter.reader.session() as card_session:
        stranger = CardIdentity("0000000777", "0001", "10077", "G999")
        card_session.personalise(stranger, CardPurchase(0, 0, 0), before=card_session.read())
    begin_card_write(counter.demo.hall, step(counter, paid.sale_id))
    with counter.reader.session() as card_session:  # `before` is whatever lies there: nothing is compared
        found = card_session.write_purchase(intended(counter, paid.sale_id), before=card_session.read())
    post_card_write(counter.demo.hall, step(counter, paid.sale_id, replace(own, purchase=found.purchase)))
    stranger = read_card(counter.reader)

    found_by_checker = [v.text for v in violations(counter.demo.path, world_at(counter, stranger), only=("I10",))]

    assert any("posted, not on the card" in text for text in found_by_checker)
    assert any("card 0000000777 holds 33000 l in all, the books know 0" in text for text in found_by_checker)


def test_acknowledged_before_the_commit_is_caught(counter: Counter) -> None:
    demo = counter.demo
    command = counter.payment()
    told: list[tuple[str, str, str]] = []
    with demo.store.unit_of_work() as uow:  # left without a commit, as by a kill
        told.append(("sale_paid", str(uow.journal.head("DJ-T01").next_key), ""))
    assert {v.code for v in violations(demo.path, World(acknowledged=tuple(told)))} == {"I8"}

    taken = take_payment(demo.hall, command)
    told = [("sale_paid", taken.sale_id, taken.short_hash)]
    assert violations(demo.path, World(acknowledged=tuple(told))) == []


@pytest.mark.parametrize("fault", ["none", "answer lost", "torn", "swapped"])
def test_the_real_saga_is_green_under_the_same_faults(counter: Counter, fault: str) -> None:
    paid = counter.pay()
    if fault == "answer lost":
        counter.card.lose_next_answer(after=12)
    elif fault == "torn":
        counter.card.tear_after(20)
    elif fault == "swapped":
        counter.reader.insert(blank_development_card(bytes.fromhex("0BADCAFE")))
    first = counter.deliver(paid.sale_id)
    assert (first.state is WriteState.POSTED) == (fault == "none")
    assert codes(counter) == set()

    assert counter.deliver(paid.sale_id).state is WriteState.POSTED

    assert codes(counter) == set()


def test_every_command_that_fails_leaves_the_write_listed(counter: Counter) -> None:
    paid = counter.pay()
    counter.card.fail_before(after=3)
    with pytest.raises(DeviceError), counter.reader.session() as card_session:
        card_session.write_purchase(intended(counter, paid.sale_id), before=card_session.read())
    assert codes(counter) == set()
