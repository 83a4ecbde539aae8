"""What a count comes to, as the pages say it: what it leaves out, what an opening booked.

Rule: domain P1, P5. Must not know: the step a count is at.
"""

from __future__ import annotations

from ledger.money import Money
from pos.domain.count import Count
from pos.usecases.open_till_session import TillOpened
from ui.presenters.count_state import CountResult, DifferenceRow, MatterView, MissingField
from ui.presenters.notice import Notice, Tone


def opening_notice(till: TillOpened) -> Notice:
    """What the opening count booked; a difference to what was issued is named, it is nobody's shift yet."""
    code = "till.opened" if till.variance_fen == 0 else "till.opened_off"
    figures = (
        ("no", till.session_no),
        ("float", Money(till.float_fen).grouped()),
        ("off", Money(till.variance_fen).grouped()),
    )
    return Notice(code, Tone.GOOD if till.variance_fen == 0 else Tone.WARNING, figures)


def hand_out_waits(sale: MatterView) -> Notice:
    """Said before the count is submitted; it warns and holds nothing up."""
    code = "count.change_waits" if sale.amount_fen else "count.hand_out_waits"
    figures = (("receipt", sale.subject), ("change", Money(sale.amount_fen).grouped()))
    return Notice(code, Tone.WARNING, figures if sale.amount_fen else figures[:1])


def missing_in(result: CountResult) -> MissingField | None:
    """The first field a count leaves out; a figure that is not there is no figure, 0 is one.

    A batch has a number where there is anything in it; of a terminal that was passed over, it is the first field.
    """
    if not result.cash_typed:
        return MissingField("cash")
    for row in result.batches:
        if not row.batch and row.slips is None and row.amount_fen is None:
            return MissingField("terminal", row.terminal)
        if not row.batch and (row.slips or row.amount_fen):
            return MissingField("batch", row.terminal)
        if row.slips is None:
            return MissingField("slips", row.terminal)
        if row.amount_fen is None:
            return MissingField("amount", row.terminal)
    return MissingField("cards") if result.blank_cards is None else None


def incomplete(missing: MissingField) -> Notice:
    """Which field it is, by its name on the page."""
    terminal = (("terminal", missing.terminal),) if missing.terminal else ()
    return Notice(f"count.incomplete_{missing.part}", Tone.WARNING, terminal)


def blind_rows(counted: Count | None) -> tuple[DifferenceRow, ...]:
    """What she counted herself, by tender, to compare with what lies there; which of it differs is not in it (Money
    rules 10)."""
    if counted is None:
        return ()
    return (
        DifferenceRow("tender.cash", counted.cash_fen, agrees=None),
        DifferenceRow("tender.unionpay", counted.unionpay_fen, agrees=None, slips=counted.slip_count),
    )
