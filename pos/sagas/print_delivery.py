"""Carrying papers from the outbox to the printer (design Money rules 9, trust 2.5).

Runs on the print lane, after the commit that queued the paper. `sent` is durable before a byte leaves; an answer makes
it `confirmed`, silence `unknown`, and a person is asked. A dead printer leaves the job queued and the sale untouched.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from ledger.errors import KnownError, StoreDamaged
from pos.domain.errors import DeviceRefused, DeviceUnavailable
from pos.domain.paper_versions import PAPER_TOO_NEW, PaperTooNew
from pos.domain.papers import ReceiptPaper
from pos.ports.printer import PrintState, ReceiptPrinter
from pos.ports.rendering import PaperRenderer, PrintRequest
from pos.store import outbox, people_queries
from pos.usecases.fact import Hall
from pos.usecases.prints import RecordPrint, mark_sent, record_print, set_aside, take_back

CHANGED = "print.changed"
"""The stored paper is not the one its record has named: it is never printed."""


@dataclass(frozen=True, slots=True)
class PrintReport:
    """Attributes: job_id; state afterwards; code of a device trouble, or ""; receipt_no of a receipt, else "";
    copy_no: 0 for the original."""

    job_id: str
    state: PrintState
    code: str = ""
    receipt_no: str = ""
    copy_no: int = 0


def deliver_print(
    hall: Hall, printer: ReceiptPrinter, renderer: PaperRenderer, *, job_id: str, actor: str
) -> PrintReport:
    """Print one queued job.

    Blocking: up to 17 s with a printer that hangs. Repeat: a job no longer queued is left alone. A paper that cannot be
    laid out is a bug: it becomes an open matter and the bug goes on to the crash handler.
    Raises: StoreError kinds; RuleViolation `print.unknown_job`. Device errors are part of the report.
    """
    try:
        with hall.store.reading() as connection:
            waiting = outbox.job(connection, job_id)
            language = people_queries.settings(connection).language
    except StoreDamaged as error:
        if error.code != CHANGED:
            raise
        return PrintReport(job_id, PrintState.UNKNOWN, CHANGED)  # it stays where it is; the others go on
    if waiting is None:
        return PrintReport(job_id, PrintState.UNKNOWN)
    try:
        paper = waiting.paper
    except PaperTooNew as error:  # only a newer program can say what it says: the job waits for it
        return PrintReport(job_id, waiting.state, error.code)
    receipt_no = paper.receipt_no if isinstance(paper, ReceiptPaper) else ""
    said = partial(PrintReport, job_id, receipt_no=receipt_no, copy_no=waiting.copy_no)
    if waiting.state is not PrintState.QUEUED:
        return said(waiting.state)
    request = PrintRequest(paper, waiting.copy_no, waiting.fact_key, waiting.fact_hash, language)
    try:
        job_bytes = renderer.render(request)
    except Exception:
        set_aside(hall, job_id)
        raise
    if mark_sent(hall, job_id) is None:
        return said(PrintState.SENT)
    try:
        outcome = printer.print_job(job_id, job_bytes)
    except (DeviceUnavailable, DeviceRefused) as error:  # nothing came out: the job waits
        take_back(hall, job_id)
        return said(PrintState.QUEUED, error.code)
    command = RecordPrint(
        command_id=hall.ids.new_id(),
        actor=actor,
        job_id=job_id,
        state=outcome.state,
        bytes_sha256=outcome.bytes_sha256,
    )
    return said(record_print(hall, command), outcome.detail)


def deliver_waiting(
    hall: Hall, printer: ReceiptPrinter, renderer: PaperRenderer, *, actor: str, limit: int = 20
) -> tuple[PrintReport, ...]:
    """Print what is queued, oldest first; stops at the first job the printer cannot take.

    A paper of a newer program is passed over and one that cannot be laid out is set aside: they must not hold up the
    others. The bug is raised after them.
    """
    with hall.store.reading() as connection:
        waiting = outbox.jobs_in_state(connection, PrintState.QUEUED, limit=limit)
    reports: list[PrintReport] = []
    bugs: list[Exception] = []
    for job in waiting:
        try:
            report = deliver_print(hall, printer, renderer, job_id=job.job_id, actor=actor)
        except KnownError:
            raise
        except Exception as bug:  # noqa: BLE001 - the outbox worker, design section 5
            bugs.append(bug)
            continue
        reports.append(report)
        if report.state is PrintState.QUEUED and report.code != PAPER_TOO_NEW:
            break
    if bugs:
        raise bugs[0]
    return tuple(reports)
