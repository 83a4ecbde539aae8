"""Receive blank cards into the hall's store, with the paper they came with (领入, domain E2/45)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.card_stock import CardMove, check_pieces
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store import card_stock_queries
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveBlankCards(Command):
    """Attributes: pieces counted; document_no of the delivery, not empty."""

    pieces: int
    document_no: str


def receive_blank_cards(hall: Hall, command: ReceiveBlankCards) -> int:
    """Book them in; returns what the store holds now.

    Raises: RuleViolation `card_stock.pieces`, `card_stock.document`, `role.*`; StoreError kinds.
    """
    check_pieces(command.pieces)
    if not command.document_no.strip():
        raise RuleViolation("card_stock.document")

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        chain = hall_chain(uow.connection)
        return RecordDraft(
            chain=chain,
            kind="blank_cards_moved",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"kind": CardMove.RECEIVED, "pieces": command.pieces},
            rows={
                "blank_card_movement": [
                    {
                        "movement_id": str(uow.journal.head(chain).next_key),
                        "kind": CardMove.RECEIVED,
                        "pieces": command.pieces,
                        "session_id": None,
                        "reason": "",
                        "document_no": command.document_no.strip(),
                    }
                ]
            },
        )

    return perform(hall, command, Act.RECEIVE_CARD_STOCK, decide, _in_store)


def _in_store(uow: UnitOfWork, _record: Record) -> int:
    return card_stock_queries.in_store(uow.connection)
