"""Open an account: the person, the terms and the meter on the wall, one record (domain E2/31-33).

The journal gets account facts and a salted digest; name, phone, address and ID number go to the erasable row only
(design, Money rules 14). Account facts stand on the hall's chain.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from ledger.entry import Record, RecordDraft, Row
from pos.domain.account import (
    ACCOUNT_NO,
    AccountStatus,
    Meter,
    Person,
    PriceClass,
    checked_meter,
    checked_people,
    checked_person,
    contact_digest,
)
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.ports.personal_cipher import PersonalCipher
from pos.store import account_queries, customer_rows
from pos.store.issued_numbers import next_account_no
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAccount(Command):
    """A new customer as entered.

    Attributes:
        name, phone, address, id_number: the person; phone and id_number may be empty.
        price_class, people: which prices, household size.
        meter: what hangs on the wall.
        contract_no, district, document_no: papers; may be empty.
        status: `applied` while gas is not yet let in, else `active`.
        account_no: six to twelve digits, or None for the next free ten-digit number.
    """

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    id_number: str = field(default="", repr=False)
    price_class: PriceClass
    people: int
    meter: Meter
    contract_no: str = ""
    district: str = ""
    document_no: str = ""
    status: AccountStatus = AccountStatus.ACTIVE
    account_no: str | None = None


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """The account's number."""

    account_no: str


def open_account(hall: Hall, command: OpenAccount, cipher: PersonalCipher) -> AccountOpened:
    """Open the account and make it findable. `cipher` seals the ID number.

    Raises: RuleViolation `account.exists`, `account.number`, `account.people`, `account.status`, the fields' own
        codes (`account.*`, `meter.*`), `meter.in_use`, `role.*`, `approval.*`; StoreError kinds.
    """
    person = checked_person(Person(command.name, command.phone, command.address, command.id_number))
    meter = checked_meter(command.meter)
    salt = secrets.token_bytes(customer_rows.SALT_BYTES)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        account_no = command.account_no or next_account_no(uow.connection)
        check_new(uow.connection, account_no, command.people, command.status, meter)
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="account_opened",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"account_no": account_no},
            rows={
                "account_terms": [
                    {
                        "account_no": account_no,
                        "revision": 1,
                        "price_class": command.price_class,
                        "people": command.people,
                        "status": command.status,
                        "stop_reason": "",
                        "arrears_fen": 0,
                        "contract_no": command.contract_no.strip(),
                        "district": command.district.strip(),
                        "document_no": command.document_no.strip(),
                        "contact_digest": contact_digest(person, salt),
                    }
                ],
                "meter_fitted": [meter_row(account_no, 1, meter)],
            },
        )

    def after(uow: UnitOfWork, record: Record) -> None:
        account_no = record.facts["account_no"]
        id_sealed = cipher.encrypt(account_no, person.id_number) if person.id_number else None
        entry = customer_rows.CustomerEntry(account_no, person, salt, id_sealed, (meter.meter_no,))
        customer_rows.put_new(uow.connection, [entry])

    return perform(hall, command, Act.OPEN_ACCOUNT, decide, _result, after=after)


def check_opening(hall: Hall, people: int, meter: Meter) -> None:
    """What the books say against a new account, before a second person is asked for her password.

    Raises: RuleViolation `account.people`, `meter.in_use`; StoreError kinds.
    """
    checked_people(people)
    with hall.store.reading() as connection:
        check_meter_free(connection, meter.meter_no)


def check_new(connection: Connection, account_no: str, people: int, status: AccountStatus, meter: Meter) -> None:
    """What a new account must fulfil against what is there. Raises RuleViolation, see `open_account`."""
    if not ACCOUNT_NO.fullmatch(account_no):
        raise RuleViolation("account.number")
    checked_people(people)
    if status not in {AccountStatus.APPLIED, AccountStatus.ACTIVE}:
        raise RuleViolation("account.status", status=status)
    if account_queries.account_terms(connection, account_no) is not None:
        raise RuleViolation("account.exists", account_no=account_no)
    check_meter_free(connection, meter.meter_no)


def check_meter_free(connection: Connection, meter_no: str, *, unless_of: str = "") -> None:
    """A meter hangs on one wall. Raises RuleViolation `meter.in_use` with the account's number."""
    holder = account_queries.account_of_meter(connection, meter_no)
    if holder is not None and holder != unless_of:
        raise RuleViolation("meter.in_use", meter_no=meter_no, account_no=holder)


def meter_row(account_no: str, revision: int, meter: Meter) -> Row:
    """The sealed row of a fitted meter."""
    return {
        "account_no": account_no,
        "revision": revision,
        "meter_no": meter.meter_no,
        "meter_type": meter.meter_type,
        "inlet": meter.inlet,
        "maker": meter.maker,
        "installed_on": meter.installed_on,
        "base_reading_l": meter.base_reading_l,
        "unit": "m3",
    }


def _result(_uow: UnitOfWork, record: Record) -> AccountOpened:
    return AccountOpened(record.facts["account_no"])
