"""The hall as its screens need it: profile, tills, people, settings. A query; holds no sums and no customers."""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.settings import Settings
from pos.store.people_queries import HallProfile, OperatorRow, TillRow, hall_profile, operators, settings, tills
from pos.usecases.fact import Hall


@dataclass(frozen=True, slots=True)
class HallOverview:
    """Everything in one consistent snapshot; disabled people are in it too."""

    profile: HallProfile
    tills: tuple[TillRow, ...]
    people: tuple[OperatorRow, ...]
    settings: Settings


def hall_overview(hall: Hall) -> HallOverview:
    """Read it. Raises RuleViolation `hall.not_commissioned`; StoreError kinds."""
    with hall.store.reading() as connection:
        return HallOverview(hall_profile(connection), tills(connection), operators(connection), settings(connection))
