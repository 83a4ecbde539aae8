"""Reading accounts: terms, people, meters, cards, prices, tier use, purchases and meter feedback.

Newest revision wins; sums are SUMs, nothing here is cached. Contract of every function: plain data out, None if there
is nothing. Must not know: roles, masks on screens beyond those the rows carry, who may see what.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from ledger.chart import CUSTOMER_MONEY
from ledger.sqlite_engine import first_row
from pos.domain.account import AccountStatus, CardStatus, Inlet
from pos.domain.card_reading import CardReading
from pos.domain.masking import mask_name, mask_phone


@dataclass(frozen=True, slots=True)
class AccountTerms:
    """What the company has agreed with an account, as in force. `arrears_fen` is told before selling."""

    account_no: str
    revision: int
    price_class: str
    people: int
    status: AccountStatus
    stop_reason: str
    arrears_fen: int
    contract_no: str
    district: str
    document_no: str


@dataclass(frozen=True, slots=True)
class Buyer:
    """What decides whether an account may buy, and by which prices, as it is now.

    Attributes:
        account_no, price_class, people, status, stop_reason: of the terms in force.
        card_no, card_status: of the newest card; None if the account has never had one.
        open_write_id: the card write that is not settled, or None.
        customer_money_fen: 户内余额.
        meter_no: of the meter on the wall, None if there is none.
    """

    account_no: str
    price_class: str
    people: int
    status: AccountStatus
    stop_reason: str
    card_no: str | None
    card_status: CardStatus | None
    open_write_id: str | None
    customer_money_fen: int
    meter_no: str | None


@dataclass(frozen=True, slots=True)
class PaperAccount:
    """What a receipt says of an account. The name is masked; the address is not, the paper's maker must do that."""

    name_masked: str
    address: str = field(repr=False)
    price_class: str
    people: int
    meter_no: str
    customer_money_fen: int


@dataclass(frozen=True, slots=True)
class Contact:
    """Who an account belongs to. The full name is for reading out at the counter; papers and lists take the masks.

    Attributes: account_no; name; name_masked; phone_masked; address; has_id_number; erased.
    """

    account_no: str
    name: str = field(repr=False)
    name_masked: str
    phone_masked: str
    address: str = field(repr=False)
    has_id_number: bool
    erased: bool


@dataclass(frozen=True, slots=True)
class MeterRow:
    """The meter on the wall. `unit` is `m3`; `base_reading_l` litres when it was fitted; `installed_on` ISO or None."""

    account_no: str
    revision: int
    meter_no: str
    meter_type: str
    inlet: Inlet
    maker: str
    installed_on: str | None
    base_reading_l: int
    unit: str


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card as bound. `chip_uid` is empty until the card has been in a reader."""

    card_no: str
    revision: int
    account_no: str
    chip_uid: str
    issue_no: int
    status: CardStatus
    reason: str


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """One sale of an account; negative figures are a reversal."""

    sale_id: str
    item: str
    receipt_no: int
    tender: str
    volume_l: int
    due_fen: int
    paid_fen: int
    reverses_sale_id: str | None
    sold_at_utc_ms: int


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line of a list of accounts. The full name is for reading out after a pick; lists show the mask."""

    account_no: str
    name: str = field(repr=False)
    name_masked: str
    phone_masked: str
    address: str = field(repr=False)
    status: AccountStatus
    price_class: str
    meter_no: str
    card_no: str


_LINES = """
SELECT c.account_no, c.name, c.phone, c.address, t.status, t.price_class,
  coalesce((SELECT meter_no FROM meter_fitted WHERE account_no = c.account_no ORDER BY revision DESC LIMIT 1), ''),
  coalesce((SELECT card_no FROM card_binding WHERE account_no = c.account_no ORDER BY issue_no DESC LIMIT 1), '')
FROM json_each(?) AS wanted
CROSS JOIN customer c ON c.account_no = wanted.value
CROSS JOIN account_terms t ON t.account_no = c.account_no
  AND t.revision = (SELECT max(revision) FROM account_terms WHERE account_no = c.account_no)
ORDER BY wanted.key
"""
_MONEY = (
    "SELECT coalesce(sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END), 0) FROM posting"
    f" WHERE account = '{CUSTOMER_MONEY}' AND party ="
)
_BUYER = f"""
SELECT t.account_no, t.price_class, t.people, t.status, t.stop_reason, c.card_no, c.status,
  (SELECT write_id FROM open_card_write WHERE account_no = t.account_no), ({_MONEY} t.account_no),
  (SELECT meter_no FROM meter_fitted WHERE account_no = t.account_no ORDER BY revision DESC LIMIT 1)
FROM account_terms t
LEFT JOIN card_binding c
  ON c.card_no = (SELECT card_no FROM card_binding WHERE account_no = t.account_no ORDER BY issue_no DESC LIMIT 1)
  AND c.revision = (SELECT max(revision) FROM card_binding WHERE card_no = c.card_no)
WHERE t.account_no = ? ORDER BY t.revision DESC LIMIT 1
"""
_PAPER_ACCOUNT = f"""
SELECT c.name, c.address, t.price_class, t.people,
  (SELECT meter_no FROM meter_fitted WHERE account_no = c.account_no ORDER BY revision DESC LIMIT 1),
  ({_MONEY} c.account_no)
FROM customer c JOIN account_terms t ON t.account_no = c.account_no
WHERE c.account_no = ? ORDER BY t.revision DESC LIMIT 1
"""
_TERMS = (
    "account_no, revision, price_class, people, status, stop_reason, arrears_fen, contract_no, district, document_no"
)
_METER = "account_no, revision, meter_no, meter_type, inlet, maker, installed_on, base_reading_l, unit"
_CARD = "card_no, revision, account_no, chip_uid, issue_no, status, reason"
_READING = ", ".join(CardReading.__dataclass_fields__)
_PURCHASE = "sale_id, item, receipt_no, tender, volume_l, due_fen, paid_fen, reverses_sale_id, sold_at_utc_ms"


def account_terms(connection: Connection, account_no: str) -> AccountTerms | None:
    """The terms in force."""
    sql = f"SELECT {_TERMS} FROM account_terms WHERE account_no = ? ORDER BY revision DESC LIMIT 1"
    row = connection.exec_driver_sql(sql, (account_no,)).first()
    return None if row is None else _terms(row)


def buyer(connection: Connection, account_no: str) -> Buyer | None:
    """All that a sale must know of an account, in one statement; None for an unknown account."""
    row = first_row(connection, _BUYER, (account_no,))
    if row is None:
        return None
    no, price_class, people, status, stop_reason, card_no, card_status, open_write_id, money_fen, meter_no = row
    card = None if card_status is None else CardStatus(card_status)
    terms = (no, price_class, people, AccountStatus(status), stop_reason)
    return Buyer(*terms, card_no, card, open_write_id, int(money_fen), meter_no)


def paper_account(connection: Connection, account_no: str) -> PaperAccount | None:
    """All that a receipt says of an account, in one statement."""
    row = first_row(connection, _PAPER_ACCOUNT, (account_no,))
    if row is None:
        return None
    name, address, price_class, people, meter_no, money_fen = row
    return PaperAccount(mask_name(name), address, price_class, people, meter_no or "", int(money_fen))


def terms_history(connection: Connection, account_no: str) -> tuple[AccountTerms, ...]:
    """All revisions of the terms, oldest first."""
    sql = f"SELECT {_TERMS} FROM account_terms WHERE account_no = ? ORDER BY revision"
    return tuple(_terms(row) for row in connection.exec_driver_sql(sql, (account_no,)))


def contact(connection: Connection, account_no: str) -> Contact | None:
    """The person behind an account, masked forms included."""
    row = connection.exec_driver_sql(
        "SELECT name, phone, address, id_number IS NOT NULL, erased_at_utc_ms IS NOT NULL FROM customer"
        " WHERE account_no = ?",
        (account_no,),
    ).first()
    if row is None:
        return None
    name, phone, address, has_id, erased = row
    return Contact(account_no, name, mask_name(name), mask_phone(phone), address, bool(has_id), bool(erased))


def account_lines(connection: Connection, account_nos: Sequence[str]) -> tuple[AccountLine, ...]:
    """Lines of these accounts in this order, in one statement."""
    rows = connection.exec_driver_sql(_LINES, (json.dumps(list(account_nos)),))
    return tuple(
        AccountLine(no, name, mask_name(name), mask_phone(phone), address, AccountStatus(status), cls, meter, card)
        for no, name, phone, address, status, cls, meter, card in rows
    )


def meter_of(connection: Connection, account_no: str) -> MeterRow | None:
    """The meter on the wall."""
    sql = f"SELECT {_METER} FROM meter_fitted WHERE account_no = ? ORDER BY revision DESC LIMIT 1"
    row = first_row(connection, sql, (account_no,))
    return None if row is None else _meter(row)


def meter_history(connection: Connection, account_no: str) -> tuple[MeterRow, ...]:
    """All meters an account has had, oldest first."""
    sql = f"SELECT {_METER} FROM meter_fitted WHERE account_no = ? ORDER BY revision"
    return tuple(_meter(row) for row in connection.exec_driver_sql(sql, (account_no,)))


def account_of_meter(connection: Connection, meter_no: str) -> str | None:
    """The account on whose wall a meter hangs now, None if on none."""
    row = connection.exec_driver_sql(
        "SELECT m.account_no FROM meter_fitted m WHERE m.meter_no = ? AND m.revision ="
        " (SELECT max(revision) FROM meter_fitted WHERE account_no = m.account_no)",
        (meter_no,),
    ).first()
    return None if row is None else str(row[0])


def card_of(connection: Connection, account_no: str) -> CardRow | None:
    """The newest card of an account in its newest state, whatever that is."""
    sql = (
        f"SELECT {_CARD} FROM card_binding WHERE card_no = (SELECT card_no FROM card_binding WHERE account_no = ?"
        " ORDER BY issue_no DESC LIMIT 1) ORDER BY revision DESC LIMIT 1"
    )
    row = connection.exec_driver_sql(sql, (account_no,)).first()
    return None if row is None else _card(row)


def card_by_no(connection: Connection, card_no: str) -> CardRow | None:
    """A card in its newest state."""
    sql = f"SELECT {_CARD} FROM card_binding WHERE card_no = ? ORDER BY revision DESC LIMIT 1"
    row = connection.exec_driver_sql(sql, (card_no,)).first()
    return None if row is None else _card(row)


def card_history(connection: Connection, account_no: str) -> tuple[CardRow, ...]:
    """Every state of every card of an account, by issue and revision."""
    sql = f"SELECT {_CARD} FROM card_binding WHERE account_no = ? ORDER BY issue_no, card_no, revision"
    return tuple(_card(row) for row in connection.exec_driver_sql(sql, (account_no,)))


def next_card_revision(connection: Connection, card_no: str) -> int:
    """The revision the next `card_binding` row of a card must carry."""
    sql = "SELECT coalesce(max(revision), 0) + 1 FROM card_binding WHERE card_no = ?"
    return int(connection.exec_driver_sql(sql, (card_no,)).scalar_one())


def customer_money_fen(connection: Connection, account_no: str) -> int:
    """Money the customer has with the company (户内余额), in fen."""
    return int(connection.exec_driver_sql(f"{_MONEY} ?", (account_no,)).scalar_one())


def last_purchases(connection: Connection, account_no: str, limit: int) -> tuple[PurchaseRow, ...]:
    """The newest sales and reversals of an account, newest first."""
    sql = f"SELECT {_PURCHASE} FROM sale WHERE account_no = ? ORDER BY sold_at_utc_ms DESC, seq DESC LIMIT ?"
    return tuple(PurchaseRow(*row) for row in connection.exec_driver_sql(sql, (account_no, limit)))


def last_reading(connection: Connection, account_no: str) -> CardReading | None:
    """The newest meter feedback of an account."""
    sql = f"SELECT {_READING} FROM card_reading WHERE account_no = ? ORDER BY read_at_utc_ms DESC, seq DESC LIMIT 1"
    row = first_row(connection, sql, (account_no,))
    return None if row is None else CardReading(*row)


def _terms(row: Sequence[Any]) -> AccountTerms:
    account_no, revision, price_class, people, status, *rest = row
    return AccountTerms(account_no, revision, price_class, people, AccountStatus(status), *rest)


def _meter(row: Sequence[Any]) -> MeterRow:
    account_no, revision, meter_no, meter_type, inlet, *rest = row
    return MeterRow(account_no, revision, meter_no, meter_type, Inlet(inlet), *rest)


def _card(row: Sequence[Any]) -> CardRow:
    card_no, revision, account_no, chip_uid, issue_no, status, reason = row
    return CardRow(card_no, revision, account_no, chip_uid, issue_no, CardStatus(status), reason)
