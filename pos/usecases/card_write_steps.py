"""The commits of a card write after the money is booked: begin, post, fail, leave in doubt (design Money rules 7).

Each is one record in the chain of the session that does it, which may be a later one than the payment's: the customer
comes back tomorrow with the card. A write that was under way when its till began to count may still end there, up to
the first count: how it ends moves no cash. Nothing here talks to a reader; `pos.sagas.card_purchase` does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.canonical import compact
from ledger.entry import Record, RecordDraft, Row
from pos.domain import posting_rules
from pos.domain.account import CardStatus
from pos.domain.card import CardImage
from pos.domain.card_write import SETTLED, Verdict, WritePurpose, WriteState, judge
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store import account_queries, outbox, sale_queries, till_queries
from pos.store.outbox import FrozenPaper
from pos.store.sale_queries import CardWriteRow
from pos.store.till_queries import TillSessionRow
from pos.store.unit_of_work import UnitOfWork
from pos.usecases import receipts
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.issued_card import binding_rows, make_findable
from pos.usecases.till_records import till_draft

PROOF = {
    WriteState.POSTED: Verdict.WRITTEN,
    WriteState.FAILED: Verdict.WRITE,
    WriteState.IN_DOUBT: Verdict.DOUBT,
}
"""What the card must say before a write may end so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWriteStep(Command):
    """A step of one write.

    Attributes:
        session_id: the open till session at which it happens.
        write_id: which write.
        found: the card as seen; a write ends only on the evidence of an image.
        reason: stable code of what went wrong, for `fail` and `in_doubt`.
    """

    session_id: str
    write_id: str
    found: CardImage | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StepDone:
    """Attributes: write_id; state now; print_job_id of the paper this step queued, or None."""

    write_id: str
    state: WriteState
    print_job_id: str | None


def begin_card_write(hall: Hall, command: CardWriteStep) -> StepDone:
    """Say durably that the card is about to be written; the last commit before bytes are sent.

    Raises: RuleViolation `card_write.settled`, `card_write.unknown`, `card.lost`, `till.*`, `role.*`; StoreError kinds.
    """
    return _step(hall, command, WriteState.WRITING, "card_writing")


def post_card_write(hall: Hall, command: CardWriteStep) -> StepDone:
    """The card was read back and holds the purchase: the suspense becomes income and the receipt is queued.

    Raises: RuleViolation `card_write.not_proven` (the image says something else), `card_write.*`, `till.*`, `role.*`;
        StoreError kinds. So do `fail_card_write` and `leave_in_doubt`.
    """
    return _step(hall, command, WriteState.POSTED, "card_posted")


def fail_card_write(hall: Hall, command: CardWriteStep) -> StepDone:
    """The card is plainly as before: write again later or give the money back. Queues 已收款未写卡凭单."""
    return _step(hall, command, WriteState.FAILED, "card_failed")


def leave_in_doubt(hall: Hall, command: CardWriteStep) -> StepDone:
    """The card says neither before nor after: a lead decides. Queues 已收款未写卡凭单 marked 待核."""
    return _step(hall, command, WriteState.IN_DOUBT, "card_in_doubt")


def require_write(uow: UnitOfWork, write_id: str) -> CardWriteRow:
    """The newest state of a write that is still open. Raises RuleViolation `card_write.unknown`, `.settled`."""
    write = sale_queries.card_write(uow.connection, write_id)
    if write is None:
        raise RuleViolation("card_write.unknown", write_id=write_id)
    if write.state in SETTLED:
        raise RuleViolation("card_write.settled", write_id=write_id, state=str(write.state))
    return write


def step_row(write: CardWriteRow, state: WriteState, session_id: str, detail: dict[str, str]) -> Row:
    """The next row of a write."""
    return {
        "write_id": write.write_id,
        "step_no": write.step_no + 1,
        "state": state,
        "purpose": write.intent.purpose,
        "session_id": session_id,
        "sale_id": write.sale_id,
        "account_no": write.account_no,
        "card_no": write.card_no,
        "amount_fen": write.amount_fen,
        "detail": compact(detail),
    }


def income_by_kind(uow: UnitOfWork, sale_id: str) -> dict[str, int]:
    """What a sale's lines sum to, by kind."""
    sums: dict[str, int] = {}
    for line in sale_queries.lines_of(uow.connection, sale_id):
        sums[line.kind] = sums.get(line.kind, 0) + line.amount_fen
    return sums


def _step(hall: Hall, command: CardWriteStep, state: WriteState, kind: str) -> StepDone:
    decided: list[CardWriteRow] = []
    papers: list[FrozenPaper] = []

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        if state is WriteState.WRITING:
            till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        else:
            till_session = till_queries.require_uncounted(uow.connection, command.session_id, command.actor)
        write = require_write(uow, command.write_id)
        is_reversal = write.intent.purpose is WritePurpose.REVERSAL
        if is_reversal and state is WriteState.POSTED:
            raise ValueError("a reversal ends with finish_reversal")
        decided.append(write)
        if write.state is WriteState.IN_DOUBT and state is not WriteState.POSTED:
            raise RuleViolation("card_write.in_doubt", write_id=write.write_id)
        if state is WriteState.WRITING:
            _require_not_lost(uow, write)
        _require_proof(write, command.found, state)
        detail = {"reason": command.reason, "found": command.found.digest if command.found else ""}
        rows: dict[str, list[Row]] = {"card_write": [step_row(write, state, command.session_id, detail)]}
        posts = state is WriteState.POSTED
        if posts:
            rows |= binding_rows(uow.connection, write, command.found)
        if state is not WriteState.WRITING and not is_reversal:
            papers.extend(sale_papers(hall, uow, till_session, write, state))
        draft = till_draft(
            till_session,
            command,
            approver,
            kind=kind,
            facts={"write_id": write.write_id, "state": state, **detail},
            postings=posting_rules.card_posted(write.account_no, write.write_id, income_by_kind(uow, write.write_id))
            if posts
            else (),
            rows=rows,
        )
        return outbox.naming(draft, papers)

    def after(uow: UnitOfWork, record: Record) -> None:
        if state is WriteState.POSTED:
            make_findable(uow, decided[0])
        outbox.queue(uow, papers, record)

    return perform(hall, command, Act.SELL, decide, _done, after=after)


def _require_not_lost(uow: UnitOfWork, write: CardWriteRow) -> None:
    """A card that was reported lost is written by nobody, whoever brings it. Raises RuleViolation `card.lost`."""
    card = account_queries.card_by_no(uow.connection, write.card_no)
    if card is not None and card.status is CardStatus.LOST:
        raise RuleViolation("card.lost", card_no=write.card_no)


def _require_proof(write: CardWriteRow, found: CardImage | None, state: WriteState) -> None:
    """The card decides, and it is asked here, where the state changes. Raises RuleViolation `card_write.not_proven`."""
    if state not in PROOF:
        return
    if found is None:
        raise ValueError("a write ends on the evidence of a card image only")
    verdict = judge(write.intent, found, outcome_unknown=state is WriteState.IN_DOUBT)
    if verdict is not PROOF[state]:
        raise RuleViolation("card_write.not_proven", write_id=write.write_id, verdict=verdict.value)


def sale_papers(
    hall: Hall,
    uow: UnitOfWork,
    till_session: TillSessionRow,
    write: CardWriteRow,
    state: WriteState,
    *,
    approver_name: str = "",
) -> list[FrozenPaper]:
    """One paper per outcome; a repeat of the same outcome (failed, retried, failed again) is not printed twice.

    It reads the sale only, which is sealed already: the step that follows can name its digest. `approver_name`: the
    lead who decided instead of the card.
    """
    said = {"posted": "written", "failed": "unwritten", "in_doubt": "in_doubt"}[state]
    reason = f"sale:{said}:{write.write_id}"
    if outbox.is_queued(uow.connection, reason):
        return []
    paper = receipts.sale_receipt(
        hall, uow.connection, write.write_id, card_result=said, till_session=till_session, write=write
    )
    paper = replace(paper, approver_name=approver_name)
    return [outbox.freeze(paper, till_id=till_session.till_id, session_id=till_session.session_id, reason=reason)]


def _done(uow: UnitOfWork, record: Record) -> StepDone:
    state = WriteState(record.facts["state"])
    return StepDone(record.facts["write_id"], state, outbox.first_job_id(uow.connection, str(record.key)))
