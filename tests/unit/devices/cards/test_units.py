"""Makers' units of quantity: exact on the card, whole or refused before anything is written or paid."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.cards.card_profile import ProfileInvalid, built_in, parse_profile
from devices.cards.card_records import CardRecords
from devices.cards.hall_profiles import HallLayouts
from devices.cards.mifare_profile import MifareLayout
from devices.cards.record_layout import UNITS_L, Field, FieldNotInUnits, FieldType
from devices.cards.reference_profile import CpuLayout
from devices.cards.simulated_meter import MeterAnswer, SimulatedMeter
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from pos.domain.card import CardPurchase, CardRoom, MeterFeedback
from pos.domain.card_write import Verdict, WriteIntent, WritePurpose, intent_of, intent_to_json, judge, next_purchase
from pos.domain.errors import RuleViolation
from tests.contract.card_rigs import FIRST_BUY, FMCOS_CARD, IDENTITY, KEYS, MIFARE_CARD, SECOND_BUY, issue, read, write
from tests.contract.makers_profiles import example

UNITS = pytest.mark.parametrize("unit_l", UNITS_L.values(), ids=UNITS_L)


def in_units(family: str, purchase: str, feedback: str) -> str:
    """The page's example with whole quantities in one unit and the meter's report in another (B2)."""
    text = example(family).replace('unit = "litre"', f'unit = "{purchase}"')
    head, mark, report = text.partition("[feedback]")
    for name in ("remaining_l", "used_l"):
        report = report.replace(f'"{name}", ', f'"{name}", unit = "{feedback}", ')
    return head + mark + report


M3 = CpuLayout(parse_profile(in_units("fmcos", "m3", "centi_m3")))
M3_STORAGE = MifareLayout(parse_profile(in_units("mifare-1k", "deci_m3", "centi_m3")))
LAYOUTS = HallLayouts(cpu=(M3,), mifare=(M3_STORAGE,))


def reader_with(card: SimulatedPlastic) -> SimulatedReader:
    reader = SimulatedReader(KEYS, layouts=lambda: LAYOUTS)
    reader.insert(card)
    return reader


@UNITS
@given(count=st.integers(-(2**31), 2**31 - 1))
def test_every_count_is_read_back_as_litres_exactly(unit_l: int, count: int) -> None:
    field = Field("remaining_l", FieldType.INT, 4, unit_l=unit_l)
    stored = field.encode(count * unit_l)
    assert (int.from_bytes(stored, "big", signed=True), field.decode(stored)) == (count, count * unit_l)


@given(unit_l=st.sampled_from([10, 100, 1000]), litres=st.integers(0, 2**31))
def test_no_litre_is_lost_or_made_by_rounding_what_is_written(unit_l: int, litres: int) -> None:
    field = Field("volume_l", FieldType.UINT, 4, unit_l=unit_l)
    if litres % unit_l:
        with pytest.raises(FieldNotInUnits):
            field.encode(litres)
    else:
        assert field.decode(field.encode(litres)) == litres


@given(st.integers(-(2**31), 2**31 - 1), st.integers(0, 2**31))
def test_a_meter_reports_what_it_counts_and_never_more_than_there_is(remaining_l: int, used_l: int) -> None:
    report = MeterFeedback(1, remaining_l, used_l, 90, 0, 0, 0, None)
    decoded = M3.records.decode_feedback(M3.records.encode_feedback(report, 1))
    assert decoded is not None
    assert 0 <= remaining_l - decoded[1].remaining_l < 10
    assert 0 <= used_l - decoded[1].used_l < 10


@pytest.mark.parametrize("layout", [M3, M3_STORAGE], ids=["CPU, m3", "MIFARE, 0.1 m3"])
def test_card_in_a_makers_units_is_sold_to_taken_and_reported(layout: CpuLayout | MifareLayout) -> None:
    card = MIFARE_CARD.blank() if layout is M3_STORAGE else FMCOS_CARD.blank()
    reader = reader_with(card)
    before = issue(reader)
    assert write(reader, FIRST_BUY, before).holds(FIRST_BUY)
    meter = SimulatedMeter(KEYS, IDENTITY.meter_no, layouts=LAYOUTS)
    assert meter.insert(card, today="2026-11-23") is MeterAnswer.TAKEN
    meter.use(1_234)
    meter.insert(card, today="2026-11-24")
    after = read(reader)
    assert after.feedback is not None
    assert (after.unconsumed_l, after.feedback.remaining_l, after.feedback.used_l) == (0, 10_760, 1_230)
    assert write(reader, SECOND_BUY, after).holds(SECOND_BUY)


@pytest.mark.parametrize("figure", [CardPurchase(1, 12_050, 12_000), CardPurchase(1, 12_000, 12_050)])
def test_quantity_that_is_no_whole_number_is_refused_before_the_card_is_written(figure: CardPurchase) -> None:
    card = FMCOS_CARD.blank()
    reader = reader_with(card)
    before = issue(reader)
    written = card.memory.written
    with pytest.raises(RuleViolation, match=r"card\.not_in_units") as refused:
        write(reader, figure, before)
    assert refused.value.params == {"value_l": 12_050, "unit_l": 1000}
    assert (card.memory.written, card.tries_are_full()) == (written, True)


def test_no_money_is_taken_for_what_a_makers_card_cannot_carry() -> None:
    before = issue(reader_with(FMCOS_CARD.blank()))
    assert before.room == CardRoom(9_999, 2_000_000, (2**40 - 1) * 1000, 1000, 1000)
    for litres, code, param in (
        (12_050, "card.not_in_units", 1000),
        (2_001_000, "card.purchase_out_of_range", "volume_l"),
    ):
        with pytest.raises(RuleViolation) as refused:
            next_purchase(before, volume_l=litres, price_e4=25_000, sold_at_utc_ms=1_790_000_000_000)
        assert refused.value.code == code
        assert param in refused.value.params.values()
    fits = next_purchase(before, volume_l=2_000_000, price_e4=25_000, sold_at_utc_ms=1_790_000_000_000)
    assert (fits.sequence, fits.volume_l) == (1, 2_000_000)


def test_room_is_the_profiles_and_is_not_stored_with_the_write() -> None:
    assert CardRecords(built_in("reference-fmcos")).room is None
    before = issue(reader_with(FMCOS_CARD.blank()))
    intent = WriteIntent(WritePurpose.PURCHASE, before, FIRST_BUY)
    stored = intent_to_json(intent)
    assert '"room"' not in stored
    assert intent_of(json.loads(stored)) == replace(intent, before=replace(before, room=None))
    assert judge(intent_of(json.loads(stored)), before) is Verdict.WRITE


@pytest.mark.parametrize(
    ("name", "written", "instead", "place"),
    [
        ("fmcos", '"sequence", type = "uint"', '"sequence", unit = "m3", type = "uint"', "[purchase] sequence unit"),
        ("fmcos", '"volume_l", type = "uint"', '"volume_l", unit = "fen", type = "uint"', "[purchase] volume_l unit"),
        ("fmcos", "max_purchase_l = 2000000", "max_purchase_l = 4294967296", "[rules] max_purchase_l"),
    ],
)
def test_unit_that_a_field_cannot_have_is_told_by_the_check(name: str, written: str, instead: str, place: str) -> None:
    with pytest.raises(ProfileInvalid) as invalid:
        parse_profile(example(name).replace(written, instead))
    assert place in [problem.place for problem in invalid.value.problems]


def test_cap_may_be_as_great_as_its_field_in_its_unit() -> None:
    text = in_units("fmcos", "m3", "m3").replace("max_purchase_l = 2000000", "max_purchase_l = 4294967295000")
    assert parse_profile(text).max_purchase_l == (2**32 - 1) * 1000


def test_borrowed_records_count_in_the_units_of_who_borrows_them() -> None:
    text = example("mifare-1k").partition("[identity]")[0].replace('unit = "litre"', 'unit = "m3"')
    borrowed = parse_profile(text.replace("families =", 'records_of = "reference-fmcos"\nfamilies ='))
    assert borrowed.records["purchase"].unit_l("volume_l") == 1000
    assert built_in("reference-fmcos").records["purchase"].unit_l("volume_l") == 1
