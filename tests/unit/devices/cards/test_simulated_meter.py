"""The meter's half of the profile: takes a purchase once, reports under its own keys, survives being torn."""

from __future__ import annotations

import pytest

from devices.cards.keystore import KeyRing, development_key_set
from devices.cards.simulated_memory_card import SimulatedMemoryCard
from devices.cards.simulated_meter import MeterAnswer, SimulatedMeter
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardKind
from pos.domain.errors import DeviceRefused, OutcomeUnknown
from tests.contract.card_rigs import (
    FAMILIES,
    FIRST_BUY,
    FMCOS_CARD,
    IDENTITY,
    KEYS,
    MEMORY_CARDS,
    SECOND_BUY,
    CardFamily,
    all_tries_full,
    issued_card,
    read,
    write,
)

TODAY = "2026-11-22"


@pytest.fixture
def meter() -> SimulatedMeter:
    return SimulatedMeter(KEYS, IDENTITY.meter_no, remaining_l=500)


@pytest.fixture(params=FAMILIES, ids=str)
def family(request: pytest.FixtureRequest) -> CardFamily:
    chosen: CardFamily = request.param
    return chosen


def reader_with(card: SimulatedPlastic, family: CardFamily = FMCOS_CARD) -> SimulatedReader:
    return family.reader(card)


def test_purchase_is_taken_once_and_reported(meter: SimulatedMeter, family: CardFamily) -> None:
    card = family.issued(bought=True)
    assert meter.insert(card, today=TODAY) is MeterAnswer.TAKEN
    assert meter.insert(card, today=TODAY) is MeterAnswer.ALREADY_TAKEN
    assert meter.remaining_l == 500 + FIRST_BUY.volume_l
    image = read(reader_with(card, family))
    assert image.unconsumed_l == 0
    assert image.feedback is not None
    assert (image.feedback.taken_sequence, image.feedback.read_on) == (1, TODAY)
    assert all_tries_full(card)


def test_overdraft_magnet_and_valve_reach_the_counter(meter: SimulatedMeter, family: CardFamily) -> None:
    card = family.issued(bought=True)
    meter.use(700)
    meter.magnet_count, meter.valve_faults, meter.status, meter.battery_pct = 2, 1, 0b11, 9
    meter.taken_sequence = 1
    meter.insert(card, today=TODAY)
    report = read(reader_with(card, family)).feedback
    assert report is not None
    assert (report.remaining_l, report.used_l, report.magnet_count) == (-200, 700, 2)
    assert (report.valve_faults, report.status, report.battery_pct) == (1, 0b11, 9)


def test_old_copy_of_a_card_gives_nothing(meter: SimulatedMeter, family: CardFamily) -> None:
    card = family.issued(bought=True)
    copy = family.again(card.to_json())
    meter.insert(card, today=TODAY)
    assert meter.insert(copy, today=TODAY) is MeterAnswer.ALREADY_TAKEN
    assert meter.remaining_l == 500 + FIRST_BUY.volume_l


def test_card_of_another_meter_is_refused_and_untouched(meter: SimulatedMeter, family: CardFamily) -> None:
    card = family.issued(bought=True)
    meter.meter_no = "M-000001"
    written = card.memory.written
    assert meter.insert(card, today=TODAY) is MeterAnswer.NOT_MY_CARD
    assert meter.insert(family.blank(), today=TODAY) is MeterAnswer.NOT_MY_CARD
    assert card.memory.written == written


def test_card_without_a_purchase_only_gets_the_report(meter: SimulatedMeter, family: CardFamily) -> None:
    card = family.issued()
    assert meter.insert(card, today=TODAY) is MeterAnswer.NOTHING_TO_TAKE
    assert read(reader_with(card, family)).feedback is not None


def test_interrupted_card_is_unreadable_to_the_meter(meter: SimulatedMeter) -> None:
    card = issued_card(bought=True)
    card.files.directories[0x3F01].files[0x16].body[5] ^= 0xFF
    assert meter.insert(card, today=TODAY) is MeterAnswer.UNREADABLE


def test_torn_in_the_meter_at_every_byte_the_old_report_stays_and_nothing_is_taken_twice(meter: SimulatedMeter) -> None:
    for torn_at in range(34):
        card = issued_card(bought=True)
        meter.taken_sequence, meter.remaining_l = 0, 0
        meter.insert(card, today="2026-11-01")
        reader = reader_with(card)
        before = write(reader, SECOND_BUY, read(reader))
        card.tear_after(torn_at, mixture=0x0F)
        with pytest.raises(OutcomeUnknown):
            meter.insert(card, today=TODAY)
        torn = read(reader_with(card))
        assert torn.kind is CardKind.USER
        assert (torn.purchase, torn.feedback) == (SECOND_BUY, before.feedback), torn_at
        assert torn.unconsumed_l == SECOND_BUY.volume_l  # looks unconsumed, so the counter will not sell on top
        assert meter.insert(card, today=TODAY) is MeterAnswer.ALREADY_TAKEN
        assert meter.remaining_l == FIRST_BUY.volume_l + SECOND_BUY.volume_l
        assert read(reader_with(card)).unconsumed_l == 0


@pytest.mark.parametrize("memory", MEMORY_CARDS[::2], ids=str)
def test_memory_card_torn_in_the_meter_looks_unconsumed_and_nothing_is_taken_twice(memory: CardFamily) -> None:
    meter = SimulatedMeter(KEYS, IDENTITY.meter_no)
    lasting = 0
    while True:
        card = memory.issued(bought=True)
        meter.taken_sequence = meter.remaining_l = 0
        card.tear_after(lasting, mixture=0x0F)
        try:
            meter.insert(card, today=TODAY)
        except OutcomeUnknown:
            torn = read(reader_with(card, memory))
            assert (torn.kind, torn.purchase, torn.feedback) == (CardKind.USER, FIRST_BUY, None), lasting
            assert torn.unconsumed_l == FIRST_BUY.volume_l
            assert meter.insert(card, today=TODAY) is MeterAnswer.ALREADY_TAKEN
        else:
            break
        assert meter.remaining_l == FIRST_BUY.volume_l
        assert read(reader_with(card, memory)).unconsumed_l == 0
        assert all_tries_full(card)
        lasting += 1
    assert lasting > 20


def test_meter_of_another_hall_costs_the_memory_card_a_try_and_says_so() -> None:
    card = MEMORY_CARDS[0].issued(bought=True)
    assert isinstance(card, SimulatedMemoryCard)
    stranger = SimulatedMeter(KeyRing(development_key_set()), IDENTITY.meter_no)
    with pytest.raises(DeviceRefused) as refused:
        stranger.insert(card, today=TODAY)
    assert (refused.value.code, refused.value.params["tries_left"]) == ("card.authentication_refused", 2)
    assert card.chip.presentations == 1
