"""All papers a hall has made, as frozen, for archives and the day's story. A query (P12: finance and above)."""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.papers import Paper
from pos.store import outbox
from pos.usecases.fact import Hall


@dataclass(frozen=True, slots=True)
class PaperOfDay:
    """A paper and the record it states. copy_no 0 is the original."""

    paper: Paper
    copy_no: int
    fact_key: str
    fact_hash: str


def papers_of_all(hall: Hall) -> tuple[PaperOfDay, ...]:
    """Every paper, oldest first. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return tuple(
            PaperOfDay(job.paper, job.copy_no, job.fact_key, job.fact_hash) for job in outbox.all_jobs(connection)
        )
