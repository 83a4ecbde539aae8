"""A customer with a MIFARE Classic at a counter with real books: issued, sold to, interrupted, lied about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.cards.mifare_profile import ISSUE_ORDER, encode_value
from devices.cards.simulated_mifare import SimulatedMifareCard
from ledger import chart
from pos.domain.account import Inlet, Meter, PriceClass
from pos.domain.card import CardKind, CardPurchase
from pos.domain.card_write import WriteState
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.sale import TenderKind
from pos.store.personal_cipher import load_data_key
from pos.usecases.open_account import OpenAccount, open_account
from pos.usecases.paid_sale import PaymentTaken
from pos.usecases.sell_first_card import SellFirstCard, quote_first_card, sell_first_card
from tests.contract.mifare_rigs import MAIN, PURCHASE_COMMANDS, READ_COMMANDS, UID, WRITTEN, foreign_mifare, values
from tests.fixtures_counter import DAY, Counter

METER_NO = "G488203320"
GAS_FEN = 8679
ACCESS_BYTES_OF_THE_LAST_TRAILER = 5 * 48 + (len(ISSUE_ORDER) * 3 - 2) * 16 + 6


@dataclass
class MifareCounter:
    """The counter with a second customer. Attributes: counter; card (hers, as delivered until it is issued)."""

    counter: Counter
    card: SimulatedMifareCard

    def put_back(self) -> None:
        """The card comes back into the reader, whole or not."""
        self.card.clear_faults()
        self.counter.reader.insert(self.card)

    def sell_card(self) -> PaymentTaken:
        """The first card, paid and not yet written."""
        counter, demo = self.counter, self.counter.demo
        to_pay_fen = quote_first_card(demo.hall, counter.account_no, DAY, TenderKind.CASH).settlement.to_pay_fen
        command = SellFirstCard(
            command_id=demo.new_id(),
            actor=demo.cashier,
            session_id=counter.session_id,
            account_no=counter.account_no,
            blank=counter.read(),
            tender=TenderKind.CASH,
            tendered_fen=to_pay_fen,
            read_back=counter.read_back(to_pay_fen, to_pay_fen),
        )
        return sell_first_card(demo.hall, demo.approved(command, Act.ISSUE_FIRST_CARD))

    def purchase(self) -> CardPurchase:
        """What her card holds."""
        image = self.counter.read()
        assert image.purchase is not None
        return image.purchase


@pytest.fixture
def delivered(counter: Counter, tmp_path: Path) -> MifareCounter:
    """A second account; a MIFARE card in transport configuration lies in the reader."""
    account = OpenAccount(
        command_id=counter.demo.new_id(),
        actor=counter.demo.card_clerk,
        name="方圆",
        phone="",
        address="平安里 9 号",
        price_class=PriceClass.RESIDENT,
        people=3,
        meter=Meter(METER_NO, "G4", Inlet.LEFT, "示例表厂"),
    )
    key = load_data_key(tmp_path / "keys" / "data.key")
    counter.account_no = open_account(counter.demo.hall, account, key).account_no
    counter.meter.meter_no = METER_NO
    made = MifareCounter(counter, SimulatedMifareCard(UID))
    made.put_back()
    return made


@pytest.fixture
def issued(delivered: MifareCounter) -> MifareCounter:
    """Her card is issued; nothing bought yet."""
    assert delivered.counter.deliver(delivered.sell_card().sale_id).state is WriteState.POSTED
    return delivered


def test_card_is_sold_written_taken_by_the_meter_and_sold_to_again(issued: MifareCounter) -> None:
    counter = issued.counter
    assert counter.deliver(counter.pay().sale_id).state is WriteState.POSTED
    assert counter.read().unconsumed_l == 33_000
    with pytest.raises(RuleViolation, match=r"card\.unconsumed"):
        counter.pay()
    counter.meter.insert(issued.card, today=DAY)
    issued.put_back()
    assert counter.read().unconsumed_l == 0
    assert counter.deliver(counter.pay().sale_id).state is WriteState.POSTED
    assert (issued.purchase().sequence, issued.purchase().cumulative_l) == (2, 66_000)
    assert counter.account_fen(chart.PREPAID_GAS) == 0
    assert counter.account_fen(chart.INCOME_GAS) == -2 * GAS_FEN


@pytest.mark.parametrize("command_index", range(READ_COMMANDS, 2 * READ_COMMANDS + PURCHASE_COMMANDS, 3))
def test_lost_answer_at_any_command_ends_in_one_credit_and_one_posting(
    issued: MifareCounter, command_index: int
) -> None:
    counter = issued.counter
    paid = counter.pay()
    issued.card.lose_next_answer(after=command_index - READ_COMMANDS)
    first = counter.deliver(paid.sale_id)
    issued.put_back()
    last = first if first.state is WriteState.POSTED else counter.deliver(paid.sale_id)
    assert last.state is WriteState.POSTED, (first, last)
    assert issued.purchase().cumulative_l == 33_000
    assert counter.account_fen(chart.INCOME_GAS) == -GAS_FEN


@pytest.mark.parametrize("n_bytes", range(0, WRITTEN, 3))
def test_card_torn_at_any_byte_is_settled_by_asking_the_card(issued: MifareCounter, n_bytes: int) -> None:
    counter = issued.counter
    paid = counter.pay()
    issued.card.tear_after(n_bytes, mixture=0x0F)
    first = counter.deliver(paid.sale_id)
    issued.put_back()
    last = first if first.state is WriteState.POSTED else counter.deliver(paid.sale_id)
    assert last.state is WriteState.POSTED
    assert issued.purchase().volume_l == 33_000
    assert counter.account_fen(chart.PREPAID_GAS) == 0


@pytest.mark.parametrize("n_bytes", [0, 100, 300, 467, 495])
def test_torn_while_it_is_issued_the_same_sale_finishes_the_card(delivered: MifareCounter, n_bytes: int) -> None:
    counter = delivered.counter
    sold = delivered.sell_card()
    delivered.card.tear_after(n_bytes)
    first = counter.deliver(sold.sale_id)
    assert first.state is not WriteState.POSTED
    delivered.put_back()
    assert counter.deliver(sold.sale_id).state is WriteState.POSTED
    assert delivered.purchase().sequence == 0


def test_card_spoiled_while_it_is_issued_is_named_and_carries_nothing(delivered: MifareCounter) -> None:
    counter = delivered.counter
    sold = delivered.sell_card()
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
    issued.card.chip.blocks[MAIN][:] = encode_value(generation - 1, MAIN)
    issued.put_back()
    assert issued.purchase().sequence == 1
    with pytest.raises(RuleViolation, match=r"card\.stale"):
        counter.pay()
    taken = counter.meter.remaining_l
    counter.meter.insert(issued.card, today=DAY)
    assert counter.meter.remaining_l == taken == 66_000
