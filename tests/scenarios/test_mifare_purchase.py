"""What only a MIFARE Classic brings to a counter with real books: spoiled while issued, foreign, lied about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.cards.mifare_profile import REFERENCE, encode_value
from devices.cards.simulated_mifare import SimulatedMifareCard
from pos.domain.card import CardKind, CardPurchase
from pos.domain.card_write import WriteState
from pos.domain.errors import RuleViolation
from tests.contract.card_laboratory import mifare_layout, value_block_of, values
from tests.contract.mifare_rigs import UID, foreign_mifare
from tests.fixtures_counter import DAY, Counter, sell_card
from tests.scenarios.test_card_purchase import second_account

METER_NO = "G488203320"
GAS_FEN = 8679
ACCESS_BYTES_OF_THE_LAST_TRAILER = 5 * 48 + (len(REFERENCE.issue_order) * 3 - 2) * 16 + 6


@dataclass
class MifareCounter:
    """The counter with a second customer. Attributes: counter; card (hers, as delivered until it is issued)."""

    counter: Counter
    card: SimulatedMifareCard

    def put_back(self) -> None:
        """The card comes back into the reader, whole or not."""
        self.card.clear_faults()
        self.counter.reader.insert(self.card)

    def purchase(self) -> CardPurchase:
        """What her card holds."""
        image = self.counter.read()
        assert image.purchase is not None
        return image.purchase


@pytest.fixture
def delivered(counter: Counter, tmp_path: Path) -> MifareCounter:
    """A second account; a MIFARE card in transport configuration lies in the reader."""
    counter.account_no = second_account(counter, tmp_path)
    counter.meter.meter_no = METER_NO
    made = MifareCounter(counter, SimulatedMifareCard(UID))
    made.put_back()
    return made


@pytest.fixture
def issued(delivered: MifareCounter) -> MifareCounter:
    """Her card is issued; nothing bought yet."""
    assert delivered.counter.deliver(sell_card(delivered.counter).sale_id).state is WriteState.POSTED
    return delivered


@pytest.mark.parametrize("n_bytes", [0, 100, 300, 467, 495])
def test_torn_while_it_is_issued_the_same_sale_finishes_the_card(delivered: MifareCounter, n_bytes: int) -> None:
    counter = delivered.counter
    sold = sell_card(delivered.counter)
    delivered.card.tear_after(n_bytes)
    first = counter.deliver(sold.sale_id)
    assert first.state is not WriteState.POSTED
    delivered.put_back()
    assert counter.deliver(sold.sale_id).state is WriteState.POSTED
    assert delivered.purchase().sequence == 0


def test_card_spoiled_while_it_is_issued_is_named_and_carries_nothing(delivered: MifareCounter) -> None:
    counter = delivered.counter
    sold = sell_card(delivered.counter)
    delivered.card.tear_after(ACCESS_BYTES_OF_THE_LAST_TRAILER + 1)
    counter.deliver(sold.sale_id)
    delivered.put_back()
    again = counter.deliver(sold.sale_id)
    assert (again.state, again.code) == (WriteState.FAILED, "card.spoiled")
    assert (counter.read().kind, counter.read().note) == (CardKind.UNREADABLE, "card.spoiled")
    assert values(delivered.card) == (None, None)


def test_foreign_card_in_the_reader_is_not_written(issued: MifareCounter) -> None:
    counter = issued.counter
    paid = counter.pay()
    other = foreign_mifare(bytes.fromhex("0BADCAFE"))
    counter.reader.insert(other)
    assert counter.deliver(paid.sale_id).code == "card.other_card"
    assert other.memory.written == 0
    issued.put_back()
    assert counter.deliver(paid.sale_id).state is WriteState.POSTED


def test_value_that_was_taken_back_on_the_card_does_not_deceive_the_books(issued: MifareCounter) -> None:
    """Whoever has key A may lower a value: the card then claims an older purchase, and the books know better."""
    counter = issued.counter
    for _month in range(2):
        counter.deliver(counter.pay().sale_id)
        counter.meter.insert(issued.card, today=DAY)
        issued.put_back()
    generation = counter.read().generation
    main = value_block_of(mifare_layout(issued.card).copy_a)
    issued.card.chip.blocks[main][:] = encode_value(generation - 1, main)
    issued.put_back()
    assert issued.purchase().sequence == 1
    with pytest.raises(RuleViolation, match=r"card\.stale"):
        counter.pay()
    taken = counter.meter.remaining_l
    counter.meter.insert(issued.card, today=DAY)
    assert counter.meter.remaining_l == taken == 66_000
