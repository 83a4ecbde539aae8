"""The documented reference profile of memory cards (4442, 4428): where every byte lies, when a card counts as written.

The rule carried out here is the two-copy rule on a chip that stores single bytes: two copies of the purchase, each with
generation and checksum, and one selector byte written last. The page for meter makers is docs/card-memory-profile.md;
this module is its executable form. It must not know readers, codes or sessions.
"""

from __future__ import annotations

import binascii
import struct
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from devices.cards.reference_profile import TOOL_CARD_TYPES, USER_CARD_TYPE
from devices.cards.two_copies import NOTHING_SOLD, PurchaseArea, PurchaseCopy, decide_by_selector
from pos.domain.card import CardIdentity, CardKind, CardPurchase, MeterFeedback
from pos.domain.errors import RuleViolation

OPEN_AREA: Final = 0x20
IDENTITY: Final = 0x20
COPY_A: Final = 0x30
COPY_B: Final = 0x50
SELECTOR: Final = 0x70
FEEDBACK: Final = 0x80
HOLDER: Final = 0xC0
KEY_CHANGING: Final = 0xD8
FINISHED: Final = 0xD9

UNWRITTEN: Final = 0xFF
MARKED: Final = 0x0F  # of both stage bytes; each is written once, from FF, so no erased state can be mistaken
MARK_LENGTH: Final = 4
MAX_SEQUENCE: Final = 0xFFFF

_MAGIC = b"CS"
_LAYOUT = 1
_VOLUME_PURCHASE = 0x01
_NOT_INSERTED = 0x00
_METER_HAS_SEEN = 0x58
_EPOCH_MS = 1_577_836_800_000  # 2020-01-01 UTC; five bytes of milliseconds last until 2054

_IDENTITY = struct.Struct(">2s BB 2s 5s B B x")
_HOLDER = struct.Struct(">6s 12s 4s")
_PURCHASE = struct.Struct(">B H B I I H H H I 3s 5s")
_FEEDBACK = struct.Struct(">B H i I H B H H B 3s B B")

IDENTITY_LENGTH: Final = _IDENTITY.size + 2
HOLDER_LENGTH: Final = _HOLDER.size + 2
PURCHASE_LENGTH: Final = _PURCHASE.size + 2
FEEDBACK_LENGTH: Final = _FEEDBACK.size + 2


class Stage(StrEnum):
    """How far issuing has come; decides which code the card holds."""

    EMPTY = "empty"  # never written above the maker's area
    BUILDING = "building"  # an attempt broke off; the transport code still opens the card
    KEY_CHANGING = "key_changing"  # nobody may guess which code it is
    FINISHED = "finished"
    FOREIGN = "foreign"  # somebody else's


def _checksummed(body: bytes) -> bytes:
    return body + binascii.crc_hqx(body, 0xFFFF).to_bytes(2, "big")


def _checked(stored: bytes) -> bytes | None:
    """The body if its checksum is right; all-equal fillers (never written) are not valid either."""
    body, checksum = stored[:-2], stored[-2:]
    if len(set(stored)) == 1 or binascii.crc_hqx(body, 0xFFFF).to_bytes(2, "big") != checksum:
        return None
    return body


def _require(condition: bool, field: str) -> None:
    if not condition:
        raise RuleViolation("card.identity_invalid", field=field)


def factor_of(identity: CardIdentity) -> bytes:
    """Diversification factor, eight bytes: area, card number, issue number."""
    return bytes.fromhex(identity.area_code + identity.card_no) + bytes([identity.issue_no])


def encode_identity(identity: CardIdentity, card_type: int = USER_CARD_TYPE) -> bytes:
    """The 16 bytes at 20. Raises RuleViolation `card.identity_invalid` naming the field that does not fit."""
    _require(len(identity.card_no) == 10 and _is_decimal(identity.card_no), "card_no")
    _require(len(identity.area_code) == 4 and _is_decimal(identity.area_code), "area_code")
    _require(0 <= identity.issue_no <= 0xFF, "issue_no")
    area, card_no = bytes.fromhex(identity.area_code), bytes.fromhex(identity.card_no)
    return _checksummed(_IDENTITY.pack(_MAGIC, _LAYOUT, card_type, area, card_no, identity.issue_no, 0))


def encode_holder(identity: CardIdentity, mark: bytes) -> bytes:
    """The 24 bytes at C0: account, meter and the issuer's mark. Raises as `encode_identity`."""
    meter_no = identity.meter_no
    _require(len(identity.account_no) <= 12 and _is_decimal(identity.account_no), "account_no")
    _require(len(meter_no) <= 12 and meter_no.isascii() and meter_no.isprintable(), "meter_no")
    account = bytes.fromhex(identity.account_no.ljust(12, "F"))
    return _checksummed(_HOLDER.pack(account, meter_no.encode("ascii").ljust(12, b"\xff"), mark))


def _is_decimal(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def decode_identity(stored: bytes) -> tuple[CardIdentity, CardKind, str, bytes] | None:
    """Identity, kind of card, note and issuer's mark from a whole memory; None if a part is not ours or torn."""
    body = _checked(stored[IDENTITY : IDENTITY + IDENTITY_LENGTH])
    held = _checked(stored[HOLDER : HOLDER + HOLDER_LENGTH])
    if body is None or held is None:
        return None
    magic, layout, card_type, area, card_no, issue_no, _meter_type = _IDENTITY.unpack(body)
    packed_account, meter, mark = _HOLDER.unpack(held)
    account = packed_account.hex().upper().rstrip("F")
    numbers = area.hex() + card_no.hex() + account
    if magic != _MAGIC or layout != _LAYOUT or not _is_decimal(numbers):
        return None
    identity = CardIdentity(
        card_no=card_no.hex(),
        area_code=area.hex(),
        account_no=account,
        meter_no=meter.rstrip(b"\xff").decode("ascii", "replace"),
        issue_no=issue_no,
    )
    if card_type == USER_CARD_TYPE:
        return identity, CardKind.USER, "", mark
    return identity, CardKind.TOOL, TOOL_CARD_TYPES.get(card_type, "tool.unknown_card"), mark


def encode_purchase(purchase: CardPurchase, generation: int) -> bytes:
    """One copy, 32 bytes. Raises RuleViolation `card.purchase_out_of_range` naming the field."""
    sold_at = max(purchase.sold_at_utc_ms - _EPOCH_MS, 0) if purchase.sold_at_utc_ms else 0
    limits = {
        "sequence": (purchase.sequence, MAX_SEQUENCE),
        "volume_l": (purchase.volume_l, 2**32 - 1),
        "cumulative_l": (purchase.cumulative_l, 2**32 - 1),
        "price_e4": (purchase.price_e4, 2**32 - 1),
        "sold_at_utc_ms": (sold_at, 2**40 - 1),
    }
    for field, (figure, greatest) in limits.items():
        if not 0 <= figure <= greatest:
            raise RuleViolation("card.purchase_out_of_range", field=field, value=figure)
    if purchase.sold_at_utc_ms and not sold_at:
        raise RuleViolation("card.purchase_out_of_range", field="sold_at_utc_ms", value=purchase.sold_at_utc_ms)
    body = _PURCHASE.pack(
        generation & 0xFF,
        purchase.sequence,
        _VOLUME_PURCHASE,
        purchase.volume_l,
        purchase.cumulative_l,
        0,
        0,
        0,
        purchase.price_e4,
        bytes(3),
        sold_at.to_bytes(5, "big"),
    )
    return _checksummed(body)


def decode_purchase(stored: bytes) -> PurchaseCopy | None:
    """One copy, or None if it is unwritten, torn or no purchase by volume."""
    body = _checked(stored)
    if body is None:
        return None
    generation, sequence, kind, volume_l, cumulative_l, _alarm, _cap, _overdraft, price_e4, _day, sold = (
        _PURCHASE.unpack(body)
    )
    if kind != _VOLUME_PURCHASE:
        return None
    sold_at = int.from_bytes(sold, "big")
    purchase = CardPurchase(
        sequence=sequence,
        volume_l=volume_l,
        cumulative_l=cumulative_l,
        price_e4=price_e4,
        sold_at_utc_ms=sold_at + _EPOCH_MS if sold_at else 0,
    )
    return PurchaseCopy(generation, purchase)


def decide_area(stored: bytes) -> PurchaseArea:
    """Apply the two-copy rule to a whole memory; meters apply the same one.

    FF beside a copy B that was never written means that no purchase is on the card yet; later FF is the erased state on
    the way from one value to the other.
    """
    raw_a, raw_b = stored[COPY_A : COPY_A + PURCHASE_LENGTH], stored[COPY_B : COPY_B + PURCHASE_LENGTH]
    first, second = decode_purchase(raw_a), decode_purchase(raw_b)
    selector = stored[SELECTOR]
    if selector == UNWRITTEN and set(raw_b) == {UNWRITTEN}:
        return NOTHING_SOLD
    return decide_by_selector((first, second), (raw_a, raw_b), selector, is_newer=_is_newer)


def _is_newer(one: int, other: int) -> bool:
    """Generations of one byte wrap; of two neighbours the one just after the other is newer."""
    return 0 < (one - other) & 0xFF < 0x80


def stage_of(stored: bytes) -> Stage:
    """How far issuing has come, from the bytes alone.

    Both stage bytes are written once and only away from FF: the second counts as soon as it is anything else, the
    first only when it is whole, because the code is changed after it was verified.
    """
    if set(stored[OPEN_AREA:]) == {UNWRITTEN}:
        return Stage.EMPTY
    if stored[IDENTITY : IDENTITY + 3] == _MAGIC + bytes([_LAYOUT]):
        if stored[FINISHED] != UNWRITTEN:
            return Stage.FINISHED
        if stored[KEY_CHANGING] == MARKED:
            return Stage.KEY_CHANGING
        return Stage.BUILDING if _is_unsold(stored) else Stage.FOREIGN
    return Stage.BUILDING if _is_torn_beginning(stored) else Stage.FOREIGN


def _is_unsold(stored: bytes) -> bool:
    """No purchase area yet, and nothing where building writes nothing."""
    untouched = stored[COPY_A:FEEDBACK] + stored[FEEDBACK + 1 : HOLDER] + stored[FINISHED + 1 :]
    return set(untouched) == {UNWRITTEN}


def _is_torn_beginning(stored: bytes) -> bool:
    """The first three bytes are written in order; the one in flight still has all the one-bits of its new value."""
    head, rest = stored[IDENTITY : IDENTITY + 3], stored[IDENTITY + 3 :]
    wanted = _MAGIC + bytes([_LAYOUT])
    return set(rest) == {UNWRITTEN} and all(byte & new == new for byte, new in zip(head, wanted, strict=True))


def encode_feedback(feedback: MeterFeedback) -> bytes:
    """The return area as the meter writes it. Figures beyond their bytes stay at the greatest the area can tell."""
    day = bytes.fromhex(feedback.read_on.replace("-", "")[2:]) if feedback.read_on else bytes(3)
    body = _FEEDBACK.pack(
        _METER_HAS_SEEN,
        feedback.taken_sequence,
        feedback.remaining_l,
        min(feedback.used_l, 2**32 - 1),
        feedback.status,
        feedback.battery_pct,
        0,
        0,
        min(feedback.magnet_count, 0xFF),
        day,
        0,
        min(feedback.valve_faults, 0xFF),
    )
    return _checksummed(body)


def decode_feedback(stored: bytes) -> MeterFeedback | None:
    """The return area from a whole memory; None if the card was never in a meter or the report is torn."""
    body = _checked(stored[FEEDBACK : FEEDBACK + FEEDBACK_LENGTH])
    if body is None:
        return None
    state, taken, remaining_l, used_l, status, battery, _opened, _closed, magnet, day, _error, valve = _FEEDBACK.unpack(
        body
    )
    if state == _NOT_INSERTED:
        return None
    return MeterFeedback(
        taken_sequence=taken,
        remaining_l=remaining_l,
        used_l=used_l,
        battery_pct=battery,
        status=status,
        magnet_count=magnet,
        valve_faults=valve,
        read_on=_iso_day(day),
    )


def _iso_day(packed: bytes) -> str | None:
    text = packed.hex()
    if not _is_decimal(text) or text == "000000":
        return None
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:])).isoformat()
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class IssuePlan:
    """What issuing stores, in this order: address and bytes. The feedback state is cleared so that a meter sees it."""

    steps: tuple[tuple[int, bytes], ...]
    copy_a: bytes


def plan_issue(identity: CardIdentity, first: CardPurchase, mark: bytes) -> IssuePlan:
    """Everything checked before the card is touched. Raises as `encode_identity` and `encode_purchase`."""
    steps = (
        (IDENTITY, encode_identity(identity)),
        (HOLDER, encode_holder(identity, mark)),
        (FEEDBACK, bytes([_NOT_INSERTED])),
    )
    return IssuePlan(steps, encode_purchase(first, 1))
