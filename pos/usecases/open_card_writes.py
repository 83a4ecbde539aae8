"""Unsettled card writes, for the screen: shown first after a start, asked about when the card comes back."""

from __future__ import annotations

from pos.domain.errors import RuleViolation
from pos.store import sale_queries
from pos.store.sale_queries import KEY_REFUSALS, CardWriteRow, SaleRow
from pos.usecases.fact import Hall

__all__ = [
    "KEY_REFUSALS",
    "CardWriteRow",
    "SaleRow",
    "open_card_writes",
    "open_write_of_account",
    "sale_of_write",
    "written_sale",
]


def open_card_writes(hall: Hall) -> tuple[CardWriteRow, ...]:
    """All of them, oldest first. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return sale_queries.open_writes(connection)


def open_write_of_account(hall: Hall, account_no: str) -> CardWriteRow | None:
    """The one of an account, or None. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return sale_queries.open_write_of_account(connection, account_no)


def sale_of_write(hall: Hall, write_id: str) -> SaleRow:
    """The sale of a write, open or settled. Raises RuleViolation `card_write.unknown`; StoreError kinds."""
    with hall.store.reading() as connection:
        write = sale_queries.card_write(connection, write_id)
    if write is None:
        raise RuleViolation("card_write.unknown", write_id=write_id)
    return written_sale(hall, write.sale_id)


def written_sale(hall: Hall, sale_id: str) -> SaleRow:
    """The sale that a write puts on a card, or takes off it. Raises RuleViolation `card_write.unknown`; StoreError."""
    with hall.store.reading() as connection:
        found = sale_queries.sale(connection, sale_id)
    if found is None:
        raise RuleViolation("card_write.unknown", write_id=sale_id)
    return found
