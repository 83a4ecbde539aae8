"""The reference profile of CPU cards with a wallet (电子存折): what it says, and which copy counts.

The credit in litres lies in the wallet; beside it the same two copies of the purchase as on a card without one. The
wallet's counter of loads and unloads takes the selector's place: the copy whose generation is the counter is current,
and the card moves counter and balance together or not at all. The page for meter makers is docs/card-wallet-profile.md.
It must not know APDUs, keys or readers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from devices.cards.card_profile import built_in
from devices.cards.card_records import CardRecords
from devices.cards.reference_profile import SELECT_NONE, ReferenceProfile
from devices.cards.two_copies import NOTHING_SOLD, PurchaseArea

RECORDS: Final = CardRecords(built_in("reference-wallet"))
WALLET: Final = ReferenceProfile.of(RECORDS.profile)
TERMINAL: Final = b"CHSH\x00\x01"
"""The counter's terminal number in the card's log."""


@dataclass(frozen=True, slots=True)
class WalletReading:
    """What the wallet tells anybody.

    Attributes:
        balance_l: litres that no meter has taken.
        counter: loads and unloads that were carried out; moved together with the balance.
        proof: the card's MAC and TAC of the last load or unload, empty where it was not the last transaction: a meter
            has taken since, or the card does not keep them.
    """

    balance_l: int
    counter: int
    proof: bytes = b""

    def packed(self) -> bytes:
        """For the digest of a reading."""
        return self.balance_l.to_bytes(4, "big") + self.counter.to_bytes(2, "big") + self.proof


def decide_area(copy_a: bytes, copy_b: bytes, selector: int, counter: int) -> PurchaseArea:
    """Apply the counter's rule; meters apply the same one.

    The selector byte is written once, as the last byte of issuing; whatever it was torn to, it is not *none*. A copy
    of a later generation was prepared and never paid into the wallet: it does not count.
    """
    if selector == SELECT_NONE:
        return NOTHING_SOLD
    first, second = RECORDS.decode_purchase(copy_a), RECORDS.decode_purchase(copy_b)
    is_a = first is not None and first.generation == counter
    current, other, other_bytes = (first, second, copy_b) if is_a else (second, first, copy_a)
    never_written = len(set(other_bytes)) == 1
    if current is not None and current.generation != counter:
        current = None
    return PurchaseArea(current, is_a, torn_copy=other is None and not never_written)


def moment_of(utc_ms: int) -> bytes:
    """Date and time of a wallet transaction, BCD, UTC: when the money was booked."""
    return bytes.fromhex(datetime.fromtimestamp(utc_ms // 1000, UTC).strftime("%Y%m%d%H%M%S"))
