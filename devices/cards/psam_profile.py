"""The reference profile of a PSAM: where it names itself, and under which usage and version it holds which key.

Commands as bank terminals use them for the general computation; docs/keys.md has every byte. A maker's module may name
its keys otherwise: these are the values to change. It must not know readers or who asks.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from devices.cards.apdu import Command

APPLICATION: Final = b"CHANGSHOU.PSAM"
NUMBER_FILE: Final = 0x16
MARK_FILE: Final = 0x15
NUMBER_LENGTH: Final = 6
TEST_MARK: Final = 0x54
ENCRYPT, MAC = 0x00, 0x05
_LEVEL_SHIFT = 5


class KeyPlace(NamedTuple):
    """Attributes: usage (its top three bits: how often the key is diversified); version."""

    usage: int
    version: int

    @property
    def levels(self) -> int:
        """How many factors of 8 bytes belong to one computation."""
        return self.usage >> _LEVEL_SHIFT


PLACES: Final = {
    "line_protection": KeyPlace(0x27, 1),
    "meter_line": KeyPlace(0x27, 2),
    "internal_auth": KeyPlace(0x28, 1),
    "external_auth": KeyPlace(0x29, 1),
    "meter_auth": KeyPlace(0x29, 2),
    "issuer_master": KeyPlace(0x29, 3),
    "memory_code": KeyPlace(0x2B, 1),
    "memory_mark": KeyPlace(0x2B, 2),
    "sector_read": KeyPlace(0x08, 1),
    "sector_issue": KeyPlace(0x08, 2),
    "sector_write": KeyPlace(0x08, 3),
    "sector_meter": KeyPlace(0x08, 4),
}
"""A sector key is the beginning of a cryptogram over the factor, so its master is held without a level."""


def select() -> Command:
    """SELECT of the module's application."""
    return Command("SELECT PSAM", b"\x00\xa4\x04\x00", APPLICATION, answers=True)


def read_file(short_id: int, length: int) -> Command:
    """READ BINARY from the beginning of one of its open files."""
    return Command("READ PSAM", bytes([0x00, 0xB0, 0x80 | short_id, 0x00]), expected=length)


def choose_key(place: KeyPlace, factor: bytes) -> Command:
    """INIT FOR DESCRIPT: the key of this usage and version, diversified inside for the factor."""
    return Command("PSAM KEY", bytes([0x80, 0x1A, place.usage, place.version]), factor * place.levels or b"")


def compute(mode: int, data: bytes, length: int) -> Command:
    """DES CRYPT with the chosen key: ENCRYPT of whole blocks, MAC of a start value and whole blocks."""
    return Command("PSAM COMPUTE", bytes([0x80, 0xFA, mode, 0x00]), data, expected=length, secret=True)
