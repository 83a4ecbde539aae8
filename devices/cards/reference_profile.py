"""The documented reference profile of our CPU card: where every byte lies and when a card counts as written.

The rule carried out here is the A/B rule: two copies of the purchase, each with its own generation and checksum, and
one selector byte written last. Torn at any byte, the card is plainly before or after. The page for meter makers is
docs/card-reference-profile.md; this module is its executable form. It must not know APDUs, keys or readers.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from datetime import date
from operator import gt

from devices.cards.two_copies import NOTHING_SOLD, PurchaseArea, PurchaseCopy, decide_by_selector
from pos.domain.card import CardIdentity, CardKind, CardPurchase, MeterFeedback
from pos.domain.errors import RuleViolation

PURCHASE_LENGTH = 32
FEEDBACK_SLOT = 32
IDENTITY_LENGTH = 39
PUBLIC_LENGTH = 30
CONTROL_LENGTH = 2
FACTOR_LENGTH = 8

SELECT_NONE = 0x00

# Stages of personalisation, second byte of the control file. The values are chosen so that a byte torn on the way
# from BUILDING to KEY_CHANGING to FINISHED never reads as an earlier or a later stage; FF is memory never written.
STAGE_BUILDING = 0x00
STAGE_KEY_CHANGING = 0x0F
STAGE_FINISHED = 0x3F
STAGES_BEFORE_KEY_CHANGE = frozenset({STAGE_BUILDING, 0xFF})

_MAGIC = b"CS"
_LAYOUT = 1
_VOLUME_PURCHASE = 0x01
_METER_HAS_SEEN = 0x58  # start code of the return area: the card has been in a meter

_PURCHASE = struct.Struct(">BB I H I 6s I 6s")
_FEEDBACK = struct.Struct(">B H H i 6s B H H H 4s B x")
_IDENTITY = struct.Struct(">2s BB 2s 5s 6s 12s B 5x")

USER_CARD_TYPE = 0x02
TOOL_CARD_TYPES: dict[int, str] = {
    0x11: "tool.check_card",
    0x12: "tool.clear_card",
    0x13: "tool.set_card",
    0x14: "tool.price_card",
    0x15: "tool.transfer_card",
    0x16: "tool.test_card",
}


@dataclass(frozen=True, slots=True)
class ReferenceProfile:
    """Names and numbers of one card profile, as data.

    Attributes:
        name: application name the card is selected by (F0 = proprietary, unregistered).
        df_file_id: two-byte identifier of the application directory.
        public_file, identity_file, copy_a, copy_b, control_file, feedback_file: short file identifiers.
        external_auth_key, meter_auth_key, internal_auth_key, line_key, meter_line_key: key identifiers on the card.
        max_sequence: last purchase count the card can hold; the counter warns at nine tenths.
    """

    name: bytes = b"\xf0CSGAS01"
    df_file_id: int = 0x3F01
    public_file: int = 0x15
    identity_file: int = 0x16
    copy_a: int = 0x06
    copy_b: int = 0x07
    control_file: int = 0x08
    feedback_file: int = 0x09
    external_auth_key: int = 0x00
    meter_auth_key: int = 0x01
    internal_auth_key: int = 0x00
    line_key: int = 0x00
    meter_line_key: int = 0x01
    max_sequence: int = 0xFFFF


REFERENCE = ReferenceProfile()


def _checksummed(body: bytes) -> bytes:
    return body + zlib.crc32(body).to_bytes(4, "big")


def _checked(stored: bytes) -> bytes | None:
    """The body if its checksum is right; all-equal fillers (never written) are not valid either."""
    body, checksum = stored[:-4], stored[-4:]
    if len(set(stored)) == 1 or zlib.crc32(body).to_bytes(4, "big") != checksum:
        return None
    return body


def _bcd(digits: str, length: int) -> bytes:
    """Packed decimal, padded with F on the right."""
    return bytes.fromhex(digits.ljust(2 * length, "F"))


def _digits(packed: bytes) -> str | None:
    text = packed.hex().upper().rstrip("F")
    return text if text.isdecimal() or not text else None


def factor_of(identity: CardIdentity) -> bytes:
    """Diversification factor: the last eight bytes of the application serial number (area, card number, issue)."""
    return _bcd(identity.area_code, 2) + _bcd(identity.card_no, 5) + bytes([identity.issue_no])


def encode_public(identity: CardIdentity, issued_on: date, valid_until: date) -> bytes:
    """File 0015: issuer 8, application type, version, application serial number 10, two BCD dates, two free bytes."""
    issuer = b"CHSHOU" + _bcd(identity.area_code, 2)
    serial = bytes(2) + factor_of(identity)
    dates = bytes.fromhex(issued_on.strftime("%Y%m%d") + valid_until.strftime("%Y%m%d"))
    return issuer + bytes([0x01, _LAYOUT]) + serial + dates + bytes(2)


def encode_identity(identity: CardIdentity, card_type: int = USER_CARD_TYPE) -> bytes:
    """File 0016, 39 bytes. Raises RuleViolation `card.identity_invalid` naming the field that does not fit."""
    _require(len(identity.card_no) == 10 and identity.card_no.isdecimal(), "card_no")
    _require(len(identity.area_code) == 4 and identity.area_code.isdecimal(), "area_code")
    _require(len(identity.account_no) <= 12 and identity.account_no.isdecimal(), "account_no")
    meter_no = identity.meter_no
    _require(len(meter_no) <= 12 and meter_no.isascii() and meter_no.isprintable(), "meter_no")
    _require(0 <= identity.issue_no <= 0xFF, "issue_no")
    body = _IDENTITY.pack(
        _MAGIC,
        _LAYOUT,
        card_type,
        _bcd(identity.area_code, 2),
        _bcd(identity.card_no, 5),
        _bcd(identity.account_no, 6),
        meter_no.encode("ascii").ljust(12, b"\xff"),
        identity.issue_no,
    )
    return _checksummed(body)


def _require(condition: bool, field: str) -> None:
    if not condition:
        raise RuleViolation("card.identity_invalid", field=field)


def decode_identity(stored: bytes) -> tuple[CardIdentity, CardKind, str] | None:
    """Identity, kind of card and note; None if the file is not one of ours, unwritten or torn."""
    body = _checked(stored)
    if body is None:
        return None
    magic, layout, card_type, area, card_no, account, meter, issue_no = _IDENTITY.unpack(body)
    numbers = [_digits(area), _digits(card_no), _digits(account)]
    if magic != _MAGIC or layout != _LAYOUT or None in numbers:
        return None
    identity = CardIdentity(
        card_no=numbers[1] or "",
        area_code=numbers[0] or "",
        account_no=numbers[2] or "",
        meter_no=meter.rstrip(b"\xff").decode("ascii", "replace"),
        issue_no=issue_no,
    )
    if card_type == USER_CARD_TYPE:
        return identity, CardKind.USER, ""
    return identity, CardKind.TOOL, TOOL_CARD_TYPES.get(card_type, "tool.unknown_card")


def encode_purchase(purchase: CardPurchase, generation: int) -> bytes:
    """One copy of the purchase area, 32 bytes. Raises RuleViolation `card.purchase_out_of_range` naming the field."""
    limits = {
        "sequence": (purchase.sequence, REFERENCE.max_sequence),
        "volume_l": (purchase.volume_l, 2**32 - 1),
        "cumulative_l": (purchase.cumulative_l, 2**48 - 1),
        "price_e4": (purchase.price_e4, 2**32 - 1),
        "sold_at_utc_ms": (purchase.sold_at_utc_ms, 2**48 - 1),
        "generation": (generation, 2**32 - 1),
    }
    for field, (figure, greatest) in limits.items():
        if not 0 <= figure <= greatest:
            raise RuleViolation("card.purchase_out_of_range", field=field, value=figure)
    body = _PURCHASE.pack(
        _LAYOUT,
        _VOLUME_PURCHASE,
        generation,
        purchase.sequence,
        purchase.volume_l,
        purchase.cumulative_l.to_bytes(6, "big"),
        purchase.price_e4,
        purchase.sold_at_utc_ms.to_bytes(6, "big"),
    )
    return _checksummed(body)


def decode_purchase(stored: bytes) -> PurchaseCopy | None:
    """One copy, or None if it is unwritten or torn."""
    body = _checked(stored)
    if body is None:
        return None
    layout, kind, generation, sequence, volume_l, cumulative, price_e4, sold_at = _PURCHASE.unpack(body)
    if layout != _LAYOUT or kind != _VOLUME_PURCHASE:
        return None
    purchase = CardPurchase(
        sequence=sequence,
        volume_l=volume_l,
        cumulative_l=int.from_bytes(cumulative, "big"),
        price_e4=price_e4,
        sold_at_utc_ms=int.from_bytes(sold_at, "big"),
    )
    return PurchaseCopy(generation, purchase)


def decide_area(copy_a: bytes, copy_b: bytes, selector: int) -> PurchaseArea:
    """Apply the A/B rule; meters apply the same one.

    A selector never written means that no purchase is on the card yet; where it stands at 00 beside a copy that is not
    the first, it was torn on its way over the erased state of its cell.
    """
    first, second = decode_purchase(copy_a), decode_purchase(copy_b)
    sold_before = any(copy is not None and copy.generation > 1 for copy in (first, second))
    if selector == SELECT_NONE and not sold_before:
        return NOTHING_SOLD
    return decide_by_selector((first, second), (copy_a, copy_b), selector, is_newer=gt)


@dataclass(frozen=True, slots=True)
class FeedbackState:
    """The newest valid slot of the feedback file. Attributes: generation (0 = never); feedback; next_slot (0 or 1)."""

    generation: int
    feedback: MeterFeedback | None
    next_slot: int


def encode_feedback(feedback: MeterFeedback, generation: int) -> bytes:
    """One slot as the meter writes it, 32 bytes."""
    day = bytes.fromhex(feedback.read_on.replace("-", "")) if feedback.read_on else bytes(4)
    body = _FEEDBACK.pack(
        _METER_HAS_SEEN,
        generation & 0xFFFF,
        feedback.taken_sequence,
        feedback.remaining_l,
        feedback.used_l.to_bytes(6, "big"),
        feedback.battery_pct,
        feedback.status,
        feedback.magnet_count,
        feedback.valve_faults,
        day,
        0,
    )
    return _checksummed(body)


def decode_feedback(stored: bytes) -> FeedbackState:
    """Both slots; the valid one with the higher generation counts, so a torn feedback write loses only itself."""
    first, second = _decode_slot(stored[:FEEDBACK_SLOT]), _decode_slot(stored[FEEDBACK_SLOT:])
    if first is not None and (second is None or _is_newer(first[0], second[0])):
        return FeedbackState(first[0], first[1], next_slot=1)
    if second is not None:
        return FeedbackState(second[0], second[1], next_slot=0)
    return FeedbackState(0, None, next_slot=0)


def _is_newer(one: int, other: int) -> bool:
    """Generations of two bytes wrap; of two neighbours the one just after the other is newer."""
    return 0 < (one - other) & 0xFFFF < 0x8000


def _decode_slot(stored: bytes) -> tuple[int, MeterFeedback] | None:
    body = _checked(stored)
    if body is None:
        return None
    seen, generation, taken, remaining_l, used, battery, status, magnet, valve, day, _error = _FEEDBACK.unpack(body)
    if seen != _METER_HAS_SEEN:
        return None
    text = day.hex()
    read_on = f"{text[:4]}-{text[4:6]}-{text[6:]}" if text.isdecimal() and text != "00000000" else None
    feedback = MeterFeedback(
        taken_sequence=taken,
        remaining_l=remaining_l,
        used_l=int.from_bytes(used, "big"),
        battery_pct=battery,
        status=status,
        magnet_count=magnet,
        valve_faults=valve,
        read_on=read_on,
    )
    return generation, feedback
