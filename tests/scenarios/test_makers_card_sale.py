"""A sale to a card of a maker's profile: what it cannot carry is refused with nothing booked, the rest is sold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from devices.cards.card_profile import parse_profile
from devices.cards.hall_profiles import HallLayouts
from devices.cards.keystore import KeyRing, development_key_set
from devices.cards.reference_profile import CpuLayout
from devices.cards.simulated_card import blank_development_card
from devices.cards.simulated_meter import MeterAnswer, SimulatedMeter
from devices.cards.simulated_reader import SimulatedReader
from ledger import chart
from pos.domain.card_write import WriteState
from pos.domain.errors import RuleViolation
from pos.usecases.quote import QuoteRequest, quote
from tests.contract.makers_profiles import example
from tests.fixtures_counter import DAY, Counter, counter_with, issue_card
from tests.fixtures_hall import DemoHall

CARRIES_20_M3 = example("fmcos").replace("max_purchase_l = 2000000", "max_purchase_l = 20000")
LAYOUTS = HallLayouts(cpu=(CpuLayout(parse_profile(CARRIES_20_M3.replace('unit = "litre"', 'unit = "m3"'))),))


@pytest.fixture
def makers_counter(demo_hall: DemoHall, tmp_path: Path) -> Counter:
    """The card in the reader was issued by a maker's profile that counts m3 and carries 20 of them at most."""
    keys = KeyRing(development_key_set())
    made = counter_with(demo_hall, tmp_path, blank_development_card(bytes.fromhex("A1B2C3D4")), keys)
    made.reader = SimulatedReader(keys, layouts=lambda: LAYOUTS)
    made.reader.insert(made.card)
    made.meter = SimulatedMeter(keys, made.meter.meter_no, layouts=LAYOUTS)
    issue_card(made)
    return made


def test_more_than_a_makers_card_carries_books_nothing_and_less_is_sold_taken_and_sold_again(
    makers_counter: Counter,
) -> None:
    counter = makers_counter
    with pytest.raises(RuleViolation, match=r"card\.purchase_out_of_range") as refused:
        counter.pay(33_000)
    assert refused.value.params["field"] == "volume_l"
    assert counter.account_fen(chart.PREPAID_GAS) == 0

    for litres in (12_000, 20_000):
        assert counter.deliver(counter.pay(litres).sale_id).state == WriteState.POSTED
        assert counter.meter.insert(counter.card, today="2026-11-23") is MeterAnswer.TAKEN
    assert counter.meter.remaining_l == 32_000
    assert counter.account_fen(chart.PREPAID_GAS) == 0


def test_what_the_card_cannot_carry_is_said_when_it_is_priced_before_money_is_asked_for(
    makers_counter: Counter,
) -> None:
    counter = makers_counter
    request = QuoteRequest(account_no=counter.account_no, business_day=DAY, volume_l=33_000)
    assert quote(counter.demo.hall, request).volume_l == 33_000
    with pytest.raises(RuleViolation, match=r"card\.purchase_out_of_range"):
        quote(counter.demo.hall, replace(request, card=counter.read()))
    assert quote(counter.demo.hall, replace(request, volume_l=20_000, card=counter.read())).volume_l == 20_000
