"""Everything that rules the hall, for the settings page: profile, settings, prices and who changed what. A query."""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.business_day import business_day_at
from pos.domain.settings import Settings
from pos.domain.tariff import Tariff
from pos.store.people_queries import HallProfile, hall_profile, operators, settings
from pos.store.settings_log import RuleChange, rule_changes
from pos.store.tariff_queries import fee_is_sample, fee_items, fee_price_fen, tariff_on, tariffs
from pos.usecases.fact import Hall

__all__ = ["RuleChange", "SettingsOverview", "settings_overview"]

LOG_LINES = 500


@dataclass(frozen=True, slots=True)
class SettingsOverview:
    """What is in force today.

    Attributes:
        tariffs: the schedule of each class today; coming: schedules of later days. fees: (item, fen) today;
        sample_fees: those of them that nobody approved.
        changes: newest first. names: display name by operator id.
    """

    profile: HallProfile
    settings: Settings
    tariffs: tuple[Tariff, ...]
    coming: tuple[Tariff, ...]
    fees: tuple[tuple[str, int], ...]
    sample_fees: frozenset[str]
    changes: tuple[RuleChange, ...]
    names: dict[str, str]


def settings_overview(hall: Hall) -> SettingsOverview:
    """Read it. Raises RuleViolation `hall.not_commissioned`; StoreError kinds."""
    with hall.store.reading() as connection:
        profile = hall_profile(connection)
        today = business_day_at(hall.clock.now_utc_ms(), profile.offset_min)
        ever = tariffs(connection)
        in_force = (tariff_on(connection, name, today) for name in dict.fromkeys(t.price_class for t in ever))
        fees = ((item, fee_price_fen(connection, item, today)) for item in fee_items(connection))
        return SettingsOverview(
            profile=profile,
            settings=settings(connection),
            tariffs=tuple(tariff for tariff in in_force if tariff is not None),
            coming=tuple(tariff for tariff in ever if tariff.effective_from > today),
            fees=tuple((item, fen) for item, fen in fees if fen is not None),
            sample_fees=frozenset(item for item in fee_items(connection) if fee_is_sample(connection, item, today)),
            changes=rule_changes(connection, LOG_LINES),
            names={person.operator_id: person.display_name for person in operators(connection)},
        )
