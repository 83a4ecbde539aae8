"""What a new card costs: the fee of the price list, settled as any sale, and its one line (domain E2/44)."""

from __future__ import annotations

from ledger.entry import Row
from pos.domain.errors import RuleViolation
from pos.domain.sale import Settlement, TenderKind, check_read_back, check_tender, settle
from pos.store import account_queries, people_queries, tariff_queries
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.paid_sale import PayingCommand, check_charge


def settle_fee(
    connection: Connection, item: str, account_no: str, business_day: str, tender: TenderKind, *, is_free: bool = False
) -> Settlement:
    """The fee of the price list, or nothing where the hall gives the card free. Raises RuleViolation `fee.missing`."""
    fee_fen: int | None = 0
    if not is_free:
        fee_fen = tariff_queries.fee_price_fen(connection, item, business_day)
    if fee_fen is None:
        raise RuleViolation("fee.missing", item=item)
    money_fen = account_queries.customer_money_fen(connection, account_no)
    return settle(fee_fen, money_fen, tender, people_queries.settings(connection).fen_rule)


def check_paid(uow: UnitOfWork, command: PayingCommand, settlement: Settlement) -> None:
    """The money as given, read back and charged. Raises RuleViolation `sale.*`, `unionpay.*`."""
    most_over_fen = people_queries.settings(uow.connection).max_tender_over_due_fen
    check_tender(command.tendered_fen, settlement.to_pay_fen, most_over_fen)
    check_read_back(command.read_back, settlement, command.tendered_fen)
    check_charge(uow, command, settlement.to_pay_fen)


def fee_line(name: str, amount_fen: int, *, kind: str = "card_fee") -> Row:
    """The line of a fee, without the sale's own columns."""
    return {
        "kind": kind,
        "name": name,
        "tariff_id": None,
        "tariff_year": None,
        "tier": None,
        "volume_l": 0,
        "price_e4": 0,
        "amount_fen": amount_fen,
        "vat_rate_bp": 0,
    }
