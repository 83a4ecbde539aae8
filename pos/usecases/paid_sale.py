"""The one record of a paid sale, whatever is sold: gas on a card, or the first card itself (design Money rules 5-8).

`take_payment`, `sell_first_card` and `replace_card` decide what may be sold and at which price; how it is booked is
here, once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.canonical import plain
from ledger.entry import Json, Record, RecordDraft, Row
from pos.domain import posting_rules
from pos.domain.card_write import WriteIntent, intent_to_json
from pos.domain.errors import RuleViolation
from pos.domain.sale import ReadBack, Settlement, TenderKind
from pos.store import sale_queries
from pos.store.till_queries import TillSessionRow
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command
from pos.usecases.till_records import till_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class PayingCommand(Command):
    """A sale as agreed and read back.

    Attributes:
        session_id: the open till session. account_no: whose sale it is.
        tender: cash, or a UnionPay slip that was typed before (`charge_id`).
        tendered_fen: what the customer gave; for a slip its amount.
        read_back: the figures as shown and confirmed.
    """

    session_id: str
    account_no: str
    tender: TenderKind
    tendered_fen: int
    read_back: ReadBack
    charge_id: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentTaken:
    """Attributes: sale_id (also the card write's id); receipt_no; change_fen; short_hash of the record."""

    sale_id: str
    receipt_no: int
    change_fen: int
    short_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldItem:
    """What is sold.

    Attributes:
        item: `gas`, `first_card` or `card_replacement`. lines: rows of `sale_line` without the sale's own columns.
        registers: per table one more row of this sale, likewise without its own columns.
    """

    item: str
    volume_l: int
    settlement: Settlement
    intent: WriteIntent
    lines: tuple[Row, ...]
    found_by_search: bool
    registers: dict[str, Row] = field(default_factory=dict)


def paid_draft(
    uow: UnitOfWork,
    command: PayingCommand,
    till_session: TillSessionRow,
    sold: SoldItem,
    *,
    now_utc_ms: int,
    approver: str | None,
) -> RecordDraft:
    """Money in, change out, the due sum into the card's suspense, the intent and the split: one record."""
    head = uow.journal.head(till_session.chain)
    sale_id = str(head.next_key)
    receipt_no = head.totals.receipt_no + 1
    settlement = sold.settlement
    own = {"sale_id": sale_id, "session_id": command.session_id, "account_no": command.account_no}
    rows: dict[str, list[Row]] = {
        "sale": [_sale_row(command, sold.item, sold.volume_l, settlement, own, receipt_no, now_utc_ms)],
        "sale_line": [{**own, **line} for line in sold.lines],
        "card_write": [_paid_row(own, settlement.due_fen, sold.intent)],
        **{table: [{**own, **row}] for table, row in sold.registers.items()},
        **_used_charge(uow, command, sale_id),
    }
    return till_draft(
        till_session,
        command,
        approver,
        kind="sale_paid",
        facts=_facts(command, rows["sale"][0], found_by_search=sold.found_by_search),
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
        head=head,
    )


def fee_draft(
    uow: UnitOfWork,
    command: PayingCommand,
    till_session: TillSessionRow,
    *,
    item: str,
    settlement: Settlement,
    line: Row,
    now_utc_ms: int,
    approver: str | None,
) -> RecordDraft:
    """A service of the price list that nothing has to be written for: money in, income at once, one record."""
    head = uow.journal.head(till_session.chain)
    sale_id, receipt_no = str(head.next_key), head.totals.receipt_no + 1
    own = {"sale_id": sale_id, "session_id": command.session_id, "account_no": command.account_no}
    row = _sale_row(command, item, 0, settlement, own, receipt_no, now_utc_ms)
    rows: dict[str, list[Row]] = {
        "sale": [{**row, "card_write_id": None}],
        "sale_line": [{**own, **line}],
        **_used_charge(uow, command, sale_id),
    }
    return till_draft(
        till_session,
        command,
        approver,
        kind="sale_paid",
        facts=_facts(command, rows["sale"][0], found_by_search=True),
        postings=posting_rules.fee_paid(
            till_id=till_session.till_id,
            account_no=command.account_no,
            tender=command.tender,
            settlement=settlement,
            tendered_fen=command.tendered_fen,
            charge_id=command.charge_id,
        ),
        rows=rows,
        head=head,
    )


def payment_result(_uow: UnitOfWork, record: Record) -> PaymentTaken:
    """The result as the sealed record tells it."""
    facts = record.facts
    return PaymentTaken(facts["sale_id"], facts["receipt_no"], facts["change_fen"], record.short_hash)


def check_charge(uow: UnitOfWork, command: PayingCommand, to_pay_fen: int) -> None:
    """A slip payment consumes exactly one free charge of this session and of this amount; cash consumes none.

    Raises: RuleViolation `unionpay.charge_missing`, `unionpay.charge_used`, `unionpay.amount_differs`,
    `unionpay.charge_with_cash`.
    """
    if command.tender is TenderKind.CASH:
        if command.charge_id is not None:
            raise RuleViolation("unionpay.charge_with_cash")
        return
    charge = None if command.charge_id is None else sale_queries.charge(uow.connection, command.charge_id)
    if charge is None or charge.session_id != command.session_id:
        raise RuleViolation("unionpay.charge_missing")
    if charge.sale_id is not None:
        raise RuleViolation("unionpay.charge_used", sale_id=charge.sale_id)
    if charge.amount_fen != to_pay_fen or command.tendered_fen != to_pay_fen:
        raise RuleViolation("unionpay.amount_differs", charged_fen=charge.amount_fen, to_pay_fen=to_pay_fen)


def _facts(command: PayingCommand, sale: Row, *, found_by_search: bool) -> dict[str, Json]:
    """What the payment's record says beside its rows; the read-back is part of it."""
    return {
        "sale_id": sale["sale_id"],
        "receipt_no": sale["receipt_no"],
        "change_fen": sale["change_fen"],
        "read_back": plain(command.read_back),
        "found_by_search": found_by_search,
    }


def _used_charge(uow: UnitOfWork, command: PayingCommand, sale_id: str) -> dict[str, list[Row]]:
    """The card slip that this sale consumes, if it is paid by one."""
    if command.charge_id is None:
        return {}
    event_no = sale_queries.next_event_no(uow.connection, command.charge_id)
    return {
        "unionpay_event": [{"charge_id": command.charge_id, "event_no": event_no, "event": "used", "sale_id": sale_id}]
    }


def _sale_row(
    command: PayingCommand,
    item: str,
    volume_l: int,
    settlement: Settlement,
    own: dict[str, str],
    receipt_no: int,
    now_utc_ms: int,
) -> Row:
    return {
        **own,
        "item": item,
        "receipt_no": receipt_no,
        "tender": command.tender,
        "volume_l": volume_l,
        "due_fen": settlement.due_fen,
        "paid_fen": settlement.to_pay_fen,
        "tendered_fen": command.tendered_fen,
        "change_fen": command.tendered_fen - settlement.to_pay_fen,
        "customer_money_fen": settlement.customer_money_delta_fen,
        "waived_fen": settlement.waived_fen,
        "card_write_id": own["sale_id"],
        "reverses_sale_id": None,
        "sold_at_utc_ms": now_utc_ms,
    }


def _paid_row(own: dict[str, str], amount_fen: int, intent: WriteIntent) -> Row:
    """The first row of a card write: what was promised, before anything is sent to the card."""
    return {
        **own,
        "write_id": own["sale_id"],
        "step_no": 1,
        "state": "paid",
        "purpose": intent.purpose,
        "card_no": intent.card_no,
        "amount_fen": amount_fen,
        "detail": f'{{"intent":{intent_to_json(intent)}}}',
    }
