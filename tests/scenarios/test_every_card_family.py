"""A customer's card of every family at a counter with real books: sold, bought on, interrupted anywhere, exchanged.

Books and card agree whatever happens on the way, and no code or key loses a try for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger import chart
from pos.domain.card_write import WriteState
from pos.domain.errors import RuleViolation
from tests.contract.card_rigs import (
    CPU_CARDS,
    FMCOS_CARD,
    MEMORY_CARDS,
    MIFARE_CARD,
    WALLET_CARD,
    CardFamily,
    all_tries_full,
)
from tests.fixtures_counter import DAY, Counter, sell_card
from tests.scenarios.test_card_purchase import second_account, write_state

GAS_FEN = 8679
METER_NO = "G488203320"
UID = bytes.fromhex("04A1B2C3")


@dataclass(frozen=True)
class Delivery:
    """What is disturbed of a family's delivery. Attributes: family; commands and n_bytes: where."""

    family: CardFamily
    commands: range
    n_bytes: range


DELIVERIES = (
    Delivery(FMCOS_CARD, range(40), range(41)),
    Delivery(WALLET_CARD, range(0, 50, 2), range(0, 82, 3)),
    Delivery(MIFARE_CARD, range(0, 118, 3), range(0, 64, 3)),
    Delivery(MEMORY_CARDS[0], range(24), range(40)),
)
LOST = [pytest.param(each.family, at, id=f"{each.family}-{at}") for each in DELIVERIES for at in each.commands]
TORN = [pytest.param(each.family, at, id=f"{each.family}-{at}") for each in DELIVERIES for at in each.n_bytes]
SOLD = [*CPU_CARDS, MIFARE_CARD, MEMORY_CARDS[0], MEMORY_CARDS[2]]  # behind the readers of one make


@pytest.fixture
def owner(counter: Counter, tmp_path: Path, family: CardFamily) -> Counter:
    """A second customer at the counter; her card was sold, written and holds nothing yet."""
    counter.account_no = second_account(counter, tmp_path)
    counter.meter.meter_no = METER_NO
    counter.card = family.blank(UID)
    counter.reader.insert(counter.card)
    assert counter.deliver(sell_card(counter).sale_id).state is WriteState.POSTED
    return counter


def put_back(owner: Counter) -> None:
    """The card comes back into the reader, whole or not."""
    owner.card.clear_faults()
    owner.reader.insert(owner.card)


def holds(owner: Counter) -> tuple[int, int, int]:
    """Count, litres and litres since the account was opened, as they lie on the card."""
    purchase = owner.read().purchase
    assert purchase is not None
    return purchase.sequence, purchase.volume_l, purchase.cumulative_l


@pytest.mark.parametrize("family", SOLD, ids=str)
def test_card_is_sold_bought_on_taken_by_the_meter_and_bought_on_again(owner: Counter) -> None:
    assert owner.deliver(owner.pay().sale_id).state is WriteState.POSTED
    assert owner.read().unconsumed_l == 33_000
    with pytest.raises(RuleViolation, match=r"card\.unconsumed"):
        owner.pay()
    owner.meter.insert(owner.card, today=DAY)
    put_back(owner)
    assert (owner.meter.remaining_l, owner.read().unconsumed_l) == (33_000, 0)
    assert owner.deliver(owner.pay().sale_id).state is WriteState.POSTED
    assert holds(owner) == (2, 33_000, 66_000)
    assert owner.account_fen(chart.PREPAID_GAS) == 0
    assert owner.account_fen(chart.INCOME_GAS) == -2 * GAS_FEN
    assert all_tries_full(owner.card)


@pytest.mark.parametrize(("family", "command_index"), LOST)
def test_lost_answer_at_any_command_ends_in_one_credit_and_one_posting(owner: Counter, command_index: int) -> None:
    paid = owner.pay()
    owner.card.lose_next_answer(after=command_index)
    first = owner.deliver(paid.sale_id)
    put_back(owner)

    last = first if first.state is WriteState.POSTED else owner.deliver(paid.sale_id)

    assert last.state is WriteState.POSTED, (first, last)
    assert holds(owner) == (1, 33_000, 33_000)
    assert owner.account_fen(chart.INCOME_GAS) == -GAS_FEN
    assert all_tries_full(owner.card)


@pytest.mark.parametrize(("family", "n_bytes"), TORN)
def test_card_torn_at_any_byte_is_settled_by_asking_the_card(owner: Counter, n_bytes: int) -> None:
    paid = owner.pay()
    owner.card.tear_after(n_bytes, mixture=0x0F if n_bytes % 2 else None)
    owner.deliver(paid.sale_id)
    put_back(owner)
    if write_state(owner, paid.sale_id) is not WriteState.POSTED:
        again = owner.deliver(paid.sale_id)
        if not all_tries_full(owner.card):
            # A memory card torn inside the presentation: nothing is tried. Its meter knows the code and heals it.
            assert (again.state, again.code) == (WriteState.FAILED, "card.tries_not_full")
            owner.meter.insert(owner.card, today=DAY)
            put_back(owner)
            owner.deliver(paid.sale_id)

    assert write_state(owner, paid.sale_id) is WriteState.POSTED
    assert holds(owner) == (1, 33_000, 33_000)
    assert owner.account_fen(chart.PREPAID_GAS) == 0


@pytest.mark.parametrize("other", SOLD, ids=lambda family: f"other-{family}")
@pytest.mark.parametrize("family", SOLD, ids=str)
def test_other_card_in_the_reader_is_not_written(owner: Counter, other: CardFamily) -> None:
    paid = owner.pay()
    plastic = other.blank(bytes.fromhex("0BADCAFE"))
    owner.reader.insert(plastic)

    assert owner.deliver(paid.sale_id).code == "card.other_card"

    assert write_state(owner, paid.sale_id) is WriteState.PAID
    assert plastic.memory.written == 0
    put_back(owner)
    assert owner.deliver(paid.sale_id).state is WriteState.POSTED
