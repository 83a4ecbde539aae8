"""Reading limits: those in force on a day, what an account has bought within their days, and the cap of its meter."""

from __future__ import annotations

from sqlalchemy import Connection

from ledger.sqlite_engine import all_rows, first_row
from pos.domain.purchase_limit import LimitSpan, PurchaseLimit

_COLUMNS = "span, applies_to, most_l, valid_from, valid_until, months, document_no"
_IN_FORCE = f"""
SELECT {_COLUMNS} FROM (
  SELECT {_COLUMNS}, row_number() OVER (PARTITION BY span ORDER BY valid_from DESC, epoch DESC, seq DESC) AS place
  FROM purchase_limit WHERE applies_to = ? AND valid_from <= ? AND coalesce(valid_until, '9999-12-31') >= ?
) WHERE place = 1
"""
_BOUGHT = """
SELECT coalesce(sum(s.volume_l), 0) FROM sale s
JOIN sale o ON o.sale_id = coalesce(s.reverses_sale_id, s.sale_id)
JOIN till_session x ON x.session_id = o.session_id
WHERE s.account_no = ? AND s.item = 'gas' AND x.business_day BETWEEN ? AND ?
"""


def limits_on(connection: Connection, applies_to: str, business_day: str) -> tuple[PurchaseLimit, ...]:
    """The limit of each span in force for a class (or, of the cap, a type of meter) on an ISO date."""
    rows = all_rows(connection, _IN_FORCE, (applies_to, business_day, business_day))
    return tuple(_limit(tuple(row)) for row in rows)


def all_limits(connection: Connection) -> tuple[PurchaseLimit, ...]:
    """Every limit ever set, newest first."""
    rows = all_rows(connection, f"SELECT {_COLUMNS} FROM purchase_limit ORDER BY epoch DESC, seq DESC", ())
    return tuple(_limit(tuple(row)) for row in rows)


def bought_l(connection: Connection, account_no: str, first_day: str, last_day: str) -> int:
    """Litres bought on these business days; a reversal goes back to the day of its original."""
    row = first_row(connection, _BOUGHT, (account_no, first_day, last_day))
    return int(row[0])


def cap_of_meter_l(connection: Connection, account_no: str, business_day: str) -> int | None:
    """The cap of the type of meter on the wall, None if none is set."""
    row = first_row(
        connection,
        "SELECT meter_type FROM meter_fitted WHERE account_no = ? ORDER BY revision DESC LIMIT 1",
        (account_no,),
    )
    found = limits_on(connection, str(row[0]), business_day) if row else ()
    return next((limit.most_l for limit in found if limit.span is LimitSpan.METER_CAP), None)


def _limit(row: tuple[object, ...]) -> PurchaseLimit:
    span, applies_to, most_l, valid_from, valid_until, months, document_no = row
    return PurchaseLimit(
        span=LimitSpan(str(span)),
        applies_to=str(applies_to),
        most_l=None if most_l is None else int(str(most_l)),
        valid_from=str(valid_from),
        valid_until=None if valid_until is None else str(valid_until),
        months=int(str(months)),
        document_no=str(document_no),
    )
