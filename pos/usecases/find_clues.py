"""Clues to a difference, after the lead has counted (domain P5): reading only, never before the count is sealed."""

from __future__ import annotations

from pos.domain.difference_clues import BookedAmount, Clue, difference_clues
from pos.store.daybook_queries import booked_amounts
from pos.store.till_queries import attempts_of, require_session
from pos.usecases.fact import Hall
from pos.usecases.submit_count import compare


def find_clues(hall: Hall, session_id: str) -> tuple[Clue, ...]:
    """Which sales, movements or rows of the count may explain the cash difference of a session.

    Raises: RuleViolation `count.first_missing`, `count.lead_needed`, `till.unknown_session`.
    """
    with hall.store.reading() as connection:
        comparison = compare(connection, require_session(connection, session_id))
        counted = attempts_of(connection, session_id)[-1].count.lines
        booked = [BookedAmount(*row) for row in booked_amounts(connection, session_id)]
    cash, unionpay = comparison.tenders
    return difference_clues(cash.over_short_fen, unionpay.over_short_fen, booked, counted)
