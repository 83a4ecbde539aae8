"""Sell the first card of an account: the fee from the price list, the money into suspense, a blank card to personalise.

The same order as a purchase (design Money rules 7): money first, then card; the card is bound to the account in the
commit that proves it. Cards A1.8, B1; P12: a cashier needs the lead's consent.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ledger.entry import RecordDraft, Row, Totals
from pos.domain import posting_rules
from pos.domain.card import CardIdentity, CardImage, CardKind, CardPurchase
from pos.domain.card_write import WriteIntent, WritePurpose
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.sale import ReadBack, Settlement, TenderKind, check_read_back, settle
from pos.store import account_queries, people_queries, sale_queries, till_queries
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.take_payment import PaymentTaken, check_charge, paid_row, payment_result

FEE_ITEM = "first_card"


@dataclass(frozen=True, slots=True, kw_only=True)
class SellFirstCard(Command):
    """Attributes: session_id; account_no (active, without a card); blank: the blank card as read; tender, tendered_fen,
    charge_id, read_back as in `TakePayment`."""

    session_id: str
    account_no: str
    blank: CardImage
    tender: TenderKind
    tendered_fen: int
    read_back: ReadBack
    charge_id: str | None = None


def quote_first_card(hall: Hall, account_no: str, business_day: str, tender: TenderKind) -> Settlement:
    """What the first card costs now. Raises RuleViolation `fee.missing`."""
    with hall.store.reading() as connection:
        fee_fen = account_queries.fee_price_fen(connection, FEE_ITEM, business_day)
        if fee_fen is None:
            raise RuleViolation("fee.missing", item=FEE_ITEM)
        money_fen = account_queries.customer_money_fen(connection, account_no)
        return settle(fee_fen, money_fen, tender, people_queries.settings(connection).fen_rule)


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
        head = uow.journal.head(till_session.chain)
        sale_id = str(head.next_key)
        receipt_no = head.totals.receipt_no + 1
        now = hall.clock.now_utc_ms()
        intent = WriteIntent(
            WritePurpose.FIRST_CARD, command.blank, CardPurchase(0, 0, 0), _identity(uow, command.account_no)
        )
        rows: dict[str, list[Row]] = {
            "sale": [_sale_row(command, settlement, sale_id, receipt_no, now)],
            "sale_line": [_fee_row(command, settlement, sale_id)],
            "card_write": [paid_row(sale_id, command.session_id, command.account_no, settlement.due_fen, intent)],
        }
        if command.charge_id is not None:
            event_no = sale_queries.next_event_no(uow.connection, command.charge_id)
            rows["unionpay_event"] = [
                {"charge_id": command.charge_id, "event_no": event_no, "event": "used", "sale_id": sale_id}
            ]
        return RecordDraft(
            chain=till_session.chain,
            kind="sale_paid",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            business_day=till_session.business_day,
            till_session=command.session_id,
            facts={
                "sale_id": sale_id,
                "receipt_no": receipt_no,
                "change_fen": command.tendered_fen - settlement.to_pay_fen,
                "read_back": asdict(command.read_back),
                "found_by_search": True,
            },
            postings=posting_rules.sale_paid(
                till_id=till_session.till_id,
                account_no=command.account_no,
                write_id=sale_id,
                tender=command.tender,
                settlement=settlement,
                tendered_fen=command.tendered_fen,
                charge_id=command.charge_id,
            ),
            rows=rows,
            adds=Totals(count=1, gross_fen=settlement.due_fen, receipt_no=1),
        )

    return perform(hall, command, Act.ISSUE_FIRST_CARD, decide, payment_result)


def _settlement(uow: UnitOfWork, command: SellFirstCard, business_day: str) -> Settlement:
    """Check everything that forbids a first card; price it."""
    connection = uow.connection
    terms = account_queries.account_terms(connection, command.account_no)
    if terms is None:
        raise RuleViolation("account.unknown", account_no=command.account_no)
    if terms.status != "active":
        raise RuleViolation("account.not_active", status=str(terms.status), reason=terms.stop_reason)
    if account_queries.card_of(connection, command.account_no) is not None:
        raise RuleViolation("card.account_has_one", account_no=command.account_no)
    open_write = sale_queries.open_write_of_account(connection, command.account_no)
    if open_write is not None:
        raise RuleViolation("card.open_write", write_id=open_write.write_id)
    fee_fen = account_queries.fee_price_fen(connection, FEE_ITEM, business_day)
    if fee_fen is None:
        raise RuleViolation("fee.missing", item=FEE_ITEM)
    settlement = settle(
        fee_fen,
        account_queries.customer_money_fen(connection, command.account_no),
        command.tender,
        people_queries.settings(connection).fen_rule,
    )
    check_read_back(command.read_back, settlement, command.tendered_fen)
    check_charge(uow, command.charge_id, command.session_id, command.tender, settlement.to_pay_fen)
    return settlement


def _identity(uow: UnitOfWork, account_no: str) -> CardIdentity:
    meter = account_queries.meter_of(uow.connection, account_no)
    if meter is None:
        raise RuleViolation("account.no_meter", account_no=account_no)
    return CardIdentity(
        card_no=sale_queries.next_card_no(uow.connection),
        area_code=people_queries.settings(uow.connection).area_code,
        account_no=account_no,
        meter_no=meter.meter_no,
    )


def _sale_row(command: SellFirstCard, settlement: Settlement, sale_id: str, receipt_no: int, now_utc_ms: int) -> Row:
    return {
        "sale_id": sale_id,
        "session_id": command.session_id,
        "account_no": command.account_no,
        "item": FEE_ITEM,
        "receipt_no": receipt_no,
        "tender": command.tender,
        "volume_l": 0,
        "due_fen": settlement.due_fen,
        "paid_fen": settlement.to_pay_fen,
        "tendered_fen": command.tendered_fen,
        "change_fen": command.tendered_fen - settlement.to_pay_fen,
        "customer_money_fen": settlement.customer_money_delta_fen,
        "waived_fen": settlement.waived_fen,
        "card_write_id": sale_id,
        "reverses_sale_id": None,
        "sold_at_utc_ms": now_utc_ms,
    }


def _fee_row(command: SellFirstCard, settlement: Settlement, sale_id: str) -> Row:
    return {
        "sale_id": sale_id,
        "session_id": command.session_id,
        "account_no": command.account_no,
        "kind": "card_fee",
        "name": "IC 卡工本费",
        "tariff_id": None,
        "tariff_year": None,
        "tier": None,
        "volume_l": 0,
        "price_e4": 0,
        "amount_fen": settlement.due_fen,
        "vat_rate_bp": 0,
    }
