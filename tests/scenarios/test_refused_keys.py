"""A CPU card that refuses our key or our MAC: each refusal costs one of three tries, so F2 only reads it afterwards."""

from __future__ import annotations

from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_filesystem import SimulatedKey
from pos.domain.card_write import WriteState
from tests.contract.card_rigs import FMCOS_CARD, flip_index
from tests.fixtures_counter import Counter
from tests.scenarios.test_card_room_families import begin

LOOK = 8
"""Commands of the look at the card before a write."""
REFUSED_AT = 12
"""Index within the write of the first command that carries a MAC: a look, two keys and a challenge lie before it."""


def spoiled_key(counter: Counter, key_type: int) -> SimulatedKey:
    """Key 00 of that type in the customer's card, no longer the one our keystore derives."""
    assert isinstance(counter.card, SimulatedCpuCard)
    key = counter.card.files.directories[0x3F01].key(key_type, 0x00)
    assert key is not None
    key.secret[0] ^= 0xFF
    return key


def test_a_card_that_refused_our_key_once_is_not_asked_again(counter: Counter) -> None:
    key = spoiled_key(counter, 0x39)
    paid = counter.pay()
    first = counter.deliver(paid.sale_id)
    assert (first.state, first.code) == (WriteState.FAILED, "card.authentication_refused")
    for _pressed_again in range(3):
        again = counter.deliver(paid.sale_id)
        assert (again.state, again.code) == (WriteState.FAILED, "card.authentication_refused")
    assert key.tries_left == key.tries_maximum - 1


def test_a_card_that_refused_our_mac_once_is_not_written_again(counter: Counter) -> None:
    key = spoiled_key(counter, 0x36)
    paid = counter.pay()
    for _pressed in range(4):
        done = counter.deliver(paid.sale_id)
        assert (done.state, done.code) == (WriteState.FAILED, "card.mac_refused")
    assert key.tries_left == key.tries_maximum - 1


def test_a_mac_refused_in_the_last_step_is_remembered_as_such(counter: Counter) -> None:
    paid = counter.pay()
    counter.card.refuse_with(0x9302, after=LOOK + flip_index(FMCOS_CARD))
    assert counter.deliver(paid.sale_id).code == "card.mac_refused"
    written = counter.card.memory.written
    again = counter.deliver(paid.sale_id)
    assert (again.state, again.code, counter.card.memory.written) == (WriteState.FAILED, "card.mac_refused", written)


def test_a_reversal_whose_mac_was_refused_is_not_written_again(counter: Counter) -> None:
    paid = counter.pay()
    assert counter.deliver(paid.sale_id).state is WriteState.POSTED
    write_id = begin(counter, paid.sale_id)
    key = spoiled_key(counter, 0x36)
    for _pressed in range(4):
        done = counter.deliver(write_id)
        assert (done.state, done.code) == (WriteState.FAILED, "card.mac_refused")
    assert key.tries_left == key.tries_maximum - 1


def test_a_refusal_is_remembered_where_the_card_is_pulled_right_behind_it(counter: Counter) -> None:
    key = spoiled_key(counter, 0x36)
    paid = counter.pay()
    counter.card.fail_before(after=LOOK + REFUSED_AT + 1, pulled=True)
    assert counter.deliver(paid.sale_id).state is WriteState.WRITING
    for _pressed in range(4):
        counter.reader.insert(counter.card)
        done = counter.deliver(paid.sale_id)
        assert (done.state, done.code) == (WriteState.FAILED, "card.mac_refused")
    assert key.tries_left == key.tries_maximum - 1


def test_a_reversal_remembers_a_refusal_where_the_card_is_pulled_right_behind_it(counter: Counter) -> None:
    paid = counter.pay()
    assert counter.deliver(paid.sale_id).state is WriteState.POSTED
    write_id = begin(counter, paid.sale_id)
    key = spoiled_key(counter, 0x36)
    counter.card.fail_before(after=LOOK + REFUSED_AT + 1, pulled=True)
    assert counter.deliver(write_id).state is WriteState.WRITING
    for _pressed in range(4):
        counter.reader.insert(counter.card)
        done = counter.deliver(write_id)
        assert (done.state, done.code) == (WriteState.FAILED, "card.mac_refused")
    assert key.tries_left == key.tries_maximum - 1
