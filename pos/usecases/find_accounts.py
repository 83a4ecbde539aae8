"""The search box (F3): the first hits over card, account, meter and phone numbers, name, initials and address.

A query, no fact. Lists show masks; the name in full is for reading out once a customer is picked (domain P2).
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.store import search
from pos.store.account_queries import AccountLine, account_lines
from pos.usecases.fact import Hall


@dataclass(frozen=True, slots=True)
class FoundAccounts:
    """The first hits in index order; `more` is True if the limit cut them off."""

    lines: tuple[AccountLine, ...]
    more: bool


def find_accounts(hall: Hall, query: str, *, limit: int = search.FIRST_HITS) -> FoundAccounts:
    """Look up to `limit` accounts up; milliseconds for a million customers. Nothing for an empty query.

    Raises: StoreError kinds.
    """
    with hall.store.reading() as connection:
        found = search.find(connection, query, limit + 1)
        return FoundAccounts(account_lines(connection, found[:limit]), len(found) > limit)
