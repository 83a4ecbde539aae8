"""A lead decides a card write that no card can settle any more: it counts as written, or as not written.

Of a reversal that was begun: the gas is off the card, and a till gives the money back, or the purchase stands.
Design Money rules 7, trust 3.2. `written` posts the suspense as income; `not_written` makes it failed, so that it can
be written again or the money returned. The evidence is part of the record, and so is the digest that the lead signed
with her own password; nobody decides her own sale. The customer gets the paper that the card's own word would have
given her, from the till that sold, with the name of the one who decided.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft, Row
from pos.domain import posting_rules
from pos.domain.card_write import WritePurpose, WriteState
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import content_digest
from pos.domain.reasons import Evidence, require_reason
from pos.domain.roles import Act
from pos.store import outbox, people_queries, sale_queries, till_queries
from pos.store.outbox import FrozenPaper
from pos.store.sale_queries import CardWriteRow
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.card_write_steps import income_by_kind, require_write, sale_papers, step_row
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.issued_card import binding_rows, make_findable
from pos.usecases.permission import Signature, require_signature
from pos.usecases.till_papers import name_of

DECISIONS = ("written", "not_written")
_DECIDED = {
    (False, "written"): WriteState.POSTED,
    (False, "not_written"): WriteState.FAILED,
    (True, "written"): WriteState.IN_DOUBT,  # the gas is off the card: a till gives the money back on this word
    (True, "not_written"): WriteState.REVERSED,  # the gas is still on it: the purchase stands
}
"""Is it a reversal, what was decided: where the write stands then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleInDoubt(Command):
    """Attributes: write_id; decision `written` or `not_written`; evidence: what it rests on, an
    `Evidence`; note: its number or words; signature: the actor's own over `decision_digest`."""

    write_id: str
    decision: str
    evidence: str
    signature: Signature
    note: str = ""


def decision_digest(write_id: str, decision: str, evidence: str, note: str) -> str:
    """What the lead signs: which write, what is taken as true, and on what."""
    said = {"write_id": write_id, "decision": decision, "evidence": evidence, "note": note}
    return content_digest("card_decided", said)


def settle_in_doubt(hall: Hall, command: SettleInDoubt) -> WriteState:
    """Decide, and queue the paper that says so; returns the state now.

    Raises: RuleViolation `card_write.*`, `reason.*`, `approval.self` (her own sale), `approval.stale` (not her
        signature over this decision), `role.*`.
    """
    if command.decision not in DECISIONS:
        raise ValueError(f"no such decision: {command.decision}")
    require_reason(Evidence, command.evidence, command.note)
    digest = decision_digest(command.write_id, command.decision, command.evidence, command.note)

    decided: list[CardWriteRow] = []
    papers: list[FrozenPaper] = []

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        if require_signature(command.signature, digest, now_utc_ms=hall.clock.now_utc_ms()) != command.actor:
            raise RuleViolation("approval.stale")
        write = require_write(uow, command.write_id)
        decided.append(write)
        if write.state not in (WriteState.IN_DOUBT, WriteState.WRITING):
            raise RuleViolation("card_write.not_in_doubt", state=str(write.state))
        if sale_queries.seller(uow.connection, write.sale_id) == command.actor:
            raise RuleViolation("approval.self")
        is_reversal = write.intent.purpose is WritePurpose.REVERSAL
        state = _DECIDED[is_reversal, command.decision]
        detail = {"reason": f"decided:{command.decision}", "evidence": command.evidence, "note": command.note}
        posts = state is WriteState.POSTED
        rows: dict[str, list[Row]] = {"card_write": [step_row(write, state, write.session_id, detail)]}
        if posts:
            rows |= binding_rows(uow.connection, write, None)
        if not is_reversal:
            sold_in = till_queries.require_session(uow.connection, write.session_id)
            decider = name_of(uow.connection, command.actor)
            papers.extend(sale_papers(hall, uow, sold_in, write, state, approver_name=decider))
        draft = RecordDraft(
            chain=people_queries.hall_chain(uow.connection),
            kind="card_decided",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"write_id": write.write_id, "state": state, **detail, "digest": digest},
            postings=posting_rules.card_posted(write.account_no, write.write_id, income_by_kind(uow, write.write_id))
            if posts
            else (),
            rows=rows,
        )
        return outbox.naming(draft, papers)

    def after(uow: UnitOfWork, record: Record) -> None:
        if record.facts["state"] == WriteState.POSTED:
            make_findable(uow, decided[0])
        outbox.queue(uow, papers, record)

    return perform(hall, command, Act.SETTLE_IN_DOUBT, decide, _state, after=after)


def _state(_uow: UnitOfWork, record: Record) -> WriteState:
    return WriteState(record.facts["state"])
