"""Reading what the card room must know of an account's last purchase: its content, and whether a meter took it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.sqlite_engine import first_row
from pos.domain.card import CardPurchase
from pos.domain.card_write import intent_of
from pos.store import account_queries

_LAST = """
SELECT s.sale_id, intent.card_no, intent.detail FROM sale s
JOIN card_write intent ON intent.write_id = s.card_write_id AND intent.step_no = 1
JOIN card_write proof ON proof.write_id = s.card_write_id AND proof.state = 'posted'
WHERE s.account_no = ? AND intent.purpose = 'purchase'
  AND NOT EXISTS (SELECT 1 FROM sale r WHERE r.reverses_sale_id = s.sale_id)
ORDER BY s.sold_at_utc_ms DESC, s.seq DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class LastPurchase:
    """The newest purchase of an account that is on a card for good.

    Attributes: sale_id; card_no; purchase as it was put there; meter_no that the card names.
    """

    sale_id: str
    card_no: str
    purchase: CardPurchase
    meter_no: str


def last_purchase(connection: Connection, account_no: str) -> LastPurchase | None:
    """The newest purchase that was written and is not reversed, or None."""
    row = first_row(connection, _LAST, (account_no,))
    if row is None:
        return None
    sale_id, card_no, detail = row
    intent = intent_of(json.loads(detail)["intent"])
    identity = intent.before.identity
    return LastPurchase(str(sale_id), str(card_no), intent.purchase, identity.meter_no if identity else "")


def is_card_older_than_meter(connection: Connection, account_no: str) -> bool:
    """True if the meter on the wall was fitted after the account's newest card was bound.

    A corrected entry of the same meter (its inlet) is not another meter.
    """
    row = first_row(
        connection,
        "SELECT f.at_utc_ms > b.at_utc_ms FROM"
        " (SELECT j.at_utc_ms FROM meter_fitted m JOIN journal j USING (chain, epoch, seq) WHERE m.account_no = ?1"
        " AND m.revision > (SELECT coalesce(max(revision), 0) FROM meter_fitted WHERE account_no = ?1 AND meter_no <>"
        " (SELECT meter_no FROM meter_fitted WHERE account_no = ?1 ORDER BY revision DESC LIMIT 1))"
        " ORDER BY m.revision LIMIT 1) f,"
        " (SELECT j.at_utc_ms FROM card_binding c JOIN journal j USING (chain, epoch, seq) WHERE c.account_no = ?1"
        " ORDER BY c.issue_no DESC, c.revision LIMIT 1) b",
        (account_no,),
    )
    return bool(row and row[0])


def taken_sequence(connection: Connection, account_no: str) -> int:
    """The highest purchase count that the meter on the wall was ever seen to have taken, on any card; 0 if unknown."""
    row = first_row(
        connection,
        "SELECT coalesce(max(r.taken_sequence), 0) FROM card_reading r WHERE r.account_no = ? AND r.meter_no ="
        " (SELECT meter_no FROM meter_fitted WHERE account_no = r.account_no ORDER BY revision DESC LIMIT 1)",
        (account_no,),
    )
    return int(row[0])


@dataclass(frozen=True, slots=True)
class Replacement:
    """A line of the register of replacements; see `tables_sales.CARD_REPLACEMENT`."""

    sale_id: str
    account_no: str
    old_card_no: str
    new_card_no: str
    issue_no: int
    reason: str
    reissues_sale_id: str | None
    reissued_l: int


_REPLACEMENT_COLUMNS = ", ".join(Replacement.__dataclass_fields__)


def replacement(connection: Connection, sale_id: str) -> Replacement | None:
    """What a sale replaces, or None for any other sale."""
    sql = f"SELECT {_REPLACEMENT_COLUMNS} FROM card_replacement WHERE sale_id = ?"
    row = first_row(connection, sql, (sale_id,))
    return None if row is None else Replacement(*row)


def at_risk_l(connection: Connection, account_no: str) -> int:
    """Litres of the last purchase that the meter on the wall can still take: it was not seen to have taken them."""
    last, meter = last_purchase(connection, account_no), account_queries.meter_of(connection, account_no)
    if last is None or meter is None or last.meter_no != meter.meter_no:
        return 0
    return 0 if taken_sequence(connection, account_no) >= last.purchase.sequence else last.purchase.volume_l
