"""Whether a till has a blank card left by the books, asked before one is sold from it (domain E2/45). A query.

It says yes or no and never how many: the count at the till's close is blind (design, Money rules 10).
"""

from __future__ import annotations

from pos.store.till_figures import blank_cards_left
from pos.store.till_queries import require_session
from pos.usecases.fact import Hall


def till_has_blank(hall: Hall, session_id: str) -> bool:
    """True if the till session holds a blank card by the books; the one in her hand may still be another.

    Raises: RuleViolation `till.unknown_session`; StoreError kinds.
    """
    with hall.store.reading() as connection:
        return blank_cards_left(connection, require_session(connection, session_id)) > 0
