"""The sales of a session in order, each with what became of it (domain P8)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class DaybookRow:
    """One sale. state: `normal`, `reversal` (it reverses another), `reversed`, `unwritten` (paid, card not written),
    `in_doubt`."""

    sale_id: str
    seq: int
    sold_at_utc_ms: int
    receipt_no: int
    account_no: str
    item: str
    volume_l: int
    due_fen: int
    tender: str
    state: str


_SQL = """
SELECT s.sale_id, s.seq, s.sold_at_utc_ms, s.receipt_no, s.account_no, s.item, s.volume_l, s.due_fen, s.tender,
  CASE
    WHEN s.reverses_sale_id IS NOT NULL THEN 'reversal'
    WHEN EXISTS (SELECT 1 FROM sale r WHERE r.reverses_sale_id = s.sale_id) THEN 'reversed'
    ELSE coalesce((
      SELECT CASE w.state WHEN 'posted' THEN 'normal' WHEN 'in_doubt' THEN 'in_doubt' WHEN 'reversed' THEN 'reversed'
        ELSE 'unwritten' END
      FROM card_write w WHERE w.write_id = s.card_write_id ORDER BY w.step_no DESC LIMIT 1), 'normal')
  END
FROM sale s WHERE s.session_id = ? ORDER BY s.chain, s.epoch, s.seq, s.line
"""


def daybook_rows(connection: Connection, session_id: str) -> tuple[DaybookRow, ...]:
    """All sales of a session, loaded one by one: for the daybook, never for a close."""
    return tuple(DaybookRow(*row) for row in connection.exec_driver_sql(_SQL, (session_id,)))


def booked_amounts(connection: Connection, session_id: str) -> tuple[tuple[str, str, int], ...]:
    """(receipt number or movement id, tender, fen) of everything that moved money in a session."""
    rows = connection.exec_driver_sql(
        "SELECT CAST(receipt_no AS TEXT), tender, paid_fen FROM sale WHERE session_id = ?"
        " UNION ALL SELECT movement_id, 'cash', CASE kind WHEN 'cash_drop' THEN -amount_fen ELSE amount_fen END"
        " FROM cash_movement WHERE session_id = ?",
        (session_id, session_id),
    )
    return tuple((reference, tender, int(fen)) for reference, tender, fen in rows)
