"""What screens ask about tills: who is where in the day, what waits for whom. Reading only, no sum before a count.

A view never tells a cashier what her drawer should hold: the split proposal works on what was counted.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.count import CountLine, NextStep
from pos.domain.errors import RuleViolation
from pos.domain.split_takings import propose_float, takings_of
from pos.domain.till_session import TillState
from pos.store.custody_queries import HandOverRow, SlipRow, last_offer
from pos.store.custody_queries import slips_waiting as _waiting
from pos.store.people_queries import settings
from pos.store.till_queries import TillSessionRow, attempts_of, last_session_of, require_session
from pos.usecases.fact import Hall
from pos.usecases.submit_count import step_of


@dataclass(frozen=True, slots=True)
class TillView:
    """A till now. Attributes: last session or None; offer waiting for a receiver (or in the safe) or None."""

    till_id: str
    last: TillSessionRow | None
    offer: HandOverRow | None


@dataclass(frozen=True, slots=True)
class CountView:
    """Where a counting till stands. Attributes: attempts submitted; next_step."""

    attempts: int
    next_step: NextStep


@dataclass(frozen=True, slots=True)
class SplitProposal:
    """Counted cash, the part proposed to stay, the part to hand in."""

    counted: tuple[CountLine, ...]
    float_lines: tuple[CountLine, ...]
    takings: tuple[CountLine, ...]


def till_view(hall: Hall, till_id: str) -> TillView:
    """A till and what it waits for."""
    with hall.store.reading() as connection:
        last = last_session_of(connection, till_id)
        offer = last_offer(connection, last.session_id) if last and last.state is TillState.CLOSED else None
        return TillView(till_id, last, offer)


def count_view(hall: Hall, session_id: str) -> CountView:
    """Attempts and the next step; no figure. Raises RuleViolation `till.unknown_session`."""
    with hall.store.reading() as connection:
        row = require_session(connection, session_id)
        return CountView(len(attempts_of(connection, session_id)), step_of(connection, row))


def split_proposal(hall: Hall, session_id: str, float_fen: int | None = None) -> SplitProposal:
    """Which notes to keep, once the count holds; `float_fen` defaults to the hall's setting.

    Raises: RuleViolation `count.not_settled` while counting is not finished.
    """
    with hall.store.reading() as connection:
        row = require_session(connection, session_id)
        if row.state is not TillState.COUNTING or step_of(connection, row) is not NextStep.CLOSE:
            raise RuleViolation("count.not_settled")
        counted = attempts_of(connection, session_id)[-1].count.lines
        wanted_fen = settings(connection).drawer_float_fen if float_fen is None else float_fen
    kept = propose_float(counted, wanted_fen)
    return SplitProposal(counted, kept, takings_of(counted, kept))


def slips_waiting(hall: Hall) -> tuple[SlipRow, ...]:
    """实收交款单 that finance has not received yet."""
    with hall.store.reading() as connection:
        return _waiting(connection)
