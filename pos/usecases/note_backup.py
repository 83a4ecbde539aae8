"""A backup was made: a record of the hall names the file by its hash and the heads it holds (trust F29).

The copy itself is not a use case: it changes nothing. Its record makes it an anchor inside the books.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.roles import Act
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBackup(Command):
    """Attributes: sha256 and name of the file; heads in it as (chain, epoch, seq, hash)."""

    sha256: str
    file_name: str
    heads: tuple[tuple[str, int, int, str], ...]


def note_backup(hall: Hall, command: NoteBackup) -> str:
    """Write the record; returns its key. Raises: RuleViolation `role.*`; StoreError kinds."""

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="backup_made",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={
                "file_name": command.file_name,
                "file_sha256": command.sha256,
                "heads": [{"chain": c, "epoch": e, "seq": s, "hash": h} for c, e, s, h in command.heads],
            },
        )

    return perform(hall, command, Act.BACKUP, decide, _key)


def _key(_uow: UnitOfWork, record: Record) -> str:
    return str(record.key)
