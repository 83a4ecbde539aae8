"""Unsettled card writes, for the screen: shown first after a start, asked about when the card comes back."""

from __future__ import annotations

from pos.store import sale_queries
from pos.store.sale_queries import CardWriteRow
from pos.usecases.fact import Hall

__all__ = ["CardWriteRow", "open_card_writes", "open_write_of_account"]


def open_card_writes(hall: Hall) -> tuple[CardWriteRow, ...]:
    """All of them, oldest first. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return sale_queries.open_writes(connection)


def open_write_of_account(hall: Hall, account_no: str) -> CardWriteRow | None:
    """The one of an account, or None. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return sale_queries.open_write_of_account(connection, account_no)
