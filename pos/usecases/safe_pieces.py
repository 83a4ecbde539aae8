"""Are there as many pieces of a face in the safe as are about to leave it? A query before a float is issued (P1).

It only warns: notes are changed inside the safe without a record, so more may lie there than the books know.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.chart import CASH_SAFE
from pos.domain.count import CountLine, cash_fen, checked_lines
from pos.store.safe_queries import safe_pieces
from pos.store.till_figures import account_fen
from pos.usecases.fact import Hall


@dataclass(frozen=True, slots=True)
class PiecesShort:
    """A face of which more pieces would leave the safe than the books know there. in_safe, wanted: pieces."""

    face_fen: int
    coin: bool
    in_safe: int
    wanted: int


def pieces_short(hall: Hall, lines: tuple[CountLine, ...]) -> tuple[PiecesShort, ...]:
    """The faces that the safe does not hold often enough, greatest first; none where not even the sum is there, which
    is refused whatever the pieces. Raises: RuleViolation `count.*`; StoreError kinds."""
    wanted = checked_lines(lines)
    with hall.store.reading() as connection:
        if cash_fen(wanted) > account_fen(connection, CASH_SAFE):
            return ()
        safe = safe_pieces(connection)
    limits = ((line, safe.at_most(line.face_fen, line.coin)) for line in wanted)
    return tuple(
        PiecesShort(line.face_fen, line.coin, in_safe, line.pieces) for line, in_safe in limits if line.pieces > in_safe
    )
