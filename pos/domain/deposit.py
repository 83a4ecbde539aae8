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
class BesideSales:
    """What lies between a session's sales and its takings, as the books have it.

    Attributes: float_in_fen: counted at the opening, and topped up; float_kept_fen: left in the drawer; booked_fen:
    card sales; expected_fen: of card slips in hand, booked or not; bills_fen: cheques and transfers taken.
    """

    float_in_fen: int = 0
    float_kept_fen: int = 0
    booked_fen: int = 0
    expected_fen: int = 0
    bills_fen: int = 0


@dataclass(frozen=True, slots=True)
class ReceivedSlip:
    """A slip with what finance counted on 收讫.

    Attributes: slip_id; session_id; lines counted by finance; batches and kinds (kind, number, fen) of the slip;
    over_short_fen of the session's count, receipt_off_fen of the receipt; beside: what else moved its takings.
    """

    slip_id: str
    session_id: str
    lines: tuple[CountLine, ...]
    counted_fen: int
    batches: tuple[BatchCount, ...]
    kinds: tuple[tuple[str, int, int], ...]
    over_short_fen: int
    receipt_off_fen: int = 0
    beside: BesideSales = BesideSales()


@dataclass(frozen=True, slots=True)
class DepositTotals:
    """The sums of a day's paper; reconciled: see `reconciled`."""

    lines: tuple[CountLine, ...]
    cash_fen: int
    batches: tuple[BatchCount, ...]
    kinds: tuple[tuple[str, int, int], ...]
    over_short_fen: int
    reconciled: tuple[tuple[str, int], ...]


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
        over_short_fen=sum(slip.over_short_fen + slip.receipt_off_fen for slip in slips),
        reconciled=reconciled(slips),
    )


def reconciled(slips: Sequence[ReceivedSlip]) -> tuple[tuple[str, int], ...]:
    """From what was sold to what is handed in: (code, signed fen); the lines add up to the takings of all tenders.

    Each line has a source of its own. Should they ever not add up, what is left stands as `unexplained`, so that the
    paper never hides it; lines of 0 other than the first are left out.
    """
    lines = [
        ("kinds_sum", sum(fen for slip in slips for _, _, fen in slip.kinds)),
        *_apart("shift", [slip.over_short_fen for slip in slips]),
        *_apart("receipt", [slip.receipt_off_fen for slip in slips]),
        ("float_change", sum(slip.beside.float_in_fen - slip.beside.float_kept_fen for slip in slips)),
        ("charge_unbooked", sum(slip.beside.expected_fen - slip.beside.booked_fen for slip in slips)),
        ("slips_differ", sum(_cards_fen(slip) - slip.beside.expected_fen for slip in slips)),
    ]
    handed_fen = sum(slip.counted_fen + _cards_fen(slip) + slip.beside.bills_fen for slip in slips)
    lines.append(("unexplained", handed_fen - sum(fen for _, fen in lines)))
    return (lines[0], *(line for line in lines[1:] if line[1]))


def _apart(where: str, differences: Sequence[int]) -> list[tuple[str, int]]:
    """Over and short are two lines: 长款 must not make good for 短款."""
    over, short = (sum(fen for fen in differences if (fen > 0) is up) for up in (True, False))
    return [(f"{where}_over", over), (f"{where}_short", short)]


def _cards_fen(slip: ReceivedSlip) -> int:
    return sum(batch.amount_fen for batch in slip.batches)
