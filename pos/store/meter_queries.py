"""Reading changes of meters: how much of the removed ones' gas is still to give (cards B10)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.sqlite_engine import all_rows, first_row

_LEFT = """
SELECT (SELECT coalesce(sum(carried_l), 0) FROM meter_change WHERE account_no = ?1)
  - (SELECT coalesce(sum(g.carried_l), 0) FROM gas_carried g WHERE g.account_no = ?1
     AND NOT EXISTS (SELECT 1 FROM sale r WHERE r.reverses_sale_id = g.sale_id))
"""


@dataclass(frozen=True, slots=True)
class MeterChange:
    """A line of the register of changed meters; see `tables_accounts.METER_CHANGE`."""

    change_id: str
    account_no: str
    old_meter_no: str
    new_meter_no: str
    final_reading_l: int
    remaining_l: int
    carried_l: int
    document_no: str


_COLUMNS = ", ".join(MeterChange.__dataclass_fields__)


def left_to_carry_l(connection: Connection, account_no: str) -> int:
    """Litres of removed meters that are on no card yet; an instalment whose write was given up counts again."""
    return int(first_row(connection, _LEFT, (account_no,))[0])


def changes_of(connection: Connection, account_no: str) -> tuple[MeterChange, ...]:
    """Every change of an account's meter, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM meter_change WHERE account_no = ? ORDER BY chain, epoch, seq"
    return tuple(MeterChange(*row) for row in all_rows(connection, sql, (account_no,)))
