"""The outbox: papers to print, queued in the same commit as the fact that causes them (design, Money rules 9).

The document is frozen; only its state moves: queued, sent, confirmed, unknown. A reprint is a new numbered job. The
drawer's pulse is never here. Prints and their outcome are facts of their own (`printed`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.entry import Record
from pos.domain.papers import PAPER_VERSION, Paper, from_json, to_json
from pos.ports.printer import PrintState
from pos.store.unit_of_work import UnitOfWork

A4_TEMPLATES = ("deposit_slip", "daybook")
_COLUMNS = (
    "job_id, session_id, till_id, fact_key, fact_hash, template, copy_no, original_job_id, reason, document, state,"
    " queued_at_utc_ms"
)


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A paper on its way.

    Attributes:
        job_id: `{fact}-{n}` for originals; unique.
        session_id, till_id: whose paper it is; None for hall papers.
        fact_key, fact_hash: the record it states; printed as the anchor line.
        copy_no: 0 for the original, n for the n-th 补打.
        original_job_id: of a reprint.
        reason: why it was queued (`sale`, `z`, `reprint: ...`).
    """

    job_id: str
    session_id: str | None
    till_id: str | None
    fact_key: str
    fact_hash: str
    template: str
    copy_no: int
    original_job_id: str | None
    reason: str
    paper: Paper
    state: PrintState
    queued_at_utc_ms: int


def queue_paper(
    uow: UnitOfWork,
    paper: Paper,
    fact: Record,
    *,
    till_id: str | None,
    session_id: str | None,
    reason: str,
    original: PrintJob | None = None,
) -> str:
    """Queue a paper for a fact; returns the job id. A reprint names its original and is numbered from it."""
    number = _count(uow.connection, "fact_key", str(fact.key))
    job_id = f"{fact.key}-{number + 1}"
    copy_no = 0 if original is None else 1 + _copies(uow.connection, original.original_job_id or original.job_id)
    root = None if original is None else (original.original_job_id or original.job_id)
    anchor_key, anchor_hash = (
        (str(fact.key), fact.hash) if original is None else (original.fact_key, original.fact_hash)
    )
    uow.connection.exec_driver_sql(
        "INSERT INTO outbox (job_id, session_id, till_id, fact_key, fact_hash, template, template_version, copy_no,"
        " original_job_id, reason, document, state, queued_at_utc_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            job_id,
            session_id,
            till_id,
            anchor_key,
            anchor_hash,
            paper.TEMPLATE,
            PAPER_VERSION,
            copy_no,
            root,
            reason,
            to_json(paper),
            PrintState.QUEUED.value,
            fact.at_utc_ms,
        ),
    )
    return job_id


def job(connection: Connection, job_id: str) -> PrintJob | None:
    """One job, or None."""
    row = connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM outbox WHERE job_id = ?", (job_id,)).first()
    return None if row is None else _job(row)


def jobs_in_state(connection: Connection, state: PrintState, *, limit: int = 100) -> tuple[PrintJob, ...]:
    """Jobs for the roll in one state, oldest first; A4 papers are files and wait for nobody."""
    marks = ", ".join("?" * len(A4_TEMPLATES))
    rows = connection.exec_driver_sql(
        f"SELECT {_COLUMNS} FROM outbox WHERE state = ? AND template NOT IN ({marks})"
        " ORDER BY queued_at_utc_ms, job_id LIMIT ?",
        (state.value, *A4_TEMPLATES, limit),
    )
    return tuple(_job(row) for row in rows)


def all_jobs(connection: Connection) -> tuple[PrintJob, ...]:
    """Every job, oldest first."""
    rows = connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM outbox ORDER BY queued_at_utc_ms, rowid")
    return tuple(_job(row) for row in rows)


def jobs_of_session(connection: Connection, session_id: str) -> tuple[PrintJob, ...]:
    """All jobs of a till session, oldest first."""
    rows = connection.exec_driver_sql(
        f"SELECT {_COLUMNS} FROM outbox WHERE session_id = ? ORDER BY queued_at_utc_ms, job_id", (session_id,)
    )
    return tuple(_job(row) for row in rows)


def jobs_of_fact(connection: Connection, fact_key: str) -> tuple[PrintJob, ...]:
    """Jobs that state one fact, reprints included."""
    rows = connection.exec_driver_sql(
        f"SELECT {_COLUMNS} FROM outbox WHERE fact_key = ? ORDER BY copy_no, job_id", (fact_key,)
    )
    return tuple(_job(row) for row in rows)


def jobs_with_reason(connection: Connection, reason: str) -> tuple[PrintJob, ...]:
    """Jobs queued for exactly this reason, originals only."""
    rows = connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM outbox WHERE reason = ? AND copy_no = 0", (reason,))
    return tuple(_job(row) for row in rows)


def is_queued(connection: Connection, reason: str) -> bool:
    """True if a paper was ever queued for exactly this reason."""
    sql = "SELECT 1 FROM outbox WHERE reason = ? AND copy_no = 0 LIMIT 1"
    return connection.exec_driver_sql(sql, (reason,)).first() is not None


def first_job_id(connection: Connection, fact_key: str) -> str | None:
    """The first paper that states a fact, or None."""
    sql = "SELECT job_id FROM outbox WHERE fact_key = ? ORDER BY copy_no, job_id LIMIT 1"
    row = connection.exec_driver_sql(sql, (fact_key,)).first()
    return None if row is None else str(row[0])


def latest_job(connection: Connection, till_id: str, template: str) -> PrintJob | None:
    """The newest original of a template at a till, for 'reprint last'."""
    row = connection.exec_driver_sql(
        f"SELECT {_COLUMNS} FROM outbox WHERE till_id = ? AND template = ? AND copy_no = 0"
        " ORDER BY queued_at_utc_ms DESC, rowid DESC LIMIT 1",
        (till_id, template),
    ).first()
    return None if row is None else _job(row)


def move(uow: UnitOfWork, job_id: str, state: PrintState) -> None:
    """Record where a job is now; the document is untouched."""
    uow.connection.exec_driver_sql("UPDATE outbox SET state = ? WHERE job_id = ?", (state.value, job_id))


def _count(connection: Connection, column: str, value: str) -> int:
    sql = f"SELECT count(*) FROM outbox WHERE {column} = ?"
    return int(connection.exec_driver_sql(sql, (value,)).scalar() or 0)


def _copies(connection: Connection, root_job_id: str) -> int:
    return _count(connection, "original_job_id", root_job_id)


def _job(row: tuple[object, ...]) -> PrintJob:
    values = dict(zip(_COLUMNS.replace(" ", "").split(","), row, strict=True))
    values["paper"] = from_json(str(values.pop("document")))
    values["state"] = PrintState(str(values["state"]))
    return PrintJob(**values)  # type: ignore[arg-type]
