"""The reference of the card benches answers as the card that was recorded, with the same work behind it."""

from __future__ import annotations

import pytest

from bench.bare_card import TapedCard
from tests.contract.card_rigs import FIRST_BUY, KEYS, SimulatedReader, issued_card, read, write


def recorded() -> TapedCard:
    """A card whose purchase is on tape."""
    issued = issued_card()
    card = TapedCard(issued.atr, issued.files)
    reader = SimulatedReader(KEYS)
    reader.insert(card)
    before = read(reader)
    card.power_on()
    card.record()
    assert write(reader, FIRST_BUY, before).holds(FIRST_BUY)
    return card


def test_copy_answers_a_recorded_purchase_byte_by_byte_and_holds_it_afterwards() -> None:
    card = recorded()
    assert card.tape is not None
    copy = card.as_before()
    assert [copy.transmit(command) for command, _answer in card.tape.exchanges] == [a for _c, a in card.tape.exchanges]
    assert copy.files.to_document() == card.files.to_document()


def test_copy_with_other_challenges_refuses_what_was_recorded() -> None:
    card = recorded()
    assert card.tape is not None
    card.tape.challenges.clear()
    copy = card.as_before()
    assert [copy.transmit(command) for command, _answer in card.tape.exchanges] != [a for _c, a in card.tape.exchanges]


def test_nothing_recorded_is_said() -> None:
    issued = issued_card()
    with pytest.raises(ValueError, match="nothing was recorded"):
        TapedCard(issued.atr, issued.files).as_before()
