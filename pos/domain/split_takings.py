"""Counted cash = float kept + takings handed in; the program proposes which notes to keep (domain P6).

Small money stays first, up to a set number of each face; what is then missing to the float is made up with as few
large notes as possible, which give no change. For the exact sum up to half of a face's change may go; where not even
that makes it exact, a float a few yuan off its sum but full of change serves the next shift better than hundreds. The
cashier may decide otherwise; the split is checked against
the count either way.
Must not know: what the books expect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pos.domain.count import CountLine, cash_fen, checked_lines
from pos.domain.errors import RuleViolation

Lines = tuple[CountLine, ...]

CHANGE = {2000: 5, 1000: 10, 500: 20, 100: 50, 50: 20, 10: 30}
"""Pieces of each small face, notes and coins together, that stay in a float of `PER_FLOAT_FEN`; more or less in a
greater or smaller one. Fen coins give no change at a counter."""

PER_FLOAT_FEN = 50_000


@dataclass(frozen=True, slots=True)
class ChangeMissing:
    """A small face of which fewer pieces were counted than a float should have. wanted, counted: pieces."""

    face_fen: int
    wanted: int
    counted: int


def propose_float(counted: Sequence[CountLine], target_fen: int) -> Lines:
    """Which of the counted pieces to keep.

    The small ones of `CHANGE` stay, all of them or, where that makes the sum exact, half of each face; where the exact
    sum cannot be made, all of them and the nearest sum (the smaller of two equally near ones). The other pieces are as
    few as possible from the greatest face down.

    Args:
        counted: what is in the drawer.
        target_fen: the float wanted, not negative.
    """
    lines = checked_lines(counted)
    if cash_fen(lines) <= target_fen:
        return lines
    change = _change(lines, target_fen)
    half = tuple(replace(line, pieces=line.pieces // 2) for line in change)
    all_stays, half_stays = (_with_large(lines, staying, target_fen) for staying in (change, half))
    return half_stays if cash_fen(half_stays) == target_fen != cash_fen(all_stays) else all_stays


def nearest_sum(lines: Lines, target_fen: int) -> Lines:
    """The nearest sum to the target that these pieces can make, from the greatest face down with as few as possible.

    lines: as `checked_lines` gives them.
    """
    if not lines:
        return ()
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


def change_missing(counted: Sequence[CountLine], target_fen: int) -> tuple[ChangeMissing, ...]:
    """The small faces that a float of this sum lacks, greatest first; nothing while small money alone makes it up."""
    lines = checked_lines(counted)
    if sum(line.amount_fen for line in lines if line.face_fen in CHANGE) >= target_fen:
        return ()
    found = (
        ChangeMissing(face, _wanted(face, target_fen), sum(line.pieces for line in lines if line.face_fen == face))
        for face in CHANGE
    )
    return tuple(missing for missing in found if missing.counted < missing.wanted)


def _wanted(face_fen: int, target_fen: int) -> int:
    return CHANGE.get(face_fen, 0) * target_fen // PER_FLOAT_FEN


def _change(lines: Lines, target_fen: int) -> Lines:
    """What stays first; their numbers are worth less than the float. Coins before notes: no bank wants them."""
    left = {face: _wanted(face, target_fen) for face in CHANGE}
    kept = []
    for line in sorted(lines, key=lambda line: not line.coin):
        pieces = min(line.pieces, left.get(line.face_fen, 0))
        kept.append(CountLine(line.face_fen, line.coin, pieces))
        left[line.face_fen] = left.get(line.face_fen, 0) - pieces
    return checked_lines(kept)


def _with_large(lines: Lines, staying: Lines, target_fen: int) -> Lines:
    return merged([staying, nearest_sum(takings_of(lines, staying), target_fen - cash_fen(staying))])


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
