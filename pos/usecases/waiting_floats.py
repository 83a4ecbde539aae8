"""Change money that a till has while no session of it is open: issued and not taken up, or kept since a close (P1).

Queries for who keeps the safe. Nobody counts blind meanwhile: each sum was counted by two people when it came there.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.till_session import TillState
from pos.store import custody_queries, people_queries
from pos.store.people_queries import TillRow
from pos.store.till_figures import drawer_fen
from pos.store.till_floats import till_floats
from pos.store.till_queries import last_session_of, open_session_of
from pos.store.unit_of_work import Connection
from pos.usecases.fact import Hall


@dataclass(frozen=True, slots=True)
class WaitingFloat:
    """Attributes: amount_fen by the books; names: who answers for it; returnable: no hand-over comes first."""

    till: TillRow
    amount_fen: int
    names: tuple[str, ...]
    returnable: bool


def waiting_floats(hall: Hall) -> tuple[WaitingFloat, ...]:
    """Tills that have cash and no open session, by till. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        names = {person.operator_id: person.display_name for person in people_queries.operators(connection)}
        found = (_waiting(connection, till, names) for till in people_queries.tills(connection))
        return tuple(waiting for waiting in found if waiting is not None)


def _waiting(connection: Connection, till: TillRow, names: dict[str, str]) -> WaitingFloat | None:
    if open_session_of(connection, till.till_id) is not None:
        return None
    amount_fen = drawer_fen(connection, till.till_id)
    if amount_fen <= 0:
        return None
    last = last_session_of(connection, till.till_id)
    issued = till_floats(connection, till.till_id, last.float_issue_id if last else None).issued
    people = [issue.issued_to for issue in reversed(issued)]
    if last is not None and amount_fen > sum(issue.amount_fen for issue in issued):
        taken = custody_queries.taken_by_lead(connection, last.session_id)
        people.insert(0, last.operator_id if taken is None else taken[0])
    distinct = tuple(dict.fromkeys(names[person] for person in people))
    return WaitingFloat(till, amount_fen, distinct, last is None or last.state is not TillState.CLOSED)
