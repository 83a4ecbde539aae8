"""The contract of `CardReader` and `CardSession`: the simulated reader, pcscd with vpcd and pyscard, a library."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.cards.keystore import KeyRing, development_key_set
from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card, foreign_cpu_card
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_meter import MeterAnswer, SimulatedMeter
from pos.domain.card import CardKind
from pos.domain.errors import DeviceRefused, DeviceUnavailable, OutcomeUnknown, RuleViolation
from pos.ports.card import ReaderState
from tests.contract.card_laboratory import make_tool_card, spoil_both_copies
from tests.contract.card_rigs import (
    CHIP,
    FAMILIES,
    FIRST_BUY,
    FMCOS_CARD,
    IDENTITY,
    KEYS,
    MAKERS_CARDS,
    MEMORY_CARDS,
    MIFARE_CARD,
    NOTHING_BOUGHT,
    OTHER_CHIP,
    OTHER_IDENTITY,
    SECOND_BUY,
    WALLET_CARD,
    CardFamily,
    Rig,
    all_tries_full,
    flip_index,
    issue,
    issued_card,
    presentations,
    read,
    rig_of,
    write,
)
from tests.contract.library_rigs import LibraryRig, library_rig

READ_COMMANDS = 8
# Through the real service one family of each kind; exchanging cards of different kinds there costs a second.
THROUGH_THE_SERVICE = (FMCOS_CARD, WALLET_CARD, MIFARE_CARD, MEMORY_CARDS[0], MEMORY_CARDS[3])
EVERYWHERE = [("in_process", family) for family in (*FAMILIES, *MAKERS_CARDS)] + [
    (kind, family) for kind in ("pcscd", "library") for family in THROUGH_THE_SERVICE
]


def _rig(kind: str, family: CardFamily) -> Rig | LibraryRig:
    return library_rig(family) if kind == "library" else rig_of(kind, family)


def _place(kind: str, family: CardFamily) -> object:
    marks = [pytest.mark.private_pcscd] if kind == "pcscd" else []
    return pytest.param((kind, family), id=f"{kind}-{family}", marks=marks)


@pytest.fixture(params=[_place(kind, family) for kind, family in EVERYWHERE])
def rig(request: pytest.FixtureRequest) -> Rig | LibraryRig:
    """Every family, in this process and behind the real service."""
    return _rig(*request.param)


@pytest.fixture(params=[_place(kind, family) for kind, family in EVERYWHERE if family.has_chip_number])
def numbered_rig(request: pytest.FixtureRequest) -> Rig | LibraryRig:
    """Families whose pieces of plastic can be told apart."""
    return _rig(*request.param)


@pytest.fixture(params=[_place(kind, family) for kind, family in EVERYWHERE if family.driver != MIFARE_CARD.driver])
def readable_rig(request: pytest.FixtureRequest) -> Rig | LibraryRig:
    """Families that are read without any key."""
    return _rig(*request.param)


@pytest.fixture(params=[_place(kind, FMCOS_CARD) for kind in ("in_process", "pcscd", "library")])
def cpu_rig(request: pytest.FixtureRequest) -> Rig | LibraryRig:
    """What only a CPU card has: two protocols, other applications."""
    return _rig(*request.param)


def test_empty_reader_says_so_and_opens_no_session(rig: Rig) -> None:
    rig.remove()
    assert rig.reader.status().state is ReaderState.NO_CARD
    with pytest.raises(DeviceUnavailable, match=r"reader\.no_card"), rig.reader.session():
        pass


def test_blank_card_is_recognised_by_reading_alone(rig: Rig) -> None:
    card = rig.family.blank()
    rig.insert(card)
    status = rig.reader.status()
    assert (status.state, status.atr_hex) == (ReaderState.CARD_PRESENT, card.atr.hex().upper())
    image = read(rig.reader)
    number = "01020304" if rig.family.has_chip_number else ""
    assert (image.kind, image.family, image.chip_uid, image.note) == (CardKind.BLANK, rig.family.driver, number, "")
    assert (card.memory.written, presentations(card)) == (0, 0)
    assert all_tries_full(card)


def test_blank_card_becomes_a_user_card(rig: Rig) -> None:
    card = rig.family.blank()
    rig.insert(card)
    image = issue(rig.reader)
    assert (image.kind, image.identity, image.purchase) == (CardKind.USER, IDENTITY, NOTHING_BOUGHT)
    assert (image.unconsumed_l, image.feedback, image.torn_copy) == (0, None, False)
    assert read(rig.reader) == image
    assert all_tries_full(card)


def test_purchase_is_written_and_read_back(rig: Rig) -> None:
    rig.insert(rig.family.issued())
    before = read(rig.reader)
    after = write(rig.reader, FIRST_BUY, before)
    assert after.holds(FIRST_BUY)
    assert after.generation == before.generation + 1
    assert after.digest != before.digest
    assert read(rig.reader) == after


def test_two_purchases_leave_the_older_copy_alone_until_the_newer_is_current(rig: Rig) -> None:
    rig.insert(rig.family.issued())
    first = write(rig.reader, FIRST_BUY, read(rig.reader))
    second = write(rig.reader, SECOND_BUY, first)
    assert second.holds(SECOND_BUY)
    assert second.generation == first.generation + 1


def test_reading_changes_nothing_and_presents_no_key(rig: Rig) -> None:
    card = rig.family.issued(bought=True)
    rig.insert(card)
    written, presented = card.memory.written, presentations(card)
    assert read(rig.reader) == read(rig.reader)
    assert (card.memory.written, presentations(card)) == (written, presented)


def test_reading_takes_the_commands_the_page_says(cpu_rig: Rig) -> None:
    card = issued_card(bought=True)
    cpu_rig.insert(card)
    count = card.apdu_count
    read(cpu_rig.reader)
    assert card.apdu_count == count + READ_COMMANDS


def test_stale_image_writes_nothing(rig: Rig) -> None:
    card = rig.family.issued()
    rig.insert(card)
    stale = read(rig.reader)
    write(rig.reader, FIRST_BUY, stale)
    written = card.memory.written
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        write(rig.reader, replace(FIRST_BUY, volume_l=1), stale)
    assert card.memory.written == written


def test_another_customers_card_is_not_written(rig: Rig) -> None:
    rig.insert(rig.family.issued())
    before = read(rig.reader)
    other = rig.family.issued(identity=OTHER_IDENTITY)
    rig.insert(other)
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        write(rig.reader, FIRST_BUY, before)
    assert other.memory.written == 0


def test_the_same_number_on_another_chip_is_another_card(numbered_rig: Rig) -> None:
    numbered_rig.insert(numbered_rig.family.issued())
    before = read(numbered_rig.reader)
    copy = numbered_rig.family.issued(OTHER_CHIP)
    numbered_rig.insert(copy)
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        write(numbered_rig.reader, FIRST_BUY, before)
    assert copy.memory.written == 0


def test_a_twin_that_carries_another_purchase_is_another_card(rig: Rig) -> None:
    twin = rig.family.issued()
    rig.insert(twin)
    write(rig.reader, replace(FIRST_BUY, volume_l=1), read(rig.reader))
    rig.insert(rig.family.issued(bought=True))
    before = read(rig.reader)
    rig.insert(twin)
    written = twin.memory.written
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        write(rig.reader, SECOND_BUY, before)
    assert twin.memory.written == written


def test_feedback_of_the_meter_does_not_make_it_another_card(rig: Rig) -> None:
    card = rig.family.issued(bought=True)
    rig.insert(card)
    before = read(rig.reader)
    meter = SimulatedMeter(KEYS, IDENTITY.meter_no, layouts=rig.family.layouts())
    assert meter.insert(card, today="2026-11-22") is MeterAnswer.TAKEN
    assert meter.insert(card, today="2026-11-23") is MeterAnswer.ALREADY_TAKEN
    assert before.unconsumed_l == FIRST_BUY.volume_l
    after = write(rig.reader, SECOND_BUY, before)
    assert after.holds(SECOND_BUY)
    assert after.feedback is not None
    assert (after.feedback.taken_sequence, after.feedback.remaining_l) == (1, FIRST_BUY.volume_l)
    assert (after.feedback.read_on, after.unconsumed_l) == ("2026-11-23", SECOND_BUY.volume_l)


def test_user_card_is_not_personalised_again(rig: Rig) -> None:
    card = rig.family.issued(bought=True)
    rig.insert(card)
    written = card.memory.written
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue(rig.reader, OTHER_IDENTITY)
    assert card.memory.written == written


def test_chip_that_gives_nothing_back_unless_asked_is_read_all_the_same(cpu_rig: Rig) -> None:
    card = issued_card(bought=True)
    cpu_rig.insert(card)
    assert not card.uses_t0
    assert card.transmit(bytes.fromhex("00A40000023F00")) == bytes.fromhex("9000")
    assert read(cpu_rig.reader).kind is CardKind.USER


def test_another_blank_than_the_one_paid_for_is_not_issued(numbered_rig: Rig) -> None:
    numbered_rig.insert(numbered_rig.family.blank())
    before = read(numbered_rig.reader)
    swapped = numbered_rig.family.blank(OTHER_CHIP)
    numbered_rig.insert(swapped)
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        issue(numbered_rig.reader, before=before)
    assert (swapped.memory.written, read(numbered_rig.reader).kind) == (0, CardKind.BLANK)


def test_tool_card_is_told_by_name_and_never_sold_to(rig: Rig) -> None:
    card = rig.family.issued()
    make_tool_card(card, IDENTITY)
    rig.insert(card)
    image = read(rig.reader)
    assert (image.kind, image.note, image.purchase) == (CardKind.TOOL, "tool.clear_card", None)
    with pytest.raises(RuleViolation, match=r"card\.changed"):
        write(rig.reader, FIRST_BUY, image)
    assert (card.memory.written, presentations(card)) == (0, 0)


def test_card_whose_copies_are_both_damaged_is_not_guessed_at(rig: Rig) -> None:
    card = rig.family.issued(bought=True)
    spoil_both_copies(card)
    rig.insert(card)
    assert (read(rig.reader).kind, read(rig.reader).note) == (CardKind.UNREADABLE, "card.damaged")
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue(rig.reader)
    assert (card.memory.written, presentations(card)) == (0, 0)


def test_card_of_another_company_is_foreign_and_untouched(cpu_rig: Rig) -> None:
    card = foreign_cpu_card(CHIP)
    cpu_rig.insert(card)
    assert read(cpu_rig.reader).kind is CardKind.FOREIGN
    with pytest.raises(RuleViolation, match=r"card\.not_blank"):
        issue(cpu_rig.reader)
    assert card.memory.written == 0
    assert all_tries_full(card)


def test_unknown_card_gets_no_command_at_all(cpu_rig: Rig) -> None:
    card = SimulatedCpuCard(bytes.fromhex("3B6D00008601484D44000000000000000000"[:34]))
    cpu_rig.insert(card)
    image = read(cpu_rig.reader)
    assert (image.kind, image.note) == (CardKind.FOREIGN, "foreign.unknown_atr")
    assert card.apdu_count == 0


def test_keys_of_another_hall_cost_no_try(readable_rig: Rig) -> None:
    card = readable_rig.family.issued()
    readable_rig.insert(card)
    before = read(readable_rig.reader)
    stranger = readable_rig.reader_with(KeyRing(development_key_set()))
    with pytest.raises(DeviceRefused, match=r"card\.keys_do_not_match"):
        write(stranger, FIRST_BUY, before)
    assert card.memory.written == 0
    assert all_tries_full(card)


def test_lost_answer_of_the_selector_is_unknown_and_the_card_knows(rig: Rig) -> None:
    card = rig.family.issued()
    rig.insert(card)
    before = read(rig.reader)
    card.lose_next_answer(after=flip_index(rig.family))
    with pytest.raises(OutcomeUnknown, match=r"card\.answer_lost"):
        write(rig.reader, FIRST_BUY, before)
    rig.insert(card)
    after = read(rig.reader)
    assert after.holds(FIRST_BUY)
    assert not write(rig.reader, SECOND_BUY, after).torn_copy


def test_contact_lost_before_the_selector_is_unknown_and_the_card_knows(rig: Rig) -> None:
    card = rig.family.issued()
    rig.insert(card)
    before = read(rig.reader)
    card.fail_before(after=flip_index(rig.family))
    with pytest.raises(OutcomeUnknown, match=r"card\.answer_lost"):
        write(rig.reader, FIRST_BUY, before)
    rig.insert(card)
    after = read(rig.reader)
    assert after.purchase == NOTHING_BOUGHT
    assert write(rig.reader, FIRST_BUY, after).holds(FIRST_BUY)


def test_card_pulled_while_a_copy_is_written_holds_what_it_held(rig: Rig) -> None:
    card = rig.family.issued(bought=True)
    rig.insert(card)
    before = read(rig.reader)
    card.tear_after(12)
    with pytest.raises(DeviceUnavailable, match=r"card\.lost_before_write"):
        write(rig.reader, SECOND_BUY, before)
    rig.insert(card)
    after = read(rig.reader)
    assert after.torn_copy
    assert after.purchase == FIRST_BUY
    assert not write(rig.reader, SECOND_BUY, after).torn_copy


def test_card_pulled_while_reading_is_known_to_be_away(rig: Rig) -> None:
    card = rig.family.issued()
    rig.insert(card)
    card.fail_before(after=1, pulled=True)
    with pytest.raises(DeviceUnavailable, match=r"card\.removed_while_reading"):
        read(rig.reader)


def test_a_second_program_finds_the_card_busy(rig: Rig) -> None:
    rig.insert(rig.family.issued())
    with rig.reader.session() as card_session:
        assert rig.second.status().state is ReaderState.CARD_BUSY
        with pytest.raises(DeviceUnavailable, match=r"reader\.busy"), rig.second.session():
            pass
        assert card_session.read().kind is CardKind.USER
    assert rig.second.status().state is ReaderState.CARD_PRESENT


def test_memory_card_is_closed_for_writing_when_the_session_ends(rig: Rig) -> None:
    card = rig.family.issued()
    rig.insert(card)
    write(rig.reader, FIRST_BUY, read(rig.reader))
    if isinstance(card, SimulatedMemoryCard):
        assert not card.chip.is_open
    assert rig.reader.status().atr_hex == card.atr.hex().upper()
    assert read(rig.reader).holds(FIRST_BUY)


def test_session_that_was_kept_is_dead(rig: Rig) -> None:
    card = rig.family.issued()
    rig.insert(card)
    with rig.reader.session() as card_session:
        before = card_session.read()
    with pytest.raises(DeviceUnavailable):
        card_session.write_purchase(FIRST_BUY, before=before)
    assert card.memory.written == 0


def test_contact_card_with_its_other_protocol_does_the_same(cpu_rig: Rig) -> None:
    cpu_rig.insert(blank_development_card(CHIP, contact=True))
    before = issue(cpu_rig.reader)
    assert write(cpu_rig.reader, FIRST_BUY, before).holds(FIRST_BUY)


def test_facts_of_a_card_are_told_without_a_presentation_or_a_write(rig: Rig) -> None:
    card = rig.family.issued(bought=True)
    rig.insert(card)
    done = (card.memory.written, presentations(card))
    with rig.reader.session() as card_session:
        facts = card_session.facts()
    assert facts.profile
    assert facts.tries_left == facts.tries
    assert (facts.tries is not None) is isinstance(card, SimulatedMemoryCard)
    assert ((card.memory.written, presentations(card)), all_tries_full(card)) == (done, True)


@pytest.mark.private_pcscd
@pytest.mark.parametrize("family", MAKERS_CARDS, ids=str)
def test_makers_card_is_issued_and_sold_to_through_the_real_service_as_well(family: CardFamily) -> None:
    through = rig_of("pcscd", family)
    through.insert(family.blank())
    before = issue(through.reader)
    assert write(through.reader, FIRST_BUY, before).holds(FIRST_BUY)
    with through.reader.session() as card_session:
        assert card_session.facts().profile.startswith("acme-")
