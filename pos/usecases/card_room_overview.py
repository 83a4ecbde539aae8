"""Everything the card room shows before anything is done: the account, its card, what hangs in between, the stock.

Queries, no facts (cards B2, B9, B10).
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.purchase_limit import PurchaseLimit
from pos.domain.sale import paid_out_fen
from pos.store import account_queries, card_queries, card_stock_queries, limit_queries, people_queries, tariff_queries
from pos.store.account_queries import PurchaseRow
from pos.store.card_queries import LastPurchase
from pos.usecases.account_history import NamedChange, account_history
from pos.usecases.account_overview import AccountOverview, account_overview
from pos.usecases.fact import Hall
from pos.usecases.open_card_writes import CardWriteRow, open_write_of_account
from pos.usecases.replace_card import FEE_ITEM as REPLACEMENT_FEE
from pos.usecases.transfer_account import FEE_ITEM as TRANSFER_FEE

LIMITS_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomAccount:
    """An account as the card room needs it.

    Attributes:
        account: as on the counter. open_write: what is paid or begun and not settled, or None.
        last: its newest purchase on a card; is_taken: its meter was seen to have taken it; at_risk_l: litres of it that
            nobody saw taken. standing: the newest purchase that was not taken back, or None.
        is_card_of_old_meter: its newest card names a meter that is off the wall.
        pay_out_fen: what closing it would pay out in cash.
        replacement_fee_fen, transfer_fee_fen: of the price list, None where none is set.
        history: what was changed of it, newest first.
    """

    account: AccountOverview
    open_write: CardWriteRow | None
    last: LastPurchase | None
    is_taken: bool
    at_risk_l: int
    standing: PurchaseRow | None
    is_card_of_old_meter: bool
    pay_out_fen: int
    replacement_fee_fen: int | None
    transfer_fee_fen: int | None
    history: tuple[NamedChange, ...] = ()


@dataclass(frozen=True, slots=True)
class RoomStock:
    """Attributes: in_store: blank cards in the hall's store; limits: the newest ones set."""

    in_store: int
    limits: tuple[PurchaseLimit, ...]


def room_account(hall: Hall, account_no: str, business_day: str) -> RoomAccount:
    """An account on an ISO business day. Raises: RuleViolation `account.unknown`; StoreError kinds."""
    account = account_overview(hall, account_no, business_day)
    open_write = open_write_of_account(hall, account_no)
    history = account_history(hall, account_no)
    with hall.store.reading() as connection:
        last = card_queries.last_purchase(connection, account_no)
        taken = card_queries.taken_sequence(connection, account_no)
        balance_fen = account_queries.customer_money_fen(connection, account_no)
        return RoomAccount(
            account=account,
            open_write=open_write,
            last=last,
            is_taken=last is not None and taken >= last.purchase.sequence,
            at_risk_l=card_queries.at_risk_l(connection, account_no),
            standing=_standing(account.purchases),
            is_card_of_old_meter=card_queries.is_card_older_than_meter(connection, account_no),
            pay_out_fen=paid_out_fen(balance_fen, people_queries.settings(connection).fen_rule),
            replacement_fee_fen=tariff_queries.fee_price_fen(connection, REPLACEMENT_FEE, business_day),
            transfer_fee_fen=tariff_queries.fee_price_fen(connection, TRANSFER_FEE, business_day),
            history=history,
        )


def room_stock(hall: Hall) -> RoomStock:
    """The hall's store and limits. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        limits = limit_queries.all_limits(connection)[:LIMITS_SHOWN]
        return RoomStock(card_stock_queries.in_store(connection), limits)


def _standing(purchases: tuple[PurchaseRow, ...]) -> PurchaseRow | None:
    """The newest purchase of gas that no later row takes back."""
    taken_back = {row.reverses_sale_id for row in purchases}
    return next(
        (
            row
            for row in purchases
            if row.item == "gas" and row.reverses_sale_id is None and row.sale_id not in taken_back
        ),
        None,
    )
