"""Forget the person behind a closed account (PIPL; design, Money rules 14): the row, its salt, the search index and the
masked name and address on stored papers go; the books stay, and what the papers say about money.

Must not know: how papers are stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.account import AccountStatus
from pos.domain.errors import RuleViolation
from pos.domain.reasons import require_document
from pos.domain.roles import Act
from pos.store import customer_rows, outbox
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.change_terms import require_no_money
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.known_account import known_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseContact(Command):
    """Whom to forget, and the paper that asks for it."""

    account_no: str
    document_no: str


@dataclass(frozen=True, slots=True)
class ContactErased:
    """The account that has no person any more."""

    account_no: str


def erase_contact(hall: Hall, command: EraseContact) -> ContactErased:
    """Erase.

    Raises: RuleViolation `account.unknown`, `account.not_closed`, `account.money_left`, `account.open_write`,
        `account.erased`, `account.document`, `role.*`, `approval.*`; StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        _check(uow, command)
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="contact_erased",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"account_no": command.account_no, "document_no": command.document_no.strip()},
        )

    def after(uow: UnitOfWork, record: Record) -> None:
        customer_rows.erase(uow.connection, command.account_no, at_utc_ms=record.at_utc_ms)
        outbox.erase_person(uow, command.account_no)

    return perform(hall, command, Act.ERASE_CONTACT, decide, _result, after=after)


def _check(uow: UnitOfWork, command: EraseContact) -> None:
    terms = known_terms(uow.connection, command.account_no)
    if terms.status is not AccountStatus.CLOSED:
        raise RuleViolation("account.not_closed", account_no=command.account_no)
    require_no_money(uow.connection, command.account_no)
    if customer_rows.stored(uow.connection, command.account_no) is None:
        raise RuleViolation("account.erased", account_no=command.account_no)
    require_document(command.document_no)


def _result(_uow: UnitOfWork, record: Record) -> ContactErased:
    return ContactErased(record.facts["account_no"])
