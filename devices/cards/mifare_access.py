"""Access bits of a MIFARE Classic sector: who may do what with its blocks, and the three bytes that say so.

Source: the chip's data sheet, chapter on access conditions; every bit is stored twice, once inverted. A word whose two
halves disagree locks the sector for ever, therefore `access_word` is the only way to the bytes that are sent: it
generates them, parses them back and compares. It must not know keys, profiles or readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Flag, auto

BLOCKS = 4  # three data blocks and the trailer

Condition = tuple[int, int, int]
"""C1, C2, C3 of one block."""


class By(Flag):
    """Which authenticated key may do it."""

    NEVER = 0
    KEY_A = auto()
    KEY_B = auto()
    EITHER = KEY_A | KEY_B


@dataclass(frozen=True, slots=True)
class DataRights:
    """What a condition allows on a data block. Attributes: read; write; increment; decrement (restore, transfer)."""

    read: By
    write: By
    increment: By
    decrement: By


@dataclass(frozen=True, slots=True)
class TrailerRights:
    """What a condition allows on the trailer. Key A can never be read.

    Attributes: write_key_a; read_access; write_access; read_key_b (a key that can be read is no key); write_key_b.
    """

    write_key_a: By
    read_access: By
    write_access: By
    read_key_b: By
    write_key_b: By


_A, _B, _AB, _NO = By.KEY_A, By.KEY_B, By.EITHER, By.NEVER

DATA_RIGHTS: dict[Condition, DataRights] = {
    (0, 0, 0): DataRights(_AB, _AB, _AB, _AB),
    (0, 1, 0): DataRights(_AB, _NO, _NO, _NO),
    (1, 0, 0): DataRights(_AB, _B, _NO, _NO),
    (1, 1, 0): DataRights(_AB, _B, _B, _AB),
    (0, 0, 1): DataRights(_AB, _NO, _NO, _AB),
    (0, 1, 1): DataRights(_B, _B, _NO, _NO),
    (1, 0, 1): DataRights(_B, _NO, _NO, _NO),
    (1, 1, 1): DataRights(_NO, _NO, _NO, _NO),
}
TRAILER_RIGHTS: dict[Condition, TrailerRights] = {
    (0, 0, 0): TrailerRights(_A, _A, _NO, _A, _A),
    (0, 1, 0): TrailerRights(_NO, _A, _NO, _A, _NO),
    (1, 0, 0): TrailerRights(_B, _AB, _NO, _NO, _B),
    (1, 1, 0): TrailerRights(_NO, _AB, _NO, _NO, _NO),
    (0, 0, 1): TrailerRights(_A, _A, _A, _A, _A),
    (0, 1, 1): TrailerRights(_B, _AB, _B, _NO, _B),
    (1, 0, 1): TrailerRights(_NO, _AB, _B, _NO, _NO),
    (1, 1, 1): TrailerRights(_NO, _AB, _NO, _NO, _NO),
}


@dataclass(frozen=True, slots=True)
class SectorAccess:
    """Conditions of one sector. Attributes: data (of its three data blocks, in order); trailer."""

    data: tuple[Condition, Condition, Condition]
    trailer: Condition

    def __iter__(self) -> Iterator[Condition]:
        yield from self.data
        yield self.trailer


OPEN: Condition = (0, 0, 0)
READ_BOTH_WRITE_B: Condition = (1, 0, 0)
VALUE_BLOCK: Condition = (1, 1, 0)
TRAILER_BY_A: Condition = (0, 0, 1)
TRAILER_BY_B: Condition = (0, 1, 1)

TRANSPORT = SectorAccess((OPEN, OPEN, OPEN), TRAILER_BY_A)
"""As the chip leaves the factory, `FF 07 80`: key A does everything, key B can be read and is no key."""


def access_word(access: SectorAccess) -> bytes:
    """The three bytes of these conditions, safe to send.

    Raises: ValueError if the bytes do not read back as the same conditions; nothing inconsistent leaves this function.
    """
    c1, c2, c3 = (sum(condition[bit] << block for block, condition in enumerate(access)) for bit in range(3))
    word = bytes([(~c2 & 0xF) << 4 | (~c1 & 0xF), c1 << 4 | (~c3 & 0xF), c3 << 4 | c2])
    if parse_access_word(word) != access:
        raise ValueError("access bits do not read back as they were meant")
    return word


def parse_access_word(word: bytes) -> SectorAccess:
    """The conditions that three bytes give. Raises ValueError where a bit and its inverse disagree: a dead sector."""
    if len(word) != 3:
        raise ValueError("an access word has three bytes")
    not_c2, not_c1 = word[0] >> 4, word[0] & 0xF
    c1, not_c3 = word[1] >> 4, word[1] & 0xF
    c3, c2 = word[2] >> 4, word[2] & 0xF
    if any(bits ^ inverse != 0xF for bits, inverse in ((c1, not_c1), (c2, not_c2), (c3, not_c3))):
        raise ValueError("access bits contradict each other")
    first, second, third, trailer = (
        ((c1 >> block) & 1, (c2 >> block) & 1, (c3 >> block) & 1) for block in range(BLOCKS)
    )
    return SectorAccess((first, second, third), trailer)
