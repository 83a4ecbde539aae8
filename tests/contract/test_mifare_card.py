"""The card contract with a MIFARE Classic, over the simulated reader and over pcscd, vpcd and pyscard."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.cards.keystore import PURPOSES, KeyRing, KeySet, development_key_set
from devices.cards.reference_profile import encode_identity
from devices.cards.simulated_meter import MeterAnswer, SimulatedMeter
from devices.cards.simulated_mifare import CLASSIC_4K, ULTRALIGHT, SimulatedMifareCard, storage_card_atr
from pos.domain.card import CardKind
from pos.domain.errors import DeviceUnavailable, OutcomeUnknown, RuleViolation
from pos.ports.card import ReaderState
from tests.contract.card_rigs import (
    FIRST_BUY,
    IDENTITY,
    KEYS,
    NOTHING_BOUGHT,
    OTHER_IDENTITY,
    SECOND_BUY,
    Rig,
    read,
    rig_of,
    write,
)
from tests.contract.mifare_rigs import (
    MAIN,
    OTHER_UID,
    READ_COMMANDS,
    UID,
    foreign_mifare,
    issue_mifare,
    issued_mifare,
    values,
)

MAIN_VALUE = 34  # index of the main value's write within a purchase, counted from its first command
SECTORS = 5


@pytest.fixture(params=["in_process", pytest.param("pcscd", marks=pytest.mark.private_pcscd)])
def rig(request: pytest.FixtureRequest) -> Rig:
    return rig_of(request.param)


def test_delivered_card_is_blank_after_our_reading_key_and_the_transport_key_once_each(rig: Rig) -> None:
    card = SimulatedMifareCard(UID)
    rig.insert(card)
    assert rig.reader.status().state is ReaderState.CARD_PRESENT
    image = read(rig.reader)
    assert (image.kind, image.family, image.chip_uid, image.note) == (CardKind.BLANK, "mifare-1k", "04A1B2C3", "")
    assert (card.memory.written, card.authentications) == (0, 2)


def test_delivered_card_becomes_a_user_card(rig: Rig) -> None:
    card = SimulatedMifareCard(UID)
    rig.insert(card)
    image = issue_mifare(rig.reader)
    assert (image.kind, image.identity, image.purchase) == (CardKind.USER, IDENTITY, NOTHING_BOUGHT)
    assert (image.unconsumed_l, image.feedback, image.torn_copy) == (0, None, False)
    assert read(rig.reader) == image


def test_chip_with_a_long_number_and_a_reader_with_other_key_slots_do_the_same(rig: Rig) -> None:
    for slots in ((0x20,), (0x60, 0x61)):
        rig.insert(SimulatedMifareCard(bytes.fromhex("04112233445566"), key_slots=slots, knows_values=False))
        image = issue_mifare(rig.reader)
        assert (image.kind, image.chip_uid) == (CardKind.USER, "04112233445566")
        assert write(rig.reader, FIRST_BUY, image).holds(FIRST_BUY)


def test_two_purchases_are_written_and_read_back(rig: Rig) -> None:
    card = issued_mifare()
    rig.insert(card)
    before = read(rig.reader)
    first = write(rig.reader, FIRST_BUY, before)
    assert (first.holds(FIRST_BUY), first.generation) == (True, before.generation + 1)
    second = write(rig.reader, SECOND_BUY, first)
    assert (second.holds(SECOND_BUY), second.generation) == (True, before.generation + 2)
    assert second.digest != first.digest
    assert read(rig.reader) == second
    assert values(card) == (second.generation, second.generation)


def test_reading_changes_nothing_and_presents_the_reading_key_only(rig: Rig) -> None:
    card = issued_mifare(bought=True)
    rig.insert(card)
    assert read(rig.reader) == read(rig.reader)
    assert (card.memory.written, card.apdu_count, card.authentications) == (0, 2 * READ_COMMANDS, 2 * SECTORS)


def test_stale_image_writes_nothing(rig: Rig) -> None:
    card = issued_mifare()
    rig.insert(card)
    stale = read(rig.reader)
    write(rig.reader, FIRST_BUY, stale)
    written = card.memory.written
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        write(rig.reader, replace(FIRST_BUY, volume_l=1), stale)
    assert card.memory.written == written


@pytest.mark.parametrize(
    ("uid", "identity"),
    [
        pytest.param(UID, OTHER_IDENTITY, id="another customer"),
        pytest.param(OTHER_UID, IDENTITY, id="the same number on another chip"),
    ],
)
def test_another_card_is_not_written(rig: Rig, uid: bytes, identity: object) -> None:
    rig.insert(issued_mifare())
    before = read(rig.reader)
    other = issued_mifare(uid, OTHER_IDENTITY if identity == OTHER_IDENTITY else IDENTITY)
    rig.insert(other)
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        write(rig.reader, FIRST_BUY, before)
    assert other.memory.written == 0


def test_feedback_of_the_meter_does_not_make_it_another_card(rig: Rig) -> None:
    card = issued_mifare(bought=True)
    rig.insert(card)
    before = read(rig.reader)
    meter = SimulatedMeter(KEYS, IDENTITY.meter_no)
    assert meter.insert(card, today="2026-11-22") is MeterAnswer.TAKEN
    assert meter.insert(card, today="2026-11-23") is MeterAnswer.ALREADY_TAKEN
    assert before.unconsumed_l == FIRST_BUY.volume_l
    after = write(rig.reader, SECOND_BUY, before)
    assert after.holds(SECOND_BUY)
    assert after.feedback is not None
    assert (after.feedback.taken_sequence, after.feedback.read_on) == (1, "2026-11-23")
    assert after.unconsumed_l == SECOND_BUY.volume_l


def test_user_card_is_not_personalised_again(rig: Rig) -> None:
    card = issued_mifare(bought=True)
    rig.insert(card)
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue_mifare(rig.reader, OTHER_IDENTITY)
    assert card.memory.written == 0


def test_another_blank_than_the_one_paid_for_is_not_issued(rig: Rig) -> None:
    rig.insert(SimulatedMifareCard(UID))
    before = read(rig.reader)
    swapped = SimulatedMifareCard(OTHER_UID)
    rig.insert(swapped)
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        issue_mifare(rig.reader, before=before)
    assert swapped.memory.written == 0


def test_card_with_other_keys_is_foreign_after_three_keys_and_untouched(rig: Rig) -> None:
    card = foreign_mifare()
    rig.insert(card)
    image = read(rig.reader)
    assert (image.kind, image.note, image.chip_uid) == (CardKind.FOREIGN, "foreign.other_keys", "04A1B2C3")
    assert card.authentications == 3
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        write(rig.reader, FIRST_BUY, image)
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue_mifare(rig.reader)
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
        issue_mifare(hall)
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


def test_tool_card_is_told_by_name_and_never_sold_to(rig: Rig) -> None:
    card = issued_mifare()
    stored = encode_identity(IDENTITY, 0x12).ljust(48, b"\x00")
    for block in range(3):
        card.chip.blocks[4 + block][:] = stored[16 * block : 16 * block + 16]
    rig.insert(card)
    image = read(rig.reader)
    assert (image.kind, image.note, image.purchase) == (CardKind.TOOL, "tool.clear_card", None)
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        write(rig.reader, FIRST_BUY, image)
    assert card.memory.written == 0


def test_value_that_names_no_copy_is_damage_and_not_guessed(rig: Rig) -> None:
    card = issued_mifare(bought=True)
    card.chip.blocks[MAIN - 2][0] ^= 1
    card.chip.blocks[MAIN + 2][0] ^= 1
    rig.insert(card)
    assert (read(rig.reader).kind, read(rig.reader).note) == (CardKind.UNREADABLE, "card.damaged")


def test_lost_answer_of_the_main_value_is_unknown_and_the_card_knows(rig: Rig) -> None:
    card = issued_mifare()
    rig.insert(card)
    before = read(rig.reader)
    card.lose_next_answer(after=MAIN_VALUE)
    with pytest.raises(OutcomeUnknown, match=r"card\.answer_lost"):
        write(rig.reader, FIRST_BUY, before)
    rig.insert(card)
    after = read(rig.reader)
    assert (after.holds(FIRST_BUY), after.torn_copy) == (True, True)
    assert not write(rig.reader, SECOND_BUY, after).torn_copy


def test_contact_lost_before_the_main_value_is_unknown_and_the_card_knows(rig: Rig) -> None:
    card = issued_mifare()
    rig.insert(card)
    before = read(rig.reader)
    card.fail_before(after=MAIN_VALUE)
    with pytest.raises(OutcomeUnknown, match=r"card\.answer_lost"):
        write(rig.reader, FIRST_BUY, before)
    rig.insert(card)
    after = read(rig.reader)
    assert after.purchase == NOTHING_BOUGHT
    assert write(rig.reader, FIRST_BUY, after).holds(FIRST_BUY)


def test_card_pulled_while_a_copy_is_written_holds_what_it_held(rig: Rig) -> None:
    card = issued_mifare(bought=True)
    rig.insert(card)
    before = read(rig.reader)
    card.tear_after(12)
    with pytest.raises(DeviceUnavailable, match=r"card\.lost_before_write"):
        write(rig.reader, SECOND_BUY, before)
    rig.insert(card)
    after = read(rig.reader)
    assert after.purchase == FIRST_BUY
    assert write(rig.reader, SECOND_BUY, after).holds(SECOND_BUY)


def test_card_pulled_while_reading_is_known_to_be_away(rig: Rig) -> None:
    card = issued_mifare()
    rig.insert(card)
    card.fail_before(after=3, pulled=True)
    with pytest.raises(DeviceUnavailable, match=r"card\.removed_while_reading"):
        read(rig.reader)


def test_session_that_was_kept_is_dead(rig: Rig) -> None:
    card = issued_mifare()
    rig.insert(card)
    with rig.reader.session() as card_session:
        before = card_session.read()
    with pytest.raises(DeviceUnavailable):
        card_session.write_purchase(FIRST_BUY, before=before)
    assert card.memory.written == 0
