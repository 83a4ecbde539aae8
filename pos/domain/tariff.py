"""Tiered prices: how a purchase splits over the year's tiers, and how much gas a sum of money buys (domain D6).

Progressive: each litre at its own tier's price, the lowest tier with room first. What was used is given as litres per
tier; all schedules of a household share that counter, also when its class changes within the year. If the new class's
year begins on another day, what counts is what was bought on the days of that year. Rounding is the house rule, per
line. No free amounts: the cashier chooses a volume or a sum, the rest is computed here.
Must not know: accounts, screens, where the counter is stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.money import half_up_div
from pos.domain.errors import RuleViolation

CARD_STEP_L = 1000
"""The card's unit: meters of the reference profile take whole m3."""
MAX_VOLUME_L = 10_000_000_000
"""More than any customer buys; keeps every product far inside 64 bits."""
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])")


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of a price schedule.

    Attributes:
        tier: number, 1 is the cheapest.
        name: as printed, for example `第一档`.
        upper_l: litres a year up to and including, counted from 0; None for the last tier.
        per_extra_person_l: litres added to `upper_l` for each person beyond the tariff's `base_people`.
        price_e4: yuan x 10^4 per m3.
    """

    tier: int
    name: str
    upper_l: int | None
    price_e4: int
    per_extra_person_l: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """A price schedule of one class, in force from a day on.

    Attributes:
        tariff_id: key of the record that set it.
        price_class: whom it is for.
        name: as printed.
        effective_from: ISO date.
        year_start: `MM-DD` on which the tier counter starts anew.
        base_people: household size the limits are made for.
        vat_rate_bp: rate in basis points, stored with every line.
        document_no: the approving document.
        sample: True for 示例 prices nobody approved.
        tiers: from the first to the last.

    Raises: RuleViolation `tariff.no_tiers`, `tariff.price`, `tariff.tiers`, `tariff.year_start` for a schedule that is
        none.
    """

    tariff_id: str
    price_class: str
    name: str
    effective_from: str
    tiers: tuple[Tier, ...]
    year_start: str = "01-01"
    base_people: int = 4
    vat_rate_bp: int = 900
    document_no: str = ""
    sample: bool = False

    def __post_init__(self) -> None:
        if not _MONTH_DAY.fullmatch(self.year_start):
            raise RuleViolation("tariff.year_start", value=self.year_start)
        if not self.tiers:
            raise RuleViolation("tariff.no_tiers")
        previous, extra = 0, 0
        for number, tier in enumerate(self.tiers, start=1):
            is_last = number == len(self.tiers)
            wrong_limit = (tier.upper_l is None) != is_last or (tier.upper_l is not None and tier.upper_l <= previous)
            wrong_extra = tier.per_extra_person_l < (0 if is_last else extra)
            if tier.price_e4 <= 0:
                raise RuleViolation("tariff.price", tier=number)
            if tier.tier != number or wrong_extra or wrong_limit:
                raise RuleViolation(
                    "tariff.tiers", tier=number, part="extra" if wrong_extra and not wrong_limit else "upper"
                )
            previous, extra = tier.upper_l or previous, tier.per_extra_person_l

    def upper_l(self, tier: int, people: int) -> int | None:
        """Litres a year at which a tier ends for a household; None for the last tier."""
        step = self.tiers[tier - 1]
        if step.upper_l is None:
            return None
        return step.upper_l + step.per_extra_person_l * max(0, people - self.base_people)

    def width_l(self, tier: int, people: int) -> int | None:
        """Litres a year a tier holds for a household; None for the last tier."""
        upper = self.upper_l(tier, people)
        if upper is None:
            return None
        return upper - (self.upper_l(tier - 1, people) or 0 if tier > 1 else 0)

    def year_of(self, business_day: str) -> int:
        """The tariff year of a business day: the calendar year in which it began."""
        return tariff_year(business_day, self.year_start)

    def days_of_year(self, year: int) -> tuple[str, str]:
        """First and last day of a tariff year."""
        after = date.fromisoformat(f"{year + 1}-{self.year_start}")
        return f"{year}-{self.year_start}", (after - timedelta(days=1)).isoformat()


@dataclass(frozen=True, slots=True)
class SplitLine:
    """The part of a purchase that falls into one tier. Volumes in litres, price in yuan x 10^4 per m3."""

    tier: int
    name: str
    volume_l: int
    price_e4: int
    amount_fen: int


def tariff_year(business_day: str, year_start: str) -> int:
    """The year in which the tariff year of an ISO date began: with `03-01`, 2026-02-28 belongs to 2025."""
    year = int(business_day[:4])
    return year if business_day[5:10] >= year_start else year - 1


def line_fen(volume_l: int, price_e4: int) -> int:
    """Price of litres at yuan x 10^4 per m3, in fen, half up."""
    return half_up_div(volume_l * price_e4, 100_000)


def room_l(used_by_tier: Mapping[int, int], tariff: Tariff, people: int) -> dict[int, int | None]:
    """Litres left per tier this year, never below 0; None for the last tier."""
    rooms: dict[int, int | None] = {}
    for step in tariff.tiers:
        width = tariff.width_l(step.tier, people)
        rooms[step.tier] = None if width is None else max(0, width - used_by_tier.get(step.tier, 0))
    return rooms


def split(volume_l: int, used_by_tier: Mapping[int, int], tariff: Tariff, people: int) -> tuple[SplitLine, ...]:
    """Split a purchase over the tiers.

    Args:
        volume_l: litres bought, > 0.
        used_by_tier: litres of this tariff year so far per tier number; reversals already taken off.
        tariff: the schedule of the business day.
        people: household size.

    Raises: RuleViolation `volume.not_positive`, `volume.too_large`.
    """
    if volume_l <= 0:
        raise RuleViolation("volume.not_positive", volume_l=volume_l)
    if volume_l > MAX_VOLUME_L:
        raise RuleViolation("volume.too_large", volume_l=volume_l)
    rooms = room_l(used_by_tier, tariff, people)
    rest_l = volume_l
    lines: list[SplitLine] = []
    for step in tariff.tiers:
        room = rooms[step.tier]
        taken_l = rest_l if room is None else min(rest_l, room)
        if taken_l:
            amount_fen = line_fen(taken_l, step.price_e4)
            lines.append(SplitLine(step.tier, step.name, taken_l, step.price_e4, amount_fen))
            rest_l -= taken_l
    return tuple(lines)


def price_fen(lines: tuple[SplitLine, ...]) -> int:
    """What a split costs, in fen: the sum of its rounded lines."""
    return sum(line.amount_fen for line in lines)


def volume_for_money(
    amount_fen: int, used_by_tier: Mapping[int, int], tariff: Tariff, people: int, *, step_l: int = CARD_STEP_L
) -> int:
    """The greatest volume in whole steps whose price does not exceed a sum; 0 if not even one step fits.

    Args:
        amount_fen: the money, >= 0.
        used_by_tier, tariff, people: as in `split`.
        step_l: the card's unit in litres.
    """

    def affordable(steps: int) -> bool:
        volume_l = steps * step_l
        return steps == 0 or price_fen(split(volume_l, used_by_tier, tariff, people)) <= amount_fen

    too_many = MAX_VOLUME_L // step_l + 1
    low, high = 0, 1
    while high < too_many and affordable(high):
        low, high = high, high * 2
    high = min(high, too_many)
    while high - low > 1:  # affordable(low) and not affordable(high); the price never falls as the volume grows
        middle = (low + high) // 2
        if affordable(middle):
            low = middle
        else:
            high = middle
    return low * step_l
