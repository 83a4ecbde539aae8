"""Set or lift a limit of purchases, or a meter's cap, with its document and a second person (cards B7, domain P12).

Nothing is changed or taken away: a limit that no longer holds is lifted by a new one. Must not know: how it is checked.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft, Row
from pos.domain.purchase_limit import LITRES_PER_M3, LimitSpan, PurchaseLimit, checked_limit
from pos.domain.roles import Act
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPurchaseLimit(Command):
    """A limit as approved; see `PurchaseLimit`. most_m3: whole m³, None lifts it from `valid_from` on."""

    span: LimitSpan
    applies_to: str
    most_m3: int | None
    valid_from: str
    document_no: str
    valid_until: str | None = None
    months: int = 1


def set_purchase_limit(hall: Hall, command: SetPurchaseLimit) -> str:
    """Write the limit; returns the key of its record.

    Raises: RuleViolation `limit_rule.*`, `role.*`, `approval.*`; StoreError kinds.
    """
    limit = limit_of(command)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="purchase_limit_set",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"span": limit.span, "applies_to": limit.applies_to},
            rows={"purchase_limit": [_row(limit)]},
        )

    return perform(hall, command, Act.SET_PRICES, decide, _key)


def limit_of(command: SetPurchaseLimit) -> PurchaseLimit:
    """What would be set: to be refused before anybody is asked to approve it. Raises RuleViolation `limit_rule.*`."""
    return checked_limit(
        PurchaseLimit(
            span=command.span,
            applies_to=command.applies_to,
            most_l=None if command.most_m3 is None else command.most_m3 * LITRES_PER_M3,
            valid_from=command.valid_from,
            valid_until=command.valid_until,
            months=command.months,
            document_no=command.document_no.strip(),
        )
    )


def _row(limit: PurchaseLimit) -> Row:
    return {
        "span": limit.span,
        "applies_to": limit.applies_to,
        "most_l": limit.most_l,
        "valid_from": limit.valid_from,
        "valid_until": limit.valid_until,
        "months": limit.months,
        "document_no": limit.document_no,
    }


def _key(_uow: UnitOfWork, record: Record) -> str:
    return str(record.key)
