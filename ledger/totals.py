"""What a record adds to its chain's perpetual totals, and which numbers it claims (docs/journal-format.md, section 5).

There are no counter rows: the next receipt, Z or slip number is the total + 1. The outsider's verifier recomputes the
same rule from the page; this is the writer's half, so that a wrong claim never reaches the books.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger.entry import RecordDraft, Row, Totals

CLOSING_KIND = "till_session_closed"


class WrongTotals(Exception):
    """A draft claims totals or numbers that its own rows do not give: a bug in a use case."""


def adds_of(draft: RecordDraft, before: Totals) -> Totals:
    """The totals that a draft adds.

    Args:
        draft: its rows decide; `draft.adds`, if it is not all 0, must say the same.
        before: the chain's totals before it.

    Raises:
        WrongTotals: claimed and recomputed totals differ, or a number is not the next one.
    """
    sales = draft.rows.get("sale", ())
    issued = [row for row in sales if row["reverses_sale_id"] is None]
    reversals = [row for row in sales if row["reverses_sale_id"] is not None]
    closing = draft.kind == CLOSING_KIND
    takes_slip = draft.adds.slip_no
    adds = Totals(
        count=len(issued),
        gross_fen=sum(_amount(row) for row in issued),
        reversed_fen=-sum(_amount(row) for row in reversals),
        receipt_no=len(sales),
        z_no=1 if closing else 0,
        slip_no=takes_slip,
    )
    if draft.adds not in {adds, Totals(), Totals(slip_no=takes_slip)}:
        raise WrongTotals(f"{draft.kind}: claims {draft.adds}, its rows give {adds}")
    wanted = list(range(before.receipt_no + 1, before.receipt_no + 1 + len(sales)))
    if [row["receipt_no"] for row in sales] != wanted:
        raise WrongTotals(f"{draft.kind}: receipt numbers are not {wanted}")
    if closing and draft.facts.get("z_no") != before.z_no + 1:
        raise WrongTotals(f"{draft.kind}: z_no is not {before.z_no + 1}")
    if takes_slip and (takes_slip != 1 or not _claims_slip(draft.facts.get("slip_no"), draft.rows, before.slip_no + 1)):
        raise WrongTotals(f"{draft.kind}: slip_no {before.slip_no + 1} is claimed neither by its facts nor by a row")
    return adds


def _amount(row: Row) -> int:
    amount = row["due_fen"]
    if type(amount) is not int:
        raise WrongTotals("due_fen is not an integer")
    return amount


def _claims_slip(in_facts: object, rows: Mapping[str, Sequence[Row]], number: int) -> bool:
    return in_facts == number or any(row.get("slip_no") == number for table in rows.values() for row in table)
