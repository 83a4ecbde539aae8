"""What a card said when it was read: its place in the purchases, and what its meter last wrote back (cards B2).

The row of the books, the account on screen and the anomaly rules speak of the same value. Must not know who reads.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.card import CardIdentity, CardImage


@dataclass(frozen=True, slots=True)
class CardReading:
    """A card as read; volumes in litres. `read_on`: day of the meter's last contact, None = never in a meter."""

    card_no: str
    meter_no: str
    sequence: int
    taken_sequence: int
    remaining_l: int
    used_l: int
    battery_pct: int
    status: int
    magnet_count: int
    valve_faults: int
    read_on: str | None
    read_at_utc_ms: int

    @classmethod
    def of(cls, image: CardImage, identity: CardIdentity, read_at_utc_ms: int) -> CardReading:
        """What a card of a customer says now."""
        feedback = image.feedback
        return cls(
            card_no=identity.card_no,
            meter_no=identity.meter_no,
            sequence=image.purchase.sequence if image.purchase else 0,
            taken_sequence=feedback.taken_sequence if feedback else 0,
            remaining_l=feedback.remaining_l if feedback else 0,
            used_l=feedback.used_l if feedback else 0,
            battery_pct=feedback.battery_pct if feedback else 0,
            status=feedback.status if feedback else 0,
            magnet_count=feedback.magnet_count if feedback else 0,
            valve_faults=feedback.valve_faults if feedback else 0,
            read_on=feedback.read_on if feedback else None,
            read_at_utc_ms=read_at_utc_ms,
        )
