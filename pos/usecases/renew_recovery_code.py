"""The recovery code is not on paper any more: an administrator makes a new one, another person approves (domain P12).

The older code is void from that moment. The new one is made where she sits and shown once; the books keep its hash
only, and the record of the hall's chain says who made it and who approved.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.entry import Record, RecordDraft
from pos.domain.passwords import hash_secret, normal_recovery_code
from pos.domain.roles import Act
from pos.store.people_queries import hall_chain, put_recovery_code
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewRecoveryCode(Command):
    """The code that takes the place of the one in force."""

    new_recovery_code: str = field(repr=False)


def renew_recovery_code(hall: Hall, command: RenewRecoveryCode) -> None:
    """Put the new code in force. Blocks about 100 ms (one argon2id hash).

    Raises: RuleViolation `role.*`, `approval.*`, `sign_in.disabled`; StoreError kinds.
    """
    code_hash = hash_secret(normal_recovery_code(command.new_recovery_code))

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="recovery_code_renewed",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={},
        )

    def after(uow: UnitOfWork, record: Record) -> None:
        put_recovery_code(uow.connection, code_hash, at_utc_ms=record.at_utc_ms)

    perform(hall, command, Act.MANAGE_KEYS, decide, lambda _uow, _record: None, after=after)
