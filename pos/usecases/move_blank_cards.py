"""Blank cards to a till, back from it, or spoiled at it (领用, 退回, 作废): the till's owner with her lead's consent.

The session's expected cards follow at once, so that the blind count at its close finds what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.card_stock import AT_A_TILL, CardMove, check_pieces
from pos.domain.errors import RuleViolation
from pos.domain.reasons import SpoilReason, require_reason
from pos.domain.roles import Act
from pos.store import card_stock_queries, till_queries
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.till_records import till_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveBlankCards(Command):
    """Cards of the actor's own open till session.

    Attributes: session_id; move; pieces; reason: a `SpoilReason` of spoiled cards, "" otherwise; note.
    """

    session_id: str
    move: CardMove
    pieces: int
    reason: str = ""
    note: str = ""


def move_blank_cards(hall: Hall, command: MoveBlankCards) -> CardMove:
    """Book the movement; says no stock of the till, for its count is blind.

    Raises: RuleViolation `card_stock.pieces`, `card_stock.move` (received cards go to the store),
        `card_stock.store_short` (in_store), `reason.*`, `till.*`, `role.*`, `approval.*`; StoreError kinds.
    """
    check_pieces(command.pieces)
    if command.move is CardMove.SPOILED:
        require_reason(SpoilReason, command.reason, command.note)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        if command.move not in AT_A_TILL:
            raise RuleViolation("card_stock.move", move=command.move)
        till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        in_store = card_stock_queries.in_store(uow.connection)
        if command.move is CardMove.ISSUED and command.pieces > in_store:
            raise RuleViolation("card_stock.store_short", in_store=in_store)
        return till_draft(
            till_session,
            command,
            approver,
            kind="blank_cards_moved",
            facts={"kind": command.move, "pieces": command.pieces, "note": command.note.strip()},
            rows={
                "blank_card_movement": [
                    {
                        "movement_id": str(uow.journal.head(till_session.chain).next_key),
                        "kind": command.move,
                        "pieces": command.pieces,
                        "session_id": command.session_id,
                        "reason": command.reason,
                        "document_no": "",
                    }
                ]
            },
        )

    return perform(hall, command, Act.MOVE_CARD_STOCK, decide, _move)


def _move(_uow: UnitOfWork, record: Record) -> CardMove:
    return CardMove(record.facts["kind"])
