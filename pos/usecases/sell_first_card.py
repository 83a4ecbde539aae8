"""Sell the first card of an account: the fee from the price list, the money into suspense, a blank card to personalise.

The same order as a purchase (design Money rules 7): money first, then card; the card is bound to the account in the
commit that proves it. Cards A1.8, B1; P12: a cashier needs the lead's consent.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import RecordDraft
from pos.domain.card import CardIdentity, CardImage, CardKind, CardPurchase
from pos.domain.card_write import WriteIntent, WritePurpose
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.sale import Settlement, TenderKind
from pos.store import account_queries, people_queries, sale_queries, till_queries
from pos.store.issued_numbers import next_card_no
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.card_fee import check_paid, fee_line, settle_fee
from pos.usecases.fact import Hall, perform
from pos.usecases.known_account import known_terms
from pos.usecases.paid_sale import PayingCommand, PaymentTaken, SoldItem, paid_draft, payment_result

FEE_ITEM = "first_card"


@dataclass(frozen=True, slots=True, kw_only=True)
class SellFirstCard(PayingCommand):
    """The first card of `account_no` (active, without a card). blank: the blank card as read."""

    blank: CardImage


@dataclass(frozen=True, slots=True)
class FirstCardQuote:
    """What the first card costs now. `most_over_fen`: as in `Quote`."""

    settlement: Settlement
    most_over_fen: int


def quote_first_card(hall: Hall, account_no: str, business_day: str, tender: TenderKind) -> FirstCardQuote:
    """Price the first card. Raises RuleViolation `fee.missing`."""
    with hall.store.reading() as connection:
        settlement = _settle(connection, account_no, business_day, tender)
        return FirstCardQuote(settlement, people_queries.settings(connection).max_tender_over_due_fen)


def sell_first_card(hall: Hall, command: SellFirstCard) -> PaymentTaken:
    """Book the fee and the promise of a card.

    Raises: RuleViolation `card.not_blank`, `card.account_has_one`, `account.*`, `fee.missing`, `sale.*`, `till.*`,
    `role.*`, `approval.*`.
    """
    if command.blank.kind is not CardKind.BLANK:
        raise RuleViolation("card.not_blank", kind=str(command.blank.kind))

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        settlement = _settlement(uow, command, till_session.business_day)
        identity = _identity(uow, command.account_no)
        sold = SoldItem(
            item=FEE_ITEM,
            volume_l=0,
            settlement=settlement,
            intent=WriteIntent(WritePurpose.FIRST_CARD, command.blank, CardPurchase(0, 0, 0), identity),
            lines=(fee_line("IC 卡工本费", settlement.due_fen),),
            found_by_search=True,
        )
        now = hall.clock.now_utc_ms()
        return paid_draft(uow, command, till_session, sold, now_utc_ms=now, approver=approver)

    return perform(hall, command, Act.ISSUE_FIRST_CARD, decide, payment_result)


def _settlement(uow: UnitOfWork, command: SellFirstCard, business_day: str) -> Settlement:
    """Check everything that forbids a first card; price it."""
    connection = uow.connection
    terms = known_terms(connection, command.account_no)
    if terms.status != "active":
        raise RuleViolation("account.not_active", status=str(terms.status), reason=terms.stop_reason)
    if account_queries.card_of(connection, command.account_no) is not None:
        raise RuleViolation("card.account_has_one", account_no=command.account_no)
    open_write = sale_queries.open_write_of_account(connection, command.account_no)
    if open_write is not None:
        raise RuleViolation("card.open_write", write_id=open_write.write_id)
    settlement = _settle(connection, command.account_no, business_day, command.tender)
    check_paid(uow, command, settlement)
    return settlement


def _settle(connection: Connection, account_no: str, business_day: str, tender: TenderKind) -> Settlement:
    """The fee, unless the hall gives the first card free. Raises RuleViolation `fee.missing`."""
    is_free = not people_queries.settings(connection).card_fee_on_first_card
    return settle_fee(connection, FEE_ITEM, account_no, business_day, tender, is_free=is_free)


def _identity(uow: UnitOfWork, account_no: str) -> CardIdentity:
    meter = account_queries.meter_of(uow.connection, account_no)
    if meter is None:
        raise RuleViolation("account.no_meter", account_no=account_no)
    return CardIdentity(
        card_no=next_card_no(uow.connection),
        area_code=people_queries.settings(uow.connection).area_code,
        account_no=account_no,
        meter_no=meter.meter_no,
    )
