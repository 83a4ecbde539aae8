"""The sealed 解款单 of a business day (domain P7)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class DepositRow:
    """Attributes: deposit_id (key of its record); deposit_no, counted through all days; cash_fen."""

    deposit_id: str
    deposit_no: int
    cash_fen: int


def deposits_of_day(connection: Connection, business_day: str) -> tuple[DepositRow, ...]:
    """In the order they were made; slips received late make a second one."""
    rows = connection.exec_driver_sql(
        "SELECT deposit_id, deposit_no, cash_fen FROM deposit WHERE business_day = ? ORDER BY deposit_no",
        (business_day,),
    )
    return tuple(DepositRow(*row) for row in rows)
