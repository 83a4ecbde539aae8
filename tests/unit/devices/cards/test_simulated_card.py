"""The simulated card is a card: rights, counters, challenges, files and tears behave as the manual says."""

from __future__ import annotations

import pytest

from devices.cards import crypto
from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card, contactless_atr
from devices.cards.simulated_filesystem import FileSystem
from devices.cards.simulated_memory import CardGone, Memory
from tests.contract.card_rigs import issued_card

CHIP = bytes.fromhex("01020304")
LONG_TRANSPORT = b"\xff" * 16


def send(card: SimulatedCpuCard, text: str) -> str:
    """One command in hex, the answer in hex."""
    return card.transmit(bytes.fromhex(text.replace(" ", ""))).hex().upper()


def authenticate(card: SimulatedCpuCard, key: bytes = LONG_TRANSPORT, key_id: int = 0) -> str:
    challenge = bytes.fromhex(send(card, "0084000008"))[:8]
    return send(card, f"008200{key_id:02X}08" + crypto.ecb_encrypt(key, challenge).hex())


@pytest.fixture
def card() -> SimulatedCpuCard:
    return blank_development_card(CHIP)


@pytest.fixture
def opened(card: SimulatedCpuCard) -> SimulatedCpuCard:
    """A card with an application directory, a line key and a state key, as the manual's script makes them."""
    assert authenticate(card) == "9000"
    for command in (
        "80E03F0111 38036F F0F095FFFF A00000000386980799",
        "00A40000023F01",
        "80E0000007 3F018F95F0FFFF",
        "80D401000D 36F0F0FF33 1122334455667788",
        "80D401000D 39F0F0AA33 0102030405060708",
        "80D401000D 34F0F00100 1122334455667788",
        "80D401010B 3AF0EF1133 123456FFFFFF",
        "80E0001507 A8001EF0F0FFFF",
        "80E0001707 280010F0AAFFFF",
        "80E0001807 2E0A17F0EFFFFF",
        "80E0001907 2E0304F0F0FFFF",
        "80E0001A07 2A0204F0F0FFFF",
    ):
        assert send(card, command)[-4:] == "9000", command
    return card


def test_the_manuals_script_is_understood(opened: SimulatedCpuCard) -> None:
    assert send(opened, "00A4040009A0000000038698079900") == "6F0B8409A000000003869807999000"
    assert send(opened, "00B0950000") == "00" * 30 + "9000"


def test_right_key_opens_and_wrong_key_costs_a_try(card: SimulatedCpuCard) -> None:
    assert authenticate(card, bytes(16)) == "63C2"
    assert authenticate(card) == "9000"
    assert authenticate(card, bytes(16)) == "63C2"


def test_key_without_tries_is_locked_for_ever(card: SimulatedCpuCard) -> None:
    assert [authenticate(card, bytes(16)) for _try in range(4)] == ["63C2", "63C1", "63C0", "6983"]
    card.power_on()
    assert authenticate(card) == "6983"


def test_challenge_serves_the_next_command_only(card: SimulatedCpuCard) -> None:
    challenge = bytes.fromhex(send(card, "0084000008"))[:8]
    send(card, "00A40000023F00")
    assert send(card, "0082000008" + crypto.ecb_encrypt(LONG_TRANSPORT, challenge).hex()) == "6985"
    assert card.tries_left()[0][3] == 3


def test_challenge_serves_once(card: SimulatedCpuCard) -> None:
    challenge = bytes.fromhex(send(card, "0084000008"))[:8]
    command = "0082000008" + crypto.ecb_encrypt(LONG_TRANSPORT, challenge).hex()
    assert (send(card, command), send(card, command)) == ("9000", "6985")


def test_short_challenge_is_filled_with_zeros(opened: SimulatedCpuCard) -> None:
    challenge = bytes.fromhex(send(opened, "0084000004"))[:4]
    cryptogram = crypto.ecb_encrypt(bytes.fromhex("0102030405060708"), challenge + bytes(4))
    assert send(opened, "0082000008" + cryptogram.hex()) == "9000"


def test_nothing_is_made_without_the_right(card: SimulatedCpuCard) -> None:
    assert send(card, "80E03F0111 38036F F0F095FFFF A00000000386980799") == "6982"
    assert send(card, "800E000000") == "6982"
    assert len(card.files.directories) == 1


def test_protected_file_takes_only_a_right_mac(opened: SimulatedCpuCard) -> None:
    key, header, field = bytes.fromhex("1122334455667788"), bytes.fromhex("04D69500"), b"abcd"
    assert send(opened, "00D6950004 61626364") == "6900"
    assert send(opened, "04D6950008 61626364 00000000") == "6987"
    challenge = bytes.fromhex(send(opened, "0084000004"))[:4]
    line = crypto.protect_line(key, challenge, header, field, encrypt=False)
    assert send(opened, header.hex() + "08" + line.hex()) == "9000"
    assert send(opened, "00B0950004") == "616263649000"
    send(opened, "0084000004")
    assert send(opened, header.hex() + "08" + line.hex()) == "9302"


def test_three_wrong_macs_kill_the_application(opened: SimulatedCpuCard) -> None:
    answers = []
    for _try in range(4):
        send(opened, "0084000004")
        answers.append(send(opened, "04D6950008 61626364 00000000"))
    assert answers == ["9302", "9302", "9302", "9303"]


def test_write_needs_exactly_its_state(opened: SimulatedCpuCard) -> None:
    assert send(opened, "00D6970001 AA") == "6982"
    assert authenticate(opened, bytes.fromhex("0102030405060708")) == "9000"
    assert send(opened, "00D6970001 AA") == "9000"
    send(opened, "00A40000023F00")
    send(opened, "00A40000023F01")
    assert send(opened, "00D6970001 BB") == "6982"


def test_reset_forgets_every_state(opened: SimulatedCpuCard) -> None:
    authenticate(opened, bytes.fromhex("0102030405060708"))
    opened.power_on()
    send(opened, "00A40000023F01")
    assert send(opened, "00D6970001 AA") == "6982"


def test_pin_is_compared_without_its_filling(opened: SimulatedCpuCard) -> None:
    assert send(opened, "0020000103 123457") == "63C2"
    assert send(opened, "0020000103 123456") == "9000"


def test_internal_authentication_answers_the_published_vector(opened: SimulatedCpuCard) -> None:
    assert send(opened, "0088000008 010203040506070808") == "178F59F8578E0D3F9000"
    assert send(opened, "0088020008 010203040506070804") == "A82A8CEB9000"
    assert send(opened, "0088010008 178F59F8578E0D3F08") == "01020304050607089000"


def test_cyclic_file_shows_the_newest_record_first(opened: SimulatedCpuCard) -> None:
    assert send(opened, "00B201CC00") == "6A83"
    for record in range(5):
        assert send(opened, f"00E200C804 000000{record:02X}") == "9000"
    assert [send(opened, f"00B20{number}CC00") for number in (1, 2, 3, 4)] == [
        "000000049000",
        "000000039000",
        "000000029000",
        "6A83",
    ]


def test_fixed_record_file_fills_up_and_can_be_changed(opened: SimulatedCpuCard) -> None:
    assert send(opened, "00E200D004 00000001") == "9000"
    assert send(opened, "00E200D004 00000002") == "9000"
    assert send(opened, "00E200D004 00000003") == "6A84"
    assert send(opened, "00DC01D404 00000009") == "9000"
    assert send(opened, "00B201D400") == "000000099000"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00A4000002ABCD", "6A82"),
        ("00B0960001", "6A82"),
        ("00B0980001", "6981"),
        ("00B095001F", "6C1E"),
        ("00B0951F01", "6B00"),
        ("00B0", "6700"),
        ("00D6", "6700"),
        ("00D6950004AA", "6700"),
        ("10B0950001", "6E00"),
        ("00FF000000", "6D00"),
        ("0084000005", "6700"),
        ("80E0001507A8001EF0F0FFFF", "6A86"),
        ("80E03F0111 38036F F0F095FFFF A00000000386980798", "6A86"),
    ],
)
def test_wrong_commands_get_the_word_of_the_manual(opened: SimulatedCpuCard, command: str, answer: str) -> None:
    assert send(opened, command) == answer


def test_key_type_with_high_bits_is_never_taken_in_the_clear(opened: SimulatedCpuCard) -> None:
    assert send(opened, "80D401050D F9F0F0AA33 1122334455667788") == "6900"


def test_encrypted_key_is_taken_under_the_transport_key(opened: SimulatedCpuCard) -> None:
    header, body = bytes.fromhex("84D40105"), bytes.fromhex("F9F0F0AA33") + bytes(16)
    challenge = bytes.fromhex(send(opened, "0084000004"))[:4]
    line = crypto.protect_line(LONG_TRANSPORT, challenge, header, body, encrypt=True)
    assert send(opened, header.hex() + f"{len(line):02X}" + line.hex()) == "9000"
    assert authenticate(opened, bytes(16), 5) == "9000"


def test_keys_cannot_be_added_once_the_directory_was_left(opened: SimulatedCpuCard) -> None:
    opened.files.directories[0x3F01].key_add_right = 0xEF
    assert send(opened, "80D401070D 34F0F00100 1122334455667788") == "9000"
    send(opened, "00A40000023F00")
    send(opened, "00A40000023F01")
    assert send(opened, "80D401080D 34F0F00100 1122334455667788") == "6982"


def test_chip_without_a_master_file_says_so() -> None:
    empty = SimulatedCpuCard(contactless_atr(CHIP), FileSystem())
    assert send(empty, "00A40000023F00") == "6A81"


def test_card_saved_and_loaded_is_the_same_card() -> None:
    card = issued_card(bought=True)
    again = SimulatedCpuCard.from_json(card.to_json())
    assert (again.atr, again.files) == (card.atr, card.files)
    assert again.to_json() == card.to_json()


def test_other_documents_are_not_cards() -> None:
    with pytest.raises(ValueError, match="not a simulated card"):
        SimulatedCpuCard.from_json("{}")


def test_tear_leaves_exactly_the_bytes_before_it() -> None:
    memory, cells = Memory(), bytearray(b"\x00" * 8)
    memory.tear_after(3, mixture=0xF0)
    with pytest.raises(CardGone):
        memory.store(cells, 1, b"\xff" * 6)
    assert cells.hex() == "00ffffff" + "f0" + "000000"
    memory.store(cells, 0, b"\x11")
    assert cells[0] == 0x11
