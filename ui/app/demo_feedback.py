"""What a few meters of the demo hall reported, so that its anomaly list is not empty; the story's customer is left out.

Each card is read twice, once with ordinary figures and once with what should be looked into; days count back from the
day the hall is made, all else is fixed. Readings move no money and sell nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta

from pos.domain.business_day import business_day_at
from pos.domain.card import CardIdentity, CardImage, CardKind, CardPurchase, MeterFeedback
from pos.usecases.fact import Hall
from pos.usecases.record_card_reading import RecordCardReading, record_card_reading
from ui.app.demo_customers import STORY_CUSTOMER, DemoCustomer, demo_customers

_BEFORE = MeterFeedback(
    taken_sequence=7,
    remaining_l=18_500,
    used_l=412_000,
    battery_pct=83,
    status=0,
    magnet_count=0,
    valve_faults=0,
    read_on=None,
)
_AFTER: dict[int, dict[str, int]] = {
    11: {"remaining_l": 6_500, "used_l": 424_000, "magnet_count": 2, "status": 0b0010},
    58: {"remaining_l": 96_500, "used_l": 420_000},
    134: {"remaining_l": 9_000, "used_l": 421_500, "battery_pct": 12, "status": 0b0100},
    215: {"remaining_l": 8_000, "used_l": 422_500, "valve_faults": 3},
    302: {"remaining_l": 18_500, "used_l": 366_000},
}
"""Number of the customer in the demo's list -> what the second reading says otherwise."""
_DAYS_BEFORE, _DAYS_AFTER = 41, 2


def record_sample_readings(hall: Hall, actor: str) -> None:
    """Two readings of each of a handful of customers. Raises: StoreError kinds."""
    today = date.fromisoformat(business_day_at(hall.clock.now_utc_ms(), hall.store.offset_min))
    first, last = (today - timedelta(days=days) for days in (_DAYS_BEFORE, _DAYS_AFTER))
    known = [one for one in demo_customers() if one.card_no and one != STORY_CUSTOMER]
    for number, said in _AFTER.items():
        for feedback in (
            replace(_BEFORE, read_on=first.isoformat()),
            replace(_BEFORE, read_on=last.isoformat(), **said),
        ):
            command = RecordCardReading(
                command_id=hall.ids.new_id(), actor=actor, image=_image(known[number], feedback)
            )
            record_card_reading(hall, command)


def _image(customer: DemoCustomer, feedback: MeterFeedback) -> CardImage:
    return CardImage(
        kind=CardKind.USER,
        family="fmcos",
        atr_hex="3B",
        chip_uid="",
        identity=CardIdentity(customer.card_no, "0001", customer.account_no, customer.meter_no),
        purchase=CardPurchase(sequence=7, volume_l=33_000, cumulative_l=430_500),
        feedback=feedback,
        digest=hashlib.sha256(f"{customer.card_no} {feedback.read_on}".encode()).hexdigest(),
    )
