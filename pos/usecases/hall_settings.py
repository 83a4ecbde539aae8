"""The hall's settings and profile, for screens. Queries: nothing is written."""

from __future__ import annotations

from pos.domain.settings import Settings
from pos.store import people_queries
from pos.store.people_queries import HallProfile, OperatorRow, TillRow
from pos.usecases.fact import Hall

__all__ = [
    "HallProfile",
    "OperatorRow",
    "TillRow",
    "newcomers_of",
    "operators_of",
    "profile_of",
    "settings_of",
    "tills_of",
]


def settings_of(hall: Hall) -> Settings:
    """Settings in force. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return people_queries.settings(connection)


def profile_of(hall: Hall) -> HallProfile:
    """What papers say about the hall. Raises RuleViolation `hall.not_commissioned`; StoreError kinds."""
    with hall.store.reading() as connection:
        return people_queries.hall_profile(connection)


def tills_of(hall: Hall) -> tuple[TillRow, ...]:
    """All tills. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return people_queries.tills(connection)


def newcomers_of(hall: Hall) -> frozenset[str]:
    """Operator ids of those who still have their starting password and sign nothing. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return people_queries.with_starting_password(connection)


def operators_of(hall: Hall) -> tuple[OperatorRow, ...]:
    """Everybody who is active, by 工号. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return tuple(person for person in people_queries.operators(connection) if person.active)
