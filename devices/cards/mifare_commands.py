"""Pseudo-APDUs of PC/SC part 3 for storage cards, byte for byte: the reader answers them, the chip knows none.

Source: PC/SC specification part 3 and the readers' manuals. `63 00` is every refusal: a wrong key, a right that is
missing, a card that has just left the field. Values are written as whole blocks, which every reader can, and not with
the value commands that only some have. It must not know sectors' contents or whose keys these are.
"""

from __future__ import annotations

from typing import Final

from devices.cards.apdu import Command
from devices.cards.mifare_access import BLOCKS, parse_access_word

BLOCK_LENGTH: Final = 16
KEY_LENGTH: Final = 6
ACCESS_BITS: Final = slice(KEY_LENGTH, KEY_LENGTH + 3)
"""Where they lie in a trailer."""
KEY_A: Final = 0x60
KEY_B: Final = 0x61
KEY_SLOTS: Final = ((0x00, 0x01), (0x20, 0x20), (0x60, 0x61))
"""Where makers' readers keep a volatile key A and a key B; which pair a reader takes is learnt by loading."""


def get_uid() -> Command:
    """Serial number of the chip, 4 or 7 bytes. It is neither unique nor unforgeable."""
    return Command("GET UID", b"\xff\xca\x00\x00", answers=True)


def load_key(slot: int, key: bytes) -> Command:
    """Put a sector key into the reader's volatile memory. Kept out of every log."""
    return Command("LOAD KEY", bytes([0xFF, 0x82, 0x00, slot]), key, secret=True)


def authenticate(block: int, key_type: int, slot: int) -> Command:
    """Open the sector of a block with the key that lies in the slot."""
    return Command("AUTHENTICATE", b"\xff\x86\x00\x00", bytes([0x01, 0x00, block, key_type, slot]))


def read_block(block: int) -> Command:
    """Sixteen bytes of the opened sector. A trailer is kept out of every log: while a card is issued key B is in it."""
    header = bytes([0xFF, 0xB0, 0x00, block])
    return Command("READ BLOCK", header, expected=BLOCK_LENGTH, secret=is_trailer(block))


def write_block(block: int, content: bytes) -> Command:
    """Overwrite one block; a trailer is kept out of every log and is never part of a longer write.

    Raises: ValueError for a trailer whose access bits contradict each other: it would lock its sector for ever.
    """
    if len(content) != BLOCK_LENGTH:
        raise ValueError("a block has sixteen bytes")
    if is_trailer(block):
        parse_access_word(content[ACCESS_BITS])
    return Command("WRITE BLOCK", bytes([0xFF, 0xD6, 0x00, block]), content, secret=is_trailer(block))


def is_trailer(block: int) -> bool:
    """True for the last block of a sector: keys and access bits."""
    return block % BLOCKS == BLOCKS - 1
