"""Who is at which workstation: records of signing in and out, locking and unlocking, in the hall's chain.

Not acts of the matrix: nobody needs a role to leave. A repeat writes nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.entry import Json, Record, RecordDraft
from pos.domain.errors import RuleViolation
from pos.store.people_queries import hall_chain, operator
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Hall


def note_presence(hall: Hall, *, kind: str, command_id: str, actor: str, facts: Mapping[str, Json]) -> Record:
    """Write one such record, or return the one this command has written. Raises RuleViolation `operator.unknown`."""
    with hall.store.unit_of_work() as uow:
        record = presence_record(uow, kind=kind, command_id=command_id, actor=actor, facts=facts)
        uow.commit()
        return record


def presence_record(uow: UnitOfWork, *, kind: str, command_id: str, actor: str, facts: Mapping[str, Json]) -> Record:
    """The same inside a unit of work that writes more."""
    known = uow.journal.by_command(command_id)
    if known is not None:
        return known
    if operator(uow.connection, actor) is None:
        raise RuleViolation("operator.unknown")
    draft = RecordDraft(chain=hall_chain(uow.connection), kind=kind, command_id=command_id, actor=actor, facts=facts)
    return uow.journal.append(draft)
