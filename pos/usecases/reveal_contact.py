"""Show a masked phone or ID number in full, once, with a recorded reason (domain E3/63, P12; trust 4.3).

The record says who looked at what of which account and why; the value itself is never in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ledger.entry import Record, RecordDraft
from pos.domain.errors import RuleViolation
from pos.domain.reasons import MAX_NOTE_CHARS, MIN_WORDS_CHARS
from pos.domain.roles import Act
from pos.ports.personal_cipher import PersonalCipher
from pos.store import customer_rows
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform


class ContactField(StrEnum):
    """What can be asked for."""

    PHONE = "phone"
    ID_NUMBER = "id_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealContact(Command):
    """Which field of which account, and why."""

    account_no: str
    what: ContactField
    reason: str


@dataclass(frozen=True, slots=True)
class ContactRevealed:
    """The value for the screen; not for logs, papers or exports. Empty if the customer gave none."""

    account_no: str
    what: ContactField
    value: str = field(repr=False)


def reveal_contact(hall: Hall, command: RevealContact, cipher: PersonalCipher) -> ContactRevealed:
    """Record the look, then show.

    Raises: RuleViolation `reveal.reason`, `account.unknown`, `account.erased`, `role.*`; StoreDamaged
        `personal.damaged`; StoreError kinds.
    """
    reason = command.reason.strip()
    if not MIN_WORDS_CHARS <= len(reason) <= MAX_NOTE_CHARS:
        raise RuleViolation("reveal.reason")

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        if customer_rows.stored(uow.connection, command.account_no) is None:
            raise RuleViolation("account.erased", account_no=command.account_no)
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="contact_revealed",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"account_no": command.account_no, "what": command.what, "reason": reason},
        )

    def result(uow: UnitOfWork, record: Record) -> ContactRevealed:
        account_no, what = record.facts["account_no"], ContactField(record.facts["what"])
        entry = customer_rows.stored(uow.connection, account_no)
        if entry is None:
            return ContactRevealed(account_no, what, "")
        if what is ContactField.PHONE:
            return ContactRevealed(account_no, what, entry.person.phone)
        value = cipher.decrypt(account_no, entry.id_sealed) if entry.id_sealed else ""
        return ContactRevealed(account_no, what, value)

    return perform(hall, command, Act.REVEAL_CONTACT, decide, result)
