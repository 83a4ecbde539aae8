"""Set the price of a fee (card, replacement ...) from a day on, with its document and a second person (domain E2/44).

Must not know: when a fee is charged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.approved_price import check_paper, check_vat
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform

MAX_FEE_FEN = 10_000_000
_ITEM = re.compile(r"[a-z][a-z_]{0,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFeePrice(Command):
    """A fee as approved: `item` (first_card, card_replacement ...), fen, ISO first day, VAT in basis points."""

    item: str
    amount_fen: int
    effective_from: str
    document_no: str
    vat_rate_bp: int = 600
    sample: bool = False


@dataclass(frozen=True, slots=True)
class FeePriceSet:
    """The item whose price it is."""

    item: str


def set_fee_price(hall: Hall, command: SetFeePrice) -> FeePriceSet:
    """Write the price.

    Raises: RuleViolation `fee.item`, `fee.amount`, `tariff.document`, `tariff.no_day`, `tariff.day`, `tariff.vat`,
        `role.*`, `approval.*`; StoreError kinds.
    """
    check_fee_price(command)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="fee_price_set",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"item": command.item},
            rows={
                "fee_price": [
                    {
                        "item": command.item,
                        "amount_fen": command.amount_fen,
                        "effective_from": command.effective_from,
                        "vat_rate_bp": command.vat_rate_bp,
                        "document_no": command.document_no.strip(),
                        "sample": int(command.sample),
                    }
                ]
            },
        )

    return perform(hall, command, Act.SET_PRICES, decide, _result)


def check_fee_price(command: SetFeePrice) -> None:
    """Refuse before anybody is asked to approve it; the same rules as when it is set."""
    if not _ITEM.fullmatch(command.item):
        raise RuleViolation("fee.item", item=command.item)
    check_paper(command.effective_from, command.document_no)
    check_vat(command.vat_rate_bp)
    if not 0 <= command.amount_fen <= MAX_FEE_FEN:
        raise RuleViolation("fee.amount", amount_fen=command.amount_fen)


def _result(_uow: UnitOfWork, record: Record) -> FeePriceSet:
    return FeePriceSet(record.facts["item"])
