"""Take the money for a gas purchase: the sale, its split, the card intent and the money into suspense, one commit.

Design Money rules 5-8, domain P2-P4: money first, then card. The read-back is part of the command and of the record.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ledger.entry import Record, RecordDraft, Row, Totals
from pos.domain import posting_rules
from pos.domain.card import CardImage
from pos.domain.card_write import WriteIntent, WritePurpose, check_card_may_buy, intent_to_json, next_purchase
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.sale import ReadBack, TenderKind, check_read_back
from pos.store import account_queries, sale_queries, till_queries
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.quote import Quote, QuoteRequest, compute_quote


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePayment(Command):
    """A purchase as agreed and read back.

    Attributes:
        session_id: the open till session.
        account_no, volume_l: what is bought.
        card: the card as read before; re-checked when it is written.
        tender: cash or a UnionPay slip that was typed before (`charge_id`).
        tendered_fen: what the customer gave; for a slip its amount.
        read_back: the figures as shown and confirmed.
        found_by_search: the customer was not found by her card; then the identity must have been confirmed.
    """

    session_id: str
    account_no: str
    volume_l: int
    card: CardImage
    tender: TenderKind
    tendered_fen: int
    read_back: ReadBack
    charge_id: str | None = None
    found_by_search: bool = False


@dataclass(frozen=True, slots=True)
class PaymentTaken:
    """Attributes: sale_id (also the card write's id); receipt_no; change_fen; short_hash of the record."""

    sale_id: str
    receipt_no: int
    change_fen: int
    short_hash: str


def take_payment(hall: Hall, command: TakePayment) -> PaymentTaken:
    """Book the money.

    Raises: RuleViolation `till.*`, `role.*`, `account.*`, `card.*`, `sale.*`, `unionpay.*`, `tariff.missing`,
    `volume.*`; StoreError kinds (nothing booked).
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        priced = _priced(uow, command, till_session.business_day)
        head = uow.journal.head(till_session.chain)
        sale_id = str(head.next_key)
        receipt_no = head.totals.receipt_no + 1
        settlement = priced.settlement
        now = hall.clock.now_utc_ms()
        intent = WriteIntent(
            WritePurpose.PURCHASE,
            command.card,
            next_purchase(
                command.card, volume_l=priced.volume_l, price_e4=priced.lines[-1].price_e4, sold_at_utc_ms=now
            ),
        )
        sale_row = _sale_row(command, priced, sale_id, receipt_no, now)
        rows: dict[str, list[Row]] = {
            "sale": [sale_row],
            "sale_line": _line_rows(command, priced, sale_id),
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
                "change_fen": sale_row["change_fen"],
                "read_back": asdict(command.read_back),
                "found_by_search": command.found_by_search,
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

    return perform(hall, command, Act.SELL, decide, payment_result)


def payment_result(_uow: UnitOfWork, record: Record) -> PaymentTaken:
    """The result as the sealed record tells it."""
    facts = record.facts
    return PaymentTaken(facts["sale_id"], facts["receipt_no"], facts["change_fen"], record.short_hash)


def paid_row(sale_id: str, session_id: str, account_no: str, amount_fen: int, intent: WriteIntent) -> Row:
    """The first row of a card write: what was promised, before anything is sent to the card."""
    return {
        "write_id": sale_id,
        "step_no": 1,
        "state": "paid",
        "purpose": intent.purpose,
        "session_id": session_id,
        "sale_id": sale_id,
        "account_no": account_no,
        "card_no": intent.card_no,
        "amount_fen": amount_fen,
        "detail": f'{{"intent":{intent_to_json(intent)}}}',
    }


def check_charge(uow: UnitOfWork, charge_id: str | None, session_id: str, tender: TenderKind, to_pay_fen: int) -> None:
    """A slip payment consumes exactly one free charge of this session and of this amount; cash consumes none.

    Raises: RuleViolation `unionpay.charge_missing`, `unionpay.charge_used`, `unionpay.amount_differs`.
    """
    if tender is TenderKind.CASH:
        if charge_id is not None:
            raise RuleViolation("unionpay.charge_with_cash")
        return
    charge = None if charge_id is None else sale_queries.charge(uow.connection, charge_id)
    if charge is None or charge.session_id != session_id:
        raise RuleViolation("unionpay.charge_missing")
    if charge.sale_id is not None:
        raise RuleViolation("unionpay.charge_used", sale_id=charge.sale_id)
    if charge.amount_fen != to_pay_fen:
        raise RuleViolation("unionpay.amount_differs", charged_fen=charge.amount_fen, to_pay_fen=to_pay_fen)


def _priced(uow: UnitOfWork, command: TakePayment, business_day: str) -> Quote:
    """Everything that can forbid the sale, checked against the state inside this unit of work."""
    connection = uow.connection
    open_write = sale_queries.open_write_of_account(connection, command.account_no)
    if open_write is not None:
        raise RuleViolation("card.open_write", write_id=open_write.write_id)
    binding = account_queries.card_of(connection, command.account_no)
    if binding is None or binding.status != "active":
        raise RuleViolation("card.not_active", account_no=command.account_no)
    check_card_may_buy(command.card, account_no=command.account_no, card_no=binding.card_no)
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
    )
    check_read_back(command.read_back, priced.settlement, command.tendered_fen)
    check_charge(uow, command.charge_id, command.session_id, command.tender, priced.settlement.to_pay_fen)
    return priced


def _line_rows(command: TakePayment, priced: Quote, sale_id: str) -> list[Row]:
    return [
        {
            "sale_id": sale_id,
            "session_id": command.session_id,
            "account_no": command.account_no,
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
    ]


def _sale_row(command: TakePayment, priced: Quote, sale_id: str, receipt_no: int, now_utc_ms: int) -> Row:
    return {
        "sale_id": sale_id,
        "session_id": command.session_id,
        "account_no": command.account_no,
        "item": "gas",
        "receipt_no": receipt_no,
        "tender": command.tender,
        "volume_l": priced.volume_l,
        "due_fen": priced.settlement.due_fen,
        "paid_fen": priced.settlement.to_pay_fen,
        "tendered_fen": command.tendered_fen,
        "change_fen": command.tendered_fen - priced.settlement.to_pay_fen,
        "customer_money_fen": priced.settlement.customer_money_delta_fen,
        "waived_fen": priced.settlement.waived_fen,
        "card_write_id": sale_id,
        "reverses_sale_id": None,
        "sold_at_utc_ms": now_utc_ms,
    }
