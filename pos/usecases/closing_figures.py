"""Everything a close freezes, read and computed once: the record, its rows and its papers are made from this one value.

Sums only (design, Money rules 13); the same figures function serves the X report.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Head, Record
from pos.domain.count import Count, CountAttempt, CountLine, checked_lines, verified_and_counted
from pos.domain.hand_over import MatterKind, OpenMatter
from pos.domain.split_takings import merged, takings_of
from pos.store.open_matters import open_matters
from pos.store.till_figures import TillFigures
from pos.store.till_queries import TillSessionRow, drops_of, explanation_of
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.submit_count import Comparison, compare
from pos.usecases.till_records import record_of


@dataclass(frozen=True, slots=True)
class ClosingFigures:
    """All that is frozen by a close; the record, its rows and the papers are made from it.

    Attributes: drawer_takings, what is taken from the drawer now; takings, what the slip hands in: that and the drops.
    """

    row: TillSessionRow
    opening: Record
    head: Head
    figures: TillFigures
    comparison: Comparison
    held: Count
    attempt_no: int
    float_lines: tuple[CountLine, ...]
    drawer_takings: tuple[CountLine, ...]
    drops: tuple[tuple[str, int, tuple[CountLine, ...]], ...]
    takings: tuple[CountLine, ...]
    matters: tuple[OpenMatter, ...]
    explanation: tuple[str, str | None] | None
    now_utc_ms: int

    @property
    def over_short_fen(self) -> int:
        """Of the cash."""
        return self.comparison.tenders[0].over_short_fen


def closing_figures(
    uow: UnitOfWork,
    row: TillSessionRow,
    figures: TillFigures,
    attempts: tuple[CountAttempt, ...],
    float_lines: tuple[CountLine, ...],
    now_utc_ms: int,
) -> ClosingFigures:
    """Put together what the figures and the counts say, once, inside the unit of work.

    Raises: RuleViolation `split.*`, `count.*`.
    """
    connection = uow.connection
    own, lead = verified_and_counted(attempts)
    held = own if lead is None else lead
    comparison = compare(connection, row, figures.expected, attempts)
    kept = checked_lines(float_lines)
    drawer_takings, drops = takings_of(held.lines, kept), drops_of(connection, row.session_id)
    return ClosingFigures(
        row=row,
        opening=record_of(uow, row.session_id),
        head=uow.journal.head(row.chain),
        figures=figures,
        comparison=comparison,
        held=held,
        attempt_no=attempts[-1].attempt_no,
        float_lines=kept,
        drawer_takings=drawer_takings,
        drops=drops,
        takings=merged([drawer_takings, *(lines for _, _, lines in drops)]),
        matters=(
            *open_matters(connection, row.till_id, now_utc_ms=now_utc_ms),
            *slips_differing(row, comparison, now_utc_ms),
        ),
        explanation=explanation_of(connection, row.session_id),
        now_utc_ms=now_utc_ms,
    )


def slips_differing(row: TillSessionRow, comparison: Comparison, now_utc_ms: int) -> tuple[OpenMatter, ...]:
    """Card slips that differ are nobody's cash: they stay open by name until finance has received the slip (收讫).

    Cash and blank cards that differ are settled by the close itself: explained, signed by a lead, and on the Z.
    """
    slips_fen = comparison.tenders[1].over_short_fen
    if not slips_fen:
        return ()
    return (OpenMatter(MatterKind.SLIPS_DIFFER, row.session_id, "unionpay", slips_fen, now_utc_ms),)
