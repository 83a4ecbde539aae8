"""解款: what finance takes to the bank is the sum of slips it has received, nothing else (domain P7, D3).

Must not know: storage, papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pos.domain.count import BatchCount, CountLine
from pos.domain.errors import RuleViolation
from pos.domain.split_takings import merged

FEN_RULE = ("balance", "rounding")
"""Kinds that only say what the fen rule moved: after what was sold."""


@dataclass(frozen=True, slots=True)
class ReceivedSlip:
    """A slip with what finance counted on 收讫.

    Attributes: slip_id; session_id; lines counted by finance; batches and kinds (kind, number, fen) of the slip;
    over_short_fen of the session's count and of the receipt together.
    """

    slip_id: str
    session_id: str
    lines: tuple[CountLine, ...]
    counted_fen: int
    batches: tuple[BatchCount, ...]
    kinds: tuple[tuple[str, int, int], ...]
    over_short_fen: int


@dataclass(frozen=True, slots=True)
class DepositTotals:
    """The sums of a day's paper."""

    lines: tuple[CountLine, ...]
    cash_fen: int
    batches: tuple[BatchCount, ...]
    kinds: tuple[tuple[str, int, int], ...]
    over_short_fen: int


def deposit_totals(slips: Sequence[ReceivedSlip]) -> DepositTotals:
    """Add received slips up. Raises RuleViolation `deposit.nothing`."""
    if not slips:
        raise RuleViolation("deposit.nothing")
    batches: dict[tuple[str, str], tuple[int, int]] = {}
    kinds: dict[str, tuple[int, int]] = {}
    for slip in slips:
        for batch in slip.batches:
            count, fen = batches.get((batch.terminal, batch.batch), (0, 0))
            batches[batch.terminal, batch.batch] = (count + batch.slip_count, fen + batch.amount_fen)
        for kind, number, amount_fen in slip.kinds:
            count, fen = kinds.get(kind, (0, 0))
            kinds[kind] = (count + number, fen + amount_fen)
    return DepositTotals(
        lines=merged([slip.lines for slip in slips]),
        cash_fen=sum(slip.counted_fen for slip in slips),
        batches=tuple(BatchCount(*name, *sums) for name, sums in sorted(batches.items())),
        kinds=tuple((kind, *kinds[kind]) for kind in sorted(kinds, key=lambda kind: (kind in FEN_RULE, kind))),
        over_short_fen=sum(slip.over_short_fen for slip in slips),
    )
