"""Explain a difference that the lead's count has confirmed, with a lead's sign-off above the limit (domain P5, D3).

The explanation comes last, on purpose: whoever has to explain before counting again, counts what she explains. A
difference in one tender is never set off against another. Who counted for an absent cashier does not sign off either.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import RecordDraft
from pos.domain.count import NextStep
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import difference_digest
from pos.domain.reasons import require_words
from pos.domain.roles import Act
from pos.domain.till_session import TillState
from pos.store.people_queries import settings
from pos.store.till_queries import require_session
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.begin_count import act_of_counter
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.permission import Signature
from pos.usecases.submit_count import Comparison, compare, step_of
from pos.usecases.till_records import require_second_person

MAX_REASON_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainDifference(Command):
    """Why the count differs. `sign_off`: the lead's signature over `difference_digest`, if the limit asks for it."""

    session_id: str
    reason: str
    sign_off: Signature | None = None


@dataclass(frozen=True, slots=True)
class DifferenceToExplain:
    """What is to be explained. Attributes: comparison; needs_sign_off (above the hall's limit)."""

    comparison: Comparison
    needs_sign_off: bool

    def digest(self, session_id: str, reason: str) -> str:
        """What the lead signs."""
        return difference_digest(session_id, reason.strip(), self.comparison.differences)


def difference_to_explain(hall: Hall, session_id: str) -> DifferenceToExplain:
    """The difference, once the lead has counted. Raises: RuleViolation `count.first_missing`, `count.lead_needed`."""
    with hall.store.reading() as connection:
        return _difference(connection, session_id)


def explain_difference(hall: Hall, command: ExplainDifference) -> None:
    """Put the explanation into the books; the close may follow.

    Raises: RuleViolation `till.not_counting`, `reason.missing`, `reason.short`, `reason.long`, `count.not_to_explain`
        (agrees, or explained already), `count.first_missing`, `count.lead_needed`, `approval.needed`, `approval.stale`,
        `approval.self`, `approval.role`, `role.*`; StoreError kinds.
    """
    reason = require_words(command.reason, MAX_REASON_CHARS)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        connection = uow.connection
        row = require_session(connection, command.session_id)
        if row.state is not TillState.COUNTING:
            raise RuleViolation("till.not_counting")
        difference = _difference(connection, command.session_id)
        if step_of(connection, row) is not NextStep.EXPLANATION:
            raise RuleViolation("count.not_to_explain")
        signed_by = None
        if difference.needs_sign_off:
            digest = difference.digest(command.session_id, reason)
            signed_by = require_second_person(
                connection,
                Act.DECIDE_OVER_SHORT,
                frozenset({row.operator_id, command.actor}),
                command.sign_off,
                digest,
                now_utc_ms=hall.clock.now_utc_ms(),
            )
        return RecordDraft(
            chain=row.chain,
            kind="difference_explained",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver if signed_by == command.actor else signed_by or approver,
            business_day=row.business_day,
            till_session=command.session_id,
            facts={
                "differences": list(difference.comparison.differences),
                "one_person": signed_by == command.actor,
            },
            rows={
                "over_short_note": [
                    {
                        "session_id": command.session_id,
                        "reason": reason,
                        "explained_by": command.actor,
                        "signed_off_by": signed_by,
                    }
                ]
            },
        )

    act = act_of_counter(command.session_id, command.actor)
    return perform(hall, command, act, decide, lambda _uow, _record: None)


def _difference(connection: Connection, session_id: str) -> DifferenceToExplain:
    comparison = compare(connection, require_session(connection, session_id))
    limit_fen = settings(connection).over_short_limit_fen
    money = [abs(tender.over_short_fen) for tender in comparison.tenders]
    cards_differ = comparison.cards_counted != comparison.cards_expected
    return DifferenceToExplain(comparison, max(money) > limit_fen or cards_differ)
