"""The simulated memory cards answer what chips and readers answer, byte for byte, traps included."""

from __future__ import annotations

import pytest

from devices.cards.memory_chip import MEMORY_FAMILIES, SLE4428, SLE4442
from devices.cards.simulated_memory import CardGone
from devices.cards.simulated_memory_card import AcsDialect, OmnikeyDialect, SimulatedMemoryCard
from devices.cards.simulated_memory_chip import SimulatedMemoryChip, blank_chip


def send(card: SimulatedMemoryCard, text: str) -> str:
    return card.transmit(bytes.fromhex(text)).hex().upper()


def talk(card: SimulatedMemoryCard, lines: list[tuple[str, str]]) -> None:
    for command, answer in lines:
        assert send(card, command) == answer.replace(" ", ""), command


@pytest.fixture
def acs() -> SimulatedMemoryCard:
    card = SimulatedMemoryCard(blank_chip(SLE4442), AcsDialect())
    assert send(card, "FFA400000106") == "9000"
    return card


@pytest.fixture
def omnikey() -> SimulatedMemoryCard:
    return SimulatedMemoryCard(blank_chip(SLE4442), OmnikeyDialect())


def test_a_new_4442_shows_the_maker_s_header(acs: SimulatedMemoryCard) -> None:
    assert acs.atr.hex().upper() == "3B04A2131091"
    assert send(acs, "FFB0000008") == "A2131091FFFF81159000"
    assert send(acs, "FFB0001506") == "D276000004009000"
    assert send(acs, "FFB00020E0") == "FF" * 0xE0 + "9000"


def test_card_type_has_to_be_selected_after_every_reset(acs: SimulatedMemoryCard) -> None:
    acs.power_on()
    assert send(acs, "FFB0000004") == "6985"
    assert send(acs, "FFA400000105") == "6F00"
    assert send(acs, "FFB0000004") == "6985"
    assert send(acs, "FFA400000106") == "9000"
    assert send(acs, "FFB0000004") == "A21310919000"


def test_a_right_code_answers_90_07_and_opens_writing(acs: SimulatedMemoryCard) -> None:
    talk(
        acs,
        [
            ("FFB1000004", "07 000000 9000"),
            ("FF20000003FFFFFF", "9007"),
            ("FFD0003003112233", "9000"),
            ("FFB0003004", "112233FF9000"),
        ],
    )


def test_wrong_codes_count_down_and_90_00_is_a_dead_card(acs: SimulatedMemoryCard) -> None:
    talk(
        acs,
        [
            ("FF20000003000000", "9003"),
            ("FF20000003000000", "9001"),
            ("FF20000003000000", "9000"),
            ("FF20000003FFFFFF", "9000"),
            ("FFB1000004", "000000009000"),
            ("FFD000300111", "9000"),
            ("FFB0003001", "FF9000"),
        ],
    )
    assert acs.chip.wrong_presentations == 3


def test_a_right_code_gives_all_tries_back(acs: SimulatedMemoryCard) -> None:
    send(acs, "FF20000003000000")
    assert send(acs, "FF20000003FFFFFF") == "9007"


def test_a_write_without_the_code_is_answered_9000_and_does_nothing(acs: SimulatedMemoryCard) -> None:
    talk(acs, [("FFD000300111", "9000"), ("FFB0003001", "FF9000")])
    assert acs.memory.written == 0


def test_protection_bits_read_p8_to_p1_and_fix_a_byte_for_ever(acs: SimulatedMemoryCard) -> None:
    talk(
        acs,
        [
            ("FFB2000004", "30FF1FF89000"),
            ("FF20000003FFFFFF", "9007"),
            ("FFD0001001AA", "9000"),
            ("FFD1001001AB", "9000"),  # not what is stored: nothing is fixed
            ("FFB2000004", "30FF1FF89000"),
            ("FFD1001001AA", "9000"),
            ("FFB2000004", "30FF1EF89000"),
            ("FFD000100155", "9000"),
            ("FFB0001001", "AA9000"),
        ],
    )


def test_changed_code_is_the_only_one_afterwards(acs: SimulatedMemoryCard) -> None:
    talk(
        acs,
        [
            ("FFD2000103ABCDEF", "9000"),  # closed: ignored
            ("FF20000003FFFFFF", "9007"),
            ("FFD2000103ABCDEF", "9000"),
            ("FFA400000106", "9000"),  # powers the card anew: closed again
            ("FF20000003FFFFFF", "9003"),
            ("FF20000003ABCDEF", "9007"),
        ],
    )


def test_older_firmware_appends_the_protection_bytes() -> None:
    card = SimulatedMemoryCard(blank_chip(SLE4442), AcsDialect(appends_protection=True))
    talk(card, [("FFA400000106", "9000"), ("FFB0002002", "FFFF 30FF1FF8 9000"), ("FFB1000000", "070000009000")])


def test_acs_speaks_to_a_4428_with_two_bytes_of_address_and_of_code() -> None:
    card = SimulatedMemoryCard(blank_chip(SLE4428), AcsDialect())
    talk(
        card,
        [
            ("FFA400000105", "9000"),
            ("FFB003FD03", "FF00009000"),  # the code reads as zeros
            ("FFB1000003", "FF00009000"),
            ("FF200000020000", "907F"),
            ("FF20000002FFFF", "90FF"),
            ("FFB003FD03", "FFFFFF9000"),
            ("FFD0020001AA", "9000"),
            ("FFB0020001", "AA9000"),
            ("FFD003FE02BEEF", "9000"),
            ("FFA400000105", "9000"),
            ("FF20000002BEEF", "90FF"),
        ],
    )


def test_every_byte_of_a_4428_can_be_fixed_for_ever() -> None:
    card = SimulatedMemoryCard(blank_chip(SLE4428), AcsDialect())
    talk(
        card,
        [
            ("FFA400000105", "9000"),
            ("FF20000002FFFF", "90FF"),
            ("FFD0020002AABB", "9000"),
            ("FFD1020001AA", "9000"),
            ("FFB2020001", "FE9000"),
            ("FFD00200021122", "9000"),
            ("FFB0020002", "AA229000"),
        ],
    )


def test_omnikey_answers_in_words_of_iso(omnikey: SimulatedMemoryCard) -> None:
    talk(
        omnikey,
        [
            ("FFB0000004", "A21310919000"),
            ("FFB00000FF", omnikey.chip.read(0, 255).hex().upper() + "9000"),
            ("FFD600300111", "6982"),
            ("FF20000000", "63C3"),
            ("FF20000003000000", "63C2"),
            ("FF20000000", "63C2"),
            ("FF20000003FFFFFF", "9000"),
            ("FF20000000", "63C3"),
            ("FFD600300111", "9000"),
            ("FFB0003001", "119000"),
            ("FFD6000001A3", "6581"),  # fixed by the maker
            ("FF3A000004", "30FF1FF89000"),
            ("FF30000305010000" + "1000", "6581"),  # not what is stored: nothing is fixed
            ("FF3000030501000010FF", "9000"),
            ("FF3A000004", "30FF1EF89000"),
            ("FF21000006000000111111", "63C2"),
            ("FF21000006FFFFFF111111", "9000"),
        ],
    )
    assert omnikey.chip.code == b"\x11\x11\x11"


def test_omnikey_says_6983_of_a_dead_card(omnikey: SimulatedMemoryCard) -> None:
    for answer in ("63C2", "63C1", "6983", "6983"):
        assert send(omnikey, "FF20000003000000") == answer
    assert send(omnikey, "FF20000003FFFFFF") == "6983"
    assert send(omnikey, "FF20000000") == "6983"


def test_overwriting_byte_0_kills_the_card() -> None:
    chip = blank_chip(SLE4442)
    chip.protected.clear()  # a lot whose header was not fixed
    card = SimulatedMemoryCard(chip, AcsDialect())
    talk(card, [("FFA400000106", "9000"), ("FF20000003FFFFFF", "9007"), ("FFD000000100", "9000")])
    assert card.power_on().hex().upper() == "3B0400131091"


@pytest.mark.parametrize(
    ("torn_at", "mixture", "left"),
    [(0, None, 0x5A), (0, 0x0F, 0x5F), (1, None, 0xFF), (1, 0x0F, 0xF5), (2, None, 0xA5)],
)
def test_a_byte_is_erased_and_then_written_and_can_be_torn_in_both(
    torn_at: int, mixture: int | None, left: int
) -> None:
    chip = blank_chip(SLE4442)
    chip.present(b"\xff\xff\xff")
    chip.write(0x70, b"\x5a")
    chip.memory.tear_after(torn_at, mixture=mixture)
    if torn_at < 2:
        with pytest.raises(CardGone):
            chip.write(0x70, b"\xa5\x00")
    else:
        chip.write(0x70, b"\xa5")
    assert chip.cells[0x70] == left


def test_bits_are_only_cleared_without_erasing_first() -> None:
    chip = blank_chip(SLE4442)
    chip.present(b"\xff\xff\xff")
    written = chip.memory.written
    chip.write(0x30, b"\x0f")
    chip.write(0x30, b"\x0f")
    assert chip.memory.written == written + 1


def test_a_try_is_taken_before_the_code_is_compared() -> None:
    chip = blank_chip(SLE4442)
    chip.memory.tear_after(1)
    with pytest.raises(CardGone):
        chip.present(b"\xff\xff\xff")
    assert chip.counter.bit_count() == 2


@pytest.mark.parametrize("name", sorted(MEMORY_FAMILIES))
def test_chip_survives_the_box_of_the_demo_hall(name: str) -> None:
    chip = blank_chip(MEMORY_FAMILIES[name])
    chip.present(b"\xff" * chip.family.code_length)
    chip.write(0x40, b"abc")
    again = SimulatedMemoryCard.from_json(SimulatedMemoryCard(chip, AcsDialect()).to_json(), AcsDialect()).chip
    assert (again.cells, again.security, again.protected) == (chip.cells, chip.security, chip.protected)
    assert not again.is_open


@pytest.mark.parametrize("text", ["{}", "[]", '{"format": "changshou-simulated-memory-card-1"}'])
def test_something_else_is_no_memory_card(text: str) -> None:
    with pytest.raises(ValueError, match="not a simulated memory card"):
        SimulatedMemoryCard.from_json(text, AcsDialect())


@pytest.mark.parametrize(
    ("dialect", "command", "answer"),
    [
        (AcsDialect(), "00A4000000", "6E00"),
        (AcsDialect(), "FF", "6700"),
        (AcsDialect(), "FFB000FF02", "6B00"),
        (AcsDialect(), "FF20000002FFFF", "6700"),
        (AcsDialect(), "FFD0003002AA", "6700"),
        (AcsDialect(), "FFEE000000", "6D00"),
        (OmnikeyDialect(), "00A4000000", "6E00"),
        (OmnikeyDialect(), "FFEE000000", "6D00"),
        (OmnikeyDialect(), "FFD6003002AA", "6700"),
        (OmnikeyDialect(tells_counter=False), "FF20000000", "6700"),
    ],
)
def test_malformed_commands_are_answered_and_cost_nothing(
    dialect: AcsDialect | OmnikeyDialect, command: str, answer: str
) -> None:
    chip: SimulatedMemoryChip = blank_chip(SLE4442)
    card = SimulatedMemoryCard(chip, dialect)
    send(card, "FFA400000106")
    assert send(card, command) == answer
    assert (chip.presentations, chip.memory.written) == (0, 0)
