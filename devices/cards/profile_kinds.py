"""What a card profile may say, per kind of card: families, places and their range, records and the fields they need.

Carries out cards.md B6 as far as the drivers carry it out; a rule that no driver follows is refused by the check rather
than promised. It must not know files, records' bytes or sessions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from devices.cards.record_layout import UNITS_L, FieldType

MEMORY, STORAGE, CPU, WALLET = "memory", "storage", "cpu", "wallet"
WITH_APPLICATION: Final = (CPU, WALLET)
WALLET_PLACES: Final = ("wallet", "log", "load_key", "unload_key", "purchase_key")
APPLICATION: Final = "application"
"""The one place that is no number: the name a CPU card's application is selected by, 5 to 16 bytes."""

RULES: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": tuple(UNITS_L),
    "sequence": ("plus_one", "greater_than"),
    "on_unconsumed": ("refuse",),
    "write_mode": ("replace",),
}
"""Rules by name and what is allowed: what the counter does. Other makers' rules are known and not carried out yet.

The count rises by one at every purchase, which a meter that asks for any greater count takes, too.
"""
WALLET_UNIT: Final = "litre"
"""A wallet counts litres, whatever the records beside it count."""
KNOWN_RULES: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": ("yuan", "fen"),
    "sequence": ("cumulative", "maker_increments"),
    "on_unconsumed": ("merge_same_count",),
    "write_mode": ("add",),
}
UNIT: Final = "unit"
CAPS: Final = ("max_sequence", "max_purchase_l")
CODE: Final = "code"
"""The rule that says how the code of a memory card is derived; needed there and nowhere else."""

PIN: Final = "pin"
"""The rule of a wallet that may be left out: whether the customer types a PIN, to load it or to have it read."""
NO_PIN: Final = "none"
KNOWN_PINS: Final = ("load", "read")
"""Known of makers and not carried out: credit moves under MAC1 and MAC2 of the issuer's keys alone (cards A1.6)."""

_UINT = frozenset({FieldType.UINT})
_FIELDS: Final[Mapping[str, Mapping[str, frozenset[FieldType]]]] = {
    "identity": {
        "card_type": _UINT,
        "area_code": frozenset({FieldType.BCD}),
        "card_no": frozenset({FieldType.BCD}),
        "account_no": frozenset({FieldType.BCD}),
        "meter_no": frozenset({FieldType.ASCII}),
        "issue_no": _UINT,
    },
    "holder": {
        "account_no": frozenset({FieldType.BCD}),
        "meter_no": frozenset({FieldType.ASCII}),
        "mark": frozenset({FieldType.BYTES}),
    },
    "purchase": {
        "generation": _UINT,
        "sequence": _UINT,
        "volume_l": _UINT,
        "cumulative_l": _UINT,
        "price_e4": _UINT,
        "sold_at_utc_ms": frozenset({FieldType.TIME_MS}),
    },
    "feedback": {
        "generation": _UINT,
        "taken_sequence": _UINT,
        "remaining_l": frozenset({FieldType.INT}),
        "used_l": _UINT,
        "battery_pct": _UINT,
        "status": _UINT,
        "magnet_count": _UINT,
        "valve_faults": _UINT,
        "read_on": frozenset({FieldType.DATE}),
    },
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of card.

    Attributes:
        name: of the kind; families: driver families it stands for.
        places: what has to be placed, with the least and the greatest number.
        one_byte: places that take a single byte.
        records: which records it has, with the fields that must be there.
        max_record: bytes that fit where a record lies.
        has_code: a code opens writing.
        counts_in_values: value blocks or a wallet's counter name the generation that counts.
        max_volume_l: what one purchase may carry, however wide its field.
    """

    name: str
    families: tuple[str, ...]
    places: Mapping[str, tuple[int, int]]
    one_byte: tuple[str, ...]
    records: Mapping[str, tuple[str, ...]]
    max_record: Mapping[str, int]
    has_code: bool = False
    counts_in_values: bool = False
    max_volume_l: int = 2**64 - 1

    def field_types(self, record: str) -> Mapping[str, frozenset[FieldType]]:
        """Fields that a record may have, with the types they may take."""
        return _FIELDS[record]


_PURCHASE = tuple(_FIELDS["purchase"])
_IDENTITY = tuple(_FIELDS["identity"])
_FILE = (0x01, 0x1E)  # short file identifiers
_KEY = (0x00, 0xFF)
_LINE_KEY = (0x00, 0x03)  # a file names its line key in two bits
_SECTOR = (1, 15)
_OPEN = (0x20, 0xFF)

_CPU_PLACES: Final = {
    "directory": (0x0001, 0xFFFE),
    **dict.fromkeys(("public", "identity", "copy_a", "copy_b", "control", "feedback"), _FILE),
    **dict.fromkeys(("external_auth_key", "meter_auth_key", "internal_auth_key"), _KEY),
    **dict.fromkeys(("line_key", "meter_line_key"), _LINE_KEY),
}
_CPU_RECORDS: Final = {
    "identity": _IDENTITY,
    "purchase": _PURCHASE,
    "feedback": ("generation", "taken_sequence", "remaining_l"),
}
_CPU_ROOM: Final = {"identity": 239, "purchase": 235, "feedback": 119}

KINDS: Final = (
    Kind(CPU, ("fmcos",), _CPU_PLACES, (), _CPU_RECORDS, _CPU_ROOM),
    Kind(
        WALLET,
        ("fmcos-wallet",),
        {
            **_CPU_PLACES,
            "internal_auth_key": (0x00, 0x00),  # the card makes its TAC with that one
            "wallet": (0x01, 0x01),
            "log": _FILE,
            **dict.fromkeys(WALLET_PLACES[2:], _KEY),
        },
        (),
        _CPU_RECORDS,
        _CPU_ROOM,
        counts_in_values=True,
        max_volume_l=2**31 - 1,
    ),
    Kind(
        STORAGE,
        ("mifare-1k",),
        dict.fromkeys(("identity", "copy_a", "copy_b", "feedback_a", "feedback_b"), _SECTOR),
        (),
        {"identity": _IDENTITY, "purchase": _PURCHASE, "feedback": ("generation", "taken_sequence", "remaining_l")},
        {"identity": 48, "purchase": 32, "feedback": 48},
        counts_in_values=True,
    ),
    Kind(
        MEMORY,
        ("memory-4442", "memory-4428"),
        dict.fromkeys(
            ("identity", "copy_a", "copy_b", "selector", "feedback", "holder", "key_changing", "finished"), _OPEN
        ),
        ("selector", "key_changing", "finished"),
        {
            "identity": ("card_type", "area_code", "card_no", "issue_no"),
            "holder": ("account_no", "meter_no", "mark"),
            "purchase": _PURCHASE,
            "feedback": ("taken_sequence", "remaining_l"),
        },
        {"identity": 224, "holder": 224, "purchase": 224, "feedback": 224},
        has_code=True,
    ),
)
KIND_OF: Final = {family: kind for kind in KINDS for family in kind.families}
