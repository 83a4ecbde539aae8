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
from devices.cards.reference_profile import CpuLayout

WALLET: Final = CpuLayout(built_in("reference-wallet"))
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


def moment_of(utc_ms: int) -> bytes:
    """Date and time of a wallet transaction, BCD, UTC: when the money was booked."""
    return bytes.fromhex(datetime.fromtimestamp(utc_ms // 1000, UTC).strftime("%Y%m%d%H%M%S"))
