"""What became of a paper: sending, its outcome, the cashier's word on an unknown one, a numbered reprint.

Design Money rules 9, trust 2.5: never lost, and at most one original without the 补打 mark. `sent` is durable before a
byte leaves, so a job found `sent` after a restart is `unknown` and a person is asked; nothing prints twice by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.entry import Record, RecordDraft, Row
from pos.domain.errors import RuleViolation
from pos.domain.papers import XPaper
from pos.domain.reasons import ReprintReason, require_reason
from pos.domain.roles import Act
from pos.domain.till_session import UNCLOSED
from pos.ports.printer import PrintState
from pos.store import outbox, people_queries, till_queries
from pos.store.outbox import PrintJob
from pos.store.till_queries import TillSessionRow
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.permission import require_role

SETTLED = (PrintState.CONFIRMED, PrintState.REPLACED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPrint(Command):
    """Attributes: job_id; state (confirmed or unknown); bytes_sha256 of what was sent; settled_by_person: the cashier
    looked and says so, instead of the printer."""

    job_id: str
    state: PrintState
    bytes_sha256: str = ""
    settled_by_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprint(Command):
    """Attributes: session_id, None: for the hall, by who reads the papers of all tills; job_id of any print of the
    paper; reason: a `ReprintReason`; note."""

    session_id: str | None
    job_id: str
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprintLast(Command):
    """Attributes: session_id; template (`receipt`, `z_report` ...); reason: a `ReprintReason`; note."""

    session_id: str
    template: str
    reason: str
    note: str = ""


def reprint_last(hall: Hall, command: ReprintLast) -> str:
    """Queue a 补打 of the newest paper of a kind at this till; returns the new job's id.

    Raises: RuleViolation `print.nothing_yet`, else as `reprint`.
    """

    def newest(uow: UnitOfWork, till_session: TillSessionRow | None) -> PrintJob:
        till_id = "" if till_session is None else till_session.till_id
        found = outbox.latest_job(uow.connection, till_id, command.template)
        if found is None:
            raise RuleViolation("print.nothing_yet")
        return found

    return _reprint(hall, command, newest)


def mark_sent(hall: Hall, job_id: str) -> PrintJob | None:
    """Move a queued job to `sent` before a byte leaves; None if somebody else took it. No fact yet."""
    with hall.store.unit_of_work() as uow:
        waiting = outbox.job(uow.connection, job_id)
        if waiting is None or waiting.state is not PrintState.QUEUED:
            return None
        outbox.move(uow, job_id, PrintState.SENT)
        uow.commit()
        return waiting


def take_back(hall: Hall, job_id: str) -> None:
    """Nothing was sent after all (printer unreachable, no paper): a job that was under way is queued again."""
    with hall.store.unit_of_work() as uow:
        taken = outbox.job(uow.connection, job_id)
        if taken is not None and taken.state is PrintState.SENT:
            outbox.move(uow, job_id, PrintState.QUEUED)
            uow.commit()


def set_aside(hall: Hall, job_id: str) -> None:
    """This program cannot lay the paper out: it is an open matter at once and keeps no other paper waiting."""
    with hall.store.unit_of_work() as uow:
        waiting = outbox.job(uow.connection, job_id)
        if waiting is not None and waiting.state is PrintState.QUEUED:
            outbox.move(uow, job_id, PrintState.UNKNOWN)
            uow.commit()


def adopt_interrupted(hall: Hall) -> tuple[PrintJob, ...]:
    """After a start: jobs that were under way when the program died are `unknown` now; returns them."""
    with hall.store.unit_of_work() as uow:
        interrupted = outbox.jobs_in_state(uow.connection, PrintState.SENT)
        for found in interrupted:
            outbox.move(uow, found.job_id, PrintState.UNKNOWN)
        if interrupted:
            uow.commit()
    return interrupted


def record_print(hall: Hall, command: RecordPrint) -> PrintState:
    """Seal the outcome of a job that was sent; returns its state. What is settled stays settled.

    Raises: RuleViolation `print.unknown_job`, `print.not_sent` (it still waits), `print.settled` (state).
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        printed = outbox.job(uow.connection, command.job_id)
        if printed is None:
            raise RuleViolation("print.unknown_job", job_id=command.job_id)
        if command.state not in (PrintState.CONFIRMED, PrintState.UNKNOWN):
            raise ValueError(f"no outcome of a print: {command.state}")
        if printed.state is PrintState.QUEUED:
            raise RuleViolation("print.not_sent", job_id=command.job_id)
        if printed.state in SETTLED:
            raise RuleViolation("print.settled", job_id=command.job_id, state=printed.state.value)
        chain, business_day, session_id = _place(uow, printed)
        settled_by = command.actor if command.settled_by_person else None
        row = _printed(printed, command.state, command.bytes_sha256, settled_by)
        return RecordDraft(
            chain=chain,
            kind="printed",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            business_day=business_day,
            till_session=session_id,
            facts={"job_id": command.job_id, "state": command.state},
            rows={"printed": [row]},
        )

    def after(uow: UnitOfWork, _record: Record) -> None:
        outbox.move(uow, command.job_id, command.state)

    return perform(hall, command, Act.READ_OWN_REPORTS, decide, _state, after=after)


def reprint(hall: Hall, command: Reprint) -> str:
    """Queue a numbered 补打 of a paper; returns the new job's id.

    Who asks for the paper again says of one whose outcome is unknown that no whole paper came out: it is settled as
    replaced, in the same record.

    Raises: RuleViolation `reason.*`, `print.unknown_job`, `print.look_only` (an X), `print.still_waiting` (it has not
        been printed yet, and will be), `till.*`, `role.*` (another till's paper is for those who read all tills).
    """

    def named(uow: UnitOfWork, _till_session: TillSessionRow | None) -> PrintJob:
        found = outbox.job(uow.connection, command.job_id)
        if found is None:
            raise RuleViolation("print.unknown_job", job_id=command.job_id)
        return found

    return _reprint(hall, command, named)


def _reprint(
    hall: Hall,
    command: Reprint | ReprintLast,
    find: Callable[[UnitOfWork, TillSessionRow | None], PrintJob],
) -> str:
    """The record of a reprint and its job, in one unit."""
    require_reason(ReprintReason, command.reason, command.note)
    session_id = command.session_id

    def own(uow: UnitOfWork) -> TillSessionRow | None:
        return None if session_id is None else till_queries.require_own(uow.connection, session_id, command.actor)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = own(uow)
        asked = find(uow, till_session)
        if isinstance(asked.paper, XPaper):
            raise RuleViolation("print.look_only")
        if till_session is None or asked.till_id != till_session.till_id:
            require_role(uow.connection, Act.READ_ALL_REPORTS, command.actor)
        if asked.state in (PrintState.QUEUED, PrintState.SENT):
            raise RuleViolation("print.still_waiting", job_id=asked.job_id)
        replaced = asked.state is PrintState.UNKNOWN
        return RecordDraft(
            chain=till_session.chain if till_session else people_queries.hall_chain(uow.connection),
            kind="reprinted",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            business_day=till_session.business_day if till_session else None,
            till_session=session_id,
            facts={"job_id": asked.job_id, "reason": command.reason, "note": command.note},
            rows={"printed": [_printed(asked, PrintState.REPLACED, "", command.actor)]} if replaced else {},
        )

    def after(uow: UnitOfWork, record: Record) -> None:
        till_session = own(uow)
        original = find(uow, till_session)
        if original.state is PrintState.UNKNOWN:
            outbox.move(uow, original.job_id, PrintState.REPLACED)
        till_id = till_session.till_id if till_session else original.till_id
        outbox.queue_copy(uow, original, record, till_id=till_id, session_id=session_id)

    return perform(hall, command, Act.REPRINT, decide, _new_job, after=after)


def _printed(job: PrintJob, state: PrintState, bytes_sha256: str, settled_by: str | None) -> Row:
    """The sealed row of what became of a job."""
    return {
        "job_id": job.job_id,
        "session_id": job.session_id,
        "copy_no": job.copy_no,
        "state": state,
        "bytes_sha256": bytes_sha256,
        "settled_by": settled_by,
    }


def _place(uow: UnitOfWork, printed: PrintJob) -> tuple[str, str | None, str | None]:
    """Chain, business day and session of a job; a session that is closed gets no more records: the hall's chain."""
    row = None if printed.session_id is None else till_queries.session_row(uow.connection, printed.session_id)
    if row is None or row.state not in UNCLOSED:
        return people_queries.hall_chain(uow.connection), None, None
    return row.chain, row.business_day, row.session_id


def _state(_uow: UnitOfWork, record: Record) -> PrintState:
    return PrintState(record.facts["state"])


def _new_job(_uow: UnitOfWork, record: Record) -> str:
    return f"{record.key}-1"
