"""Whether a real hall still sells at 示例 prices, which nobody approved: asked when lead or administrator comes."""

from __future__ import annotations

from pos.domain.account import PriceClass
from pos.store.people_queries import hall_profile
from pos.store.tariff_queries import tariff_on
from pos.usecases.fact import Hall
from pos.usecases.finance_day import business_day_now


def sells_at_sample_prices(hall: Hall) -> bool:
    """True if a price class is sold by a 示例 schedule today; never in a demo hall, which says so everywhere.

    Raises StoreError kinds.
    """
    today = business_day_now(hall)
    with hall.store.reading() as connection:
        if hall_profile(connection).demo:
            return False
        schedules = (tariff_on(connection, each.value, today) for each in PriceClass)
        return any(schedule is not None and schedule.sample for schedule in schedules)
