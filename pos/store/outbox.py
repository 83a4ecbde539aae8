"""The outbox: papers to print, queued in the same commit as the fact that causes them (design, Money rules 9).

The document is frozen before its fact is sealed, and the fact names its digest: a figure changed here is found when
the paper is printed, read or verified. Only the state moves: queued, sent, confirmed, unknown. A reprint is a new
numbered job. What identifies a customer stands outside the digest and can be erased (Money rules 14). The drawer's
pulse is never here. Prints and their outcome are facts of their own (`printed`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row

from ledger.canonical import sha256_hex
from ledger.entry import Json, Record, RecordDraft, RecordKey
from ledger.errors import StoreDamaged
from ledger.sqlite_engine import first_row
from pos.domain.paper_json import from_json, to_json
from pos.domain.paper_versions import PAPER_VERSION
from pos.domain.papers import Paper, ReceiptPaper
from pos.ports.printer import PrintState
from pos.store.unit_of_work import UnitOfWork

A4_TEMPLATES = ("deposit_slip", "daybook")
_COLUMNS = (
    "job_id, session_id, till_id, fact_key, fact_hash, template, copy_no, original_job_id, reason, document, state,"
    " queued_at_utc_ms, customer_name, customer_address"
)
_STORED = (
    "job_id, session_id, till_id, fact_key, fact_hash, template, template_version, copy_no, original_job_id, reason,"
    " document, state, queued_at_utc_ms, account_no, customer_name, customer_address"
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
        document: the frozen paper, read when it is needed, so that one unreadable paper hides no other.
        customer_name, customer_address: what the document leaves out, because it can be erased.
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
    document: str
    state: PrintState
    queued_at_utc_ms: int
    customer_name: str
    customer_address: str

    @property
    def paper(self) -> Paper:
        """What it says. Raises PaperTooNew: only the newer program that queued it can read it."""
        paper = from_json(self.document)
        if not isinstance(paper, ReceiptPaper):
            return paper
        return replace(paper, customer_name=self.customer_name, address=self.customer_address)


@dataclass(frozen=True, slots=True)
class FrozenPaper:
    """A paper as it will be stored, before the fact that causes it is sealed: the fact names its digest.

    Attributes: paper; document, without what identifies a person; sha256 of the document; till_id, session_id whose
    paper it is; reason it is queued for.
    """

    paper: Paper
    document: str
    sha256: str
    till_id: str | None
    session_id: str | None
    reason: str


def freeze(paper: Paper, *, till_id: str | None, session_id: str | None, reason: str) -> FrozenPaper:
    """The paper as it will be stored; its digest outlives the erasure of the customer."""
    bare = replace(paper, customer_name="", address="") if isinstance(paper, ReceiptPaper) else paper
    document = to_json(bare)
    return FrozenPaper(paper, document, sha256_hex(document), till_id, session_id, reason)


def naming(draft: RecordDraft, papers: Sequence[FrozenPaper]) -> RecordDraft:
    """The draft with the digests of its papers among its facts, in the order of their job numbers."""
    digests: list[Json] = [paper.sha256 for paper in papers]
    return replace(draft, facts={**draft.facts, "papers": digests}) if papers else draft


def queue(uow: UnitOfWork, papers: Sequence[FrozenPaper], fact: Record) -> None:
    """Queue the papers that a fact has named."""
    rows = []
    for number, frozen in enumerate(papers, 1):
        paper = frozen.paper
        person: tuple[str | None, str, str] = (None, "", "")
        if isinstance(paper, ReceiptPaper):
            person = (paper.account_no, paper.customer_name, paper.address)
        rows.append(
            (
                *(f"{fact.key}-{number}", frozen.session_id, frozen.till_id, str(fact.key), fact.hash),
                *(paper.TEMPLATE, PAPER_VERSION, 0, None, frozen.reason, frozen.document, PrintState.QUEUED.value),
                *(fact.at_utc_ms, *person),
            )
        )
    if rows:
        uow.connection.exec_driver_sql(f"INSERT INTO outbox ({_STORED}) VALUES ({', '.join('?' * 16)})", rows)


def queue_copy(
    uow: UnitOfWork, original: PrintJob, fact: Record, *, till_id: str | None, session_id: str | None
) -> None:
    """Queue a 补打: the very document of the original, numbered from it, under the anchor of the original's fact."""
    root = original.original_job_id or original.job_id
    uow.connection.exec_driver_sql(
        f"INSERT INTO outbox ({_STORED}) SELECT ?, ?, ?, fact_key, fact_hash, template, template_version, ?, ?, ?,"
        " document, ?, ?, account_no, customer_name, customer_address FROM outbox WHERE job_id = ?",
        (
            *(f"{fact.key}-1", session_id, till_id, 1 + _copies(uow.connection, root), root, f"reprint:{fact.key}"),
            *(PrintState.QUEUED.value, fact.at_utc_ms, root),
        ),
    )


def erase_person(uow: UnitOfWork, account_no: str) -> None:
    """Forget who the papers of an account were made out to; what they say about money stays, and its digest too."""
    uow.connection.exec_driver_sql(
        "UPDATE outbox SET customer_name = '', customer_address = '' WHERE account_no = ?", (account_no,)
    )


def job(connection: Connection, job_id: str) -> PrintJob | None:
    """One job, or None; nothing is printed or read from a paper that was not asked for here.

    Raises: StoreDamaged `print.changed` if the document is not the one that its fact has named.
    """
    row = connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM outbox WHERE job_id = ?", (job_id,)).first()
    if row is None:
        return None
    found = _job(row)
    named = _named(connection, found)
    if named is None or named != sha256_hex(row.document):
        raise StoreDamaged("print.changed", job_id=job_id)
    return found


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
    return first_row(connection, sql, (reason,)) is not None


def first_job_id(connection: Connection, fact_key: str) -> str | None:
    """The first paper that states a fact, or None."""
    sql = "SELECT job_id FROM outbox WHERE fact_key = ? ORDER BY copy_no, job_id LIMIT 1"
    row = first_row(connection, sql, (fact_key,))
    return None if row is None else str(row[0])


def latest_job(connection: Connection, till_id: str, template: str) -> PrintJob | None:
    """The newest original of a template at a till, for 'reprint last'. Raises as `job`."""
    newest = connection.exec_driver_sql(
        "SELECT job_id FROM outbox WHERE till_id = ? AND template = ? AND copy_no = 0"
        " ORDER BY queued_at_utc_ms DESC, rowid DESC LIMIT 1",
        (till_id, template),
    ).scalar()
    return None if newest is None else job(connection, newest)


def newest_of_session(connection: Connection, session_id: str, template: str, *, most: int) -> tuple[PrintJob, ...]:
    """The newest originals of a template in a till session, newest first."""
    rows = connection.exec_driver_sql(
        f"SELECT {_COLUMNS} FROM outbox WHERE session_id = ? AND template = ? AND copy_no = 0"
        " ORDER BY queued_at_utc_ms DESC, rowid DESC LIMIT ?",
        (session_id, template, most),
    )
    return tuple(_job(row) for row in rows)


def move(uow: UnitOfWork, job_id: str, state: PrintState) -> None:
    """Record where a job is now; the document is untouched."""
    uow.connection.exec_driver_sql("UPDATE outbox SET state = ? WHERE job_id = ?", (state.value, job_id))


def _copies(connection: Connection, root_job_id: str) -> int:
    sql = "SELECT count(*) FROM outbox WHERE original_job_id = ?"
    return int(connection.exec_driver_sql(sql, (root_job_id,)).scalar() or 0)


def _named(connection: Connection, job: PrintJob) -> str | None:
    """The digest that the sealed fact names for a job's document, a copy's being its original's."""
    key = RecordKey.parse(job.fact_key)
    number = int((job.original_job_id or job.job_id).removeprefix(f"{job.fact_key}-"))
    named = connection.exec_driver_sql(
        "SELECT body ->> ? FROM journal WHERE chain = ? AND epoch = ? AND seq = ?",
        (f"$.payload.facts.papers[{number - 1}]", key.chain, key.epoch, key.seq),
    ).scalar()
    return None if named is None else str(named)


def _job(row: Row[Any]) -> PrintJob:
    return PrintJob(**{**row._mapping, "state": PrintState(row.state)})
