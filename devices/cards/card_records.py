"""What the records of a profile mean: identity, purchase and the meter's report, to bytes and back.

One place for every kind of card; where the bytes lie and when they count is the business of each kind's own module.
It must not know places, sessions or readers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.cards.card_profile import BUILT_IN, CardProfile
from devices.cards.record_layout import Field, FieldDoesNotFit, FieldNotInUnits, RecordLayout, Value, number, text
from devices.cards.two_copies import PurchaseCopy
from pos.domain.card import CardIdentity, CardKind, CardPurchase, CardRoom, MeterFeedback
from pos.domain.errors import RuleViolation

USER_CARD_TYPE: Final = 0x02
TOOL_CARD_TYPES: Final[dict[int, str]] = {
    0x11: "tool.check_card",
    0x12: "tool.clear_card",
    0x13: "tool.set_card",
    0x14: "tool.price_card",
    0x15: "tool.transfer_card",
    0x16: "tool.test_card",
}


@dataclass(frozen=True, slots=True)
class FeedbackState:
    """The newest valid slot of the return area. Attributes: generation (0 = never); feedback; next_slot (0 or 1)."""

    generation: int
    feedback: MeterFeedback | None
    next_slot: int


class CardRecords:
    """The records of one profile. Attributes: profile; identity, purchase, feedback (layouts); holder (or None); room.

    room: what a maker's card carries, None for the built-in profiles, whose caps are the house's own.
    """

    def __init__(self, profile: CardProfile) -> None:
        self.profile = profile
        self.identity = profile.records["identity"]
        self.purchase = profile.records["purchase"]
        self.feedback = profile.records["feedback"]
        self.holder = profile.records.get("holder")
        self.room = None if profile.name in BUILT_IN else _room_of(profile)

    def encode_identity(self, identity: CardIdentity, card_type: int = USER_CARD_TYPE) -> bytes:
        """Raises: RuleViolation `card.identity_invalid` naming the field that does not fit."""
        return _encoded(self.identity, {**_values_of(identity), "card_type": card_type})

    def encode_holder(self, identity: CardIdentity, mark: bytes) -> bytes:
        """Account, meter and the issuer's mark, where a profile keeps them apart. Raises as `encode_identity`."""
        if self.holder is None:
            raise ValueError("this profile has no record of the holder")
        return _encoded(self.holder, {**_values_of(identity), "mark": mark})

    def decode_identity(self, stored: bytes, holder: bytes = b"") -> tuple[CardIdentity, CardKind, str] | None:
        """Identity, kind of card and note; None if a part is not ours, unwritten or torn."""
        values = self.identity.decode(stored)
        held = {} if self.holder is None else self.holder.decode(holder)
        if values is None or held is None:
            return None
        values = held | values
        identity = CardIdentity(
            card_no=text(values, "card_no"),
            area_code=text(values, "area_code"),
            account_no=text(values, "account_no"),
            meter_no=text(values, "meter_no"),
            issue_no=number(values, "issue_no"),
        )
        card_type = number(values, "card_type")
        if card_type == USER_CARD_TYPE:
            return identity, CardKind.USER, ""
        return identity, CardKind.TOOL, TOOL_CARD_TYPES.get(card_type, "tool.unknown_card")

    def decode_mark(self, holder: bytes) -> bytes:
        """The issuer's mark, empty where there is none that is whole."""
        held = None if self.holder is None else self.holder.decode(holder)
        mark = None if held is None else held.get("mark")
        return mark if isinstance(mark, bytes) else b""

    def encode_purchase(self, purchase: CardPurchase, generation: int) -> bytes:
        """One copy of the purchase. Raises: RuleViolation `card.purchase_out_of_range` naming the field,
        `card.not_in_units`: the meter counts in a unit of which this is no whole number.
        """
        values: dict[str, Value] = {
            "generation": generation,
            "sequence": purchase.sequence,
            "volume_l": purchase.volume_l,
            "cumulative_l": purchase.cumulative_l,
            "price_e4": purchase.price_e4,
            "sold_at_utc_ms": purchase.sold_at_utc_ms,
        }
        try:
            if purchase.sequence > self.profile.max_sequence:
                raise FieldDoesNotFit("sequence", purchase.sequence)
            if purchase.volume_l > self.profile.max_purchase_l:
                raise FieldDoesNotFit("volume_l", purchase.volume_l)
            return self.purchase.encode(values)
        except FieldNotInUnits as refused:
            raise RuleViolation("card.not_in_units", value_l=figure_of(refused), unit_l=refused.unit_l) from None
        except FieldDoesNotFit as refused:
            raise RuleViolation("card.purchase_out_of_range", field=refused.field, value=figure_of(refused)) from None

    def decode_purchase(self, stored: bytes) -> PurchaseCopy | None:
        """One copy, or None if it is unwritten, torn or no purchase by volume."""
        values = self.purchase.decode(stored)
        if values is None:
            return None
        purchase = CardPurchase(
            sequence=number(values, "sequence"),
            volume_l=number(values, "volume_l"),
            cumulative_l=number(values, "cumulative_l"),
            price_e4=number(values, "price_e4"),
            sold_at_utc_ms=number(values, "sold_at_utc_ms"),
        )
        return PurchaseCopy(number(values, "generation"), purchase)

    def is_newer_purchase(self, one: int, other: int) -> bool:
        """Whether the first of two generations of the purchase came after the second."""
        return _is_newer(self.purchase, one, other)

    def encode_feedback(self, feedback: MeterFeedback, generation: int = 0) -> bytes:
        """A report as the meter writes it, quantities rounded down to what it counts.

        Raises: ValueError for a figure that no meter of this profile reports.
        """
        values: dict[str, Value] = {
            "generation": generation,
            "taken_sequence": feedback.taken_sequence,
            "remaining_l": feedback.remaining_l,
            "used_l": feedback.used_l,
            "battery_pct": feedback.battery_pct,
            "status": feedback.status,
            "magnet_count": feedback.magnet_count,
            "valve_faults": feedback.valve_faults,
            "read_on": feedback.read_on,
        }
        for name in ("remaining_l", "used_l"):
            values[name] = number(values, name) // self.feedback.unit_l(name) * self.feedback.unit_l(name)
        try:
            return self.feedback.encode(values)
        except FieldDoesNotFit as refused:
            raise ValueError(refused.field) from refused

    def decode_feedback(self, stored: bytes) -> tuple[int, MeterFeedback] | None:
        """Generation and report; None if the card was never in a meter or the report is torn."""
        values = self.feedback.decode(stored)
        if values is None:
            return None
        read_on = values.get("read_on")
        feedback = MeterFeedback(
            taken_sequence=number(values, "taken_sequence"),
            remaining_l=number(values, "remaining_l"),
            used_l=number(values, "used_l"),
            battery_pct=number(values, "battery_pct"),
            status=number(values, "status"),
            magnet_count=number(values, "magnet_count"),
            valve_faults=number(values, "valve_faults"),
            read_on=read_on if isinstance(read_on, str) else None,
        )
        return number(values, "generation"), feedback

    def newest_feedback(self, first_slot: bytes, second_slot: bytes) -> FeedbackState:
        """Of two slots the valid one with the newer generation counts, so a torn report loses only itself."""
        first, second = self.decode_feedback(first_slot), self.decode_feedback(second_slot)
        if first is not None and (second is None or _is_newer(self.feedback, first[0], second[0])):
            return FeedbackState(first[0], first[1], next_slot=1)
        if second is not None:
            return FeedbackState(second[0], second[1], next_slot=0)
        return FeedbackState(0, None, next_slot=0)


def _room_of(profile: CardProfile) -> CardRoom:
    purchase = profile.records["purchase"]
    return CardRoom(
        max_sequence=profile.max_sequence,
        max_volume_l=profile.max_purchase_l,
        max_cumulative_l=purchase.most("cumulative_l"),
        volume_unit_l=purchase.unit_l("volume_l"),
        cumulative_unit_l=purchase.unit_l("cumulative_l"),
    )


def figure_of(refused: FieldDoesNotFit) -> int:
    """What did not fit, as a number."""
    return refused.value if isinstance(refused.value, int) else 0


def factor_of(identity: CardIdentity) -> bytes:
    """Diversification factor, eight bytes: area, card number, issue number; all that a card's own keys depend on."""
    numbers = identity.area_code.ljust(4, "F") + identity.card_no.ljust(10, "F")
    return bytes.fromhex(numbers) + bytes([identity.issue_no])


def _values_of(identity: CardIdentity) -> dict[str, Value]:
    return {
        "card_no": identity.card_no,
        "area_code": identity.area_code,
        "account_no": identity.account_no,
        "meter_no": identity.meter_no,
        "issue_no": identity.issue_no,
    }


def _encoded(layout: RecordLayout, values: dict[str, Value]) -> bytes:
    try:
        return layout.encode(values)
    except FieldDoesNotFit as refused:
        raise RuleViolation("card.identity_invalid", field=refused.field) from None


def _is_newer(layout: RecordLayout, one: int, other: int) -> bool:
    """Where generations wrap, of two neighbours the one just after the other is newer."""
    generation: Field = next(field for field in layout.fields if field.name == "generation")
    if not generation.wraps:
        return one > other
    size: int = 2 ** (8 * generation.length)
    return 0 < (one - other) % size < size // 2
