"""The last sale of a session, and whether the program ended before its goods were handed out: shown before anything is
sold.

A query. The money is booked and the card may be proven; what nobody recorded is whether change, card and paper reached
the customer. Asking her is cheaper than taking the money twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.card_write import WriteState
from pos.store import outbox, sale_queries
from pos.store.sale_queries import SaleRow
from pos.usecases.fact import Hall

__all__ = ["InterruptedSale", "SaleRow", "interrupted_sale", "last_sale"]


@dataclass(frozen=True, slots=True)
class InterruptedSale:
    """Attributes: sale as booked; state of its card write; receipt_code of its paper (`receipt.*`); writes_card: False
    for a service, which is booked in one commit."""

    sale: SaleRow
    state: WriteState
    receipt_code: str
    writes_card: bool = True


def interrupted_sale(hall: Hall, session_id: str) -> InterruptedSale | None:
    """The session's last sale if its hand-out was never recorded, or None. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        journal = hall.store.journal_of(connection)
        last_paid = ""
        for record in journal.of_till_session(session_id, ("sale_paid", "goods_handed_out", "sale_reversed")):
            if record.kind == "sale_paid":
                last_paid = record.facts["sale_id"]
            elif last_paid in (record.facts.get("sale_id"), record.facts.get("reverses")):
                last_paid = ""
        sale = sale_queries.sale(connection, last_paid) if last_paid else None
        write = sale_queries.card_write(connection, last_paid) if last_paid else None
        if sale is None or (write is None and sale.item == "gas"):
            return None
        said = "written" if write else "transfer"
        jobs = outbox.jobs_with_reason(connection, f"sale:{said}:{last_paid}")
        receipt_code = f"receipt.{jobs[0].state}" if jobs else "receipt.waiting"
        return InterruptedSale(sale, write.state if write else WriteState.POSTED, receipt_code, write is not None)


def last_sale(hall: Hall, session_id: str) -> SaleRow | None:
    """The newest payment of the session, reversed or not; None before the first. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        last_paid = ""
        for record in hall.store.journal_of(connection).of_till_session(session_id, ("sale_paid",)):
            last_paid = record.facts["sale_id"]
        return sale_queries.sale(connection, last_paid) if last_paid else None
