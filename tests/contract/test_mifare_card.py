"""What only a MIFARE Classic has: keys to be read at all, slots of readers, other storage cards.

Over the simulated reader and over pcscd, vpcd and pyscard; the common contract is test_card_reader.
"""

from __future__ import annotations

import pytest

from devices.cards.keystore import PURPOSES, KeyRing, KeySet, development_key_set
from devices.cards.simulated_mifare import CLASSIC_4K, ULTRALIGHT, SimulatedMifareCard, storage_card_atr
from pos.domain.card import CardKind
from pos.domain.errors import RuleViolation
from pos.ports.card import ReaderState
from tests.contract.card_rigs import (
    FIRST_BUY,
    MIFARE_CARD,
    Rig,
    issue,
    read,
    rig_of,
    write,
)
from tests.contract.mifare_rigs import (
    READ_COMMANDS,
    UID,
    foreign_mifare,
    issued_mifare,
)

SECTORS = 5


@pytest.fixture(params=["in_process", pytest.param("pcscd", marks=pytest.mark.private_pcscd)])
def rig(request: pytest.FixtureRequest) -> Rig:
    return rig_of(request.param, MIFARE_CARD)


def test_delivered_card_is_blank_after_our_reading_key_and_the_transport_key_once_each(rig: Rig) -> None:
    card = SimulatedMifareCard(UID)
    rig.insert(card)
    assert rig.reader.status().state is ReaderState.CARD_PRESENT
    image = read(rig.reader)
    assert (image.kind, image.family, image.chip_uid, image.note) == (CardKind.BLANK, "mifare-1k", "04A1B2C3", "")
    assert (card.memory.written, card.authentications) == (0, 2)


def test_chip_with_a_long_number_and_a_reader_with_other_key_slots_do_the_same(rig: Rig) -> None:
    for slots in ((0x20,), (0x60, 0x61)):
        rig.insert(SimulatedMifareCard(bytes.fromhex("04112233445566"), key_slots=slots, knows_values=False))
        image = issue(rig.reader)
        assert (image.kind, image.chip_uid) == (CardKind.USER, "04112233445566")
        assert write(rig.reader, FIRST_BUY, image).holds(FIRST_BUY)


def test_reading_changes_nothing_and_presents_the_reading_key_only(rig: Rig) -> None:
    card = issued_mifare(bought=True)
    rig.insert(card)
    assert read(rig.reader) == read(rig.reader)
    assert (card.memory.written, card.apdu_count, card.authentications) == (0, 2 * READ_COMMANDS, 2 * SECTORS)


def test_card_with_other_keys_is_foreign_after_three_keys_and_untouched(rig: Rig) -> None:
    card = foreign_mifare()
    rig.insert(card)
    image = read(rig.reader)
    assert (image.kind, image.note, image.chip_uid) == (CardKind.FOREIGN, "foreign.other_keys", "04A1B2C3")
    assert card.authentications == 3
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        write(rig.reader, FIRST_BUY, image)
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue(rig.reader)
    assert card.memory.written == 0


def test_card_of_another_hall_is_foreign(rig: Rig) -> None:
    card = issued_mifare(bought=True)
    rig.insert(card)
    stranger = rig.reader_with(KeyRing(development_key_set()))
    assert read(stranger).note == "foreign.other_keys"
    assert card.memory.written == 0


def test_in_a_hall_without_sector_keys_every_such_card_is_foreign_and_hears_no_key(rig: Rig) -> None:
    card = SimulatedMifareCard(UID)
    rig.insert(card)
    hall = rig.reader_with(KeyRing(KeySet(is_test=True, keys=dict.fromkeys(PURPOSES, bytes(16)))))
    image = read(hall)
    assert (image.kind, image.note, card.authentications) == (CardKind.FOREIGN, "foreign.storage_card", 0)
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue(hall)
    assert card.memory.written == 0


@pytest.mark.parametrize(
    ("name", "family", "note"),
    [
        (CLASSIC_4K, "mifare-4k", "foreign.mifare_4k"),
        (ULTRALIGHT, "mifare-ultralight", "foreign.mifare_ultralight"),
    ],
)
def test_other_storage_card_is_refused_by_name_without_a_command(rig: Rig, name: int, family: str, note: str) -> None:
    card = SimulatedMifareCard(UID, atr=storage_card_atr(name))
    rig.insert(card)
    image = read(rig.reader)
    assert (image.kind, image.family, image.note) == (CardKind.FOREIGN, family, note)
    assert card.apdu_count == 0
