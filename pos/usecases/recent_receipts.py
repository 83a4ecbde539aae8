"""The receipts that can be asked for again at a till (补打), newest first: who, when, how much, of what kind. A query.

What the list shows is read from the papers as they are stored; which of them is whole is judged when one is asked for
(`prints.reprint`). Must not know: how a copy is made.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.errors import RuleViolation
from pos.domain.paper_versions import PaperTooNew
from pos.domain.papers import ReceiptPaper
from pos.store import outbox, till_queries
from pos.store.outbox import PrintJob
from pos.usecases.fact import Hall

MOST = 100
UNREADABLE = "unreadable"
_OWN_KIND = ("unwritten", "in_doubt")
_KIND_OF_LINE = {"gas": "sold", "carried_gas": "carried", "service_fee": "transferred"}


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt in the list.

    Attributes: job_id: of the original; receipt_no: as printed; sold_at: local time; customer_name: masked as on the
        paper, "" once erased; account_no: tells two of a name apart; amount_fen: what was asked for, negative where
        money went back; kind: `sold`, `issued` (first card), `replaced`, `carried`, `transferred`, `unwritten`,
        `in_doubt`, `refund`, or `unreadable` (only a newer program can read it); tender: how it was paid, "" if it
        cannot be read.
    """

    job_id: str
    receipt_no: str
    sold_at: str
    customer_name: str
    account_no: str
    amount_fen: int
    kind: str
    tender: str = ""


def recent_receipts(hall: Hall, session_id: str) -> tuple[ReceiptRow, ...]:
    """The newest receipts of a session; of one that has none yet, the last one of its till.

    Raises: RuleViolation `print.nothing_yet`; StoreError kinds.
    """
    template = ReceiptPaper.TEMPLATE
    with hall.store.reading() as connection:
        till_session = till_queries.require_session(connection, session_id)
        jobs = outbox.newest_of_session(connection, session_id, template, most=MOST)
        last = None if jobs else outbox.latest_job(connection, till_session.till_id, template)
    found = jobs or (() if last is None else (last,))
    if not found:
        raise RuleViolation("print.nothing_yet")
    return tuple(_row(job) for job in found)


def _row(job: PrintJob) -> ReceiptRow:
    try:
        paper = job.paper
    except PaperTooNew:
        return ReceiptRow(job.job_id, "", "", job.customer_name, "", 0, UNREADABLE)
    if not isinstance(paper, ReceiptPaper):
        raise TypeError(f"no receipt: {job.job_id}")
    at = paper.sold_at or paper.head.printed_at
    who = (paper.customer_name, paper.account_no)
    return ReceiptRow(job.job_id, paper.receipt_no, at, *who, paper.to_pay_fen, _kind(paper), paper.tender)


def _kind(paper: ReceiptPaper) -> str:
    if paper.reversal_of:
        return "refund"
    if paper.card_result in _OWN_KIND:
        return paper.card_result
    if paper.old_card_no:
        return "replaced"
    return next((_KIND_OF_LINE[line.kind] for line in paper.lines if line.kind in _KIND_OF_LINE), "issued")
