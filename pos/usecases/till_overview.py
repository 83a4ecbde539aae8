"""Which till a person works at, which are free: what the workstation asks after somebody signed in. A query."""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.hand_over import OpenMatter
from pos.domain.till_session import UNCLOSED, TillState
from pos.store import custody_queries, people_queries, sale_queries, till_queries
from pos.store.open_matters import open_matters
from pos.store.people_queries import TillRow
from pos.store.till_queries import TillSessionRow
from pos.usecases.fact import Hall
from pos.usecases.till_records import require_till

_HERS = (*UNCLOSED, TillState.CLOSED)


@dataclass(frozen=True, slots=True)
class TillOverview:
    """A till and its newest session, or None if it never had one.

    bag_no: the sealed bag in the safe that its float lies in and nobody has opened, "" for none.
    """

    till: TillRow
    last: TillSessionRow | None
    unclosed: bool
    bag_no: str = ""

    @property
    def not_handed_over(self) -> bool:
        """Closed, and still to be offered to somebody by its cashier."""
        return self.last is not None and self.last.state is TillState.CLOSED and not self.bag_no

    @property
    def may_open(self) -> bool:
        """Nobody works at it, and what was there before has been taken over."""
        return not self.unclosed and (self.last is None or self.last.state is not TillState.CLOSED)


def till_overview(hall: Hall) -> tuple[TillOverview, ...]:
    """All tills of the hall by id. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        bags = {bag.session_id: bag.bag_no for bag in custody_queries.bags_in_safe(connection)}
        found = []
        for till in people_queries.tills(connection):
            last = till_queries.last_session_of(connection, till.till_id)
            unclosed = till_queries.open_session_of(connection, till.till_id) is not None
            found.append(TillOverview(till, last, unclosed, bags.get(last.session_id, "") if last else ""))
        return tuple(found)


def own_session(hall: Hall, operator_id: str) -> TillOverview | None:
    """The till at which this person has an unclosed session, or None. Raises StoreError kinds."""
    for entry in till_overview(hall):
        if entry.unclosed and entry.last is not None and entry.last.operator_id == operator_id:
            return entry
    return None


def last_session_of_person(hall: Hall, operator_id: str) -> TillOverview | None:
    """The till whose newest session is this person's and not accepted yet (counted, or closed and not handed over)."""
    newest = (entry for entry in till_overview(hall) if entry.last is not None)
    return next((e for e in newest if e.last and e.last.operator_id == operator_id and e.last.state in _HERS), None)


def till_of(hall: Hall, session_id: str) -> TillRow:
    """The till a session belongs to. Raises RuleViolation `till.unknown_session`, `till.unknown`; StoreError kinds."""
    with hall.store.reading() as connection:
        return require_till(connection, till_queries.require_session(connection, session_id).till_id)


def open_matters_of(hall: Hall, till_id: str | None = None) -> tuple[OpenMatter, ...]:
    """Everything unsettled of a till, or of the hall, oldest kind first. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return open_matters(connection, till_id, now_utc_ms=hall.clock.now_utc_ms())


def owners_of(hall: Hall, matters: tuple[OpenMatter, ...]) -> dict[str, str]:
    """Who answers for each matter, by its id: a hand-over passes what is open at a till on with the till (P9).

    That is the operator of the till's newest session, or the lead who has taken the closed till over. A matter of the
    hall itself has no owner. Raises StoreError kinds.
    """
    owners: dict[str, str] = {}
    with hall.store.reading() as connection:
        names = {person.operator_id: person.display_name for person in people_queries.operators(connection)}
        for till in people_queries.tills(connection):
            last = till_queries.last_session_of(connection, till.till_id)
            of_till = [matter for matter in matters if matter.matter_id.startswith(f"{till.chain}-")]
            if last is None or not of_till:
                continue
            taken = custody_queries.taken_by_lead(connection, last.session_id)
            owner = names.get(last.operator_id if taken is None else taken[0], "")
            owners |= {matter.matter_id: owner for matter in of_till}
    return owners


def terminals_of(hall: Hall, session_id: str) -> tuple[str, ...]:
    """UnionPay terminals used in a session, for the rows of a count; no number of slips, no sum."""
    with hall.store.reading() as connection:
        return sale_queries.terminals_of_session(connection, session_id)
