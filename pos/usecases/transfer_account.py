"""Transfer an account to a new customer (过户, cards B10): the fee from the price list, the new person, the same meter.

One record: the fee is a sale without a card, the terms name the new contract and the new person's digest. What is on
the account stays on it (户内余额, gas on card and meter, tiers of the year), and the record says how much money that
was; arrears and an open card write come first. Personal fields never enter the record (design Money rules 14).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace

from ledger.entry import Foreseen, Record, RecordDraft
from pos.domain.account import AccountStatus, Person, checked_person, contact_digest
from pos.domain.errors import RuleViolation
from pos.domain.reasons import require_document
from pos.domain.roles import Act
from pos.domain.sale import Settlement, TenderKind
from pos.ports.personal_cipher import PersonalCipher
from pos.store import account_queries, customer_rows, people_queries, till_queries
from pos.store.account_queries import AccountTerms
from pos.store.outbox import FrozenPaper, freeze
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases import receipts
from pos.usecases.card_fee import check_paid, fee_line, settle_fee
from pos.usecases.change_terms import terms_row
from pos.usecases.fact import Hall, perform
from pos.usecases.known_account import require_no_open_write, terms_as_seen
from pos.usecases.paid_sale import PayingCommand, PaymentTaken, fee_draft, payment_result

FEE_ITEM = "account_transfer"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAccount(PayingCommand):
    """The new customer of an account.

    Attributes:
        from_revision: of the terms the form showed. document_no: the request it rests on. contract_no: the new one.
        name, phone, address, id_number: of the new customer; id_number may be empty.
    """

    from_revision: int
    document_no: str
    contract_no: str = ""
    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    id_number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class TransferQuote:
    """Attributes: settlement of the fee; most_over_fen as in `Quote`; balance_fen that stays on the account."""

    settlement: Settlement
    most_over_fen: int
    balance_fen: int


def quote_transfer(hall: Hall, account_no: str, business_day: str, tender: TenderKind) -> TransferQuote:
    """Price a transfer. Raises RuleViolation `fee.missing`."""
    with hall.store.reading() as connection:
        settlement = settle_fee(connection, FEE_ITEM, account_no, business_day, tender)
        return TransferQuote(
            settlement,
            people_queries.settings(connection).max_tender_over_due_fen,
            settlement.customer_money_before_fen + settlement.customer_money_delta_fen,
        )


def transfer_account(hall: Hall, command: TransferAccount, cipher: PersonalCipher) -> PaymentTaken:
    """Book the fee and the new customer.

    Raises: RuleViolation `account.unknown`, `account.changed_meanwhile`, `account.not_active`, `account.document`,
        `account.arrears_at_transfer`, `account.open_write`, the fields' own codes, `fee.missing`, `sale.*`,
        `unionpay.*`, `till.*`, `role.*`, `approval.*`; StoreError kinds.
    """
    person = checked_person(Person(command.name, command.phone, command.address, command.id_number))
    salt = secrets.token_bytes(customer_rows.SALT_BYTES)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        old = _transferable(uow.connection, command)
        settlement = settle_fee(uow.connection, FEE_ITEM, command.account_no, till_session.business_day, command.tender)
        check_paid(uow, command, settlement)
        new = replace(
            old,
            revision=old.revision + 1,
            document_no=command.document_no.strip(),
            contract_no=command.contract_no.strip() or old.contract_no,
        )
        draft = fee_draft(
            uow,
            command,
            till_session,
            item=FEE_ITEM,
            settlement=settlement,
            line=fee_line("过户手续费", settlement.due_fen, kind="service_fee"),
            now_utc_ms=hall.clock.now_utc_ms(),
            approver=approver,
        )
        told = {"transferred": command.account_no, "revision": new.revision}
        rows = {**draft.rows, "account_terms": [terms_row(new, contact_digest(person, salt))]}
        return replace(draft, facts={**draft.facts, **told}, rows=rows)

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        row = till_queries.require_open(uow.connection, command.session_id, command.actor)
        sale_id = record.facts["sale_id"]
        paper = receipts.sale_receipt(hall, uow.connection, sale_id, card_result="none", till_session=row)
        return [freeze(paper, till_id=row.till_id, session_id=row.session_id, reason=f"sale:transfer:{sale_id}")]

    def after(uow: UnitOfWork, _record: Record) -> None:
        _store(uow.connection, command.account_no, person, salt, cipher)

    return perform(
        hall, command, Act.TRANSFER_ACCOUNT, decide, payment_result, papers=papers, rehearse=True, after=after
    )


def _transferable(connection: Connection, command: TransferAccount) -> AccountTerms:
    old = terms_as_seen(connection, command.account_no, command.from_revision)
    if old.status is not AccountStatus.ACTIVE:
        raise RuleViolation("account.not_active", status=str(old.status), reason=old.stop_reason)
    require_document(command.document_no)
    if old.arrears_fen:
        raise RuleViolation("account.arrears_at_transfer", arrears_fen=old.arrears_fen)
    require_no_open_write(connection, command.account_no)
    return old


def _store(connection: Connection, account_no: str, person: Person, salt: bytes, cipher: PersonalCipher) -> None:
    """The new person in place of the old one, found by the same cards and meters."""
    cards = {card.card_no for card in account_queries.card_history(connection, account_no)}
    meters = {meter.meter_no for meter in account_queries.meter_history(connection, account_no)}
    id_sealed = cipher.encrypt(account_no, person.id_number) if person.id_number else None
    entry = customer_rows.CustomerEntry(account_no, person, salt, id_sealed, tuple(sorted(cards | meters)))
    customer_rows.replace(connection, entry)
