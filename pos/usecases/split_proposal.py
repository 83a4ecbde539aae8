"""What is about to be sealed by a close: counted cash, what stays as float, what is handed in (domain P1, P6).

Reading only, and only once the count holds: nobody learns a sum before.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.count import CountLine, NextStep, checked_lines
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import OpenMatter
from pos.domain.split_takings import ChangeMissing, change_missing, propose_float, takings_of
from pos.domain.till_session import TillState
from pos.store.people_queries import settings
from pos.store.till_figures import float_given_fen
from pos.store.till_queries import attempts_of, require_session
from pos.usecases.closing_figures import slips_differing
from pos.usecases.fact import Hall
from pos.usecases.submit_count import Comparison, compare, step_of


@dataclass(frozen=True, slots=True)
class SplitProposal:
    """Counted cash, the part proposed to stay, the part to hand in; what is about to be sealed.

    Attributes: wanted_fen: the float to keep, as near as the pieces allow; hall_float_fen: what the hall has set for
        one. comparison: books and counts, open now. missing: small faces the float lacks. differing: what the count
        leaves open, which the close freezes behind the till's open matters.
    """

    counted: tuple[CountLine, ...]
    float_lines: tuple[CountLine, ...]
    takings: tuple[CountLine, ...]
    wanted_fen: int
    hall_float_fen: int
    comparison: Comparison
    missing: tuple[ChangeMissing, ...] = ()
    differing: tuple[OpenMatter, ...] = ()


def split_proposal(hall: Hall, session_id: str, float_fen: int | None = None) -> SplitProposal:
    """Which notes to keep, once the count holds (P1, P6).

    `float_fen` defaults to what this session was given as change money; where it was given nothing, to the hall's
    setting. Raises: RuleViolation `count.not_settled` while counting is not finished, `till.unknown_session`.
    """
    with hall.store.reading() as connection:
        row = require_session(connection, session_id)
        if row.state is not TillState.COUNTING or step_of(connection, row) is not NextStep.CLOSE:
            raise RuleViolation("count.not_settled")
        counted = checked_lines(attempts_of(connection, session_id)[-1].count.lines)  # greatest first, as counted
        hall_float_fen = settings(connection).drawer_float_fen
        if float_fen is None:
            float_fen = float_given_fen(connection, session_id) or hall_float_fen
        comparison = compare(connection, row)
        differing = slips_differing(row, comparison, hall.clock.now_utc_ms())
    kept = propose_float(counted, float_fen)
    missing = change_missing(counted, float_fen)
    handed_in = takings_of(counted, kept)
    return SplitProposal(counted, kept, handed_in, float_fen, hall_float_fen, comparison, missing, differing)
