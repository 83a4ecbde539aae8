"""Cards are told apart by their answer to reset; only ours are sent a command."""

from __future__ import annotations

import pytest

from devices.cards.recognition import chip_uid, recognise
from devices.cards.simulated_card import SimulatedCpuCard, contact_atr, contactless_atr
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardKind
from pos.domain.errors import DeviceUnavailable, RuleViolation
from pos.ports.card import ReaderState
from tests.contract.card_rigs import FIRST_BUY, KEYS, MEMORY_CARDS, issue, issued_card, read, write

REFUSALS = {
    ReaderState.NO_SERVICE: "reader.no_service",
    ReaderState.NO_READER: "reader.no_reader",
    ReaderState.CARD_MUTE: "reader.card_mute",
    ReaderState.CARD_BUSY: "reader.busy",
    ReaderState.NO_CARD: "reader.no_card",
}


@pytest.mark.parametrize(
    ("atr", "family", "note"),
    [
        ("3B8B80012090000000000001020304BE", "fmcos", ""),
        ("3B6B00002090000000000001020304", "fmcos", ""),
        ("3B04A2131091", "memory-4442", ""),
        ("3B0492231091", "memory-4428", ""),
        ("3B04A213109100", "unknown", "foreign.unknown_atr"),
        ("3B8F8001804F0CA000000306030001000000006A", "mifare-1k", ""),
        ("3B8F8001804F0CA0000003060300020000000069", "mifare-4k", "foreign.mifare_4k"),
        ("3B8F8001804F0CA0000003060300030000000068", "mifare-ultralight", "foreign.mifare_ultralight"),
        ("3B8F8001804F0CA000000306030026000000004D", "mifare-mini", "foreign.mifare_mini"),
        ("3B8F8001804F0CA00000030603003A0000000051", "storage", "foreign.storage_card"),
        ("3B8F8001804F0CA0000003060300010000", "unknown", "foreign.unknown_atr"),
        ("3B8180018080", "desfire", "foreign.storage_card"),
        ("3B6D0000860148444D01020304050607", "fuel", "foreign.fuel_card"),
        ("3B00", "unknown", "foreign.unknown_atr"),
        ("", "unknown", "foreign.unknown_atr"),
    ],
)
def test_family_by_answer_to_reset(atr: str, family: str, note: str) -> None:
    recognition = recognise(bytes.fromhex(atr))
    assert (recognition.family, recognition.note) == (family, note)


def test_chip_number_is_the_same_on_both_kinds_of_contact() -> None:
    chip = bytes.fromhex("CAFE0102")
    assert chip_uid(contactless_atr(chip)) == chip_uid(contact_atr(chip)) == "CAFE0102"
    assert chip_uid(bytes.fromhex("3B04A2131091")) == ""


def test_card_of_a_family_without_a_session_is_foreign_and_gets_no_command() -> None:
    card, reader = SimulatedCpuCard(bytes.fromhex("3B8180018080")), SimulatedReader(KEYS)
    reader.insert(card)
    image = read(reader)
    assert (image.kind, image.family, image.note) == (CardKind.FOREIGN, "desfire", "foreign.storage_card")
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        write(reader, FIRST_BUY, image)
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue(reader)
    assert card.apdu_count == 0


def test_memory_card_in_a_reader_that_no_row_names_gets_no_command() -> None:
    card = MEMORY_CARDS[0].issued()
    reader = SimulatedReader(KEYS, name="Reader of another make 00 00")
    reader.insert(card)
    with pytest.raises(DeviceUnavailable) as refused, reader.session():
        pass
    assert refused.value.code == "reader.no_dialect"
    assert refused.value.params == {"reader": "Reader of another make 00 00", "family": "memory-4442"}
    assert card.apdu_count == 0


@pytest.mark.parametrize("state", list(REFUSALS))
def test_scripted_reader_fault_shows_on_the_lamp_and_stops_the_session(state: ReaderState) -> None:
    reader = SimulatedReader(KEYS)
    reader.insert(issued_card())
    reader.break_with(state)
    assert reader.status().state is state
    with pytest.raises(DeviceUnavailable) as refused, reader.session():
        pass
    assert refused.value.code == REFUSALS[state]
    reader.break_with(None)
    assert read(reader).kind is CardKind.USER
