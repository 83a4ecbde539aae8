"""What a till waits for: how far its closing count has come, and what only a lead can settle (domain P5, P9). Queries.

A cashier may have gone home while her differing count waits for a second person: whoever can settle it must hear of it
as soon as she signs in. No sum leaves the books here; a count answers only with what its own people have counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pos.domain.count import Count, NextStep, verified_and_counted
from pos.domain.till_session import TillState
from pos.store import custody_queries, people_queries
from pos.store.people_queries import OperatorRow, TillRow
from pos.store.till_figures import drawer_fen
from pos.store.till_floats import till_floats
from pos.store.till_queries import TillSessionRow, attempts_of, last_session_of, require_session
from pos.store.unit_of_work import Connection
from pos.usecases.fact import Hall
from pos.usecases.submit_count import step_of


class Wait(StrEnum):
    """Why a till waits for somebody other than its cashier."""

    LEAD_COUNT = "lead_count"
    HAND_OVER = "hand_over"
    BAG = "bag"


@dataclass(frozen=True, slots=True)
class WaitingTill:
    """A till that waits. Attributes: last: its session; cashier: who ran that."""

    kind: Wait
    till: TillRow
    last: TillSessionRow
    cashier: OperatorRow


@dataclass(frozen=True, slots=True)
class KeptFloat:
    """The float of a closed till in a lead's keeping: what she counted, less what went back into the safe."""

    till: TillRow
    amount_fen: int


@dataclass(frozen=True, slots=True)
class CountSoFar:
    """A closing count. `held`: the count that holds now, the lead's where there is one; None before the first.
    begun_at_utc_ms: before the first, when it was begun; None where it was not."""

    next_step: NextStep
    held: Count | None
    begun_at_utc_ms: int | None = None


def waiting_for_lead(hall: Hall, lead_id: str) -> tuple[WaitingTill, ...]:
    """Tills that wait for this lead: counts first, then hand-overs, then bags in the safe; by till.

    Her own till is not among them, nor a count she has already taken part in, except in a hall of one person.
    Raises StoreError kinds.
    """
    with hall.store.reading() as connection:
        people = {person.operator_id: person for person in people_queries.operators(connection)}
        tills = {till.till_id: till for till in people_queries.tills(connection)}
        bags = [require_session(connection, bag.session_id) for bag in custody_queries.bags_in_safe(connection)]
        bagged = {row.session_id for row in bags}
        found = [(Wait.BAG, row) for row in bags]
        for till_id in tills:
            last = last_session_of(connection, till_id)
            kind = None if last is None else _wait_of(connection, last, lead_id)
            if last is not None and kind is not None and last.session_id not in bagged:
                found.append((kind, last))
        order = tuple(Wait)
        found.sort(key=lambda waiting: order.index(waiting[0]))
        return tuple(WaitingTill(kind, tills[row.till_id], row, people[row.operator_id]) for kind, row in found)


def floats_kept_by(hall: Hall, lead_id: str) -> tuple[KeptFloat, ...]:
    """Floats this lead took over and nobody has opened with since, by till. Raises StoreError kinds."""
    kept: list[KeptFloat] = []
    with hall.store.reading() as connection:
        for till in people_queries.tills(connection):
            last = last_session_of(connection, till.till_id)
            if last is None or last.state not in (TillState.ACCEPTED, TillState.RECEIVED):
                continue
            taken = custody_queries.taken_by_lead(connection, last.session_id)
            if taken is None or taken[0] != lead_id:
                continue
            issued = till_floats(connection, till.till_id, last.float_issue_id).issued
            amount_fen = drawer_fen(connection, till.till_id) - sum(issue.amount_fen for issue in issued)
            if amount_fen > 0:
                kept.append(KeptFloat(till, amount_fen))
    return tuple(kept)


def count_so_far(hall: Hall, session_id: str) -> CountSoFar:
    """Where the closing count of a session stands. Raises RuleViolation `till.unknown_session`; StoreError kinds."""
    with hall.store.reading() as connection:
        row = require_session(connection, session_id)
        attempts = attempts_of(connection, session_id)
        if not attempts:
            begun = tuple(hall.store.journal_of(connection).of_till_session(session_id, ("count_begun",)))
            return CountSoFar(NextStep.FIRST_COUNT, None, begun[-1].at_utc_ms if begun else None)
        own, lead = verified_and_counted(attempts)
        return CountSoFar(step_of(connection, row, attempts=attempts), own if lead is None else lead)


def _wait_of(connection: Connection, last: TillSessionRow, lead_id: str) -> Wait | None:
    if last.state is TillState.CLOSED:
        return None if last.operator_id == lead_id else Wait.HAND_OVER
    if last.state is not TillState.COUNTING:
        return None
    attempts = attempts_of(connection, last.session_id)
    counted_by = {last.operator_id, *(attempt.operator_id for attempt in attempts)}
    if lead_id in counted_by and not people_queries.settings(connection).one_person_hall:
        return None
    return Wait.LEAD_COUNT if step_of(connection, last, attempts=attempts) is NextStep.LEAD_COUNT else None
