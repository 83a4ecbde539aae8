"""What may explain a difference: the oldest rules of cashiers, applied to the session's own figures.

Same amount (a sale without money, or money without a sale), wrong tender, pieces counted in the wrong row, swapped
digits, double (a payment booked the wrong way round), half. Only proposals: people decide, and only after the lead's
count. Must not know: storage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from pos.domain.count import DENOMINATIONS, CountLine

MAX_CLUES = 10
MAX_MISPLACED = 20
"""More pieces than this are not put into the wrong row by mistake."""


class ClueKind(StrEnum):
    """Which rule fits."""

    WRONG_TENDER = "wrong_tender"
    SAME_AMOUNT = "same_amount"
    WRONG_ROW = "wrong_row"
    SWAPPED_DIGITS = "swapped_digits"
    DOUBLE = "double"
    HALF = "half"


@dataclass(frozen=True, slots=True)
class BookedAmount:
    """A sale or a cash movement. reference: receipt number or movement id; tender: cash, unionpay; fen, signed."""

    reference: str
    tender: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Clue:
    """A proposal. reference: what to look at ("" for rows of the count); amount_fen of it; pieces and faces for
    WRONG_ROW: so many pieces of `to_face_fen` lie in the row `from_face_fen`."""

    kind: ClueKind
    reference: str
    amount_fen: int
    pieces: int = 0
    from_face_fen: int = 0
    to_face_fen: int = 0


def difference_clues(
    cash_off_fen: int, unionpay_off_fen: int, booked: Sequence[BookedAmount], counted: Sequence[CountLine]
) -> tuple[Clue, ...]:
    """Proposals for a cash difference (over is positive), the most telling first, at most MAX_CLUES.

    A rule that fits few amounts tells more than one that fits many, so within the order of the rules the rarer hit
    comes first.
    """
    if cash_off_fen == 0:
        return ()
    size_fen = abs(cash_off_fen)
    found: list[list[Clue]] = [
        list(_wrong_tender(cash_off_fen, unionpay_off_fen, booked)),
        [Clue(ClueKind.SAME_AMOUNT, b.reference, b.amount_fen) for b in booked if abs(b.amount_fen) == size_fen],
        list(_wrong_row(cash_off_fen, counted)),
        [Clue(ClueKind.SWAPPED_DIGITS, b.reference, b.amount_fen) for b in _cash(booked) if _swap(b, size_fen)],
        [Clue(ClueKind.DOUBLE, b.reference, b.amount_fen) for b in _cash(booked) if 2 * abs(b.amount_fen) == size_fen],
        [Clue(ClueKind.HALF, b.reference, b.amount_fen) for b in _cash(booked) if abs(b.amount_fen) == 2 * size_fen],
    ]
    return tuple(_interleaved(found))[:MAX_CLUES]


def _interleaved(found: list[list[Clue]]) -> Iterator[Clue]:
    """One of each rule in turn, so that a rule with many hits cannot hide the others."""
    for place in range(max(map(len, found))):
        yield from (clues[place] for clues in found if place < len(clues))


def _cash(booked: Sequence[BookedAmount]) -> Iterator[BookedAmount]:
    return (amount for amount in booked if amount.tender == "cash")


def _wrong_tender(cash_off_fen: int, unionpay_off_fen: int, booked: Sequence[BookedAmount]) -> Iterator[Clue]:
    """Cash is short by what the slips are over: a slip was booked as cash (or the other way round)."""
    if cash_off_fen != -unionpay_off_fen:
        return
    tender = "cash" if cash_off_fen < 0 else "unionpay"
    for amount in booked:
        if amount.tender == tender and amount.amount_fen == abs(cash_off_fen):
            yield Clue(ClueKind.WRONG_TENDER, amount.reference, amount.amount_fen)


def _wrong_row(cash_off_fen: int, counted: Sequence[CountLine]) -> Iterator[Clue]:
    """Some pieces of a row are really of the row above or below."""
    faces = sorted({face for face, _ in DENOMINATIONS})
    neighbours = {(low, high) for low, high in pairwise(faces)} | {(high, low) for low, high in pairwise(faces)}
    for line in counted:
        for row_face, true_face in sorted(neighbours):
            if row_face != line.face_fen:
                continue
            pieces, rest = divmod(-cash_off_fen, true_face - row_face)
            if rest == 0 and 0 < pieces <= min(line.pieces, MAX_MISPLACED):
                yield Clue(ClueKind.WRONG_ROW, "", cash_off_fen, pieces, row_face, true_face)


def _swap(amount: BookedAmount, size_fen: int) -> bool:
    """Whether two neighbouring digits of the amount, swapped, change it by the difference."""
    digits = str(abs(amount.amount_fen))
    for place in range(len(digits) - 1):
        swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        if swapped != digits and abs(int(swapped) - int(digits)) == size_fen:
            return True
    return False
