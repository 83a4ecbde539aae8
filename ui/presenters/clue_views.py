"""Clues to a cash difference as a short list beside the explanation: what may have happened, with which sale, how much.

Rule: domain P5, design "Money rules" 10: read after the lead's own count only; the use case refuses before. Must not
know: the rules behind a clue.
"""

from __future__ import annotations

from ledger.money import Money
from pos.domain.difference_clues import Clue, ClueKind
from pos.usecases.fact import Hall
from pos.usecases.find_clues import find_clues
from ui.presenters.count_state import ClueView

MOST = 4
"""The most telling ones come first; a longer list would be read instead of the slips."""


def clue_views(hall: Hall, session_id: str) -> tuple[ClueView, ...]:
    """At most MOST of them; () without a cash difference. Runs on the lane. Raises: as `find_clues`."""
    return tuple(_view(clue) for clue in find_clues(hall, session_id)[:MOST])


def _view(clue: Clue) -> ClueView:
    if clue.kind is ClueKind.WRONG_ROW:
        faces = (("row", Money(clue.from_face_fen).grouped()), ("true", Money(clue.to_face_fen).grouped()))
        params = (("pieces", clue.pieces), *faces)
        return ClueView(f"clue.{clue.kind}", "clue.of_count", "", abs(clue.amount_fen), params)
    of_code = "clue.of_receipt" if clue.reference.isdigit() else "clue.of_movement"
    return ClueView(f"clue.{clue.kind}", of_code, clue.reference, clue.amount_fen)
