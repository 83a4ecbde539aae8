"""What the simulated meter needs of a card, whatever its family: what it says, and where a report goes.

It must not know what a meter does with a purchase.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from devices.cards.card_records import FeedbackState
from pos.domain.card import CardIdentity, CardKind, CardPurchase, MeterFeedback


@dataclass(frozen=True, slots=True)
class MeterReading:
    """A card of ours as a meter sees it.

    Attributes: known (identity, kind of card and note, None if unreadable); purchase (the one that counts); feedback.
    """

    known: tuple[CardIdentity, CardKind, str] | None
    purchase: CardPurchase | None
    feedback: FeedbackState


class MeterSide(Protocol):
    """One family's half of the meter."""

    def read(self) -> MeterReading | None:
        """What the card says, None if it is not one of ours. Raises DeviceError."""

    def take(self, reading: MeterReading) -> bool:
        """Take the purchase off the card where the card itself keeps the credit; False if it does not hold it.

        Raises DeviceError where that is not known; the meter gives nothing then, and asks again at the next contact.
        """

    def report(self, reading: MeterReading, feedback: MeterFeedback) -> None:
        """Write the return area of the card that was read. Raises DeviceError."""
