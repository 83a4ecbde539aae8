"""Open a till session with the opening count (domain P1, P9; design, Money rules 10, 13).

The opening count is a measurement of its own: what it finds more or less than the books goes to its own account, so
that a night's loss never becomes the shift's. The session's id is the key of this record; it names its predecessor
and, if a float was issued, the hall's record of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Json, Record, RecordDraft, Row
from pos.domain.business_day import opening_day, require_not_ahead
from pos.domain.count import Count, CountLine, checked_lines
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.till_postings import opening_variance
from pos.domain.till_session import UNCLOSED, TillState
from pos.store.people_queries import TillRow, hall_profile, settings
from pos.store.till_figures import drawer_fen
from pos.store.till_floats import till_floats
from pos.store.till_queries import TillSessionRow, last_business_day, last_session_of
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.till_papers import name_of
from pos.usecases.till_records import count_rows, depends_on, record_of, require_till


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTillSession(Command):
    """The opening count as typed. `lines` by denomination; `blank_cards` in hand.

    `sure`: a difference to the float was looked at twice; without it nothing is opened over one.
    """

    till_id: str
    lines: tuple[CountLine, ...]
    blank_cards: int = 0
    sure: bool = True


@dataclass(frozen=True, slots=True)
class TillOpened:
    """Attributes: session_id; session_no; business_day (ISO); float_fen as counted; variance_fen against the books."""

    session_id: str
    session_no: int
    business_day: str
    float_fen: int
    variance_fen: int
    short_hash: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A session about to begin: its id, number, day, rows and facts, for the opening and the accepted hand-over."""

    session_id: str
    business_day: str
    variance_fen: int
    facts: dict[str, Json]
    rows: dict[str, list[Row]]


def open_till_session(hall: Hall, command: OpenTillSession) -> TillOpened:
    """Open the till.

    Raises: RuleViolation `till.unknown`, `till.already_open`, `till.not_handed_over` (its last session waits for its
        hand-over), `float.same_person`, `float.not_hers`, `till.clock_ahead`, `count.opening_differs`, `count.*`,
        `role.*`; StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        till = require_till(uow.connection, command.till_id)
        last = last_session_of(uow.connection, till.till_id)
        if last is not None and last.state in UNCLOSED:
            raise RuleViolation("till.already_open", till=till.till_id)
        if last is not None and last.state is TillState.CLOSED:
            raise RuleViolation("till.not_handed_over", till=till.till_id, session=last.session_id)
        opening = next_opening(
            uow,
            till,
            last,
            operator_id=command.actor,
            count=Count(checked_lines(command.lines), (), command.blank_cards),
            now_utc_ms=hall.clock.now_utc_ms(),
        )
        if opening.variance_fen and not command.sure:
            raise RuleViolation("count.opening_differs")
        return opening_draft(till, opening, command.command_id, command.actor, approver)

    return perform(hall, command, Act.RUN_OWN_TILL_SESSION, decide, opened_result)


def next_opening(
    uow: UnitOfWork, till: TillRow, last: TillSessionRow | None, *, operator_id: str, count: Count, now_utc_ms: int
) -> Opening:
    """What a session that begins now says, with the drawer by the books beside the count.

    Raises: RuleViolation `count.cards`, `float.same_person`, `float.not_hers` (name: who got the newest one),
        `till.clock_ahead`.
    """
    connection = uow.connection
    if count.blank_cards < 0:
        raise RuleViolation("count.cards", cards=count.blank_cards)
    taken = last.float_issue_id if last else None
    floats = till_floats(connection, till.till_id, taken)
    fresh = floats.issued
    one_person = any(issue.issued_by == operator_id for issue in fresh)
    rules = settings(connection)
    if one_person and not rules.one_person_hall:
        raise RuleViolation("float.same_person")
    if fresh and fresh[0].issued_to != operator_id:
        raise RuleViolation("float.not_hers", name=name_of(connection, fresh[0].issued_to))
    session_id = str(uow.journal.head(till.chain).next_key)
    session_no = last.session_no + 1 if last else 1
    offset_min = hall_profile(connection).offset_min
    day = opening_day(now_utc_ms, offset_min, last.business_day if last else None)
    require_not_ahead(day, last_business_day(connection), rules.max_closed_days)
    expected_fen = drawer_fen(connection, till.till_id)
    rests_on = [issue.issue_id for issue in reversed(fresh)]
    if floats.newest_return is not None:
        rests_on.append(floats.newest_return)
    row: Row = {
        "session_id": session_id,
        "till_id": till.till_id,
        "session_no": session_no,
        "predecessor": last.session_id if last else None,
        "business_day": day,
        "operator_id": operator_id,
        "float_expected_fen": expected_fen,
        "float_counted_fen": count.cash_fen,
        "blank_cards": count.blank_cards,
        "float_issue_id": fresh[0].issue_id if fresh else taken,
        "opened_at_utc_ms": now_utc_ms,
    }
    step: Row = {"session_id": session_id, "step_no": 1, "state": "open", "operator_id": operator_id}
    facts: dict[str, Json] = {
        "session_id": session_id,
        "session_no": session_no,
        "business_day": day,
        "float_fen": count.cash_fen,
        "variance_fen": count.cash_fen - expected_fen,
        "one_person": one_person,
        "depends_on": [depends_on(record_of(uow, key)) for key in rests_on],
    }
    rows: dict[str, list[Row]] = {"till_session": [row], "till_step": [step]}
    rows |= count_rows(count, session_id, 0, "opening", operator_id)
    return Opening(session_id, day, count.cash_fen - expected_fen, facts, rows)


def opening_draft(till: TillRow, opening: Opening, command_id: str, actor: str, approver: str | None) -> RecordDraft:
    """The signed record that begins a session."""
    return RecordDraft(
        chain=till.chain,
        kind="till_session_opened",
        command_id=command_id,
        actor=actor,
        approver=approver,
        business_day=opening.business_day,
        till_session=opening.session_id,
        facts=opening.facts,
        postings=opening_variance(till.till_id, opening.session_id, opening.variance_fen),
        rows=opening.rows,
        sign=True,
    )


def opened_result(_uow: UnitOfWork, record: Record) -> TillOpened:
    """The result as the sealed record tells it."""
    facts = record.facts
    return TillOpened(
        facts["session_id"],
        facts["session_no"],
        facts["business_day"],
        facts["float_fen"],
        facts["variance_fen"],
        record.short_hash,
    )
