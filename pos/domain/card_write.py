"""The recorded attempt to put credit on a card: its states and the decision after a look at the card.

Source: design Money rules 7, trust 3.2, cards B5. Money first, then card; after a crash the card decides, by card
number, sequence and purchase content, never by guessing; nothing is written blind.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger.canonical import compact, plain
from pos.domain.card import (
    NOTE_CODE_SPENT,
    NOTE_SPOILED,
    NOTE_UNFINISHED,
    CardIdentity,
    CardImage,
    CardKind,
    CardPurchase,
    CardRoom,
    MeterFeedback,
)
from pos.domain.errors import RuleViolation


class WriteState(StrEnum):
    """Durable states, newest row wins."""

    PAID = "paid"
    WRITING = "writing"
    POSTED = "posted"
    FAILED = "failed"
    REVERSED = "reversed"
    IN_DOUBT = "in_doubt"


SETTLED = (WriteState.POSTED, WriteState.REVERSED)
MAX_VOLUME_ON_CARD_L = 2**32 - 1
"""Four bytes of litres in every known profile."""
MAX_SEQUENCE_ON_CARD = 2**16 - 1
"""Two bytes of purchase count; then the card is worn out and must be replaced."""
MAX_CUMULATIVE_ON_CARD_L = 2**32 - 1
"""Four bytes of all litres ever bought; the profiles of CPU and MIFARE cards have six."""
_WIDE_FAMILIES = frozenset({"fmcos", "mifare-1k"})


class WritePurpose(StrEnum):
    """What is put on the card."""

    PURCHASE = "purchase"
    FIRST_CARD = "first_card"
    REPLACEMENT = "replacement"
    REVERSAL = "reversal"  # a purchase is taken back: the content of before it is written

    @property
    def personalises(self) -> bool:
        """True if a blank card becomes a user card."""
        return self in (WritePurpose.FIRST_CARD, WritePurpose.REPLACEMENT)


@dataclass(frozen=True, slots=True)
class WriteIntent:
    """What was promised to the customer when she paid.

    Attributes:
        purpose: purchase on a user card, or personalising a blank one.
        before: the card as read before the payment.
        identity: for a new card, who it becomes.
        purchase: the content the card must hold afterwards.
    """

    purpose: WritePurpose
    before: CardImage
    purchase: CardPurchase
    identity: CardIdentity | None = None

    @property
    def card_no(self) -> str:
        """Number of the card that is to be written."""
        identity = self.identity or self.before.identity
        if identity is None:
            raise ValueError("a purchase needs a card with an identity")
        return identity.card_no


class Verdict(StrEnum):
    """What the card says about an open intent."""

    WRITE = "write"  # plainly before: write, or give the money back
    WRITTEN = "written"  # plainly after, or taken by the meter since: post
    TAKEN = "taken"  # of a reversal: a meter was quicker, the purchase stands
    OTHER_CARD = "other_card"  # ask for the original card; nothing is known about this intent
    DOUBT = "doubt"  # neither: a lead decides


def judge(intent: WriteIntent, found: CardImage, *, outcome_unknown: bool = False) -> Verdict:
    """Compare an open intent with the card in the reader.

    The whole image is not compared: the meter may have taken the purchase meanwhile, and that proves the write.
    `outcome_unknown`: the card was begun and nobody knows how that ended. It counts for blank cards without a number
    of their own: an untouched one proves nothing about the one that was begun.
    """
    if found.family != intent.before.family:
        return Verdict.OTHER_CARD
    if intent.purpose.personalises:
        if outcome_unknown and found.kind is CardKind.BLANK and not found.chip_uid and not found.note:
            return Verdict.DOUBT
        return _judge_new_card(intent, found)
    if intent.purpose is WritePurpose.REVERSAL:
        return _judge_reversal(intent, found)
    if found.kind is not CardKind.USER:
        return _judge_unsold(intent, found)
    if found.identity != intent.before.identity or found.chip_uid != intent.before.chip_uid:
        return Verdict.OTHER_CARD
    if _holds(intent.purchase, found):
        return Verdict.WRITTEN
    if found.purchase == intent.before.purchase:
        return Verdict.WRITE
    return Verdict.DOUBT


def _judge_unsold(intent: WriteIntent, found: CardImage) -> Verdict:
    """A purchase, and what lies in the reader is no user card: hers, come to harm, or another."""
    if found.chip_uid:
        return Verdict.DOUBT if found.chip_uid == intent.before.chip_uid else Verdict.OTHER_CARD
    # No purchase writes where a card says whose it is, so an untouched blank was never hers.
    untouched = found.kind is CardKind.BLANK and not found.note
    return Verdict.OTHER_CARD if untouched else Verdict.DOUBT


_NOT_ISSUED = (NOTE_UNFINISHED, NOTE_SPOILED)


def _judge_new_card(intent: WriteIntent, found: CardImage) -> Verdict:
    if intent.before.chip_uid and found.chip_uid and found.chip_uid != intent.before.chip_uid:
        return Verdict.OTHER_CARD
    if found.kind is CardKind.BLANK or (found.kind is CardKind.UNREADABLE and found.note in _NOT_ISSUED):
        return Verdict.WRITE
    if found.kind is CardKind.UNREADABLE:
        return Verdict.DOUBT  # a damaged user card may be live: its fee is not given back by itself
    if found.kind is CardKind.USER and found.identity == intent.identity and _holds(intent.purchase, found):
        return Verdict.WRITTEN
    return Verdict.OTHER_CARD


def _judge_reversal(intent: WriteIntent, found: CardImage) -> Verdict:
    """`WRITTEN` is the proof that the gas is off the card.

    A torn attempt of our own leaves the bytes of the other copy changed, so here the decoded content decides, the
    meter's return area included: whatever a meter wrote there since shows that the card was in one.
    """
    if found.kind is not CardKind.USER:
        same_chip = found.chip_uid and found.chip_uid == intent.before.chip_uid
        return Verdict.DOUBT if same_chip or not found.chip_uid else Verdict.OTHER_CARD
    if found.identity != intent.before.identity or found.chip_uid != intent.before.chip_uid:
        return Verdict.OTHER_CARD
    if _holds(intent.purchase, found):
        return Verdict.WRITTEN
    if found.purchase != intent.before.purchase:
        return Verdict.DOUBT
    return Verdict.WRITE if found.feedback == intent.before.feedback else Verdict.TAKEN


def _holds(purchase: CardPurchase, found: CardImage) -> bool:
    return found.holds(purchase)


def check_card_may_buy(
    found: CardImage,
    *,
    account_no: str,
    card_no: str | None,
    is_active: bool,
    proven_sequence: int | None,
    meter_no: str | None,
) -> None:
    """Everything about the card itself that forbids a purchase, by name: asked when it is read and when money is taken.

    card_no, is_active: the account's present card as the books know it; proven_sequence: of the newest write that card
    has proven. Money is never taken for a card as it was before its last purchase: writing that can only end in doubt.
    meter_no: the meter on the wall, None if none is known; it would refuse gas on a card that names another one.

    Raises: RuleViolation `card.tool`, `card.foreign`, `card.blank`, `card.unreadable`, `card.other_account`,
    `card.not_active`, `card.replaced`, `card.other_meter` (found, meter_no), `card.stale` (sequence, proven),
    `card.code_spent`, `card.unconsumed` (volume_l, sequence), `card.purchase_out_of_range`; `card.meter_alarm` is only
    shown, never refused.
    """
    if found.kind is not CardKind.USER or found.identity is None or found.purchase is None:
        raise RuleViolation(f"card.{found.kind}", note=found.note)
    if found.identity.account_no != account_no:
        raise RuleViolation("card.other_account", found=found.identity.account_no)
    if card_no is None or not is_active:
        raise RuleViolation("card.not_active", account_no=account_no)
    if found.identity.card_no != card_no:
        raise RuleViolation("card.replaced", found=found.identity.card_no)
    if meter_no is not None and found.identity.meter_no != meter_no:
        raise RuleViolation("card.other_meter", found=found.identity.meter_no, meter_no=meter_no)
    if proven_sequence is not None and found.purchase.sequence < proven_sequence:
        raise RuleViolation("card.stale", sequence=found.purchase.sequence, proven=proven_sequence)
    if found.note == NOTE_CODE_SPENT:
        raise RuleViolation("card.code_spent")
    held_l = max(found.unconsumed_l, found.wallet_l or 0)
    if held_l:
        raise RuleViolation("card.unconsumed", volume_l=held_l, sequence=found.purchase.sequence)
    check_room_for_one_more(found.purchase, found.room)


def check_room_for_one_more(before: CardPurchase, room: CardRoom | None = None) -> None:
    """Raises: RuleViolation `card.purchase_out_of_range`: the card's count is used up, it must be replaced."""
    if before.sequence >= (MAX_SEQUENCE_ON_CARD if room is None else room.max_sequence):
        raise RuleViolation("card.purchase_out_of_range", field="sequence", value=before.sequence + 1)


def check_cumulative(cumulative_l: int, family: str) -> None:
    """Raises: RuleViolation `card.purchase_out_of_range`: a card of this family has no room for all that was bought."""
    if cumulative_l > MAX_CUMULATIVE_ON_CARD_L and family not in _WIDE_FAMILIES:
        raise RuleViolation("card.purchase_out_of_range", field="cumulative_l", value=cumulative_l)


def check_room(content: CardPurchase, card: CardImage) -> None:
    """Whether a card can carry this at all: asked before money is taken for it.

    Raises: RuleViolation `card.purchase_out_of_range` (field, value); `card.not_in_units` (value_l, unit_l): the meter
        of a maker's card counts in a unit of which this is no whole number.
    """
    check_cumulative(content.cumulative_l, card.family)
    room = card.room
    if room is None:
        return
    for field, value, most in (
        ("sequence", content.sequence, room.max_sequence),
        ("volume_l", content.volume_l, room.max_volume_l),
        ("cumulative_l", content.cumulative_l, room.max_cumulative_l),
    ):
        if value > most:
            raise RuleViolation("card.purchase_out_of_range", field=field, value=value)
    for value, unit_l in (
        (content.volume_l, room.volume_unit_l),
        (content.cumulative_l, room.cumulative_unit_l),
    ):
        if value % unit_l:
            raise RuleViolation("card.not_in_units", value_l=value, unit_l=unit_l)


def next_purchase(found: CardImage, *, volume_l: int, price_e4: int, sold_at_utc_ms: int) -> CardPurchase:
    """The content a purchase puts on the card: sequence plus one, cumulative plus the volume (B3).

    Raises: as `check_room`: no money is taken for what no card, or not this one, can hold.
    """
    before = found.purchase or CardPurchase(0, 0, 0)
    if volume_l > MAX_VOLUME_ON_CARD_L:
        raise RuleViolation("card.purchase_out_of_range", field="volume_l", value=volume_l)
    check_room_for_one_more(before, found.room)
    purchase = CardPurchase(
        sequence=before.sequence + 1,
        volume_l=volume_l,
        cumulative_l=before.cumulative_l + volume_l,
        price_e4=price_e4,
        sold_at_utc_ms=sold_at_utc_ms,
    )
    check_room(purchase, found)
    return purchase


def intent_to_json(intent: WriteIntent) -> str:
    """The intent as stored with the `paid` row: no keys, no personal data, only what a card may show."""
    values = plain(intent)
    del values["before"]["room"]  # of the profile, which the card names when it is read again
    if intent.before.wallet_l is None:
        del values["before"]["wallet_l"]  # what most cards do not have is not written down for each of them
    return compact(values)


def intent_of(content: dict[str, Any]) -> WriteIntent:
    """The intent back from the values of `intent_to_json`."""
    identity = content["identity"]
    return WriteIntent(
        purpose=WritePurpose(content["purpose"]),
        before=_image(content["before"]),
        purchase=CardPurchase(**content["purchase"]),
        identity=None if identity is None else CardIdentity(**identity),
    )


def _image(content: dict[str, Any]) -> CardImage:
    nested = {"identity": CardIdentity, "purchase": CardPurchase, "feedback": MeterFeedback}
    values = {name: nested[name](**v) if name in nested and v is not None else v for name, v in content.items()}
    return CardImage(**{**values, "kind": CardKind(content["kind"])})
