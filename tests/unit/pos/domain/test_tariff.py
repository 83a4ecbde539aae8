"""Tiered prices: the split is progressive and complete, money buys the most it can, a year is a counter."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos.domain.errors import RuleViolation
from pos.domain.tariff import Tariff, Tier, line_fen, price_fen, room_l, split, tariff_year, volume_for_money

RESIDENT = Tariff(
    tariff_id="t1",
    price_class="resident",
    name="居民",
    effective_from="2026-01-01",
    tiers=(
        Tier(1, "第一档", 350_000, 26_300, 50_000),
        Tier(2, "第二档", 500_000, 31_600, 80_000),
        Tier(3, "第三档", None, 39_500),
    ),
)
FLAT = Tariff(
    tariff_id="t2", price_class="commercial", name="商业", effective_from="2026-01-01",
    tiers=(Tier(1, "商业", None, 38_500),),
)  # fmt: skip


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    limits = sorted(draw(st.sets(st.integers(1, 2_000_000), max_size=4)))
    extras = sorted(draw(st.lists(st.integers(0, 90_000), min_size=len(limits), max_size=len(limits))))
    prices = draw(st.lists(st.integers(1, 200_000), min_size=len(limits) + 1, max_size=len(limits) + 1))
    tiers = [
        Tier(number, f"第{number}档", upper, price, extra)
        for number, (upper, price, extra) in enumerate(zip([*limits, None], prices, [*extras, 0], strict=True), start=1)
    ]
    return Tariff(
        tariff_id="t", price_class="resident", name="居民", effective_from="2026-01-01", tiers=tuple(tiers)
    )  # fmt: skip


USED = st.dictionaries(st.integers(1, 5), st.integers(0, 1_000_000))
PEOPLE = st.integers(1, 12)
VOLUME = st.integers(1, 5_000_000)


def test_33_m3_in_the_first_tier_cost_86_79() -> None:
    assert price_fen(split(33_000, {}, RESIDENT, 4)) == 8679


def test_purchase_over_two_limits_has_three_lines_with_their_own_prices() -> None:
    lines = split(200_000, {1: 340_000}, RESIDENT, 4)
    assert [(line.tier, line.volume_l, line.amount_fen) for line in lines] == [
        (1, 10_000, 2630),
        (2, 150_000, 47_400),
        (3, 40_000, 15_800),
    ]


def test_half_a_fen_is_rounded_up_per_line() -> None:
    assert line_fen(1000, 5) == 0  # 0.05 fen
    assert line_fen(1000, 50) == 1  # 0.5 fen
    assert line_fen(1000, 49) == 0
    lines = split(
        2000, {}, Tariff(tariff_id="t", price_class="x", name="x", effective_from="2026-01-01",
                         tiers=(Tier(1, "a", 1000, 50), Tier(2, "b", None, 150))), 1,
    )  # fmt: skip
    assert price_fen(lines) == 1 + 2  # 0.5 and 1.5 fen, each line half up


@pytest.mark.parametrize(("people", "first", "second"), [(1, 350, 500), (4, 350, 500), (5, 400, 580), (7, 500, 740)])
def test_each_person_beyond_four_widens_the_limits(people: int, first: int, second: int) -> None:
    assert RESIDENT.upper_l(1, people) == first * 1000
    assert RESIDENT.upper_l(2, people) == second * 1000
    assert RESIDENT.upper_l(3, people) is None


def test_use_beyond_a_tier_after_a_change_of_limits_leaves_no_negative_room() -> None:
    assert room_l({1: 400_000, 2: 1000}, RESIDENT, 4) == {1: 0, 2: 149_000, 3: None}


def test_reversal_makes_room_in_the_tier_it_came_from() -> None:
    used = {1: 350_000, 2: 150_000, 3: 20_000}
    after_reversal = {**used, 2: used[2] - 30_000}
    lines = split(40_000, after_reversal, RESIDENT, 4)
    assert [(line.tier, line.volume_l) for line in lines] == [(2, 30_000), (3, 10_000)]


@given(VOLUME, USED, tariffs(), PEOPLE)
def test_lines_sum_to_the_volume_and_the_price_to_the_rounded_lines(
    volume_l: int, used: dict[int, int], tariff: Tariff, people: int
) -> None:
    lines = split(volume_l, used, tariff, people)
    assert sum(line.volume_l for line in lines) == volume_l
    assert all(line.volume_l > 0 for line in lines)
    for line in lines:
        exact = Fraction(line.volume_l * line.price_e4, 100_000)
        assert Fraction(-1, 2) < line.amount_fen - exact <= Fraction(1, 2)  # half up


@given(VOLUME, USED, tariffs(), PEOPLE)
def test_no_tier_is_touched_while_a_lower_one_has_room(
    volume_l: int, used: dict[int, int], tariff: Tariff, people: int
) -> None:
    rooms = room_l(used, tariff, people)
    lines = split(volume_l, used, tariff, people)
    taken = {line.tier: line.volume_l for line in lines}
    for tier, room in rooms.items():
        if room is not None:
            assert taken.get(tier, 0) <= room
            if any(higher > tier for higher in taken):
                assert taken.get(tier, 0) == room
    assert [line.tier for line in lines] == sorted(taken)


@given(st.integers(1, 2000), st.integers(1, 2000), USED, tariffs(), PEOPLE)
def test_two_purchases_fill_the_same_tiers_as_one(
    first: int, second: int, used: dict[int, int], tariff: Tariff, people: int
) -> None:
    def volumes(volume_l: int, before: dict[int, int]) -> dict[int, int]:
        after = dict(before)
        for line in split(volume_l, before, tariff, people):
            after[line.tier] = after.get(line.tier, 0) + line.volume_l
        return after

    assert volumes(second * 1000, volumes(first * 1000, used)) == volumes((first + second) * 1000, used)


@given(st.integers(0, 3_000_000), USED, tariffs(), PEOPLE, st.sampled_from([1, 100, 1000]))
@settings(max_examples=150)
def test_money_buys_the_greatest_volume_it_can_pay(
    amount_fen: int, used: dict[int, int], tariff: Tariff, people: int, step_l: int
) -> None:
    volume_l = volume_for_money(amount_fen, used, tariff, people, step_l=step_l)
    assert volume_l % step_l == 0
    if volume_l:
        assert price_fen(split(volume_l, used, tariff, people)) <= amount_fen
    if volume_l + step_l <= 10_000_000_000:
        assert price_fen(split(volume_l + step_l, used, tariff, people)) > amount_fen


def test_100_yuan_buy_38_m3_in_the_first_tier() -> None:
    assert volume_for_money(10_000, {}, RESIDENT, 4) == 38_000  # 99.94; 39 would be 102.57


@pytest.mark.parametrize(
    ("day", "start", "year"),
    [
        ("2026-01-01", "01-01", 2026),
        ("2025-12-31", "01-01", 2025),
        ("2026-02-28", "03-01", 2025),
        ("2026-03-01", "03-01", 2026),
        ("2024-02-29", "03-01", 2023),
    ],
)
def test_tariff_year_is_the_year_it_began_in(day: str, start: str, year: int) -> None:
    assert tariff_year(day, start) == year


def test_flat_price_has_one_line_whatever_was_used() -> None:
    assert [(line.tier, line.volume_l) for line in split(9_999_000, {1: 10**9}, FLAT, 1)] == [(1, 9_999_000)]


@pytest.mark.parametrize("volume_l", [0, -1, 10_000_000_001])
def test_volume_outside_the_range_is_refused(volume_l: int) -> None:
    with pytest.raises(RuleViolation, match=r"volume\."):
        split(volume_l, {}, RESIDENT, 4)


@pytest.mark.parametrize(
    ("tiers", "code"),
    [
        ((), "tariff.no_tiers"),
        ((Tier(1, "a", 1000, 1),), "tariff.tiers"),  # the last tier has a limit
        ((Tier(1, "a", None, 1), Tier(2, "b", None, 1)), "tariff.tiers"),
        ((Tier(1, "a", 1000, 1), Tier(2, "b", 1000, 2), Tier(3, "c", None, 3)), "tariff.tiers"),
        ((Tier(2, "a", None, 1),), "tariff.tiers"),
        ((Tier(1, "a", None, 0),), "tariff.price"),
        (
            (Tier(1, "a", 1000, 1, 500), Tier(2, "b", 2000, 2, 100), Tier(3, "c", None, 3)),
            "tariff.tiers",
        ),  # widths would shrink
    ],
)
def test_schedule_that_is_none_is_refused(tiers: tuple[Tier, ...], code: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        Tariff(tariff_id="t", price_class="x", name="x", effective_from="2026-01-01", tiers=tiers)
    assert refused.value.code == code


@pytest.mark.parametrize("start", ["1-1", "13-01", "02-29", "00-10", ""])
def test_year_start_that_is_no_day_of_every_year_is_refused(start: str) -> None:
    with pytest.raises(RuleViolation, match=r"tariff\.year_start"):
        Tariff(
            tariff_id="t", price_class="x", name="x", effective_from="2026-01-01",
            tiers=(Tier(1, "a", None, 1),), year_start=start,
        )  # fmt: skip
