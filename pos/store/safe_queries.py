"""Which pieces the safe holds by the books: what was typed by denomination when cash went in or came out (domain P1).

A movement without denominations (a bag opened by an older program whose count was not what was sealed) leaves a sum
that may be any pieces. Notes changed for others inside the safe are in no book. Must not know: who asks.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.chart import CASH_SAFE
from ledger.sqlite_engine import all_rows
from pos.domain.count import CountLine, cash_fen
from pos.store.till_queries import movement_lines, split_of


@dataclass(frozen=True, slots=True)
class SafePieces:
    """known: pieces by (face_fen, coin), below 0 where notes were changed. unknown_fen: of no known pieces."""

    known: dict[tuple[int, bool], int]
    unknown_fen: int

    def at_most(self, face_fen: int, coin: bool) -> int:
        """More than so many pieces of a face cannot be there by the books."""
        return max(0, self.known.get((face_fen, coin), 0)) + max(0, self.unknown_fen) // face_fen


_MOVES = (
    "SELECT p.side, p.amount_fen, p.session, j.body ->> '$.payload.facts.lines',"
    " j.body ->> '$.payload.facts.movement_id' FROM posting p JOIN journal j USING (chain, epoch, seq)"
    " WHERE p.account = ?"
)
"""A few records a day: floats, bags, what comes from the bank."""


def safe_pieces(connection: Connection) -> SafePieces:
    """Everything that ever went into the safe, less what came out."""
    known: Counter[tuple[int, bool]] = Counter()
    unknown_fen = 0
    for side, amount_fen, session_id, typed, movement_id in all_rows(connection, _MOVES, (CASH_SAFE,)):
        sign = 1 if side == "D" else -1
        if typed is not None:
            lines = tuple(CountLine(face, bool(coin), pieces) for face, coin, pieces in json.loads(typed))
        elif movement_id is not None:
            lines = movement_lines(connection, movement_id)
        else:
            lines = split_of(connection, session_id, "float")
        if cash_fen(lines) != amount_fen:
            unknown_fen += sign * amount_fen
            continue
        for line in lines:
            known[line.face_fen, line.coin] += sign * line.pieces
    return SafePieces(dict(known), unknown_fen)
