"""Sums over the movements of blank cards: what the hall's store holds, and what a till session was given."""

from __future__ import annotations

from sqlalchemy import Connection

from ledger.sqlite_engine import first_row


def in_store(connection: Connection) -> int:
    """Blank cards in the hall's store by the books."""
    row = first_row(
        connection,
        "SELECT coalesce(sum(CASE kind WHEN 'issued' THEN -pieces WHEN 'spoiled' THEN 0 ELSE pieces END), 0)"
        " FROM blank_card_movement",
        (),
    )
    return int(row[0])


def moved_to_session(connection: Connection, session_id: str) -> int:
    """Blank cards a session was issued, less those it gave back or spoiled; written ones are not in it."""
    row = first_row(
        connection,
        "SELECT coalesce(sum(CASE kind WHEN 'issued' THEN pieces ELSE -pieces END), 0)"
        " FROM blank_card_movement WHERE session_id = ?",
        (session_id,),
    )
    return int(row[0])
