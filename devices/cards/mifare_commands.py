"""Pseudo-APDUs of PC/SC part 3 for storage cards, byte for byte: the reader answers them, the chip knows none.

Source: PC/SC specification part 3 and the readers' manuals. `63 00` is every refusal: a wrong key, a right that is
missing, a card that has just left the field. Values are written as whole blocks, which every reader can, and not with
the value commands that only some have. It must not know sectors' contents or whose keys these are.
"""

from __future__ import annotations

from typing import Final

from devices.cards.apdu import Command

REFUSED: Final = 0x6300
BLOCK_LENGTH: Final = 16
KEY_LENGTH: Final = 6
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


def read_block(block: int, *, secret: bool = False) -> Command:
    """Sixteen bytes of the opened sector. A trailer is `secret`: while a card is issued its key B can be read."""
    return Command("READ BLOCK", bytes([0xFF, 0xB0, 0x00, block]), expected=BLOCK_LENGTH, secret=secret)


def write_block(block: int, content: bytes, *, secret: bool = False) -> Command:
    """Overwrite one block. A trailer (`secret`) is never part of a longer write."""
    if len(content) != BLOCK_LENGTH:
        raise ValueError("a block has sixteen bytes")
    return Command("WRITE BLOCK", bytes([0xFF, 0xD6, 0x00, block]), content, secret=secret)
