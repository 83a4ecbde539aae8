"""The guard of memory cards: nothing below 20, one code on a full counter, only what differs, read back."""

from __future__ import annotations

import pytest

from devices.cards.acs_memory import AcsMemoryChip
from devices.cards.apdu import ApduChannel
from devices.cards.memory_chip import MEMORY_FAMILIES, SLE4442, MemoryFamily
from devices.cards.memory_guard import GuardedChip
from devices.cards.omnikey_memory import OmnikeyMemoryChip
from devices.cards.simulated_memory_card import AcsDialect, OmnikeyDialect, SimulatedMemoryCard
from devices.cards.simulated_memory_chip import blank_chip
from pos.domain.errors import DeviceProtocolError, DeviceRefused

FACTORY = b"\xff\xff\xff"


class Contact:
    """`CardConnection` straight to the simulated card; keeps what was sent."""

    is_block_protocol = False

    def __init__(self, card: SimulatedMemoryCard) -> None:
        self.card = card
        self.sent: list[bytes] = []

    @property
    def atr(self) -> bytes:
        return self.card.atr

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        self.sent.append(command)
        answer = self.card.transmit(command)
        return answer[:-2], int.from_bytes(answer[-2:], "big")


def acs(family: MemoryFamily = SLE4442) -> tuple[GuardedChip, Contact]:
    contact = Contact(SimulatedMemoryCard(blank_chip(family), AcsDialect()))
    guard = GuardedChip(AcsMemoryChip(ApduChannel(contact), family))
    guard.read_all()
    contact.sent.clear()
    return guard, contact


def omnikey(dialect: OmnikeyDialect) -> tuple[GuardedChip, Contact]:
    contact = Contact(SimulatedMemoryCard(blank_chip(SLE4442), dialect))
    return GuardedChip(OmnikeyMemoryChip(ApduChannel(contact), SLE4442)), contact


@pytest.mark.parametrize("name", sorted(MEMORY_FAMILIES))
def test_maker_s_area_counter_and_code_are_never_written(name: str) -> None:
    family = MEMORY_FAMILIES[name]
    guard, contact = acs(family)
    guard.open(b"\xff" * family.code_length)
    contact.sent.clear()
    for address, length in ((0x00, 1), (0x1F, 1), (0x1F, 2), (family.writable_to - 1, 2), (family.writable_to, 1)):
        with pytest.raises(DeviceRefused, match=r"card\.address_forbidden"):
            guard.store(address, bytes(length))
        with pytest.raises(DeviceRefused, match=r"card\.address_forbidden"):
            guard.flip(address if length == 1 else family.writable_to, 0)
    assert contact.sent == []
    guard.store(0x20, b"\x00")
    guard.store(family.writable_to - 1, b"\x00")


def test_only_bytes_that_differ_are_written() -> None:
    guard, contact = acs()
    guard.open(FACTORY)
    guard.store(0x30, bytes.fromhex("01FFFF0203FF"))
    writes = [command.hex().upper() for command in contact.sent if command[1] == 0xD0]
    assert writes == ["FFD000300101", "FFD00033020203"]
    contact.sent.clear()
    guard.store(0x30, bytes.fromhex("01FFFF0203FF"))
    assert [command[1] for command in contact.sent] == [0xB0]


def test_byte_that_the_chip_ignored_is_found_by_reading_back() -> None:
    guard, contact = acs()
    guard.open(FACTORY)
    contact.card.chip.protected.add(0x31)
    with pytest.raises(DeviceProtocolError, match=r"card\.copy_differs"):
        guard.store(0x30, b"\x01\x02")


def test_second_code_is_never_presented_on_the_same_card() -> None:
    guard, contact = acs()
    guard.open(FACTORY)
    with pytest.raises(DeviceRefused, match=r"card\.code_once"):
        guard.open(b"\x01\x02\x03")
    assert contact.card.chip.presentations == 1


def test_refused_code_is_the_end_of_the_card_for_this_session() -> None:
    guard, contact = acs()
    with pytest.raises(DeviceRefused) as refused:
        guard.open(b"\x01\x02\x03")
    assert (refused.value.code, refused.value.params["tries_left"]) == ("card.authentication_refused", 2)
    with pytest.raises(DeviceRefused, match=r"card\.code_once"):
        guard.open(FACTORY)
    assert contact.card.chip.presentations == 1


@pytest.mark.parametrize("left", [1, 2])
def test_counter_that_is_not_full_forbids_the_right_code_too(left: int) -> None:
    guard, contact = acs()
    for _wrong in range(3 - left):
        contact.card.chip.present(b"\x00\x00\x00")
    presented = contact.card.chip.presentations
    with pytest.raises(DeviceRefused) as refused:
        guard.open(FACTORY)
    assert (refused.value.code, refused.value.params) == ("card.tries_not_full", {"tries_left": left, "full": 3})
    assert contact.card.chip.presentations == presented


def test_answer_90_00_is_a_dead_card_and_not_success() -> None:
    guard, contact = acs()
    contact.card.refuse_with(0x9000, after=1)
    with pytest.raises(DeviceRefused, match=r"card\.key_locked"):
        guard.open(FACTORY)


def test_reader_that_lies_about_the_code_is_found_by_the_counter() -> None:
    guard, contact = acs()
    contact.card.garble_status(0x9007, after=1)
    with pytest.raises(DeviceRefused) as refused:
        guard.open(b"\x01\x02\x03")
    assert (refused.value.code, refused.value.params["tries_left"]) == ("card.authentication_refused", 2)


def test_reader_that_does_not_tell_the_counter_gets_no_code() -> None:
    guard, contact = omnikey(OmnikeyDialect(tells_counter=False))
    with pytest.raises(DeviceRefused, match=r"card\.tries_unknown"):
        guard.open(FACTORY)
    assert contact.card.chip.presentations == 0


def test_code_is_changed_only_after_it_opened_the_card() -> None:
    guard, contact = acs()
    with pytest.raises(DeviceRefused, match=r"card\.not_authenticated"):
        guard.change_code(FACTORY, b"\x01\x02\x03")
    assert contact.sent == []


def test_codes_stand_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    guard, _contact = acs()
    guard.open(FACTORY)
    guard.change_code(FACTORY, b"\xab\xcd\xef")
    assert "READ MEMORY" in caplog.text
    assert "abcdef" not in caplog.text.lower()
    assert "ff20000003ffffff" not in caplog.text.lower()
