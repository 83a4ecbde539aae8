"""Which family a card belongs to, from its answer to reset alone. Reads only, never authenticates.

Source: the public list of answers to reset and the PC/SC specification part 3. CPU cards are recognised by prefix and
then decided by selecting the application; memory cards by their whole answer. It must not know sessions, files or keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.cards.memory_chip import MEMORY_FAMILIES

FMCOS = "fmcos"
MIFARE_1K = "mifare-1k"

_PREFIXES: tuple[tuple[str, str, str], ...] = (
    ("3B8B8001209000000000", FMCOS, ""),
    ("3B6B00002090000000", FMCOS, ""),
    ("3B8180018080", "desfire", "foreign.storage_card"),
    ("3B6D0000860148444D", "fuel", "foreign.fuel_card"),
)

# Storage cards: the reader makes up the answer to reset (PC/SC part 3); after the byte of the standard stands a name.
_STORAGE = bytes.fromhex("3B8F8001804F0CA000000306")
_STORAGE_LENGTH = 20
_STORAGE_NAMES: dict[int, tuple[str, str]] = {
    0x0001: (MIFARE_1K, ""),
    0x0002: ("mifare-4k", "foreign.mifare_4k"),
    0x0003: ("mifare-ultralight", "foreign.mifare_ultralight"),
    0x0026: ("mifare-mini", "foreign.mifare_mini"),
}


@dataclass(frozen=True, slots=True)
class Recognition:
    """Attributes: family (driver name, `unknown` if none); note (why a counter cannot use it, "" if it may)."""

    family: str
    note: str


def recognise(atr: bytes) -> Recognition:
    """Family of a card by its answer to reset."""
    for memory in MEMORY_FAMILIES.values():
        if atr == memory.atr:
            return Recognition(memory.name, "")
    shown = atr.hex().upper()
    for prefix, family, note in _PREFIXES:
        if shown.startswith(prefix):
            return Recognition(family, note)
    if atr.startswith(_STORAGE) and len(atr) == _STORAGE_LENGTH:
        name = int.from_bytes(atr[13:15], "big")
        return Recognition(*_STORAGE_NAMES.get(name, ("storage", "foreign.storage_card")))
    return Recognition("unknown", "foreign.unknown_atr")


def chip_uid(atr: bytes) -> str:
    """Serial number of the chip, upper-case hex: the last four historical bytes of an FMCOS answer to reset.

    It tells pieces of plastic apart; it is no secret and proves nothing.
    """
    if recognise(atr).family != FMCOS:
        return ""
    historical = atr[4 : 4 + (atr[1] & 0x0F)]
    return historical[-4:].hex().upper()
