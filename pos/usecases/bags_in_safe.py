"""Sealed bags that wait in the safe for the morning: what the receiver may know before she counts (P9). A query.

The float that was sealed is left out: the count in the morning is a count, not a confirmation.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.store import custody_queries, people_queries, till_queries
from pos.usecases.fact import Hall


@dataclass(frozen=True, slots=True)
class SealedBag:
    """A bag. digest: what its giver and her witness signed, the receiver signs it too; names as shown."""

    session_id: str
    bag_no: str
    digest: str
    till_name: str
    business_day: str
    given_by: str
    witness: str


def bags_in_safe(hall: Hall) -> tuple[SealedBag, ...]:
    """Bags nobody has accepted yet, oldest first. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        names = {person.operator_id: person.display_name for person in people_queries.operators(connection)}
        found = []
        for bag in custody_queries.bags_in_safe(connection):
            row = till_queries.require_session(connection, bag.session_id)
            till = people_queries.till(connection, row.till_id)
            found.append(
                SealedBag(
                    session_id=bag.session_id,
                    bag_no=bag.bag_no,
                    digest=bag.digest,
                    till_name=till.name if till else row.till_id,
                    business_day=row.business_day,
                    given_by=names.get(bag.given_by, ""),
                    witness=names.get(bag.witness or "", ""),
                )
            )
        return tuple(found)
