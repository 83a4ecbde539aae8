"""A memory card at the counter: sold, bought on, interrupted anywhere; books and card agree and no code is guessed.

Such a card has no number of its own, which is what differs from the CPU card's story: a blank that was begun and a
blank that was not look the same.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.cards.memory_chip import MEMORY_FAMILIES
from devices.cards.simulated_card import blank_development_card
from devices.cards.simulated_memory_card import AcsDialect, SimulatedMemoryCard
from devices.cards.simulated_memory_chip import blank_chip
from devices.cards.simulated_meter import SimulatedMeter
from devices.cards.simulated_reader import SimulatedReader
from ledger import chart
from pos.domain.card import CardKind
from pos.domain.card_write import WriteState
from pos.domain.errors import RuleViolation
from pos.store import sale_queries
from tests.fixtures_counter import Counter, sell_card
from tests.scenarios.test_card_purchase import second_account

METER = "G488203320"


def blank(family: str = "memory-4442") -> SimulatedMemoryCard:
    return SimulatedMemoryCard(blank_chip(MEMORY_FAMILIES[family]), AcsDialect())


@pytest.fixture
def clerk(counter: Counter, tmp_path: Path) -> Counter:
    """A counter with an account that has no card yet and a blank memory card in the reader."""
    counter.account_no = second_account(counter, tmp_path)
    counter.card = blank()
    counter.reader.insert(counter.card)
    return counter


@pytest.fixture
def owner(clerk: Counter) -> Counter:
    """The same, the card sold and written."""
    assert clerk.deliver(sell_card(clerk).sale_id).state is WriteState.POSTED
    return clerk


def test_no_money_is_taken_for_a_card_short_of_a_try_until_its_meter_has_seen_it(owner: Counter) -> None:
    chip = owner.card.chip  # type: ignore[attr-defined]
    chip.present(bytes(chip.family.code_length))
    in_drawer_fen = owner.account_fen(chart.cash_till("T01"))
    with pytest.raises(RuleViolation, match=r"card\.code_spent"):
        owner.pay()
    assert owner.account_fen(chart.cash_till("T01")) == in_drawer_fen
    SimulatedMeter(owner.meter.keys, METER).insert(owner.card, today="2026-11-23")
    owner.reader.insert(owner.card)
    assert owner.deliver(owner.pay().sale_id).state is WriteState.POSTED


def selector_of_an_issue(clerk: Counter, sale_id: str) -> int:
    """Index of the command that commits the issue, counted on another blank from the first command of a delivery."""
    with clerk.demo.store.reading() as connection:
        row = sale_queries.card_write(connection, sale_id)
    assert row is not None
    assert row.intent.identity is not None
    rehearsal, reader = blank(), SimulatedReader(clerk.meter.keys)
    reader.insert(rehearsal)
    with reader.session() as card_session:
        before = card_session.read()
        card_session.personalise(row.intent.identity, row.intent.purchase, before=before)
        delivery = rehearsal.apdu_count
        card_session.read()
    return delivery - (rehearsal.apdu_count - delivery) - 1


def lose_the_last_answer(clerk: Counter) -> str:
    """A first card is written whole, but its last answer is lost and it is pulled; returns the sale."""
    sale_id = sell_card(clerk).sale_id
    clerk.card.lose_next_answer(after=selector_of_an_issue(clerk, sale_id), pulled=True)
    assert clerk.deliver(sale_id).state is WriteState.WRITING
    clerk.card.clear_faults()
    return sale_id


def test_untouched_blank_after_a_lost_answer_is_a_doubt_and_never_a_second_card(clerk: Counter) -> None:
    sale_id = lose_the_last_answer(clerk)
    another = blank()
    clerk.reader.insert(another)

    delivery = clerk.deliver(sale_id)

    assert (delivery.state, delivery.code) == (WriteState.IN_DOUBT, "card_write.in_doubt")
    assert (another.chip.presentations, another.memory.written) == (0, 0)
    clerk.reader.insert(clerk.card)
    assert clerk.read().kind is CardKind.USER
    assert clerk.deliver(sale_id).state is WriteState.POSTED


def test_card_of_another_family_than_the_one_begun_is_another_card(clerk: Counter) -> None:
    sold = sell_card(clerk)
    for other in (blank("memory-4428"), blank_development_card(bytes.fromhex("0BADCAFE"))):
        clerk.reader.insert(other)
        assert clerk.deliver(sold.sale_id).code == "card.other_card"
        assert other.memory.written == 0
    clerk.reader.insert(clerk.card)
    assert clerk.deliver(sold.sale_id).state is WriteState.POSTED
