"""Sagas and drivers that are wrong on purpose, each as somebody in a hurry would write it; undisturbed all look right.

A harness that has never gone red proves nothing: test_card_flows_go_red shows that each of them is found.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from devices.cards.fmcos_session import FmcosCardSession
from pos.domain.card import CardImage, CardPurchase
from pos.domain.card_write import SETTLED, WriteIntent, WriteState, next_purchase
from pos.domain.errors import DeviceError, KnownError
from pos.ports.card import CardReader
from pos.sagas.card_purchase import Delivery, deliver, read_card
from pos.sagas.card_run import Run
from pos.store import sale_queries
from pos.usecases.card_write_steps import begin_card_write, post_card_write
from pos.usecases.fact import Hall
from pos.usecases.take_payment import take_payment
from tests.fixtures_counter import Counter


def _open(hall: Hall, write_id: str) -> tuple[WriteState, WriteIntent]:
    with hall.store.reading() as connection:
        write = sale_queries.card_write(connection, write_id)
    assert write is not None
    return write.state, write.intent


def card_first(counter: Counter) -> str:
    """The card, then the books: instead of `begin`."""
    command = counter.payment()
    at_utc_ms = counter.demo.clock.now_utc_ms()
    purchase = next_purchase(command.card, volume_l=33_000, price_e4=26_300, sold_at_utc_ms=at_utc_ms)
    with counter.reader.session() as card_session:
        card_session.write_purchase(purchase, before=command.card)
    return take_payment(counter.demo.hall, command).sale_id


def books_first(hall: Hall, reader: CardReader, *, session_id: str, actor: str, write_id: str) -> Delivery:
    """Posts on the word of the payment, then writes."""
    state, intent = _open(hall, write_id)
    if state in SETTLED:
        return Delivery(write_id, state)
    run = Run(hall, session_id, actor, write_id)
    run.commit(post_card_write, found=replace(intent.before, purchase=intent.purchase))
    with suppress(KnownError), reader.session() as card_session:
        card_session.write_purchase(intent.purchase, before=intent.before)
    return Delivery(write_id, WriteState.POSTED)


def blind_retry(hall: Hall, reader: CardReader, *, session_id: str, actor: str, write_id: str) -> Delivery:
    """An error is answered by writing again, as one more purchase; the card is not asked what became of the first."""
    state, intent = _open(hall, write_id)
    if state in SETTLED:
        return Delivery(write_id, state)
    run = Run(hall, session_id, actor, write_id)
    purchase = intent.purchase
    for _attempt in range(3):
        try:
            if _attempt == 0:
                run.commit(begin_card_write)
            with reader.session() as card_session:
                image = card_session.read()
                held = image.purchase or CardPurchase(0, 0, 0)
                if held.sequence >= purchase.sequence:
                    again = held.cumulative_l + purchase.volume_l
                    purchase = replace(purchase, sequence=held.sequence + 1, cumulative_l=again)
                found = card_session.write_purchase(purchase, before=image)
        except DeviceError:
            continue
        run.commit(post_card_write, found=replace(found, purchase=intent.purchase))
        return Delivery(write_id, WriteState.POSTED)
    return Delivery(write_id, WriteState.WRITING, "card.unreadable")


def skipped_reread(hall: Hall, reader: CardReader, *, session_id: str, actor: str, write_id: str) -> Delivery:
    """`before` is whatever lies in the reader now: nothing is compared with the card that was paid for."""
    state, intent = _open(hall, write_id)
    if state in SETTLED:
        return Delivery(write_id, state)
    run = Run(hall, session_id, actor, write_id)
    try:
        run.commit(begin_card_write)
        with reader.session() as card_session:
            found = card_session.write_purchase(intent.purchase, before=card_session.read())
    except KnownError as error:
        return Delivery(write_id, WriteState.WRITING, error.code)
    run.commit(post_card_write, found=replace(intent.before, purchase=found.purchase))
    return Delivery(write_id, WriteState.POSTED)


def forgotten_write(hall: Hall, reader: CardReader, *, session_id: str, actor: str, write_id: str) -> Delivery:
    """Gives up a write that had trouble by taking it off the list of what is open."""
    done = deliver(hall, reader, session_id=session_id, actor=actor, write_id=write_id)
    if done.state not in SETTLED:
        with hall.store._writer.connect() as connection:
            connection.exec_driver_sql("DELETE FROM open_card_write WHERE write_id = ?", (write_id,))
            connection.commit()
    return done


def careless(hall: Hall, reader: CardReader, *, session_id: str, actor: str, write_id: str) -> Delivery:
    """Reads once more after the delivery and thinks no reader ever fails."""
    done = deliver(hall, reader, session_id=session_id, actor=actor, write_id=write_id)
    try:
        read_card(reader)
    except DeviceError as error:
        raise ValueError("no card") from error
    return done


class BelievesTheAnswer(FmcosCardSession):
    """Takes 90 00 for a proof and does not read again."""

    def _commit_and_prove(self, commit: Callable[[], object], before: CardImage, purchase: CardPurchase) -> CardImage:
        commit()
        return replace(before, purchase=purchase, generation=before.generation + 1)
