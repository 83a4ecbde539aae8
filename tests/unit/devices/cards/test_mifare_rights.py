"""Access conditions of the simulated MIFARE Classic, held against the data sheet's tables written out once more."""

from __future__ import annotations

import pytest

from devices.cards.mifare_access import OPEN, TRAILER_BY_A, TRAILER_BY_B, By, Condition, SectorAccess, access_word
from devices.cards.simulated_memory import Memory
from devices.cards.simulated_mifare_chip import ChipRefused, MifareClassicChip, value_block

KEY = {By.KEY_A: bytes.fromhex("A1A2A3A4A5A6"), By.KEY_B: bytes.fromhex("B1B2B3B4B5B6")}
BLOCK, TRAILER = 5, 7
FRESH_A, FRESH_B = b"\x0a" * 6, b"\x0b" * 6

# C1C2C3: what key A may do, what key B may do (Read, Write, Increment, Decrement).
DATA = {
    "000": ("RWID", "RWID"),
    "010": ("R", "R"),
    "100": ("R", "RW"),
    "110": ("RD", "RWID"),
    "001": ("RD", "RD"),
    "011": ("", "RW"),
    "101": ("", "R"),
    "111": ("", ""),
}
# C1C2C3: what key A may read and change, what key B may (access bits c, key a, key b).
TRAILERS = {
    "000": ("read cb, change ab", "nothing"),
    "010": ("read cb, change -", "nothing"),
    "100": ("read c, change -", "read c, change ab"),
    "110": ("read c, change -", "read c, change -"),
    "001": ("read cb, change abc", "nothing"),
    "011": ("read c, change -", "read c, change abc"),
    "101": ("read c, change -", "read c, change c"),
    "111": ("read c, change -", "read c, change -"),
}


def condition(bits: str) -> Condition:
    return (int(bits[0]), int(bits[1]), int(bits[2]))


def chip(data: Condition, trailer: Condition) -> MifareClassicChip:
    made = MifareClassicChip(bytes(4), Memory())
    word = access_word(SectorAccess((OPEN, data, OPEN), trailer))
    made.blocks[TRAILER][:] = KEY[By.KEY_A] + word + b"\x69" + KEY[By.KEY_B]
    made.blocks[BLOCK][:] = value_block(100, BLOCK)
    return made


def done(made: MifareClassicChip, by: By, what: str) -> bool:
    made.authenticate(BLOCK, by, KEY[by])
    try:
        if what == "R":
            made.read(BLOCK)
        elif what == "W":
            made.write(BLOCK, value_block(100, BLOCK))
        else:
            made.change_value(BLOCK, 1 if what == "I" else -1)
    except ChipRefused:
        return False
    return True


@pytest.mark.parametrize("bits", DATA)
@pytest.mark.parametrize("by", [By.KEY_A, By.KEY_B])
def test_data_block_lets_do_what_the_table_says_and_no_more(bits: str, by: By) -> None:
    allowed = "".join(what for what in "RWID" if done(chip(condition(bits), TRAILER_BY_B), by, what))
    assert allowed == DATA[bits][0 if by is By.KEY_A else 1]


@pytest.mark.parametrize("bits", TRAILERS)
@pytest.mark.parametrize("by", [By.KEY_A, By.KEY_B])
def test_trailer_lets_do_what_the_table_says_and_no_more(bits: str, by: By) -> None:
    made = chip(OPEN, condition(bits))
    said = trailer_rights(made, by)
    assert said == TRAILERS[bits][0 if by is By.KEY_A else 1]


def trailer_rights(made: MifareClassicChip, by: By) -> str:
    stored = bytes(made.blocks[TRAILER])
    try:
        made.authenticate(TRAILER, by, KEY[by])
        shown = made.read(TRAILER)
    except ChipRefused:
        return "nothing"
    assert shown[:6] == bytes(6)
    readable = "c" * (shown[6:9] == stored[6:9]) + "b" * (shown[10:] == stored[10:])
    other = access_word(SectorAccess((OPEN, OPEN, OPEN), TRAILER_BY_A))
    made.authenticate(TRAILER, by, KEY[by])
    try:
        made.write(TRAILER, FRESH_A + other + b"\x42" + FRESH_B)
    except ChipRefused:
        assert bytes(made.blocks[TRAILER]) == stored
        return f"read {readable}, change -"
    now = bytes(made.blocks[TRAILER])
    changed = "a" * (now[:6] == FRESH_A) + "b" * (now[10:] == FRESH_B) + "c" * (now[9] == 0x42)
    return f"read {readable}, change {changed}"
