"""What a record adds to its chain's perpetual totals, and which numbers it claims (docs/journal-format.md, section 5).

There are no counter rows: the next receipt, Z or slip number is the total + 1. The outsider's verifier recomputes the
same rule from the page; this is the writer's half, so that a wrong claim never reaches the books.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.entry import RecordDraft, Row, Totals


class WrongTotals(Exception):
    """A draft's rows claim a number that is not the next one: a bug in a use case."""


def adds_of(draft: RecordDraft, before: Totals) -> Totals:
    """The totals that a draft adds.

    Args:
        draft: its rows decide.
        before: the chain's totals before it.

    Raises:
        WrongTotals: a number is not the next one.
    """
    sales = draft.rows.get("sale", ())
    issued = [row for row in sales if row["reverses_sale_id"] is None]
    reversals = [row for row in sales if row["reverses_sale_id"] is not None]
    closes = draft.rows.get("till_close", ())
    adds = Totals(
        count=len(issued),
        gross_fen=sum(_amount(row) for row in issued),
        reversed_fen=-sum(_amount(row) for row in reversals),
        receipt_no=len(sales),
        z_no=len(closes),
        slip_no=len(closes),
    )
    _assert_next(draft.kind, "receipt_no", sales, before.receipt_no)
    _assert_next(draft.kind, "z_no", closes, before.z_no)
    _assert_next(draft.kind, "slip_no", closes, before.slip_no)
    return adds


def _assert_next(kind: str, number: str, rows: Sequence[Row], last: int) -> None:
    wanted = list(range(last + 1, last + 1 + len(rows)))
    if [row[number] for row in rows] != wanted:
        raise WrongTotals(f"{kind}: {number} is not {wanted}")


def _amount(row: Row) -> int:
    amount = row["due_fen"]
    if type(amount) is not int:
        raise WrongTotals("due_fen is not an integer")
    return amount
