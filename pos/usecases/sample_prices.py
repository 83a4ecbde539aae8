"""Which classes a real hall sells at 示例 prices that nobody approved: asked when lead or administrator comes."""

from __future__ import annotations

from pos.domain.account import PriceClass
from pos.store.people_queries import hall_profile
from pos.store.tariff_queries import tariff_on
from pos.usecases.fact import Hall
from pos.usecases.finance_day import business_day_now


def classes_at_sample_prices(hall: Hall) -> tuple[PriceClass, ...]:
    """The price classes sold by a 示例 schedule today; none in a demo hall, which says so everywhere.

    Raises StoreError kinds.
    """
    today = business_day_now(hall)
    with hall.store.reading() as connection:
        if hall_profile(connection).demo:
            return ()
        schedules = ((each, tariff_on(connection, each.value, today)) for each in PriceClass)
        return tuple(each for each, schedule in schedules if schedule is not None and schedule.sample)
