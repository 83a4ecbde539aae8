"""A backup was put back: every chain begins a new epoch and says which numbers are lost (Money rules 1, trust 1.4).

One commit for all chains, or none. A number of the lost stretch is never used again. Runs on the copy of the backup
before it takes the place of the books, so a refusal leaves no trace in them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import RecordDraft
from ledger.journal import restored_facts
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store.people_queries import hall_chain, tills
from pos.usecases.fact import Command, Hall
from pos.usecases.permission import authorise, command_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRestore(Command):
    """What is put back, and why.

    Attributes:
        backup_sha256: of the file as it was found.
        known: (chain, epoch, seq) that existed, from papers and from the books being replaced.
        reason: in the administrator's words.
    """

    backup_sha256: str
    known: tuple[tuple[str, int, int], ...]
    reason: str


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

    Raises: RuleViolation `restore.no_reason`; `restore.older_epoch` (chain) if something is known of a later epoch
        than the backup's: its numbers would be used twice; `role.*`, `approval.*`; StoreError kinds.
    """
    if not command.reason.strip():
        raise RuleViolation("restore.no_reason")
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
        chains = (hall_chain(uow.connection), *(till.chain for till in tills(uow.connection)))
        restored = []
        for chain in chains:
            head = uow.journal.head(chain)
            places = [(epoch, seq) for name, epoch, seq in command.known if name == chain]
            if any(epoch > head.epoch for epoch, _ in places):
                raise RuleViolation("restore.older_epoch", chain=chain)
            lost_to = max([seq for epoch, seq in places if epoch == head.epoch], default=head.seq)
            facts = restored_facts(head, lost_to) | {"reason": command.reason.strip(), "backup": command.backup_sha256}
            draft = RecordDraft(
                chain=chain,
                kind="restored",
                command_id=f"{command.command_id}:{chain}",
                actor=command.actor,
                approver=approver,
                facts=facts,
            )
            record = uow.journal.append(draft, new_epoch=True)
            restored.append(RestoredChain(chain, record.key.epoch, head.seq, max(lost_to, head.seq)))
        uow.commit()
        return tuple(restored)
