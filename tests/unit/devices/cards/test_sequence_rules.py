"""What the counter writes, against meters of each maker's rule for the purchase count (cards B3)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from devices.cards.card_profile import parse_profile
from devices.cards.simulated_meter import MeterAnswer, SequenceRule, SimulatedMeter
from devices.cards.simulated_plastic import SimulatedPlastic
from pos.domain.card import CardPurchase
from pos.domain.card_write import next_purchase
from tests.contract.card_rigs import FMCOS_CARD, IDENTITY, KEYS, read, write
from tests.contract.makers_profiles import example

DEEDS = st.lists(st.sampled_from(["buy", "buy and take back", "meter"]), max_size=6)
TODAY = "2026-11-23"


def buy(card: SimulatedPlastic, litres: int) -> tuple[CardPurchase, CardPurchase]:
    """Sell as the counter does: what the card held, and what it holds now."""
    reader = FMCOS_CARD.reader(card)
    before = read(reader)
    assert before.purchase is not None
    bought = next_purchase(before, volume_l=litres, price_e4=25_000, sold_at_utc_ms=1_790_000_000_000)
    write(reader, bought, before)
    return before.purchase, bought


@settings(max_examples=12, deadline=None)
@given(DEEDS)
def test_meters_that_ask_for_the_next_count_or_any_greater_one_take_every_purchase_once(deeds: list[str]) -> None:
    for rule in (SequenceRule.PLUS_ONE, SequenceRule.GREATER_THAN):
        card, meter, sold_l, waiting = FMCOS_CARD.issued(), SimulatedMeter(KEYS, IDENTITY.meter_no, rule=rule), 0, False
        for deed in [*deeds, "meter"]:
            if deed == "meter":
                taken = meter.insert(card, today=TODAY)
                assert (taken is MeterAnswer.TAKEN) is waiting
                assert meter.insert(card, today=TODAY) is not MeterAnswer.TAKEN
                waiting = False
            elif not waiting:  # the counter refuses a card that still holds a purchase
                held, _bought = buy(card, 7_000)
                if deed == "buy":
                    sold_l, waiting = sold_l + 7_000, True
                else:
                    reader = FMCOS_CARD.reader(card)
                    write(reader, held, read(reader))
        assert meter.remaining_l == sold_l


def test_profile_may_say_that_its_meters_take_any_greater_count() -> None:
    assert parse_profile(example("fmcos").replace('"plus_one"', '"greater_than"')).name == "acme-c1"


def test_meter_by_the_sum_of_purchases_gives_all_of_it_again_once_it_is_a_new_one() -> None:
    """Why `cumulative` stays refused: the sum goes on over a change of meter, as all that was bought."""
    card, old = FMCOS_CARD.issued(), SimulatedMeter(KEYS, IDENTITY.meter_no, rule=SequenceRule.CUMULATIVE)
    for _each in range(2):
        buy(card, 7_000)
        old.insert(card, today=TODAY)
    assert old.remaining_l == 14_000
    buy(card, 1_000)
    new = SimulatedMeter(KEYS, IDENTITY.meter_no, rule=SequenceRule.CUMULATIVE)
    new.insert(card, today=TODAY)
    assert new.remaining_l == 15_000
