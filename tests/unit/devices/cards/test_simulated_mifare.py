"""The simulated MIFARE Classic behaves as its data sheet and the readers' pseudo-APDUs say."""

from __future__ import annotations

import pytest

from devices.cards.mifare_access import (
    OPEN,
    READ_BOTH_WRITE_B,
    TRAILER_BY_A,
    TRAILER_BY_B,
    VALUE_BLOCK,
    SectorAccess,
    access_word,
)
from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_memory import CardGone
from devices.cards.simulated_mifare import CLASSIC_4K, ULTRALIGHT, SimulatedMifareCard, storage_card_atr
from devices.cards.simulated_mifare_chip import value_block, value_of

UID = bytes.fromhex("04A1B2C3")
TRANSPORT = "FF" * 6
KEY_A, KEY_B = "A1A2A3A4A5A6", "B1B2B3B4B5B6"
BLOCK, VALUE, TRAILER = 4, 6, 7
CONTENT = "00112233445566778899AABBCCDDEEFF"
REFUSED, DONE = "6300", "9000"


def send(card: SimulatedMifareCard, text: str) -> str:
    """One pseudo-APDU in hex, the answer in hex."""
    return card.transmit(bytes.fromhex(text.replace(" ", ""))).hex().upper()


def open_with(card: SimulatedMifareCard, key: str = TRANSPORT, *, by: str = "60", block: int = BLOCK) -> str:
    assert send(card, f"FF820000 06 {key}") == DONE
    return send(card, f"FF860000 05 0100{block:02X}{by}00")


@pytest.fixture
def card() -> SimulatedMifareCard:
    return SimulatedMifareCard(UID)


@pytest.fixture
def issued(card: SimulatedMifareCard) -> SimulatedMifareCard:
    """Sector 1 with keys of its own, two blocks that B writes, one value block of 100, trailer by B."""
    assert open_with(card) == DONE
    assert send(card, f"FFD60004 10 {CONTENT}") == DONE
    assert send(card, "FFD70006 05 00 00000064") == DONE
    word = access_word(SectorAccess((READ_BOTH_WRITE_B, READ_BOTH_WRITE_B, VALUE_BLOCK), TRAILER_BY_B)).hex()
    assert send(card, f"FFD60007 10 {KEY_A}{word}69{KEY_B}") == DONE
    card.power_on()
    return card


def test_answer_to_reset_names_the_storage_card() -> None:
    assert storage_card_atr(1).hex().upper() == "3B8F8001804F0CA000000306030001000000006A"
    assert storage_card_atr(CLASSIC_4K).hex().upper().endswith("00020000000069")
    assert storage_card_atr(ULTRALIGHT).hex().upper().endswith("00030000000068")


def test_number_of_the_chip_is_given_and_a_selection_is_not(card: SimulatedMifareCard) -> None:
    assert send(card, "FFCA000000") == "04A1B2C39000"
    assert send(card, "FFCA010000") == "6A81"


def test_delivered_card_opens_with_the_transport_key_and_shows_key_b_only(card: SimulatedMifareCard) -> None:
    assert open_with(card) == DONE
    assert send(card, "FFB0000710") == "000000000000FF078069FFFFFFFFFFFF" + DONE


def test_nothing_is_read_without_authentication_or_in_another_sector(card: SimulatedMifareCard) -> None:
    assert send(card, "FFB0000410") == REFUSED
    assert open_with(card) == DONE
    assert send(card, "FFB0000810") == REFUSED
    assert send(card, "FFB0000410") == REFUSED  # a refusal ends the authentication


def test_wrong_key_is_refused_without_a_reason_and_as_often_as_one_likes(card: SimulatedMifareCard) -> None:
    for _attempt in range(20):
        assert open_with(card, KEY_A) == REFUSED
    assert open_with(card) == DONE


def test_key_must_lie_in_a_slot_of_the_reader(card: SimulatedMifareCard) -> None:
    assert send(card, "FF820020 06 FFFFFFFFFFFF") == REFUSED
    assert send(card, "FF860000 05 0100046001") == REFUSED
    assert open_with(card) == DONE
    card.power_on()
    assert send(card, "FF860000 05 0100046000") == REFUSED


def test_key_b_that_can_be_read_opens_nothing(card: SimulatedMifareCard) -> None:
    assert open_with(card, by="61") == DONE
    assert send(card, "FFB0000410") == REFUSED


def test_manufacturers_block_is_never_written(card: SimulatedMifareCard) -> None:
    assert open_with(card, block=0) == DONE
    assert send(card, f"FFD60000 10 {CONTENT}") == REFUSED
    assert send(card, "FFCA000000") == "04A1B2C39000"


def test_a_reads_and_b_writes_where_the_access_bits_say_so(issued: SimulatedMifareCard) -> None:
    assert open_with(issued) == REFUSED
    assert open_with(issued, KEY_A) == DONE
    assert send(issued, "FFB0000410") == CONTENT + DONE
    assert send(issued, f"FFD60004 10 {'00' * 16}") == REFUSED
    assert open_with(issued, KEY_B, by="61") == DONE
    assert send(issued, f"FFD60004 10 {'00' * 16}") == DONE
    assert send(issued, "FFB0000410") == "00" * 16 + DONE


def test_keys_of_an_issued_sector_are_never_read_and_changed_by_b_only(issued: SimulatedMifareCard) -> None:
    word = issued.chip.blocks[TRAILER][6:10].hex().upper()
    assert open_with(issued, KEY_A) == DONE
    assert send(issued, "FFB0000710") == "00" * 6 + word + "00" * 6 + DONE
    fresh = f"{'C1' * 6}{word}{'C2' * 6}"
    assert send(issued, f"FFD60007 10 {fresh}") == REFUSED
    assert open_with(issued, KEY_B, by="61") == DONE
    assert send(issued, f"FFD60007 10 {fresh}") == DONE
    assert open_with(issued, KEY_A) == REFUSED
    assert open_with(issued, "C1" * 6) == DONE


def test_value_is_kept_three_times_and_only_b_raises_it(issued: SimulatedMifareCard) -> None:
    assert open_with(issued, KEY_A) == DONE
    assert send(issued, "FFB0000610") == "640000009BFFFFFF6400000006F906F9" + DONE
    assert send(issued, "FFB1000604") == "00000064" + DONE
    assert send(issued, "FFD70006 05 02 0000000A") == DONE
    assert send(issued, "FFB1000600") == "0000005A" + DONE
    assert send(issued, "FFD70006 05 01 00000001") == REFUSED
    assert open_with(issued, KEY_B, by="61") == DONE
    assert send(issued, "FFD70006 05 01 00000001") == DONE
    assert send(issued, "FFB1000604") == "0000005B" + DONE


def test_value_is_copied_within_its_sector_only(card: SimulatedMifareCard) -> None:
    assert open_with(card) == DONE
    assert send(card, "FFD70005 05 00 00000007") == DONE
    assert send(card, "FFD70005 02 03 06") == DONE
    assert value_of(card.chip.blocks[6]) == 7
    assert send(card, "FFD70005 02 03 08") == REFUSED


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("FFB1000404", id="reading what is no value"),
        pytest.param("FFD70004 05 01 00000001", id="raising what is no value"),
        pytest.param("FFD70005 05 01 00000001", id="overflow"),
        pytest.param("FFD70007 05 01 00000001", id="trailer"),
    ],
)
def test_value_commands_refuse(card: SimulatedMifareCard, command: str) -> None:
    assert open_with(card) == DONE
    assert send(card, "FFD70005 05 00 7FFFFFFF") == DONE
    assert send(card, command) == REFUSED


def test_contradicting_access_bits_close_a_sector_for_ever(card: SimulatedMifareCard) -> None:
    assert open_with(card) == DONE
    assert send(card, f"FFD60007 10 {TRANSPORT}FF0781 69{TRANSPORT}") == DONE
    assert open_with(card) == DONE
    assert send(card, "FFB0000410") == REFUSED
    assert open_with(card, block=8) == DONE
    assert send(card, "FFB0000810") == "00" * 16 + DONE


def test_parts_of_a_trailer_change_as_far_as_they_may(card: SimulatedMifareCard) -> None:
    """With condition 101 key B changes the access bits and no key."""
    word = access_word(SectorAccess((OPEN, OPEN, OPEN), (1, 0, 1))).hex()
    assert open_with(card) == DONE
    assert send(card, f"FFD60007 10 {KEY_A}{word}69{KEY_B}") == DONE
    assert open_with(card, KEY_B, by="61") == DONE
    open_word = access_word(SectorAccess((OPEN, OPEN, OPEN), TRAILER_BY_A)).hex()
    assert send(card, f"FFD60007 10 {'00' * 6}{open_word}00{'00' * 6}") == DONE
    assert bytes(card.chip.blocks[TRAILER]).hex().upper() == f"{KEY_A}FF078000{KEY_B}"


@pytest.mark.parametrize("torn_at", range(16))
def test_a_block_is_torn_at_any_byte(card: SimulatedMifareCard, torn_at: int) -> None:
    assert open_with(card) == DONE
    card.tear_after(torn_at, mixture=0xF0)
    with pytest.raises(CardGone):
        send(card, f"FFD60004 10 {'FF' * 16}")
    assert bytes(card.chip.blocks[BLOCK]) == b"\xff" * torn_at + b"\xf0" + bytes(15 - torn_at)
    assert send(card, "FFB0000410") == REFUSED


@pytest.mark.parametrize("mixture", [None, 0x0F, 0x55, 0x80])
def test_torn_value_is_the_old_one_the_new_one_or_none(mixture: int | None) -> None:
    for old, new in ((1, 2), (255, 256), (0x00FFFFFF, 0x01000000)):
        for torn_at in range(16):
            card = SimulatedMifareCard(UID)
            card.chip.blocks[VALUE][:] = value_block(old, VALUE)
            assert open_with(card) == DONE
            card.tear_after(torn_at, mixture=mixture)
            with pytest.raises(CardGone):
                send(card, f"FFD70006 05 00 {new:08X}")
            assert value_of(card.chip.blocks[VALUE]) in (old, new, None)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("FFB000", "6700"),
        ("00A4000000", "6E00"),
        ("FF00000000", "6D00"),
        ("FFD60004 08 0011223344556677", "6700"),
        ("FFD60004 10 00", "6700"),
        ("FFB0000408", "6700"),
        ("FFB1000408", "6700"),
        ("FF820000 05 0000000000", "6700"),
        ("FF860000 05 0200046000", "6700"),
        ("FFD70004 03 000000", "6700"),
        ("FF860000 05 0100046200", REFUSED),
        ("FF860000 05 0100406000", REFUSED),
    ],
)
def test_malformed_command_is_refused(card: SimulatedMifareCard, command: str, status: str) -> None:
    send(card, f"FF820000 06 {TRANSPORT}")
    assert send(card, command) == status
    assert card.memory.written == 0


def test_reader_without_value_commands_says_so() -> None:
    assert send(SimulatedMifareCard(UID, knows_values=False), "FFB1000604") == "6D00"


def test_negative_step_is_no_way_around_the_right_to_raise(issued: SimulatedMifareCard) -> None:
    assert open_with(issued, KEY_A) == DONE
    assert send(issued, "FFD70006 05 02 FFFFFFF6") == REFUSED
    assert value_of(issued.chip.blocks[VALUE]) == 100


def test_card_comes_back_from_its_file(issued: SimulatedMifareCard) -> None:
    again = SimulatedMifareCard.from_json(issued.to_json())
    assert (again.atr, again.chip.uid, again.chip.blocks) == (issued.atr, issued.chip.uid, issued.chip.blocks)
    assert open_with(again, KEY_A) == DONE
    with pytest.raises(ValueError, match="not a simulated"):
        SimulatedMifareCard.from_json("{}")
    with pytest.raises(ValueError, match="not a simulated"):
        SimulatedCpuCard.from_json(issued.to_json())
