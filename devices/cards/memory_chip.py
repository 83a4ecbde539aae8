"""Memory cards as the counter sees them, whatever the maker of the reader: the two chips and the port to one.

A memory card has no commands; each reader maker invented pseudo-APDUs of his own, and one adapter per maker speaks this
port. It must not know layouts, keys or what a byte on the card means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol


@dataclass(frozen=True, slots=True)
class MemoryFamily:
    """One kind of chip, as its data sheet prints it.

    Attributes:
        name: driver family.
        atr: whole answer to reset; nothing shorter or longer is this chip.
        readable: bytes from address 0 that are free to read and worth reading.
        writable_from, writable_to: the counter writes in [from, to) only. Below lies the maker's area, and byte 0 is
            the answer to reset: a card on which it was overwritten never answers again. Above lie counter and code.
        code_length: bytes of the code that opens writing (PSC).
        tries: what a full counter stands for.
    """

    name: str
    atr: bytes
    readable: int
    writable_from: int
    writable_to: int
    code_length: int
    tries: int


SLE4442: Final = MemoryFamily("memory-4442", bytes.fromhex("3B04A2131091"), 0x100, 0x20, 0x100, 3, 3)
SLE4428: Final = MemoryFamily("memory-4428", bytes.fromhex("3B0492231091"), 0x3FD, 0x20, 0x3FD, 2, 8)
_CHUNK: Final = 224  # bytes in one command; some readers take no more than 239
MEMORY_FAMILIES: Final = {family.name: family for family in (SLE4442, SLE4428)}


def in_parts(address: int, length: int) -> Iterator[tuple[int, int]]:
    """Where each command of a longer reading or writing begins, and how many bytes it carries."""
    for start in range(0, length, _CHUNK):
        yield address + start, min(_CHUNK, length - start)


class MemoryChip(Protocol):
    """One powered memory card behind one reader.

    All methods raise what `ApduChannel.run` raises: DeviceRefused and DeviceProtocolError for an answer, and the
    connection's DeviceUnavailable and OutcomeUnknown.
    """

    @property
    def family(self) -> MemoryFamily:
        """Which chip it is."""

    def begin(self) -> None:
        """Make the reader speak this chip. Where the reader's maker allows it, writing is closed again by it."""

    def read(self, address: int, length: int) -> bytes:
        """Bytes of the main memory; free, never costs a try."""

    def write(self, address: int, fresh: bytes) -> None:
        """Store bytes one after the other. An answer is no proof: the chip ignores what it may not store."""

    def tries(self) -> int:
        """Remaining presentations of the code. Raises: DeviceRefused `card.tries_unknown` where nobody can tell."""

    def present(self, code: bytes) -> None:
        """Present the code ONCE. A wrong one costs a try for ever; at none left the card is never written again.

        Raises: DeviceRefused `card.authentication_refused` (tries_left), `card.key_locked`.
        """

    def change_code(self, old: bytes, fresh: bytes) -> None:
        """Replace the code that has just been presented. Torn on the way, nobody knows the code any more."""
