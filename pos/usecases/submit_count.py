"""Submit a blind count: the first, one recount, the lead's own (domain P5; design, Money rules 10).

The record of a count holds what was counted and nothing else. Only after it is sealed do the books say what should be
there, and the answer is one word; the sums come with the lead's count. Every attempt is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.count import (
    Count,
    CountAttempt,
    CountStage,
    Expected,
    NextStep,
    agrees,
    checked_count,
    next_step,
    require_stage,
    verified_and_counted,
)
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.till_session import TillState
from pos.store.people_queries import settings
from pos.store.till_figures import expected_of
from pos.store.till_queries import TillSessionRow, attempts_of, explanation_of, require_session
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.begin_count import act_of_counter
from pos.usecases.fact import ActOf, Command, Hall, perform
from pos.usecases.till_records import count_rows, till_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitCount(Command):
    """What was counted, cash by denomination, slips by batch, blank cards."""

    session_id: str
    count: Count


@dataclass(frozen=True, slots=True)
class CountOutcome:
    """All a cashier learns of her count. Attributes: agrees; next_step; attempt_no."""

    agrees: bool
    next_step: NextStep
    attempt_no: int


@dataclass(frozen=True, slots=True)
class TenderCheck:
    """Expected, counted and verified (None = nobody else counted) of one tender."""

    tender: str
    expected_fen: int
    counted_fen: int
    verified_fen: int | None

    @property
    def over_short_fen(self) -> int:
        """Over is positive. The lead's count holds where there is one."""
        held = self.counted_fen if self.verified_fen is None else self.verified_fen
        return held - self.expected_fen


@dataclass(frozen=True, slots=True)
class Comparison:
    """Books and counts side by side.

    Attributes: tenders (cash, unionpay); cards_expected, cards_counted (pieces, of the count that holds); cards_first:
        as the cashier counted them.
    """

    tenders: tuple[TenderCheck, ...]
    cards_expected: int
    cards_counted: int
    cards_first: int

    @property
    def differences(self) -> tuple[int, ...]:
        """Over/short per tender in fen, then blank cards in pieces; what a lead signs."""
        return (*(tender.over_short_fen for tender in self.tenders), self.cards_counted - self.cards_expected)


@dataclass(frozen=True, slots=True)
class LeadOutcome:
    """What the lead's count brings to light. Attributes: next_step; comparison."""

    next_step: NextStep
    comparison: Comparison


def submit_count(hall: Hall, command: SubmitCount) -> CountOutcome:
    """The first count.

    Raises: RuleViolation `till.not_counting`, `till.closed`, `count.done_already`, `count.denomination` and the other
        `count.*`, `role.*`; StoreError kinds.
    """
    act = act_of_counter(command.session_id, command.actor)
    return _count(hall, command, CountStage.FIRST, act, "count_submitted")


def recount(hall: Hall, command: SubmitCount) -> CountOutcome:
    """The one recount after a first count that differs. Raises: RuleViolation `count.agrees`, else as above."""
    act = act_of_counter(command.session_id, command.actor)
    return _count(hall, command, CountStage.RECOUNT, act, "recounted")


def lead_count(hall: Hall, command: SubmitCount) -> LeadOutcome:
    """The lead counts herself; now the sums are shown.

    Raises: RuleViolation `count.first_missing`, `count.agrees`, `count.same_person` (the drawer's own cashier, or who
        has counted it already), else as above.
    """
    _count(hall, command, CountStage.LEAD, Act.SECOND_COUNT, "lead_counted")
    with hall.store.reading() as connection:
        row = require_session(connection, command.session_id)
        return LeadOutcome(step_of(connection, row), compare(connection, row))


def step_of(
    connection: Connection,
    row: TillSessionRow,
    expected: Expected | None = None,
    attempts: tuple[CountAttempt, ...] | None = None,
) -> NextStep:
    """What a counting till waits for. Asks the books for sums only after a count is sealed."""
    attempts = attempts_of(connection, row.session_id) if attempts is None else attempts
    if attempts and expected is None:
        expected = expected_of(connection, row)
    return next_step(attempts, expected, explained=explanation_of(connection, row.session_id) is not None)


def compare(
    connection: Connection,
    row: TillSessionRow,
    expected: Expected | None = None,
    attempts: tuple[CountAttempt, ...] | None = None,
) -> Comparison:
    """Expected, counted, verified. `expected` and `attempts` if the caller has asked for them in this unit already.

    Raises: RuleViolation `count.first_missing`; `count.lead_needed` while only the cashier has counted and differs:
        until the lead has counted nobody at this till learns a sum.
    """
    attempts = attempts_of(connection, row.session_id) if attempts is None else attempts
    if not attempts:
        raise RuleViolation("count.first_missing")
    expected = expected or expected_of(connection, row)
    own, lead = verified_and_counted(attempts)
    if lead is None and not agrees(own, expected):
        raise RuleViolation("count.lead_needed")
    held = own if lead is None else lead
    return Comparison(
        (
            TenderCheck("cash", expected.cash_fen, own.cash_fen, lead.cash_fen if lead else None),
            TenderCheck("unionpay", expected.unionpay_fen, own.unionpay_fen, lead.unionpay_fen if lead else None),
        ),
        expected.blank_cards,
        held.blank_cards,
        own.blank_cards,
    )


def _count(hall: Hall, command: SubmitCount, stage: CountStage, act: Act | ActOf, kind: str) -> CountOutcome:
    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        row = require_session(uow.connection, command.session_id)
        if row.state is not TillState.COUNTING:
            raise RuleViolation("till.not_counting" if row.state is TillState.OPEN else "till.closed")
        attempts = attempts_of(uow.connection, command.session_id)
        attempt_no = require_stage(attempts, stage)
        if attempts and step_of(uow.connection, row) is NextStep.CLOSE:
            raise RuleViolation("count.agrees")
        counted_by = {row.operator_id, *(attempt.operator_id for attempt in attempts)}
        if stage is CountStage.LEAD and command.actor in counted_by and not settings(uow.connection).one_person_hall:
            raise RuleViolation("count.same_person")
        count = checked_count(command.count)
        return till_draft(
            row,
            command,
            approver,
            kind=kind,
            facts={"attempt_no": attempt_no, "absent": row.operator_id != command.actor},
            rows=count_rows(count, command.session_id, attempt_no, stage.value, command.actor),
        )

    def result(uow: UnitOfWork, record: Record) -> CountOutcome:
        row = require_session(uow.connection, command.session_id)
        attempt_no = int(record.facts["attempt_no"])
        attempts = [a for a in attempts_of(uow.connection, command.session_id) if a.attempt_no <= attempt_no]
        expected = expected_of(uow.connection, row)
        step = next_step(attempts, expected, explained=False)
        return CountOutcome(agrees(attempts[-1].count, expected), step, attempt_no)

    return perform(hall, command, act, decide, result)
