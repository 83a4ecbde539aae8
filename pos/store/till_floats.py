"""Floats issued to a till that nobody has opened with yet, less what went back into the safe (domain P1).

Issues and returns stand on the hall's chain, in order: a return takes back the newest issue first. One taken back
whole binds nobody any more; of one taken back in part the rest still waits for the same person.
Must not know: what a drawer holds (`till_figures`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from ledger.chart import cash_till
from ledger.entry import RecordKey
from ledger.sqlite_engine import all_rows
from pos.store.people_queries import hall_profile


@dataclass(frozen=True, slots=True)
class IssuedFloat:
    """A float that waits. amount_fen: what is left of it."""

    issue_id: str
    issued_by: str
    issued_to: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class TillFloats:
    """issued: those that wait, newest first. newest_return: id of the last return since the float taken, or None."""

    issued: tuple[IssuedFloat, ...]
    newest_return: str | None


def till_floats(connection: Connection, till_id: str, taken: str | None) -> TillFloats:
    """What was issued and returned after the float `taken` (an issue id), with which a session was opened."""
    waiting: list[IssuedFloat] = []
    newest_return = None
    after = (0, 0) if taken is None else _place(taken)
    for place, moved in sorted(_moves(connection, till_id).items()):
        if place <= after:
            continue
        if isinstance(moved, IssuedFloat):
            waiting.append(moved)
        else:
            returned_fen, newest_return = moved
            _take_back(waiting, returned_fen)
    return TillFloats(tuple(reversed(waiting)), newest_return)


def _take_back(waiting: list[IssuedFloat], returned_fen: int) -> None:
    while waiting and returned_fen >= waiting[-1].amount_fen:
        returned_fen -= waiting.pop().amount_fen
    if waiting and returned_fen:
        waiting[-1] = replace(waiting[-1], amount_fen=waiting[-1].amount_fen - returned_fen)


def _moves(connection: Connection, till_id: str) -> dict[tuple[int, int], IssuedFloat | tuple[int, str]]:
    """Issues, and returns as (fen, id), by their place in the hall's chain. What a return took is its posting."""
    issues = all_rows(
        connection,
        "SELECT epoch, seq, issue_id, issued_by, issued_to, amount_fen FROM float_issue WHERE till_id = ?",
        (till_id,),
    )
    returns = all_rows(  # by the chain's key: the few postings of the hall, not the many of the drawer
        connection,
        "SELECT epoch, seq, amount_fen, chain FROM posting WHERE chain = ? AND +account = ? AND +side = 'C'"
        " AND +kind = 'float_returned'",
        (hall_profile(connection).chain, cash_till(till_id)),
    )
    moves: dict[tuple[int, int], IssuedFloat | tuple[int, str]] = {
        (epoch, seq): IssuedFloat(*values) for epoch, seq, *values in issues
    }
    moves |= {(epoch, seq): (fen, str(RecordKey(chain, epoch, seq))) for epoch, seq, fen, chain in returns}
    return moves


def _place(issue_id: str) -> tuple[int, int]:
    key = RecordKey.parse(issue_id)
    return key.epoch, key.seq
