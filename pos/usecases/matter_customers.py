"""Whose an open matter is, for a list on the screen: the masked name, never more (design Money rules 14). A query.

The matter itself names accounts and slips only; the name is looked up and kept nowhere. Who asked for erasure has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pos.domain.hand_over import MatterKind, OpenMatter
from pos.store import account_queries, outbox, sale_queries
from pos.usecases.fact import Hall


def customers_of(hall: Hall, matters: Sequence[OpenMatter], charged: Mapping[str, str]) -> dict[str, str]:
    """Masked names by matter, where its account is known. `charged`: accounts of charges. Raises StoreError kinds."""
    known: dict[str, str] = {}
    with hall.store.reading() as connection:
        accounts = {write.write_id: write.account_no for write in sale_queries.open_writes(connection)}
        accounts.update(charged)
        for matter in matters:
            if matter.kind is MatterKind.PRINT_UNCONFIRMED:
                job = outbox.job(connection, matter.matter_id)
                name = "" if job is None else job.customer_name  # masked when it was queued
            else:
                person = account_queries.contact(connection, accounts.get(matter.matter_id, ""))
                name = "" if person is None or person.erased else person.name_masked
            if name:
                known[matter.matter_id] = name
    return known
