"""Papers of a till that wait for their turn at the printer, or are at it now, and are no open matter yet."""

from __future__ import annotations

from pos.domain.hand_over import OpenMatter
from pos.store.open_matters import prints_under_way
from pos.usecases.fact import Hall


def papers_under_way(hall: Hall, till_id: str) -> tuple[OpenMatter, ...]:
    """Oldest first; after their patience they are among the open matters instead. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return prints_under_way(connection, till_id, now_utc_ms=hall.clock.now_utc_ms())
