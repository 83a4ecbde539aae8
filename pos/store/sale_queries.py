"""Reading sales, charges and card writes: frozen rows, newest state wins."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.sqlite_engine import all_rows, first_row
from pos.domain.card import CardPurchase
from pos.domain.card_write import WriteIntent, WriteState, intent_of


@dataclass(frozen=True, slots=True)
class SaleRow:
    """A sale as sealed; see `tables_sales.SALE` for the columns."""

    sale_id: str
    session_id: str
    account_no: str
    item: str
    receipt_no: int
    tender: str
    volume_l: int
    due_fen: int
    paid_fen: int
    tendered_fen: int
    change_fen: int
    customer_money_fen: int
    waived_fen: int
    card_write_id: str | None
    reverses_sale_id: str | None
    sold_at_utc_ms: int


@dataclass(frozen=True, slots=True)
class SaleLineRow:
    """A line of a sale as sealed; see `tables_sales.SALE_LINE`."""

    kind: str
    name: str
    tariff_id: str | None
    tariff_year: int | None
    tier: int | None
    volume_l: int
    price_e4: int
    amount_fen: int
    vat_rate_bp: int


KEY_REFUSALS = ("card.authentication_refused", "card.mac_refused")
"""The card did not accept a key, a code or a MAC made with one: each costs one of its few tries for ever."""


@dataclass(frozen=True, slots=True)
class CardWriteRow:
    """The newest state of a card write.

    Attributes: write_id (of a sale's write also the sale's id); step_no, state of the newest row; session_id of the
        first; intent; sale_id of the sale that is written, or taken back.
    """

    write_id: str
    step_no: int
    state: WriteState
    session_id: str
    account_no: str
    card_no: str
    amount_fen: int
    intent: WriteIntent
    sale_id: str


@dataclass(frozen=True, slots=True)
class UnionPayChargeRow:
    """A charge typed from a slip; `sale_id` is None while no sale has used it (已刷卡未入账)."""

    charge_id: str
    session_id: str
    terminal: str
    batch: str
    trace: str
    reference: str
    last_four: str
    amount_fen: int
    sale_id: str | None


_SALE_COLUMNS = ", ".join(SaleRow.__dataclass_fields__)
_LINE_COLUMNS = ", ".join(SaleLineRow.__dataclass_fields__)
_WRITE_SQL = (
    "SELECT w.write_id, w.step_no, w.state, first.session_id, w.account_no, w.card_no, w.amount_fen, first.detail,"
    " w.sale_id"
    " FROM card_write w JOIN card_write first ON first.write_id = w.write_id AND first.step_no = 1"
    " WHERE w.step_no = (SELECT max(step_no) FROM card_write x WHERE x.write_id = w.write_id)"
)
_IN_OPEN = "AND w.write_id IN (SELECT write_id FROM open_card_write"
_CHARGE_SQL = (
    "SELECT c.charge_id, c.session_id, c.terminal, c.batch, c.trace, c.reference, c.last_four, c.amount_fen,"
    " (SELECT CASE event WHEN 'used' THEN sale_id END FROM unionpay_event e WHERE e.charge_id = c.charge_id"
    " ORDER BY event_no DESC LIMIT 1)"
    " FROM unionpay_charge c"
)


def sale(connection: Connection, sale_id: str) -> SaleRow | None:
    """One sale, or None."""
    row = first_row(connection, f"SELECT {_SALE_COLUMNS} FROM sale WHERE sale_id = ?", (sale_id,))
    return None if row is None else SaleRow(*row)


def reversal_of(connection: Connection, sale_id: str) -> SaleRow | None:
    """The sale that reverses this one, or None."""
    row = connection.exec_driver_sql(f"SELECT {_SALE_COLUMNS} FROM sale WHERE reverses_sale_id = ?", (sale_id,)).first()
    return None if row is None else SaleRow(*row)


def seller(connection: Connection, sale_id: str) -> str | None:
    """Operator id of the session in which a sale was made, or None."""
    row = connection.exec_driver_sql(
        "SELECT t.operator_id FROM sale s JOIN till_session t ON t.session_id = s.session_id WHERE s.sale_id = ?",
        (sale_id,),
    ).first()
    return None if row is None else str(row[0])


def lines_of(connection: Connection, sale_id: str) -> tuple[SaleLineRow, ...]:
    """The stored split of a sale. The sale's id is its record's key, so the clustered key finds its lines."""
    chain, epoch, seq = sale_id.rsplit("-", 2)
    rows = all_rows(
        connection,
        f"SELECT {_LINE_COLUMNS} FROM sale_line WHERE chain = ? AND epoch = ? AND seq = ? ORDER BY line",
        (chain, int(epoch), int(seq)),
    )
    return tuple(SaleLineRow(*row) for row in rows)


def card_write(connection: Connection, write_id: str) -> CardWriteRow | None:
    """The newest state of one write, or None."""
    row = first_row(connection, f"{_WRITE_SQL} AND w.write_id = ?", (write_id,))
    return None if row is None else _write(tuple(row))


def key_refusal(connection: Connection, write_id: str) -> str:
    """How the card refused our key in an earlier step of this write, "" if it never did."""
    sql = "SELECT detail ->> '$.reason' FROM card_write WHERE write_id = ? AND detail ->> '$.reason' IN (?, ?)"
    row = first_row(connection, sql, (write_id, *KEY_REFUSALS))
    return "" if row is None else str(row[0])


def open_write_of_card(connection: Connection, card_no: str) -> CardWriteRow | None:
    """The unsettled write of a card, or None; there is at most one (sealed)."""
    row = connection.exec_driver_sql(f"{_WRITE_SQL} {_IN_OPEN}) AND w.card_no = ?", (card_no,)).first()
    return None if row is None else _write(tuple(row))


def open_write_of_account(connection: Connection, account_no: str) -> CardWriteRow | None:
    """The unsettled write of an account, or None."""
    row = connection.exec_driver_sql(f"{_WRITE_SQL} {_IN_OPEN} WHERE account_no = ?)", (account_no,)).first()
    return None if row is None else _write(tuple(row))


def proven_sequence(connection: Connection, account_no: str, card_no: str) -> int | None:
    """The purchase count of the newest write that this card itself has proven and that stands, or None.

    A write that a lead settled by her word says nothing about what is on the card.
    """
    row = first_row(
        connection,
        "SELECT intent.detail ->> '$.intent.purchase.sequence' FROM sale s"
        " JOIN card_write intent ON intent.write_id = s.card_write_id AND intent.step_no = 1"
        " JOIN card_write proof ON proof.write_id = s.card_write_id AND proof.state = 'posted'"
        " WHERE s.account_no = ? AND intent.card_no = ? AND proof.detail ->> '$.evidence' IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM sale r WHERE r.reverses_sale_id = s.sale_id)"
        " ORDER BY s.sold_at_utc_ms DESC LIMIT 1",
        (account_no, card_no),
    )
    return None if row is None else int(row[0])


def was_taken_back(connection: Connection, card_no: str, purchase: CardPurchase) -> bool:
    """True if a card that still shows this purchase was read before it was reversed."""
    row = first_row(
        connection,
        "SELECT 1 FROM card_write w JOIN sale s ON s.card_write_id = w.write_id"
        " JOIN sale r ON r.reverses_sale_id = s.sale_id WHERE w.card_no = ? AND w.step_no = 1"
        " AND w.detail ->> '$.intent.purchase.sequence' = ? AND w.detail ->> '$.intent.purchase.sold_at_utc_ms' = ?",
        (card_no, purchase.sequence, purchase.sold_at_utc_ms),
    )
    return row is not None


def proven_digest(connection: Connection, write_id: str) -> str:
    """Digest of the card that proved a write; "" if none has, or a lead decided."""
    row = first_row(
        connection,
        "SELECT detail ->> '$.found' FROM card_write WHERE write_id = ? AND state = 'posted'"
        " AND detail ->> '$.evidence' IS NULL",
        (write_id,),
    )
    return str(row[0] or "") if row else ""


def is_decided_written(connection: Connection, write_id: str) -> bool:
    """True if a lead's word that the card was written is the newest thing known of a write."""
    sql = "SELECT detail ->> '$.reason' FROM card_write WHERE write_id = ? ORDER BY step_no DESC LIMIT 1"
    row = first_row(connection, sql, (write_id,))
    return row is not None and row[0] == "decided:written"


def open_writes(connection: Connection) -> tuple[CardWriteRow, ...]:
    """All unsettled writes, oldest first; shown first after a start and handed over by name."""
    rows = all_rows(connection, f"{_WRITE_SQL} {_IN_OPEN}) ORDER BY w.write_id")
    return tuple(_write(tuple(row)) for row in rows)


def charge(connection: Connection, charge_id: str) -> UnionPayChargeRow | None:
    """One UnionPay charge, or None."""
    row = connection.exec_driver_sql(f"{_CHARGE_SQL} WHERE c.charge_id = ?", (charge_id,)).first()
    return None if row is None else UnionPayChargeRow(*row)


def charge_of_sale(connection: Connection, sale_id: str) -> UnionPayChargeRow | None:
    """The charge a sale has used, or None."""
    row = connection.exec_driver_sql(
        f"{_CHARGE_SQL} WHERE c.charge_id IN (SELECT charge_id FROM unionpay_event WHERE sale_id = ?)", (sale_id,)
    ).first()
    return None if row is None else UnionPayChargeRow(*row)


def next_event_no(connection: Connection, charge_id: str) -> int:
    """Number of the next event of a charge."""
    sql = "SELECT 1 + coalesce(max(event_no), 0) FROM unionpay_event WHERE charge_id = ?"
    return int(connection.exec_driver_sql(sql, (charge_id,)).scalar() or 1)


def same_slip(connection: Connection, terminal: str, batch: str, trace: str) -> UnionPayChargeRow | None:
    """The charge already typed from this very slip, or None."""
    row = connection.exec_driver_sql(
        f"{_CHARGE_SQL} WHERE c.terminal = ? AND c.batch = ? AND c.trace = ?", (terminal, batch, trace)
    ).first()
    return None if row is None else UnionPayChargeRow(*row)


def unbooked_charges(connection: Connection, session_id: str | None = None) -> tuple[UnionPayChargeRow, ...]:
    """Charges no sale has used (已刷卡未入账), oldest first."""
    where, values = (" WHERE session_id = ?)", (session_id,)) if session_id else (")", ())
    rows = all_rows(
        connection,
        f"{_CHARGE_SQL} WHERE c.charge_id IN (SELECT charge_id FROM open_unionpay_charge{where} ORDER BY c.charge_id",
        values,
    )
    return tuple(UnionPayChargeRow(*row) for row in rows)


def terminals_of_session(connection: Connection, session_id: str) -> tuple[str, ...]:
    """Terminals that charged anything in a session; deliberately no counts and no sums."""
    rows = connection.exec_driver_sql(
        "SELECT DISTINCT terminal FROM unionpay_charge WHERE session_id = ? ORDER BY terminal", (session_id,)
    )
    return tuple(str(row[0]) for row in rows)


def _write(row: tuple[object, ...]) -> CardWriteRow:
    write_id, step_no, state, session_id, account_no, card_no, amount_fen, detail, sale_id = row
    return CardWriteRow(
        str(write_id),
        int(str(step_no)),
        WriteState(str(state)),
        str(session_id),
        str(account_no),
        str(card_no),
        int(str(amount_fen)),
        intent_of(json.loads(str(detail))["intent"]),
        str(sale_id),
    )
