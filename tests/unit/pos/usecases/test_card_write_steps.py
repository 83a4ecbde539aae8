"""The steps of a card write: where the till stands, and what the card says, decide whether a step is booked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger import chart
from pos.domain.card import CardImage
from pos.domain.card_write import WriteState
from pos.domain.count import Count
from pos.domain.errors import RuleViolation
from pos.store import outbox, sale_queries
from pos.usecases.begin_count import BeginCount, begin_count
from pos.usecases.card_write_steps import (
    CardWriteStep,
    StepDone,
    begin_card_write,
    fail_card_write,
    leave_in_doubt,
    post_card_write,
)
from pos.usecases.fact import Hall
from pos.usecases.submit_count import SubmitCount, submit_count
from tests.fixtures_counter import FLOAT, Counter, open_till


def step(counter: Counter, write_id: str, found: CardImage | None = None) -> CardWriteStep:
    demo = counter.demo
    return CardWriteStep(
        command_id=demo.new_id(), actor=demo.cashier, session_id=counter.session_id, write_id=write_id, found=found
    )


def put_on_card(counter: Counter, write_id: str) -> CardImage:
    """What the writer does between its two commits."""
    begin_card_write(counter.demo.hall, step(counter, write_id))
    with counter.demo.store.reading() as connection:
        write = sale_queries.card_write(connection, write_id)
    assert write is not None
    with counter.reader.session() as card_session:
        return card_session.write_purchase(write.intent.purchase, before=write.intent.before)


def count(counter: Counter) -> None:
    demo = counter.demo
    begin_count(demo.hall, BeginCount(command_id=demo.new_id(), actor=demo.cashier, session_id=counter.session_id))


def state_of(counter: Counter, write_id: str) -> str:
    with counter.demo.store.reading() as connection:
        write = sale_queries.card_write(connection, write_id)
    assert write is not None
    return write.state


def submit(counter: Counter) -> None:
    demo = counter.demo
    counted = Count(FLOAT, (), 9)
    command = SubmitCount(command_id=demo.new_id(), actor=demo.cashier, session_id=counter.session_id, count=counted)
    submit_count(demo.hall, command)


def test_a_card_written_while_the_till_begins_to_count_is_posted_and_has_its_receipt(counter: Counter) -> None:
    paid = counter.pay()
    found = put_on_card(counter, paid.sale_id)
    in_drawer_fen = counter.account_fen(chart.cash_till("T01"))
    count(counter)

    done = post_card_write(counter.demo.hall, step(counter, paid.sale_id, found))

    assert done.state is WriteState.POSTED
    assert counter.account_fen(chart.PREPAID_GAS) == 0
    assert counter.account_fen(chart.cash_till("T01")) == in_drawer_fen
    with counter.demo.store.reading() as connection:
        assert outbox.is_queued(connection, f"sale:written:{paid.sale_id}")


def test_a_card_that_refuses_while_the_till_begins_to_count_is_failed_and_says_so_on_paper(counter: Counter) -> None:
    paid = counter.pay()
    begin_card_write(counter.demo.hall, step(counter, paid.sale_id))
    count(counter)
    done = fail_card_write(counter.demo.hall, step(counter, paid.sale_id, counter.read()))
    assert (done.state, done.print_job_id is not None) == (WriteState.FAILED, True)


def test_a_write_that_has_not_begun_is_not_begun_in_a_till_that_counts(counter: Counter) -> None:
    paid = counter.pay()
    count(counter)
    with pytest.raises(RuleViolation, match=r"till\.counting"):
        counter.deliver(paid.sale_id)
    assert state_of(counter, paid.sale_id) == WriteState.PAID
    assert counter.read().unconsumed_l == 0


def test_after_the_first_count_a_write_is_handed_over_and_settled_by_the_next_till(counter: Counter) -> None:
    demo = counter.demo
    paid = counter.pay()
    put_on_card(counter, paid.sale_id)
    count(counter)
    submit(counter)
    with pytest.raises(RuleViolation, match=r"card_write\.after_count"):
        counter.deliver(paid.sale_id)
    assert state_of(counter, paid.sale_id) == WriteState.WRITING

    counter.session_id = open_till(demo, "T02", demo.cashier2)
    found = counter.read()
    later = replace(step(counter, paid.sale_id, found), actor=demo.cashier2)
    assert post_card_write(demo.hall, later).state is WriteState.POSTED


@pytest.mark.parametrize("outcome", [post_card_write, leave_in_doubt])
def test_a_card_plainly_as_before_is_neither_posted_nor_a_doubt(
    counter: Counter, outcome: Callable[[Hall, CardWriteStep], StepDone]
) -> None:
    paid = counter.pay()
    begin_card_write(counter.demo.hall, step(counter, paid.sale_id))
    with pytest.raises(RuleViolation, match=r"card_write\.not_proven") as refusal:
        outcome(counter.demo.hall, step(counter, paid.sale_id, counter.read()))
    assert refusal.value.params["verdict"] == "write"
    assert state_of(counter, paid.sale_id) == WriteState.WRITING
    assert counter.account_fen(chart.INCOME_GAS) == 0


def test_a_card_that_holds_the_purchase_is_not_failed_so_no_money_goes_back(counter: Counter) -> None:
    paid = counter.pay()
    found = put_on_card(counter, paid.sale_id)
    with pytest.raises(RuleViolation, match=r"card_write\.not_proven"):
        fail_card_write(counter.demo.hall, step(counter, paid.sale_id, found))
    assert state_of(counter, paid.sale_id) == WriteState.WRITING


def test_another_customers_card_proves_nothing(counter: Counter) -> None:
    paid = counter.pay()
    found = put_on_card(counter, paid.sale_id)
    assert found.identity is not None
    other = replace(found, identity=replace(found.identity, card_no="0000000777"))
    for outcome in (post_card_write, fail_card_write, leave_in_doubt):
        with pytest.raises(RuleViolation, match=r"card_write\.not_proven"):
            outcome(counter.demo.hall, step(counter, paid.sale_id, other))


@pytest.mark.parametrize("outcome", [post_card_write, fail_card_write, leave_in_doubt])
def test_a_write_does_not_end_without_a_look_at_the_card(
    counter: Counter, outcome: Callable[[Hall, CardWriteStep], StepDone]
) -> None:
    paid = counter.pay()
    with pytest.raises(ValueError, match="card image"):
        outcome(counter.demo.hall, step(counter, paid.sale_id))
