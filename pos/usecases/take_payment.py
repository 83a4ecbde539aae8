"""Take the money for a gas purchase: the sale, its split, the card intent and the money into suspense, one commit.

Design Money rules 5-8, domain P2-P4: money first, then card. The read-back is part of the command and of the record.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import RecordDraft, Row
from pos.domain.card import CardImage
from pos.domain.card_write import WriteIntent, WritePurpose, next_purchase
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.sale import check_read_back, check_tender
from pos.store import account_queries, till_queries
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Hall, perform
from pos.usecases.paid_sale import PayingCommand, PaymentTaken, SoldItem, check_charge, paid_draft, payment_result
from pos.usecases.quote import Quote, QuoteRequest, compute_quote
from pos.usecases.sellable_card import require_sellable_card


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePayment(PayingCommand):
    """A purchase. volume_l: what is bought; card: as read before, re-checked when it is written; found_by_search: the
    customer was not found by her card, so her identity must have been confirmed."""

    volume_l: int
    card: CardImage
    found_by_search: bool = False


def take_payment(hall: Hall, command: TakePayment) -> PaymentTaken:
    """Book the money.

    Raises: RuleViolation `till.*`, `role.*`, `account.*`, `card.*`, `sale.*`, `unionpay.*`, `tariff.missing`,
    `volume.*`, `limit.*`; StoreError kinds (nothing booked).
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        priced = _priced(uow, command, till_session.business_day)
        now = hall.clock.now_utc_ms()
        purchase = next_purchase(
            command.card, volume_l=priced.volume_l, price_e4=priced.lines[-1].price_e4, sold_at_utc_ms=now
        )
        sold = SoldItem(
            item="gas",
            volume_l=priced.volume_l,
            settlement=priced.settlement,
            intent=WriteIntent(WritePurpose.PURCHASE, command.card, purchase),
            lines=_lines(priced),
            found_by_search=command.found_by_search,
        )
        return paid_draft(uow, command, till_session, sold, now_utc_ms=now, approver=approver)

    return perform(hall, command, Act.SELL, decide, payment_result)


def _priced(uow: UnitOfWork, command: TakePayment, business_day: str) -> Quote:
    """Everything that can forbid the sale, checked against the state inside this unit of work."""
    connection = uow.connection
    found = account_queries.buyer(connection, command.account_no)
    buyer = require_sellable_card(connection, found, command.account_no, command.card)
    if command.found_by_search and command.read_back.identity_confirmed_at_utc_ms is None:
        raise RuleViolation("sale.identity_not_confirmed")
    priced = compute_quote(
        connection,
        QuoteRequest(
            account_no=command.account_no,
            business_day=business_day,
            tender=command.tender,
            volume_l=command.volume_l,
        ),
        buyer,
    )
    check_tender(command.tendered_fen, priced.settlement.to_pay_fen, priced.most_over_fen)
    check_read_back(command.read_back, priced.settlement, command.tendered_fen)
    check_charge(uow, command, priced.settlement.to_pay_fen)
    return priced


def _lines(priced: Quote) -> tuple[Row, ...]:
    return tuple(
        {
            "kind": "gas",
            "name": f"{priced.tariff.name} {line.name}".strip(),
            "tariff_id": priced.tariff.tariff_id,
            "tariff_year": priced.tariff_year,
            "tier": line.tier,
            "volume_l": line.volume_l,
            "price_e4": line.price_e4,
            "amount_fen": line.amount_fen,
            "vat_rate_bp": priced.tariff.vat_rate_bp,
        }
        for line in priced.lines
    )
