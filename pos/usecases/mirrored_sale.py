"""The mirror of a sale, line by line: tiers, customer's money and tender go back to where they came from.

A reversal is a new sale that names the original; the original is never touched (design, Money rules). Used when the
card was never written (`return_money`) and when a purchase is taken back off it (`reversal_steps`).
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Json, Row
from pos.domain.sale import Settlement, TenderKind
from pos.store import sale_queries
from pos.store.sale_queries import SaleRow, UnionPayChargeRow
from pos.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class MirroredSale:
    """Attributes: reversal_id; original; charge of the original's slip, or None; rows by table."""

    reversal_id: str
    original: SaleRow
    charge: UnionPayChargeRow | None
    rows: dict[str, list[Row]]

    @property
    def charge_id(self) -> str | None:
        """The slip whose money is unbooked again, or None."""
        return self.charge.charge_id if self.charge else None

    @property
    def settlement(self) -> Settlement:
        """How the original was met: what the postings mirror."""
        sale = self.original
        return Settlement(sale.due_fen, 0, sale.paid_fen, sale.waived_fen, sale.customer_money_fen)

    @property
    def facts(self) -> dict[str, Json]:
        """What every `sale_reversed` states."""
        return {
            "sale_id": self.reversal_id,
            "reverses": self.original.sale_id,
            "paid_out_fen": self.original.paid_fen if self.original.tender == TenderKind.CASH else 0,
            "charge_id": self.charge_id,
        }


def mirrored(uow: UnitOfWork, sale: SaleRow, *, chain: str, session_id: str, now_utc_ms: int) -> MirroredSale:
    """The rows that give a sale back at this till, under the next receipt number of its chain."""
    head = uow.journal.head(chain)
    reversal_id = str(head.next_key)
    own: Row = {"sale_id": reversal_id, "session_id": session_id, "account_no": sale.account_no}
    charge = sale_queries.charge_of_sale(uow.connection, sale.sale_id)
    rows: dict[str, list[Row]] = {
        "sale": [{**own, **_mirror(sale, head.totals.receipt_no + 1, now_utc_ms)}],
        "sale_line": [{**own, **line} for line in _mirror_lines(uow, sale)],
    }
    if charge is not None:
        event_no = sale_queries.next_event_no(uow.connection, charge.charge_id)
        rows["unionpay_event"] = [
            {"charge_id": charge.charge_id, "event_no": event_no, "event": "released", "sale_id": reversal_id}
        ]
    return MirroredSale(reversal_id, sale, charge, rows)


def _mirror(sale: SaleRow, receipt_no: int, now_utc_ms: int) -> Row:
    return {
        "item": sale.item,
        "receipt_no": receipt_no,
        "tender": sale.tender,
        "volume_l": -sale.volume_l,
        "due_fen": -sale.due_fen,
        "paid_fen": -sale.paid_fen,
        "tendered_fen": 0,
        "change_fen": 0,
        "customer_money_fen": -sale.customer_money_fen,
        "waived_fen": -sale.waived_fen,
        "card_write_id": None,
        "reverses_sale_id": sale.sale_id,
        "sold_at_utc_ms": now_utc_ms,
    }


def _mirror_lines(uow: UnitOfWork, sale: SaleRow) -> list[Row]:
    return [
        {
            "kind": line.kind,
            "name": line.name,
            "tariff_id": line.tariff_id,
            "tariff_year": line.tariff_year,
            "tier": line.tier,
            "volume_l": -line.volume_l,
            "price_e4": line.price_e4,
            "amount_fen": -line.amount_fen,
            "vat_rate_bp": line.vat_rate_bp,
        }
        for line in sale_queries.lines_of(uow.connection, sale.sale_id)
    ]
