"""The changes of an account with the people who made them, newest first: a query, no fact (domain E2/46)."""

from __future__ import annotations

from dataclasses import dataclass

from pos.store import people_queries
from pos.store.account_history import FieldChange, changes_of
from pos.usecases.fact import Hall

CHANGES_SHOWN = 60


@dataclass(frozen=True, slots=True)
class NamedChange:
    """Attributes: change; by: who made it; agreed: who agreed to it, "" if nobody had to."""

    change: FieldChange
    by: str
    agreed: str


def account_history(hall: Hall, account_no: str) -> tuple[NamedChange, ...]:
    """The newest changes. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        names = {person.operator_id: person.display_name for person in people_queries.operators(connection)}
        found = changes_of(connection, account_no)[::-1][:CHANGES_SHOWN]
    return tuple(
        NamedChange(one, names.get(one.actor, one.actor), names.get(one.approver, one.approver)) for one in found
    )
