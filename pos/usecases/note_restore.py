"""A backup was put back: every chain begins a new epoch and says which numbers are lost (Money rules 1, trust 1.4).

One commit for all chains, or none. A number of the lost stretch is never used again, and neither is a card or account
number that the lost records may have given away. Runs on the copy of the backup before it takes the place of the books,
so a refusal leaves no trace in them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.entry import Head, RecordDraft, Row
from ledger.journal import restored_facts
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store.issued_numbers import HighestNumbers, highest_numbers
from pos.store.people_queries import hall_chain, tills
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, refuse_personal_numbers
from pos.usecases.permission import authorise, command_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRestore(Command):
    """What is put back, and why.

    Attributes:
        backup_sha256: of the file as it was found.
        known: (chain, epoch, seq) that existed, from papers and from the books being replaced.
        reason: in the administrator's words.
        former_numbers: highest card and account number of the books being replaced, as far as they can be read.
    """

    backup_sha256: str
    known: tuple[tuple[str, int, int], ...]
    reason: str
    former_numbers: HighestNumbers = field(default_factory=HighestNumbers)


@dataclass(frozen=True, slots=True)
class RestoredChain:
    """Attributes: chain; its new epoch; last number in the backup; highest lost one (the same if none is lost)."""

    chain: str
    epoch: int
    last_seq: int
    lost_to_seq: int

    @property
    def lost(self) -> bool:
        """True if numbers are missing."""
        return self.lost_to_seq > self.last_seq


def note_restore(hall: Hall, command: NoteRestore) -> tuple[RestoredChain, ...]:
    """Open the new epochs; returns what became of each chain.

    Raises: RuleViolation `restore.no_reason`, `text.personal_number`; `restore.older_epoch` (chain) if something is
        known of a later epoch than the backup's: its numbers would be used twice; `role.*`, `approval.*`;
        StoreError kinds.
    """
    if not command.reason.strip():
        raise RuleViolation("restore.no_reason")
    refuse_personal_numbers(command)
    with hall.store.unit_of_work() as uow:
        approver = authorise(
            uow.connection,
            Act.RESTORE,
            command.actor,
            command.consent,
            command.command_id,
            digest=command_digest(command),
            now_utc_ms=hall.clock.now_utc_ms(),
        )
        hall_name = hall_chain(uow.connection)
        heads = [uow.journal.head(name) for name in (hall_name, *(till.chain for till in tills(uow.connection)))]
        lost_to = {head.chain: _lost_to(head, command) for head in heads}
        skipped = _skipped(uow, command, sum(lost_to[head.chain] - head.seq for head in heads))
        restored = []
        for head in heads:
            facts = restored_facts(head, lost_to[head.chain])
            draft = RecordDraft(
                chain=head.chain,
                kind="restored",
                command_id=f"{command.command_id}:{head.chain}",
                actor=command.actor,
                approver=approver,
                facts=facts | {"reason": command.reason.strip(), "backup": command.backup_sha256},
                rows={"number_skipped": skipped} if head.chain == hall_name else {},
            )
            record = uow.journal.append(draft, new_epoch=True)
            restored.append(RestoredChain(head.chain, record.key.epoch, head.seq, lost_to[head.chain]))
        uow.commit()
        return tuple(restored)


def _lost_to(head: Head, command: NoteRestore) -> int:
    """The highest number of a chain that is known to have existed. Raises RuleViolation `restore.older_epoch`."""
    places = [(epoch, seq) for name, epoch, seq in command.known if name == head.chain]
    if any(epoch > head.epoch for epoch, _ in places):
        raise RuleViolation("restore.older_epoch", chain=head.chain)
    return max([head.seq, *(seq for epoch, seq in places if epoch == head.epoch)])


def _skipped(uow: UnitOfWork, command: NoteRestore, lost_records: int) -> list[Row]:
    up_to = highest_numbers(uow.connection).skipped(command.former_numbers, lost_records)
    return [{"series": series, "up_to": number} for series, number in up_to.items()]
