"""How every use case runs: one command in, one sealed fact, one result out (design, Money rules 5-6, 12).

`perform` opens the one unit of work, checks the role, lets the use case decide the record, commits, and builds the
result from the record. A known command id answers with the result of its record, and only to the same person who asks
for the same thing and still may; what a look shows of the present moment (X, daybook, a revealed field), it shows anew.
A refusal rolls back; then a second unit of work writes `refused` (repeats coalesced).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ledger.entry import Foreseen, Record, RecordDraft
from pos.domain.errors import RuleViolation
from pos.domain.free_text import FREE_TEXT_FIELDS, check_free_text
from pos.domain.roles import Act
from pos.ports.surroundings import Clock, IdSource
from pos.store import outbox
from pos.store.outbox import FrozenPaper
from pos.store.people_queries import chain_for_refusal
from pos.store.unit_of_work import Connection, Store, UnitOfWork
from pos.usecases.permission import Consent, authorise, command_digest, require_role
from pos.usecases.repeats import marked, require_same

Result = TypeVar("Result")

Papers = Callable[[UnitOfWork, Foreseen], Sequence[FrozenPaper]]

ActOf = Callable[[Connection], Act]
"""Whose right a command is may depend on what the books say: asked first of all inside the unit of work."""

REFUSAL_FAMILIES = ("role.", "approval.", "limit.", "sign_in.")
"""Refusals that are facts; field validation is not one."""


@dataclass(frozen=True, slots=True)
class Hall:
    """What a use case may reach: the store, the clock and fresh ids. No device.

    Attributes:
        test_keys: the card keys are development keys; every paper says 测试密钥.
    """

    store: Store
    clock: Clock
    ids: IdSource
    test_keys: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What a person asked for.

    Attributes:
        command_id: made where the person pressed the button; a repeat returns the first result.
        actor: operator id.
        consent: another person's consent to this one action, where the matrix asks for it.
    """

    command_id: str
    actor: str
    consent: Consent | None = None


def perform(
    hall: Hall,
    command: Command,
    act: Act | ActOf,
    decide: Callable[[UnitOfWork, str | None], RecordDraft],
    result_of: Callable[[UnitOfWork, Record], Result],
    *,
    papers: Papers | None = None,
    rehearse: bool = False,
    after: Callable[[UnitOfWork, Record], None] | None = None,
) -> Result:
    """Run one use case.

    Args:
        hall: the surroundings.
        command: what was asked.
        act: row of the matrix it falls under, or how to tell from the books.
        decide: from the state as read in the unit, and the approver's id or None, to the record; raises RuleViolation.
        result_of: from the sealed record to the result; used for the first call and for every repeat.
        papers: what the fact puts on paper; it names their digests, so they are made before it, from what was decided.
        rehearse: the papers read the fact's own rows: let them stand while the papers are made.
        after: plain rows that belong to the same fact (erasable customer data, jobs it has named itself).

    Raises: RuleViolation (`command.reused`, `text.personal_number` besides the use case's own), StoreError kinds.
    """
    refuse_personal_numbers(command)
    asked: Act | None = None
    try:
        with hall.store.unit_of_work() as uow:
            asked = right = act if isinstance(act, Act) else act(uow.connection)
            known = uow.journal.by_command(command.command_id)
            if known is not None:
                require_same(known, command)
                require_role(uow.connection, right, command.actor)
                return result_of(uow, known)
            approver = authorise(
                uow.connection,
                right,
                command.actor,
                command.consent,
                command.command_id,
                digest=None if command.consent is None else command_digest(command),
                now_utc_ms=hall.clock.now_utc_ms(),
            )
            draft = marked(decide(uow, approver), command)
            frozen = () if papers is None else _made(uow, draft, papers, rehearse=rehearse)
            record = uow.journal.append(outbox.naming(draft, frozen))
            outbox.queue(uow, frozen, record)
            if after is not None:
                after(uow, record)
            result = result_of(uow, record)
            uow.commit()
            return result
    except RuleViolation as refusal:
        if asked is not None and refusal.code.startswith(REFUSAL_FAMILIES):
            note_refusal(hall, command, asked, refusal)
        raise


def _made(uow: UnitOfWork, draft: RecordDraft, papers: Papers, *, rehearse: bool) -> Sequence[FrozenPaper]:
    if not rehearse:
        return papers(uow, uow.journal.foreseen(draft))
    with uow.journal.rehearsed(draft) as record:
        return papers(uow, record)


def refuse_personal_numbers(command: Command) -> None:
    """What is written in somebody's own words stays in the journal for good. Raises RuleViolation."""
    for name in FREE_TEXT_FIELDS:
        check_free_text(getattr(command, name, None) or "")


def require_may(hall: Hall, command: Command, act: Act) -> None:
    """Refuse, on record, somebody whose roles may not do this at all, before anybody is asked to agree to it.

    Raises: RuleViolation `role.refused`, `sign_in.disabled`, `sign_in.must_change`; StoreError kinds.
    """
    try:
        with hall.store.reading() as connection:
            require_role(connection, act, command.actor)
    except RuleViolation as refusal:
        if refusal.code.startswith(REFUSAL_FAMILIES):
            note_refusal(hall, command, act, refusal)
        raise


def note_refusal(hall: Hall, command: Command, act: Act, refusal: RuleViolation) -> None:
    """Write `refused` with its own id and the attempted command id; the same attempt is written once."""
    refusal_id = f"refused:{command.command_id}:{refusal.code}"
    with hall.store.unit_of_work() as uow:
        if uow.journal.by_command(refusal_id) is not None:
            return
        uow.journal.append(
            RecordDraft(
                chain=chain_for_refusal(uow.connection),
                kind="refused",
                command_id=refusal_id,
                actor=command.actor,
                facts={"act": act, "code": refusal.code, "attempted": command.command_id},
            )
        )
        uow.commit()
