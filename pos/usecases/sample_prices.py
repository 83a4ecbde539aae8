"""What a real hall sells at 示例 prices that nobody approved: asked when lead or administrator comes."""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.account import PriceClass
from pos.store.people_queries import hall_profile
from pos.store.tariff_queries import fee_is_sample, fee_items, tariff_on
from pos.usecases.fact import Hall
from pos.usecases.finance_day import business_day_now


@dataclass(frozen=True, slots=True)
class SamplePrices:
    """Price classes and fees (`first_card`) that are sold by what nobody approved; false if there are none."""

    classes: tuple[PriceClass, ...] = ()
    fees: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.classes or self.fees)


def sample_prices(hall: Hall) -> SamplePrices:
    """What is 示例 today; nothing in a demo hall, which says so everywhere. Raises StoreError kinds."""
    today = business_day_now(hall)
    with hall.store.reading() as connection:
        if hall_profile(connection).demo:
            return SamplePrices()
        schedules = ((each, tariff_on(connection, each.value, today)) for each in PriceClass)
        return SamplePrices(
            tuple(each for each, schedule in schedules if schedule is not None and schedule.sample),
            tuple(item for item in fee_items(connection) if fee_is_sample(connection, item, today)),
        )
