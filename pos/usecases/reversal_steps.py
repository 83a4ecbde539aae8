"""How a reversal that was begun ends: the card is proven empty and the money goes back, or the sale stands (cards B8).

Each is one record in the chain of the session that does it, which may be a later one than the one that began. The
failed and the doubtful steps are those of every card write (`card_write_steps`). Nothing here talks to a reader.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.entry import Foreseen, Record, RecordDraft, RecordKey
from pos.domain import posting_rules
from pos.domain.card_write import Verdict, WritePurpose, WriteState, judge
from pos.domain.errors import RuleViolation
from pos.domain.papers import Signature
from pos.domain.roles import Act
from pos.domain.sale import TenderKind
from pos.store import outbox, sale_queries, till_queries
from pos.store.outbox import FrozenPaper
from pos.store.sale_queries import CardWriteRow
from pos.store.unit_of_work import UnitOfWork
from pos.usecases import receipts
from pos.usecases.card_write_steps import CardWriteStep, StepDone, income_by_kind, require_write, step_row
from pos.usecases.fact import Hall, perform
from pos.usecases.mirrored_sale import mirrored
from pos.usecases.till_papers import name_of
from pos.usecases.till_records import till_draft

SIGNERS = ("slip_clerk", "slip_customer", "slip_manager")
"""Who signs a 退气凭证 (domain E5b/85): clerk, customer, department manager."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """What the first record of a reversal says."""

    approver: str | None
    reason: str
    note: str


def finish_reversal(hall: Hall, command: CardWriteStep) -> StepDone:
    """The gas is off the card: the mirror of the sale is booked, the money goes back, the slip is queued.

    `found` is the card as seen; None where a lead has decided that the gas is off it.

    Raises: RuleViolation `card_write.not_proven`, `card_write.*`, `till.*`, `role.*`; StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        write = _require_reversal(uow, command.write_id)
        _require_off(uow, write, command)
        sale = sale_queries.sale(uow.connection, write.sale_id)
        if sale is None:
            raise RuleViolation("card_write.unknown", write_id=write.write_id)
        begun = _begun(uow, write)
        mirror = mirrored(
            uow, sale, chain=till_session.chain, session_id=command.session_id, now_utc_ms=hall.clock.now_utc_ms()
        )
        found = {"found": command.found.digest if command.found else ""}
        return till_draft(
            till_session,
            command,
            approver,
            kind="sale_reversed",
            facts={
                **mirror.facts,
                "write_id": write.write_id,
                "state": WriteState.POSTED,
                "reason": begun.reason,
                "note": begun.note,
                "approved_by": begun.approver,
            },
            postings=posting_rules.sale_undone(
                till_id=till_session.till_id,
                account_no=sale.account_no,
                by_kind=income_by_kind(uow, sale.sale_id),
                tender=TenderKind(sale.tender),
                settlement=mirror.settlement,
                charge_id=mirror.charge_id,
            ),
            rows=mirror.rows | {"card_write": [step_row(write, WriteState.POSTED, command.session_id, found)]},
        )

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        return [_slip(hall, uow, command, record)]

    return perform(hall, command, Act.SELL, decide, _done, papers=papers, rehearse=True)


def call_off_reversal(hall: Hall, command: CardWriteStep) -> StepDone:
    """The gas is still on the card, or a meter has it: the sale stands, no money moves.

    Raises: RuleViolation `card_write.not_proven` (the card says something else), `card_write.*`, `till.*`, `role.*`.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till_session = till_queries.require_uncounted(uow.connection, command.session_id, command.actor)
        write = _require_reversal(uow, command.write_id)
        verdict = None if command.found is None else judge(write.intent, command.found)
        if verdict not in (Verdict.TAKEN, Verdict.WRITE):
            raise RuleViolation("card_write.not_proven", write_id=write.write_id, verdict=str(verdict))
        detail = {"reason": command.reason, "found": command.found.digest if command.found else ""}
        return till_draft(
            till_session,
            command,
            approver,
            kind="reversal_called_off",
            facts={"write_id": write.write_id, "state": WriteState.REVERSED, **detail},
            rows={"card_write": [step_row(write, WriteState.REVERSED, command.session_id, detail)]},
        )

    return perform(hall, command, Act.SELL, decide, _done)


def _require_reversal(uow: UnitOfWork, write_id: str) -> CardWriteRow:
    write = require_write(uow, write_id)
    if write.intent.purpose is not WritePurpose.REVERSAL:
        raise RuleViolation("card_write.unknown", write_id=write_id)
    return write


def _require_off(uow: UnitOfWork, write: CardWriteRow, command: CardWriteStep) -> None:
    """The card's own word, or a lead's decision. Raises RuleViolation `card_write.not_proven`."""
    if command.found is None and sale_queries.is_decided_written(uow.connection, write.write_id):
        return
    if command.found is None or judge(write.intent, command.found) is not Verdict.WRITTEN:
        raise RuleViolation("card_write.not_proven", write_id=write.write_id)


def _begun(uow: UnitOfWork, write: CardWriteRow) -> _Begun:
    record = uow.journal.by_key(RecordKey.parse(write.write_id))
    if record is None:
        raise RuleViolation("card_write.unknown", write_id=write.write_id)
    return _Begun(record.facts["approved_by"], record.facts["reason"], record.facts["note"])


def _slip(hall: Hall, uow: UnitOfWork, command: CardWriteStep, record: Foreseen) -> FrozenPaper:
    """退气凭证: the refund with three lines to sign and the one who approved it."""
    facts = record.facts
    till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
    paper = receipts.sale_receipt(
        hall, uow.connection, facts["sale_id"], card_result="withdrawn", till_session=till_session
    )
    clerk = name_of(uow.connection, command.actor)
    paper = replace(
        paper,
        count_before=paper.count_after,
        count_after=paper.count_before,
        reason=facts["reason"],
        reason_note=facts["note"],
        approver_name=name_of(uow.connection, facts["approved_by"]),
        signatures=tuple(Signature(role, clerk if role == SIGNERS[0] else "") for role in SIGNERS),
    )
    reason = f"sale:withdrawn:{facts['reverses']}"
    return outbox.freeze(paper, till_id=till_session.till_id, session_id=till_session.session_id, reason=reason)


def _done(uow: UnitOfWork, record: Record) -> StepDone:
    state = WriteState(record.facts["state"])
    return StepDone(record.facts["write_id"], state, outbox.first_job_id(uow.connection, str(record.key)))
