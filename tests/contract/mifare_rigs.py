"""MIFARE Classic cards for tests of what only they have: issued, somebody else's; and what a purchase takes."""

from __future__ import annotations

from devices.cards.simulated_mifare import SimulatedMifareCard
from pos.domain.card import CardIdentity
from tests.contract.card_rigs import IDENTITY, MIFARE_CARD

UID = bytes.fromhex("04A1B2C3")
OTHER_UID = bytes.fromhex("04A1B2C4")

READ_COMMANDS = 26
PURCHASE_COMMANDS = 66
COPY, VALUE_BYTES = 32, 16
WRITTEN = COPY + 2 * VALUE_BYTES


def issued_mifare(uid: bytes = UID, identity: CardIdentity = IDENTITY, *, bought: bool = False) -> SimulatedMifareCard:
    """A fresh copy of a card that was issued, and has carried one purchase if `bought`."""
    card = MIFARE_CARD.issued(uid, identity, bought=bought)
    assert isinstance(card, SimulatedMifareCard)
    return card


def foreign_mifare(uid: bytes = UID) -> SimulatedMifareCard:
    """Somebody else's card: every sector under keys of its own."""
    card = SimulatedMifareCard(uid)
    for trailer in range(3, 64, 4):
        card.chip.blocks[trailer][:6] = bytes.fromhex("D3F7D3F7D3F7")
        card.chip.blocks[trailer][10:] = bytes.fromhex("A0B0C0D0E0F0")
    return card
