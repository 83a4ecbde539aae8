"""Whether an act will ask for a second person: said before a customer's money lies on the counter (domain P12).

A question about the matrix only. What is agreed to stays the whole command, after it was read back. Must not know: who
may agree, what is sold.
"""

from __future__ import annotations

from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.usecases.fact import Hall
from pos.usecases.permission import authorise


def asks_consent(hall: Hall, act: Act, actor: str) -> bool:
    """True if the actor may do it with another person's consent only. Raises: StoreError kinds."""
    with hall.store.reading() as connection:
        try:
            authorise(connection, act, actor, None, "")
        except RuleViolation as refused:
            return refused.code == "approval.needed"
    return False
