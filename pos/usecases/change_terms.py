"""Correct an account: class, household, state, arrears, papers, the meter's inlet or the person; the old state stays
readable.

One record, new revisions only (design, Money rules 3). The form names the revision it was made from, so that two
people cannot overwrite each other. The record names the fields that changed; personal ones never enter it, only a new
digest. What decides the price or forgives arrears needs a second person. Another meter is `change_meter`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace

from ledger.entry import Record, RecordDraft, Row
from pos.domain.account import (
    ALLOWED_STEPS,
    AccountStatus,
    Inlet,
    Meter,
    Person,
    PriceClass,
    checked_people,
    checked_person,
    contact_digest,
)
from pos.domain.errors import RuleViolation
from pos.domain.reasons import require_document
from pos.domain.roles import Act
from pos.ports.personal_cipher import PersonalCipher
from pos.store import account_queries, customer_rows
from pos.store.account_queries import AccountTerms
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.known_account import require_no_open_write, terms_as_seen
from pos.usecases.open_account import meter_row

MAX_ARREARS_FEN = 10**11
TOUCHABLE = (
    "name", "phone", "address", "id_number", "price_class", "people", "inlet", "status", "stop_reason", "arrears_fen",
    "contract_no", "district",
)  # fmt: skip
"""What can be corrected, in the order of the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTerms(Command):
    """What is to be different; None leaves a field as it is.

    Attributes:
        account_no, from_revision: the account and the revision the form showed.
        document_no: the paper the change rests on, not empty.
        price_class, people, status, stop_reason, arrears_fen, contract_no, district: new terms.
        inlet: the side of the gas inlet of the meter on the wall.
        name, phone, address, id_number: the person's new fields.
    """

    account_no: str
    from_revision: int
    document_no: str
    price_class: PriceClass | None = None
    people: int | None = None
    status: AccountStatus | None = None
    stop_reason: str | None = None
    arrears_fen: int | None = None
    contract_no: str | None = None
    district: str | None = None
    inlet: Inlet | None = None
    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    id_number: str | None = field(default=None, repr=False)

    def touches_price(self) -> bool:
        """True if something changes that decides what the customer pays, or whether she is sold to."""
        return any(value is not None for value in (self.price_class, self.people, self.arrears_fen, self.status))

    def touches_person(self) -> bool:
        """True if any personal field changes."""
        return any(value is not None for value in (self.name, self.phone, self.address, self.id_number))

    def touched(self) -> list[str]:
        """The names of the fields that are to be different, as the record keeps them."""
        return [name for name in TOUCHABLE if getattr(self, name) is not None]


@dataclass(frozen=True, slots=True)
class TermsChanged:
    """The account and the revision now in force."""

    account_no: str
    revision: int


def change_terms(hall: Hall, command: ChangeTerms, cipher: PersonalCipher) -> TermsChanged:
    """Write the new revision.

    Raises: RuleViolation `account.unknown`, `account.changed_meanwhile`, `account.nothing_changed`,
        `account.status_step`, `account.stop_reason`, `account.people`, `account.arrears`, `account.document`,
        `account.money_left` and `account.open_write` (closing while money of the customer's is there),
        `account.erased`, `account.no_meter`, the fields' own codes, `role.*`, `approval.*`; StoreError kinds.
    """
    salt = secrets.token_bytes(customer_rows.SALT_BYTES)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        new = _new_terms(uow, command)
        digest = ""
        if command.touches_person():
            digest = contact_digest(_new_person(uow, command, cipher), salt)
        rows: dict[str, list[Row]] = {"account_terms": [terms_row(new, digest)]}
        if command.inlet is not None:
            rows["meter_fitted"] = [_turned(uow, command.account_no, command.inlet)]
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="account_changed",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"account_no": command.account_no, "revision": new.revision, "fields": command.touched()},
            rows=rows,
        )

    def after(uow: UnitOfWork, _record: Record) -> None:
        if command.touches_person():
            _store_person(uow, command, cipher, salt)

    act = Act.CHANGE_PRICED_TERMS if command.touches_price() else Act.CHANGE_ACCOUNT
    return perform(hall, command, act, decide, _result, after=after)


def _new_terms(uow: UnitOfWork, command: ChangeTerms) -> AccountTerms:
    old = terms_as_seen(uow.connection, command.account_no, command.from_revision)
    require_document(command.document_no)
    if not command.touched():
        raise RuleViolation("account.nothing_changed")
    status = command.status or old.status
    new = replace(
        old,
        revision=old.revision + 1,
        price_class=command.price_class or old.price_class,
        people=old.people if command.people is None else command.people,
        status=status,
        stop_reason=_stop_reason(command, old, status),
        arrears_fen=old.arrears_fen if command.arrears_fen is None else command.arrears_fen,
        contract_no=old.contract_no if command.contract_no is None else command.contract_no.strip(),
        district=old.district if command.district is None else command.district.strip(),
        document_no=command.document_no.strip(),
    )
    if status not in ALLOWED_STEPS[old.status]:
        raise RuleViolation("account.status_step", old=old.status, new=status)
    checked_people(new.people)
    if not 0 <= new.arrears_fen <= MAX_ARREARS_FEN:
        raise RuleViolation("account.arrears")
    if status is AccountStatus.CLOSED:
        require_no_money(uow.connection, command.account_no)
    return new


def require_no_money(connection: Connection, account_no: str) -> None:
    """An account ends only when nobody owes its customer anything: neither 户内余额 nor paid gas that is not written.

    Raises: RuleViolation `account.money_left`, `account.open_write`.
    """
    if account_queries.customer_money_fen(connection, account_no):
        raise RuleViolation("account.money_left", account_no=account_no)
    require_no_open_write(connection, account_no)


def _stop_reason(command: ChangeTerms, old: AccountTerms, status: AccountStatus) -> str:
    """A stopped account says why; any other has no reason. Raises RuleViolation `account.stop_reason`."""
    if status is not AccountStatus.STOPPED:
        return ""
    reason = old.stop_reason if command.stop_reason is None else command.stop_reason.strip()
    if not reason:
        raise RuleViolation("account.stop_reason")
    return reason


def _new_person(uow: UnitOfWork, command: ChangeTerms, cipher: PersonalCipher) -> Person:
    entry = customer_rows.stored(uow.connection, command.account_no)
    if entry is None:
        raise RuleViolation("account.erased", account_no=command.account_no)
    old_id = cipher.decrypt(command.account_no, entry.id_sealed) if entry.id_sealed else ""
    return checked_person(
        Person(
            entry.person.name if command.name is None else command.name,
            entry.person.phone if command.phone is None else command.phone,
            entry.person.address if command.address is None else command.address,
            old_id if command.id_number is None else command.id_number,
        )
    )


def _store_person(uow: UnitOfWork, command: ChangeTerms, cipher: PersonalCipher, salt: bytes) -> None:
    person = _new_person(uow, command, cipher)
    account_no = command.account_no
    cards = {card.card_no for card in account_queries.card_history(uow.connection, account_no)}
    meters = {meter.meter_no for meter in account_queries.meter_history(uow.connection, account_no)}
    id_sealed = cipher.encrypt(account_no, person.id_number) if person.id_number else None
    numbers = tuple(sorted(cards | meters))
    customer_rows.replace(uow.connection, customer_rows.CustomerEntry(account_no, person, salt, id_sealed, numbers))


def _turned(uow: UnitOfWork, account_no: str, inlet: Inlet) -> Row:
    """The meter on the wall as it hangs there, with the gas coming in from the other side. Raises RuleViolation."""
    hung = account_queries.meter_of(uow.connection, account_no)
    if hung is None:
        raise RuleViolation("account.no_meter", account_no=account_no)
    meter = Meter(hung.meter_no, hung.meter_type, inlet, hung.maker, hung.installed_on, hung.base_reading_l)
    return meter_row(account_no, hung.revision + 1, meter)


def terms_row(terms: AccountTerms, digest: str) -> Row:
    """The sealed row of a revision; `digest` of the person, "" = unchanged."""
    return {
        "account_no": terms.account_no,
        "revision": terms.revision,
        "price_class": terms.price_class,
        "people": terms.people,
        "status": terms.status,
        "stop_reason": terms.stop_reason,
        "arrears_fen": terms.arrears_fen,
        "contract_no": terms.contract_no,
        "district": terms.district,
        "document_no": terms.document_no,
        "contact_digest": digest,
    }


def _result(_uow: UnitOfWork, record: Record) -> TermsChanged:
    return TermsChanged(record.facts["account_no"], record.facts["revision"])
