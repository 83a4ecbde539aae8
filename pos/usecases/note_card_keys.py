"""The card keys of the hall were put in by two people: a record names which keys, never a byte of them (trust 4.3).

Making the keystore is no use case: the database does not change by it. Its record holds the check value of each key, so
that anybody can tell later whether the keys in use are the ones that two people put in.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.roles import Act
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCardKeys(Command):
    """What the second person agrees to.

    Attributes:
        authority: who answers for the cards from now on (`keystore`). cipher: what the keys lie under.
        check_values: (purpose, check value) of every key.
    """

    authority: str
    cipher: str
    check_values: tuple[tuple[str, str], ...]


def note_card_keys(hall: Hall, command: NoteCardKeys) -> str:
    """Write the record; returns its key. Raises: RuleViolation `role.*`, `approval.*`; StoreError kinds."""

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="card_keys_loaded",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={
                "authority": command.authority,
                "cipher": command.cipher,
                "keys": [{"purpose": purpose, "check_value": value} for purpose, value in command.check_values],
            },
        )

    return perform(hall, command, Act.MANAGE_KEYS, decide, _key)


def _key(_uow: UnitOfWork, record: Record) -> str:
    return str(record.key)
