"""Blank cards: received into the hall's store, issued to a till, returned from it, spoiled at it (domain E2/45).

A card that was personalised is not moved: its own write took it out of the till's stock. Must not know: tills' counts.
"""

from __future__ import annotations

from enum import StrEnum

from pos.domain.errors import RuleViolation

MAX_PIECES = 100_000


class CardMove(StrEnum):
    """How blank cards change hands."""

    RECEIVED = "received"  # 领入: into the hall's store, from the company
    ISSUED = "issued"  # 领用: from the store to a till
    RETURNED = "returned"  # 退回: from a till to the store
    SPOILED = "spoiled"  # 作废: at a till, kept for destruction


AT_A_TILL = (CardMove.ISSUED, CardMove.RETURNED, CardMove.SPOILED)


def check_pieces(pieces: int) -> None:
    """Raises RuleViolation `card_stock.pieces`."""
    if not 1 <= pieces <= MAX_PIECES:
        raise RuleViolation("card_stock.pieces", pieces=pieces)
