"""Counted cash = float kept + takings handed in; the program proposes which notes to keep (domain P6).

Small money stays: from the greatest denomination down as few pieces as possible are kept, so that the next shift can
give change. The cashier may decide otherwise; the split is checked against the count either way.
Must not know: what the books expect.
"""

from __future__ import annotations

from collections.abc import Sequence

from pos.domain.count import CountLine, cash_fen, checked_lines
from pos.domain.errors import RuleViolation

Lines = tuple[CountLine, ...]


def propose_float(counted: Sequence[CountLine], target_fen: int) -> Lines:
    """Which of the counted pieces to keep.

    Their sum is the target, or the nearest sum the pieces can make (the smaller of two equally near ones).

    Args:
        counted: what is in the drawer.
        target_fen: the float wanted, not negative.
    """
    lines = checked_lines(counted)
    if cash_fen(lines) <= target_fen:
        return lines
    smallest_first = sorted(lines, key=lambda line: (line.face_fen, line.coin))
    reachable = [1]  # bit n of entry k: n fen can be made of the k smallest lines
    for line in smallest_first:
        reachable.append(_with(reachable[-1], line, target_fen + lines[0].face_fen))
    rest_fen = _nearest(reachable[-1], target_fen)
    kept: list[CountLine] = []
    for index in range(len(smallest_first) - 1, -1, -1):
        line = smallest_first[index]
        pieces = next(n for n in range(line.pieces + 1) if _has(reachable[index], rest_fen - n * line.face_fen))
        kept.append(CountLine(line.face_fen, line.coin, pieces))
        rest_fen -= pieces * line.face_fen
    return checked_lines(kept)


def takings_of(counted: Sequence[CountLine], float_kept: Sequence[CountLine]) -> Lines:
    """What is handed in: the count without the float.

    Raises: RuleViolation `split.not_counted` (face_fen) if more is kept of a denomination than was counted; `count.*`.
    """
    kept = {(line.face_fen, line.coin): line.pieces for line in checked_lines(float_kept)}
    rest: list[CountLine] = []
    for line in checked_lines(counted):
        pieces = line.pieces - kept.pop((line.face_fen, line.coin), 0)
        if pieces < 0:
            raise RuleViolation("split.not_counted", face_fen=line.face_fen)
        rest.append(CountLine(line.face_fen, line.coin, pieces))
    if kept:
        raise RuleViolation("split.not_counted", face_fen=next(iter(kept))[0])
    return checked_lines(rest)


def merged(parts: Sequence[Sequence[CountLine]]) -> Lines:
    """Denominations of several heaps together."""
    pieces: dict[tuple[int, bool], int] = {}
    for part in parts:
        for line in part:
            key = (line.face_fen, line.coin)
            pieces[key] = pieces.get(key, 0) + line.pieces
    return checked_lines(CountLine(face, coin, number) for (face, coin), number in pieces.items())


def _with(sums: int, line: CountLine, limit_fen: int) -> int:
    """Sums that can be made if up to `pieces` of a denomination are added, as a bit set (binary splitting).

    Sums over the limit are dropped: the nearest sum above a target is less than one greatest piece away from it.
    """
    left, chunk, mask = min(line.pieces, limit_fen // line.face_fen), 1, (1 << (limit_fen + 1)) - 1
    while left:
        taken = min(chunk, left)
        sums |= sums << (taken * line.face_fen) & mask
        left, chunk = left - taken, chunk * 2
    return sums


def _has(sums: int, amount_fen: int) -> bool:
    return amount_fen >= 0 and bool(sums >> amount_fen & 1)


def _nearest(sums: int, target_fen: int) -> int:
    """The nearest sum; 0 is always one of them."""
    below = (sums & ((1 << (target_fen + 1)) - 1)).bit_length() - 1
    above_bits = sums >> (target_fen + 1)
    if not above_bits:
        return below
    above = target_fen + 1 + (above_bits & -above_bits).bit_length() - 1
    return above if above - target_fen < target_fen - below else below
