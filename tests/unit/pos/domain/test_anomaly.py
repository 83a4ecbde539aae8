"""Anomaly rules: what an honest meter and an honest customer do is never listed; each planted sign is, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.anomaly import (
    BATTERY_RISE_PCT,
    COVER,
    DAY_MS,
    LEAST_BEFORE_L,
    LEAST_MONTHS,
    LOW_BATTERY,
    MAGNET,
    RULE_OF,
    AnomalyRule,
    Credit,
    Evidence,
    Sign,
    bought_less,
    judge,
    median,
    off_habit,
)
from pos.domain.card_reading import CardReading
from pos.domain.settings import Settings

RULES = Settings()
METER, CARD, OLD_CARD = "G488203319", "0000100310", "0000100009"
START = date(2026, 1, 1)


def reading(day: int, **changes: object) -> CardReading:
    """A card read on the n-th day, its meter met the day before."""
    known = CardReading(
        card_no=CARD,
        meter_no=METER,
        sequence=1,
        taken_sequence=1,
        remaining_l=20_000,
        used_l=13_000,
        battery_pct=90,
        status=0,
        magnet_count=0,
        valve_faults=0,
        read_on=(START + timedelta(days=day - 1)).isoformat(),
        read_at_utc_ms=day * DAY_MS,
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def signs(*readings: CardReading, bought: tuple[Credit, ...] = (), rules: Settings = RULES) -> set[Sign]:
    evidence = Evidence(
        readings=readings, credits=bought, meters=frozenset({METER}), issue_of=((OLD_CARD, 0), (CARD, 1))
    )
    return {finding.sign for finding in judge(evidence, rules)}


def credit(sequence: int, volume_l: int, day: int = 0) -> Credit:
    return Credit(f"DJ-T01-1-{sequence}", METER, sequence, volume_l, day * DAY_MS)


@st.composite
def honest_lives(draw: st.DrawFn) -> tuple[tuple[CardReading, ...], tuple[Credit, ...]]:
    """A customer who buys, puts her card in, burns some of it and comes back; the battery only sinks."""
    remaining_l, used_l, battery, day = draw(st.integers(0, 50_000)), draw(st.integers(0, 10**6)), 100, 1
    readings, bought = [], []
    for sequence in range(1, draw(st.integers(2, 8))):
        volume_l = draw(st.integers(1, 300)) * 1000
        bought.append(credit(sequence, volume_l, day))
        remaining_l += volume_l
        burnt_l = draw(st.integers(0, remaining_l))
        remaining_l, used_l = remaining_l - burnt_l, used_l + burnt_l
        battery = draw(st.integers(RULES.low_battery_pct, battery))
        day += draw(st.integers(1, 200))
        readings.append(
            reading(
                day, sequence=sequence, taken_sequence=sequence, remaining_l=remaining_l, used_l=used_l,
                battery_pct=battery,
            )
        )  # fmt: skip
    return tuple(readings), tuple(bought)


@given(honest_lives())
def test_an_honest_customer_is_on_no_list(life: tuple[tuple[CardReading, ...], tuple[Credit, ...]]) -> None:
    readings, bought = life
    for number in range(1, len(readings) + 1):
        assert signs(*readings[:number], bought=bought) == set()


@given(honest_lives(), st.integers(1001, 10**6))
def test_gas_that_nobody_sold_is_found_at_the_reading_that_shows_it(
    life: tuple[tuple[CardReading, ...], tuple[Credit, ...]], extra_l: int
) -> None:
    readings, bought = life
    if len(readings) < 2:
        return
    last = readings[-1]
    had_l = readings[-2].remaining_l + bought[-1].volume_l
    more = replace(last, remaining_l=had_l + extra_l)
    assert signs(*readings[:-1], more, bought=bought) == {Sign.REMAINING_MORE}
    burnt = replace(last, used_l=last.used_l + extra_l)
    expected = Sign.REMAINING_MORE if burnt.remaining_l > had_l else Sign.USED_MORE
    assert signs(*readings[:-1], burnt, bought=bought) == {expected}
    lost = replace(last, remaining_l=last.remaining_l - extra_l)
    assert signs(*readings[:-1], lost, bought=bought) == {Sign.CREDIT_LOST}


@given(honest_lives(), st.integers(0, 1000))
def test_a_difference_within_the_halls_tolerance_is_no_jump(
    life: tuple[tuple[CardReading, ...], tuple[Credit, ...]], off_l: int
) -> None:
    readings, bought = life
    off = replace(readings[-1], remaining_l=readings[-1].remaining_l + off_l)
    assert signs(*readings[:-1], off, bought=bought) == set()


@given(st.integers(1001, 10**6))
def test_a_count_that_runs_backwards_is_a_jump(fell_l: int) -> None:
    first = reading(1, used_l=10**6)
    assert signs(first, reading(9, used_l=10**6 - fell_l)) == {Sign.USED_FELL}


def test_a_count_whose_purchases_are_not_all_known_is_not_judged() -> None:
    before = reading(1, taken_sequence=3, sequence=3)
    after = reading(9, taken_sequence=5, sequence=5, remaining_l=999_000)
    assert signs(before, after, bought=(credit(5, 10_000),)) == set()
    assert signs(before, after, bought=(credit(4, 1000), credit(5, 10_000))) == {Sign.REMAINING_MORE}


def test_the_same_figures_read_twice_are_said_once() -> None:
    before, jumped = reading(1), reading(9, remaining_l=90_000)
    assert signs(before, jumped) == {Sign.REMAINING_MORE}
    assert signs(before, jumped, replace(jumped, read_at_utc_ms=10 * DAY_MS)) == set()


@given(
    magnet=st.integers(0, 3), valve=st.integers(0, 3), cover=st.booleans(), battery=st.integers(0, 40),
    flagged=st.booleans(),
)  # fmt: skip
def test_what_only_a_hand_at_the_meter_raises_is_tampering(
    magnet: int, valve: int, cover: bool, battery: int, flagged: bool
) -> None:
    before = reading(1, magnet_count=2, valve_faults=5, battery_pct=50)
    after = reading(
        9,
        magnet_count=2 + magnet,
        valve_faults=5 + valve,
        battery_pct=50 + battery,
        status=(COVER if cover else 0) | (MAGNET if flagged else 0),
    )
    expected = {
        *([Sign.MAGNET] if magnet or flagged else []), *([Sign.VALVE] if valve else []),
        *([Sign.COVER] if cover else []), *([Sign.BATTERY_OUT] if battery >= BATTERY_RISE_PCT else []),
    }  # fmt: skip
    assert signs(before, after) == expected
    assert {RULE_OF[sign] for sign in expected} <= {AnomalyRule.TAMPER}


def test_counts_of_a_meter_seen_for_the_first_time_accuse_nobody() -> None:
    assert signs(reading(9, magnet_count=4, valve_faults=2)) == set()
    assert signs(reading(9, magnet_count=4, status=MAGNET)) == {Sign.MAGNET}


@given(st.integers(0, 90))
def test_a_purchase_still_on_the_card_is_listed_from_the_halls_day_on(days: int) -> None:
    waiting = reading(100 + days, sequence=2, taken_sequence=1)
    found = signs(reading(90), waiting, bought=(credit(2, 33_000, 100),))
    assert found == ({Sign.NOT_TAKEN} if days >= RULES.untaken_days else set())


def test_a_purchase_that_another_card_shows_taken_is_not_waiting() -> None:
    taken = reading(150, sequence=2, taken_sequence=2, card_no=OLD_CARD, remaining_l=53_000)
    found = signs(reading(90), taken, reading(200, sequence=2, taken_sequence=1), bought=(credit(2, 33_000, 100),))
    assert Sign.NOT_TAKEN not in found


def test_an_old_card_in_the_meter_after_a_newer_one_is_two_cards_once() -> None:
    newer, older = reading(50), reading(60, card_no=OLD_CARD)
    assert signs(newer, older) == {Sign.OLD_CARD}
    assert signs(newer, older, replace(older, read_at_utc_ms=70 * DAY_MS)) == set()
    in_a_drawer = reading(60, card_no=OLD_CARD, read_on=reading(20).read_on)
    assert signs(newer, in_a_drawer) == set()


def test_a_card_of_a_meter_that_never_hung_there_is_named_once() -> None:
    foreign = reading(9, meter_no="X1")
    assert signs(foreign) == {Sign.FOREIGN_METER}
    assert signs(foreign, replace(foreign, read_at_utc_ms=10 * DAY_MS)) == set()


@given(st.integers(0, 100), st.booleans())
def test_a_battery_is_low_below_the_halls_level_or_when_the_meter_says_so(pct: int, says_so: bool) -> None:
    found = signs(reading(9, battery_pct=pct, status=LOW_BATTERY if says_so else 0))
    assert found == ({Sign.LOW_BATTERY} if pct < RULES.low_battery_pct or says_so else set())


def test_a_card_that_was_in_no_meter_says_nothing_of_one() -> None:
    assert signs(reading(9, read_on=None, battery_pct=0, status=15, used_l=0, remaining_l=0)) == set()


@given(st.lists(st.integers(1, 500_000), min_size=LEAST_MONTHS, max_size=24), st.integers(0, 10**7))
def test_far_off_means_beyond_the_share_and_beyond_the_spread_of_her_own_months(months: list[int], lately: int) -> None:
    found = off_habit(months, lately, 100)
    usual = median(months)
    if found is None:
        assert lately <= 2 * usual or lately <= usual + 6 * median([abs(month - usual) for month in months])
    else:
        assert lately > 2 * usual
        assert dict(found.figures)["usual_l"] == usual


@given(st.lists(st.integers(1, 500_000), min_size=LEAST_MONTHS, max_size=24))
def test_what_she_always_buys_is_her_habit(months: list[int]) -> None:
    assert off_habit(months, median(months), 100) is None


@given(st.integers(10_000, 50_000), st.integers(1, 10**6))
def test_one_odd_month_moves_neither_median_nor_spread(usual: int, odd: int) -> None:
    months = [usual] * 8
    assert off_habit([*months, usual + odd], 3 * usual, 100) == off_habit([*months, usual], 3 * usual, 100)


def test_few_months_are_no_habit() -> None:
    assert off_habit([10_000] * (LEAST_MONTHS - 1), 999_000, 100) is None
    assert off_habit([10_000] * LEAST_MONTHS, 999_000, 100) is not None


@pytest.mark.parametrize(
    ("before_l", "lately_l", "listed"),
    [
        (120_000, 59_999, True), (120_000, 60_000, False), (120_000, 0, True), (120_000, -1, True),
        (LEAST_BEFORE_L - 1, 0, False), (LEAST_BEFORE_L, 0, True),
    ],
)  # fmt: skip
def test_less_means_below_half_of_the_same_half_year_before(before_l: int, lately_l: int, listed: bool) -> None:
    found = bought_less(before_l, lately_l)
    assert (found is not None) is listed
    if found is not None:
        assert dict(found.figures) == {"days": 182, "lately_l": max(0, lately_l), "before_l": before_l}


def test_battery_that_was_out_again_is_counted() -> None:
    levels = (60, 90, 70, 95)
    life = tuple(reading(day, battery_pct=level) for day, level in enumerate(levels, 1))
    (found,) = [one for one in judge(Evidence(readings=life), RULES) if one.sign is Sign.BATTERY_OUT]
    assert dict(found.figures) == {"from_pct": 70, "to_pct": 95, "times": 2}
