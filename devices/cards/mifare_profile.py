"""The layout of a MIFARE Classic 1K by a profile: which sector holds what, and when a card counts as written.

Two copies of the purchase lie in two sectors; a value block with a backup names the generation of the copy that counts.
The main value is written last, the backup after it, so torn at any byte the card is plainly before or after. Records
and sectors are in a profile file. The page for meter makers is docs/mifare-reference-profile.md. It must not know
APDUs, keys or readers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.cards.card_profile import CardProfile, built_in
from devices.cards.card_records import USER_CARD_TYPE, CardRecords, FeedbackState
from devices.cards.mifare_access import (
    READ_BOTH_WRITE_B,
    TRAILER_BY_B,
    VALUE_BLOCK,
    SectorAccess,
)
from devices.cards.two_copies import PurchaseCopy
from pos.domain.card import CardIdentity, CardPurchase

BLOCK_LENGTH: Final = 16
DATA_LENGTH: Final = 3 * BLOCK_LENGTH  # of one sector
TRAILER: Final = 3  # block within the sector
VALUE: Final = 2  # block within a purchase sector
GENERAL_PURPOSE_BYTE: Final = 0x69
MAX_GENERATION: Final = 2**31 - 1
FIRST_GENERATION: Final = 1


@dataclass(frozen=True, slots=True)
class SectorPlan:
    """One sector of ours. Attributes: sector; key_b (purpose of the key that writes it); access (its conditions)."""

    sector: int
    key_b: str
    access: SectorAccess

    @property
    def first_block(self) -> int:
        """Number of its first block on the card."""
        return 4 * self.sector

    @property
    def trailer(self) -> int:
        """Number of its trailer on the card."""
        return self.first_block + TRAILER


_PLAIN = SectorAccess((READ_BOTH_WRITE_B, READ_BOTH_WRITE_B, READ_BOTH_WRITE_B), TRAILER_BY_B)
_WITH_VALUE = SectorAccess((READ_BOTH_WRITE_B, READ_BOTH_WRITE_B, VALUE_BLOCK), TRAILER_BY_B)

KEY_A: Final = "sector_read"
"""Purpose of the key that reads: one for a hall, whatever the profile of the card."""


@dataclass(frozen=True, slots=True)
class RawSectors:
    """Data blocks as read, 48 bytes each, trailers left out. Attributes: identity; copy_a; copy_b; feedback (both)."""

    identity: bytes
    copy_a: bytes
    copy_b: bytes
    feedback: tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class ValueArea:
    """What the copies and the two values say together.

    Attributes:
        current: the copy that counts, None if none can be trusted.
        current_is_a: which sector holds it.
        never_sold: no value was ever written whole; issuing is not finished.
        backup_is_behind: the backup must be mended before the main value is touched again.
        torn_copy: the other copy or one of the values is damaged or behind; the next write repairs it.
    """

    current: PurchaseCopy | None
    current_is_a: bool
    never_sold: bool
    backup_is_behind: bool
    torn_copy: bool


def whole_blocks(record: bytes) -> bytes:
    """A record filled up with zeros to the end of its last block."""
    return record.ljust(-(-len(record) // BLOCK_LENGTH) * BLOCK_LENGTH, b"\x00")


def encode_value(generation: int, block: int) -> bytes:
    """A value block that names the generation: the number thrice, once inverted, then its block number likewise."""
    plain = generation.to_bytes(4, "little")
    inverted = bytes(byte ^ 0xFF for byte in plain)
    marks = bytes([block, block ^ 0xFF])
    return plain + inverted + plain + marks + marks


def decode_value(stored: bytes) -> int | None:
    """The generation, or None for a block that is torn, was never a value, or names no possible generation.

    The address byte must agree with its inverses and is not compared with the block: readers fill it differently.
    """
    generation = int.from_bytes(stored[:4], "little")
    if not FIRST_GENERATION <= generation <= MAX_GENERATION or stored != encode_value(generation, stored[12]):
        return None
    return generation


class MifareLayout:
    """One profile's layout.

    Attributes:
        records: of the profile.
        identity, copy_a, copy_b, feedback (both): sectors.
        issue_order: all of them; the identity's comes last: as long as the transport key opens it, the card reads as
            blank.
        head: the constants that the identity begins with; what tells the profile's cards from all others.
    """

    def __init__(self, profile: CardProfile) -> None:
        self.records = CardRecords(profile)
        at = profile.places
        self.identity = SectorPlan(at["identity"], "sector_issue", _PLAIN)
        self.copy_a = SectorPlan(at["copy_a"], "sector_write", _WITH_VALUE)
        self.copy_b = SectorPlan(at["copy_b"], "sector_write", _WITH_VALUE)
        self.feedback = tuple(SectorPlan(at[place], "sector_meter", _PLAIN) for place in ("feedback_a", "feedback_b"))
        self.issue_order = (self.copy_a, self.copy_b, *self.feedback, self.identity)
        self.head = self.records.identity.head

    def begins(self, sector: bytes) -> bool:
        """Whether the identity's sector begins as those of this profile do."""
        return sector.startswith(self.head)

    def encode_identity_sector(self, identity: CardIdentity, card_type: int = USER_CARD_TYPE) -> bytes:
        """Data blocks of the identity's sector: the identity, then zeros. Raises as `CardRecords.encode_identity`."""
        return self.records.encode_identity(identity, card_type).ljust(DATA_LENGTH, b"\x00")

    def encode_copy(self, purchase: CardPurchase, generation: int) -> bytes:
        """One copy of the purchase: all blocks before the value. Raises as `CardRecords.encode_purchase`."""
        return self.records.encode_purchase(purchase, generation).ljust(VALUE * BLOCK_LENGTH, b"\x00")

    def feedback_of(self, raw: RawSectors) -> FeedbackState:
        """The newest valid slot of the two."""
        return self.records.newest_feedback(*raw.feedback)

    def area_of(self, raw: RawSectors) -> ValueArea:
        """The purchase area by the rule of the values."""
        return self.decide_area(raw.copy_a, raw.copy_b)

    def decide_area(self, sector_a: bytes, sector_b: bytes) -> ValueArea:
        """Apply the rule of the values; meters apply the same one.

        The main value (in the sector of copy A) names the generation of the copy that counts. If it is torn, the backup
        (in the sector of copy B) counts: it is written only after the main value, so it names what counted before. A
        value that names no whole copy is damage, and nobody guesses.
        """
        copies = [self.records.decode_purchase(sector) for sector in (sector_a, sector_b)]
        main, backup = decode_value(sector_a[-BLOCK_LENGTH:]), decode_value(sector_b[-BLOCK_LENGTH:])
        named = main if main is not None else backup
        if named is None:
            sold_before = any(copy is not None and copy.generation > FIRST_GENERATION for copy in copies)
            return ValueArea(
                None, current_is_a=False, never_sold=not sold_before, backup_is_behind=True, torn_copy=False
            )
        matching = [copy is not None and copy.generation == named for copy in copies]
        is_a = matching[0]
        other_sector, other = (sector_b, copies[1]) if is_a else (sector_a, copies[0])
        never_written = len(set(other_sector[: self.records.purchase.length])) == 1
        return ValueArea(
            current=copies[0 if is_a else 1] if any(matching) else None,
            current_is_a=is_a,
            never_sold=False,
            backup_is_behind=backup != named,
            torn_copy=main != backup or (other is None and not never_written),
        )


REFERENCE: Final = MifareLayout(built_in("reference-mifare"))
