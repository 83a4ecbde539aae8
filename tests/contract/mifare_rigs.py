"""MIFARE Classic cards for tests: as delivered, issued, somebody else's; and what lies in their value blocks."""

from __future__ import annotations

import functools

from devices.cards.mifare_profile import COPY_A, COPY_B, VALUE, decode_value, encode_value
from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardIdentity, CardImage, CardPurchase
from pos.ports.card import CardReader
from tests.contract.card_promises import FAULTS, check_promise
from tests.contract.card_rigs import FIRST_BUY, IDENTITY, KEYS, NOTHING_BOUGHT, SECOND_BUY, outcome_of, read, write

UID = bytes.fromhex("04A1B2C3")
OTHER_UID = bytes.fromhex("04A1B2C4")
MAIN = COPY_A.first_block + VALUE
BACKUP = COPY_B.first_block + VALUE

READ_COMMANDS = 26
PURCHASE_COMMANDS = 66
COPY, VALUE_BYTES = 32, 16
WRITTEN = COPY + 2 * VALUE_BYTES
MORE_FAULTS = {**FAULTS, "refused 6300": lambda card, at: card.refuse_with(0x6300, after=at)} | {
    "done but says 6300": lambda card, at: card.garble_status(0x6300, after=at)
}
Prepared = tuple[SimulatedReader, SimulatedMifareCard, CardImage, CardPurchase]


def issue_mifare(
    reader: CardReader,
    identity: CardIdentity = IDENTITY,
    first: CardPurchase = NOTHING_BOUGHT,
    before: CardImage | None = None,
) -> CardImage:
    """Issue what lies in the reader; `before`: the card that was read when it was paid for, else this very chip."""
    with reader.session() as card_session:
        return card_session.personalise(identity, first, before=before or card_session.read())


@functools.cache
def _issued(uid: bytes, identity: CardIdentity, bought: bool) -> str:
    reader, card = SimulatedReader(KEYS), SimulatedMifareCard(uid)
    reader.insert(card)
    issue_mifare(reader, identity)
    if bought:
        write(reader, FIRST_BUY, read(reader))
    return card.to_json()


def issued_mifare(uid: bytes = UID, identity: CardIdentity = IDENTITY, *, bought: bool = False) -> SimulatedMifareCard:
    """A fresh copy of a card that was issued, and has carried one purchase if `bought`."""
    return SimulatedMifareCard.from_json(_issued(uid, identity, bought))


def foreign_mifare(uid: bytes = UID) -> SimulatedMifareCard:
    """Somebody else's card: every sector under keys of its own."""
    card = SimulatedMifareCard(uid)
    for trailer in range(3, 64, 4):
        card.chip.blocks[trailer][:6] = bytes.fromhex("D3F7D3F7D3F7")
        card.chip.blocks[trailer][10:] = bytes.fromhex("A0B0C0D0E0F0")
    return card


def values(card: SimulatedMifareCard) -> tuple[int | None, int | None]:
    """Main value and backup as they lie on the card."""
    return decode_value(bytes(card.chip.blocks[MAIN])), decode_value(bytes(card.chip.blocks[BACKUP]))


def prepared(*, second: bool = False) -> Prepared:
    """Reader, card, image before, and the purchase to try; `second` writes copy A instead of copy B."""
    reader, card = SimulatedReader(KEYS), issued_mifare(bought=second)
    reader.insert(card)
    return reader, card, read(reader), SECOND_BUY if second else FIRST_BUY


def prepared_with_torn(block: int) -> Prepared:
    """The last purchase was torn: in the main value (it does not count) or in the backup (it does)."""
    reader, card, before, _buy = prepared(second=True)
    if block == MAIN:
        card.chip.blocks[MAIN][:] = encode_value(before.generation + 1, MAIN)[:4] + card.chip.blocks[MAIN][4:]
    else:
        card.chip.blocks[BACKUP][:] = bytes(4) + card.chip.blocks[BACKUP][4:]
    torn = read(reader)
    assert torn.torn_copy
    assert (torn.purchase, torn.generation) == (before.purchase, before.generation)
    return reader, card, torn, SECOND_BUY


def try_to_buy(case: Prepared) -> bool:
    """Buy and hold the outcome against the card; True if the purchase is there."""
    reader, card, before, buy = case
    return check_promise(outcome_of(lambda: write(reader, buy, before)), reader, card, before, buy)
