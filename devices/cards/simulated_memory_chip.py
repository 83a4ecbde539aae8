"""Simulated memory chips (SLE4442, SLE4428): cells that are erased and written one by one, a code that locks for ever.

Behaves as the data sheets print it and takes the worst case where they are silent: a byte that needs a bit set again
is erased to FF first, the try is taken before the code is compared, what may not be stored is ignored without a word.
It must not know readers, commands or what a counter stores on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any

from devices.cards.memory_chip import MEMORY_FAMILIES, SLE4428, SLE4442, MemoryFamily
from devices.cards.simulated_memory import Memory

_SIZE = {"memory-4442": 0x100, "memory-4428": 0x400}
_COUNTER_OF_4428 = 0x3FD
_APPLICATION = bytes.fromhex("D27600000400")  # at 15 of a new 4442, as the makers deliver it


@dataclass
class SimulatedMemoryChip:
    """One chip.

    Attributes:
        cells: main memory; of a 4428 its last three bytes are the counter and the code.
        protected: addresses that are fixed for ever.
        security: of a 4442: counter and code; of a 4428: empty, they lie in the main memory.
        is_open: the code was presented since power came.
        presentations: how often a code was ever presented; wrong_presentations: how often a wrong one.
    """

    family: MemoryFamily
    cells: bytearray
    security: bytearray
    protected: set[int] = field(default_factory=set)
    memory: Memory = field(default_factory=Memory)
    is_open: bool = False
    presentations: int = 0
    wrong_presentations: int = 0

    @property
    def atr(self) -> bytes:
        """The first four bytes of the chip are its answer to reset: overwritten, it never answers as itself again."""
        return self.family.atr[:2] + bytes(self.cells[:4])

    @property
    def full_counter(self) -> int:
        """07 of a 4442, FF of a 4428."""
        return (1 << self.family.tries) - 1

    @property
    def counter(self) -> int:
        """The counter's bits as they stand; each one-bit is a try."""
        return self.security[0] & self.full_counter if self._is_4442 else self.cells[_COUNTER_OF_4428]

    @property
    def code(self) -> bytes:
        """What the chip compares with; only a laboratory sees it."""
        return bytes(self.security[1:]) if self._is_4442 else bytes(self.cells[_COUNTER_OF_4428 + 1 :])

    @property
    def _is_4442(self) -> bool:
        return self.family is SLE4442

    def power_on(self) -> None:
        """Reset: an opened chip is closed again."""
        self.is_open = False

    def read(self, address: int, length: int) -> bytes:
        """Free reading; the code of a closed 4428 reads as zeros."""
        shown = bytearray(self.cells[address : address + length])
        if not self._is_4442 and not self.is_open:
            for hidden in range(max(address, _COUNTER_OF_4428 + 1), address + len(shown)):
                shown[hidden - address] = 0
        return bytes(shown)

    def write(self, address: int, fresh: bytes) -> bool:
        """Store byte by byte; False if a byte was ignored (closed, protected or outside)."""
        stored = True
        for position, byte in enumerate(fresh, start=address):
            if not self.is_open or position in self.protected or position >= len(self.cells):
                stored = False
                continue
            self._cell(self.cells, position, byte)
        return stored

    def protect(self, address: int, compared: bytes) -> bool:
        """Fix bytes for ever where they are what is compared with; False if one was not."""
        fixed = self.is_open
        for position, byte in enumerate(compared, start=address):
            has_bit = position < len(self.cells) and (not self._is_4442 or position < 0x20)
            if self.is_open and has_bit and self.cells[position] == byte:
                self.memory.spend(1)
                self.protected.add(position)
            else:
                fixed = False
        return fixed

    def protection_bits(self, address: int = 0, length: int = 4) -> bytes:
        """A bit for each byte from there on, the first byte is P8..P1; 0 = fixed, 1 = still writable."""
        bits = 0
        for place in range(8 * length):
            if address + place not in self.protected:
                bits |= 1 << place
        return bits.to_bytes(length, "little")

    def present(self, code: bytes) -> bool:
        """Take a try, compare, and give all tries back for the right code. A locked chip compares nothing."""
        self.presentations += 1
        counter = self.counter
        if counter == 0:
            return False
        self._count(counter & ~(1 << (counter.bit_length() - 1)))  # 07, 03, 01, 00
        if not compare_digest(code, self.code):
            self.wrong_presentations += 1
            return False
        self.is_open = True
        self._count(self.full_counter)
        return True

    def change_code(self, fresh: bytes) -> bool:
        """Replace the code of an opened chip byte by byte; False if it is closed."""
        if not self.is_open or len(fresh) != self.family.code_length:
            return False
        target, start = (self.security, 1) if self._is_4442 else (self.cells, _COUNTER_OF_4428 + 1)
        for position, byte in enumerate(fresh, start=start):
            self._cell(target, position, byte)
        return True

    def _count(self, bits: int) -> None:
        target, position = (self.security, 0) if self._is_4442 else (self.cells, _COUNTER_OF_4428)
        self.memory.store(target, position, bytes([bits]))

    def _cell(self, target: bytearray, position: int, byte: int) -> None:
        """Erase where a bit has to be set again, then write where one has to be cleared; each can be torn."""
        if byte & ~target[position]:
            self.memory.store(target, position, b"\xff")
        if target[position] != byte:
            self.memory.store(target, position, bytes([byte]))

    def to_document(self) -> dict[str, Any]:
        """Everything that lasts."""
        return {
            "family": self.family.name,
            "cells": self.cells.hex(),
            "security": self.security.hex(),
            "protected": sorted(self.protected),
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> SimulatedMemoryChip:
        """Inverse of `to_document`. Raises ValueError or KeyError for anything else."""
        family = MEMORY_FAMILIES[document["family"]]
        cells = bytearray.fromhex(document["cells"])
        if len(cells) != _SIZE[family.name]:
            raise ValueError("not the memory of this chip")
        return cls(family, cells, bytearray.fromhex(document["security"]), set(document["protected"]))


def blank_chip(family: MemoryFamily) -> SimulatedMemoryChip:
    """A chip as the maker delivers it: its own header fixed, everything else FF, the code all FF."""
    cells = bytearray(b"\xff" * _SIZE[family.name])
    cells[:4] = family.atr[2:]
    protected = set(range(4))
    if family is not SLE4428:
        cells[4:8] = bytes.fromhex("FFFF8115")
        cells[0x15:0x1B] = _APPLICATION
        protected |= {0x06, 0x07} | set(range(0x15, 0x1B))
    security = bytearray(b"\x07\xff\xff\xff") if family is SLE4442 else bytearray()
    return SimulatedMemoryChip(family, cells, security, protected)
