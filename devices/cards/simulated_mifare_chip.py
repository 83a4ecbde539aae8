"""The memory and the rules of a MIFARE Classic 1K chip: sectors, two keys each, access bits, value blocks.

Behaves as the chip's data sheet says; where it is silent the worst case is taken (a refusal ends the authentication,
bytes are stored singly). It must not know readers, command bytes of a reader, our profile or any port.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import Final, NoReturn

from devices.cards.mifare_access import (
    DATA_RIGHTS,
    TRAILER_RIGHTS,
    TRANSPORT,
    By,
    DataRights,
    SectorAccess,
    access_word,
    parse_access_word,
)
from devices.cards.simulated_memory import Memory

SECTORS: Final = 16
BLOCKS_PER_SECTOR: Final = 4
BLOCK_LENGTH: Final = 16
KEY_LENGTH: Final = 6
TRANSPORT_KEY: Final = b"\xff" * KEY_LENGTH
_TRAILER = BLOCKS_PER_SECTOR - 1
_ACCESS = slice(KEY_LENGTH, KEY_LENGTH + 3)
_KEY_B = slice(BLOCK_LENGTH - KEY_LENGTH, BLOCK_LENGTH)
_GREATEST, _LEAST = 2**31 - 1, -(2**31)


class ChipRefused(Exception):
    """The chip does not answer as wanted; why, it never says."""


def value_block(value: int, address: int) -> bytes:
    """A block in value format: the value three times, once inverted; the address four times, twice inverted."""
    plain = value.to_bytes(4, "little", signed=True)
    inverted = bytes(byte ^ 0xFF for byte in plain)
    marks = bytes([address, address ^ 0xFF])
    return plain + inverted + plain + marks + marks


def value_of(block: bytes | bytearray) -> int | None:
    """The value, or None if the block is not in value format: never written as one, or torn."""
    value = int.from_bytes(block[:4], "little", signed=True)
    return value if block == value_block(value, block[12]) else None


class MifareClassicChip:
    """Sixteen sectors of four blocks.

    Attributes: uid; blocks; memory (every lasting byte goes through it); erases_to (the byte that a whole block is
    erased to before it is written; None keeps every byte that is not written yet; a profile must bear both).
    """

    def __init__(self, uid: bytes, memory: Memory, blocks: list[bytearray] | None = None) -> None:
        self.uid = uid
        self.memory = memory
        self.erases_to: int | None = None
        self.blocks = blocks if blocks is not None else _as_delivered(uid)
        self._sector: int | None = None
        self._by = By.NEVER

    def power_on(self) -> None:
        """The field was away: no sector is open."""
        self._sector, self._by = None, By.NEVER

    def authenticate(self, block: int, by: By, key: bytes) -> None:
        """Open the sector of a block, closing any other. Raises ChipRefused; there is no counter of tries."""
        self.power_on()
        if not 0 <= block < len(self.blocks):
            raise ChipRefused
        sector = block // BLOCKS_PER_SECTOR
        trailer = self._trailer(sector)
        if not compare_digest(bytes(trailer[:KEY_LENGTH] if by is By.KEY_A else trailer[_KEY_B]), key):
            raise ChipRefused
        self._sector, self._by = sector, by

    def read(self, block: int) -> bytes:
        """Sixteen bytes; of a trailer only what may be read, key A always as zeros. Raises ChipRefused."""
        access = self._access(block)
        stored = bytes(self.blocks[block])
        if block % BLOCKS_PER_SECTOR != _TRAILER:
            self._require(DATA_RIGHTS[access.data[block % BLOCKS_PER_SECTOR]].read)
            return stored
        rights = TRAILER_RIGHTS[access.trailer]
        self._require(rights.read_access)
        key_b = stored[_KEY_B] if rights.read_key_b & self._by else bytes(KEY_LENGTH)
        return bytes(KEY_LENGTH) + stored[KEY_LENGTH:10] + key_b

    def write(self, block: int, fresh: bytes) -> None:
        """Store a whole block; of a trailer those parts that this key may change. Raises ChipRefused, CardGone."""
        access = self._access(block)
        if block == 0:
            self._refuse()
        if block % BLOCKS_PER_SECTOR != _TRAILER:
            self._require(DATA_RIGHTS[access.data[block % BLOCKS_PER_SECTOR]].write)
            self._store(block, fresh)
            return
        rights = TRAILER_RIGHTS[access.trailer]
        self._require(rights.write_key_a | rights.write_access | rights.write_key_b)
        stored = bytes(self.blocks[block])
        key_a = fresh[:KEY_LENGTH] if rights.write_key_a & self._by else stored[:KEY_LENGTH]
        middle = fresh[KEY_LENGTH:10] if rights.write_access & self._by else stored[KEY_LENGTH:10]
        key_b = fresh[_KEY_B] if rights.write_key_b & self._by else stored[_KEY_B]
        self._store(block, key_a + middle + key_b)

    def change_value(self, block: int, by: int) -> None:
        """Increment (or decrement, if negative) and transfer to the same block. Raises ChipRefused, CardGone."""
        rights = self._value_rights(block)
        self._require(rights.increment if by >= 0 else rights.decrement)
        value = value_of(self.blocks[block])
        if value is None or not _LEAST <= value + by <= _GREATEST:
            self._refuse()
        self._store(block, value_block(value + by, self.blocks[block][12]))

    def copy_value(self, source: int, target: int) -> None:
        """Restore from one block and transfer to another of the same sector. Raises ChipRefused, CardGone."""
        self._require(self._value_rights(source).decrement)
        self._require(self._value_rights(target).decrement)
        value = value_of(self.blocks[source])
        if value is None:
            self._refuse()
        self._store(target, value_block(value, self.blocks[source][12]))

    def read_value(self, block: int) -> int:
        """The value of a block in value format. Raises ChipRefused."""
        value = value_of(self.read(block))
        if value is None:
            self._refuse()
        return value

    def _store(self, block: int, fresh: bytes) -> None:
        if self.erases_to is not None:
            self.memory.store(self.blocks[block], 0, bytes([self.erases_to]) * BLOCK_LENGTH)
        self.memory.store(self.blocks[block], 0, fresh)

    def _value_rights(self, block: int) -> DataRights:
        access = self._access(block)
        if block == 0 or block % BLOCKS_PER_SECTOR == _TRAILER:
            self._refuse()
        return DATA_RIGHTS[access.data[block % BLOCKS_PER_SECTOR]]

    def _access(self, block: int) -> SectorAccess:
        """Conditions of the opened sector. Raises ChipRefused outside it, in a dead sector, for a B that is no key."""
        if not 0 <= block < len(self.blocks) or block // BLOCKS_PER_SECTOR != self._sector:
            self._refuse()
        try:
            access = parse_access_word(bytes(self._trailer(block // BLOCKS_PER_SECTOR)[_ACCESS]))
        except ValueError:
            access = None
        if access is None or (self._by is By.KEY_B and TRAILER_RIGHTS[access.trailer].read_key_b is not By.NEVER):
            self._refuse()
        return access

    def _trailer(self, sector: int) -> bytearray:
        return self.blocks[sector * BLOCKS_PER_SECTOR + _TRAILER]

    def _require(self, allowed: By) -> None:
        if not allowed & self._by:
            self._refuse()

    def _refuse(self) -> NoReturn:
        self.power_on()
        raise ChipRefused


def _as_delivered(uid: bytes) -> list[bytearray]:
    """Transport configuration: manufacturer's block, zeros, and in every sector the public key and open access."""
    check = 0
    for byte in uid:
        check ^= byte
    blocks = [bytearray(BLOCK_LENGTH) for _block in range(SECTORS * BLOCKS_PER_SECTOR)]
    made = uid + bytes([check]) if len(uid) == 4 else uid  # the longer numbers carry no check byte
    blocks[0][:] = (made + bytes.fromhex("080400")).ljust(BLOCK_LENGTH, b"\x62")
    for sector in range(SECTORS):
        blocks[sector * BLOCKS_PER_SECTOR + _TRAILER][:] = (
            TRANSPORT_KEY + access_word(TRANSPORT) + b"\x69" + TRANSPORT_KEY
        )
    return blocks
