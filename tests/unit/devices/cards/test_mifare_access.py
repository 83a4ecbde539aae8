"""Access bits are generated, parsed back and compared; a word that contradicts itself is never made."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.cards import mifare_access
from devices.cards.mifare_access import (
    DATA_RIGHTS,
    READ_BOTH_WRITE_B,
    TRAILER_BY_B,
    TRAILER_RIGHTS,
    TRANSPORT,
    VALUE_BLOCK,
    By,
    SectorAccess,
    access_word,
    parse_access_word,
)
from devices.cards.mifare_commands import write_block

CONDITIONS = sorted(DATA_RIGHTS)
CONSISTENT = 8**4

condition = st.sampled_from(CONDITIONS)
accesses = st.builds(lambda a, b, c, t: SectorAccess((a, b, c), t), condition, condition, condition, condition)


@given(accesses)
def test_every_setting_reads_back_as_it_was_meant(access: SectorAccess) -> None:
    assert parse_access_word(access_word(access)) == access


@given(accesses, st.integers(0, 23))
def test_one_flipped_bit_is_always_seen(access: SectorAccess, bit: int) -> None:
    flipped = int.from_bytes(access_word(access), "big") ^ 1 << bit
    with pytest.raises(ValueError, match="contradict"):
        parse_access_word(flipped.to_bytes(3, "big"))


def test_exactly_the_words_of_the_settings_are_consistent() -> None:
    made = {
        access_word(SectorAccess((first, second, third), trailer))
        for first, second, third, trailer in itertools.product(CONDITIONS, repeat=4)
    }
    assert len(made) == CONSISTENT
    consistent = 0
    for number in range(0, 2**24, 251):  # a prime stride through all words
        word = number.to_bytes(3, "big")
        try:
            parse_access_word(word)
        except ValueError:
            assert word not in made
        else:
            assert word in made
            consistent += 1
    assert consistent > 0


def test_an_inconsistent_word_is_never_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mifare_access, "parse_access_word", lambda _word: TRANSPORT)
    with pytest.raises(ValueError, match="do not read back"):
        access_word(SectorAccess((VALUE_BLOCK, VALUE_BLOCK, VALUE_BLOCK), TRAILER_BY_B))


@pytest.mark.parametrize(
    ("word", "access"),
    [
        ("FF0780", TRANSPORT),
        ("08778F", SectorAccess((VALUE_BLOCK, VALUE_BLOCK, VALUE_BLOCK), TRAILER_BY_B)),
        ("787788", SectorAccess((READ_BOTH_WRITE_B, READ_BOTH_WRITE_B, READ_BOTH_WRITE_B), TRAILER_BY_B)),
    ],
)
def test_published_words_are_met(word: str, access: SectorAccess) -> None:
    assert access_word(access).hex().upper() == word
    assert parse_access_word(bytes.fromhex(word)) == access


@given(st.integers(0, 2**24 - 1), st.integers(0, 15))
def test_trailer_with_contradicting_access_bits_becomes_no_command(number: int, sector: int) -> None:
    word = number.to_bytes(3, "big")
    content = bytes(6) + word + bytes(7)
    try:
        access = parse_access_word(word)
    except ValueError:
        with pytest.raises(ValueError, match="contradict"):
            write_block(4 * sector + 3, content)
    else:
        assert access_word(access) == word
        assert write_block(4 * sector + 3, content).secret
    assert not write_block(4 * sector, content).secret


def test_a_word_has_three_bytes() -> None:
    with pytest.raises(ValueError, match="three bytes"):
        parse_access_word(bytes(4))


def test_key_b_that_can_be_read_is_in_three_settings_only() -> None:
    readable = [bits for bits, rights in TRAILER_RIGHTS.items() if rights.read_key_b is not By.NEVER]
    assert readable == [(0, 0, 0), (0, 1, 0), (0, 0, 1)]
