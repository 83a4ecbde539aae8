"""What a count comes to, as the pages say it: what it leaves out, what an opening booked.

Rule: domain P1, P5. Must not know: the step a count is at.
"""

from __future__ import annotations

from ledger.money import Money
from pos.usecases.open_till_session import TillOpened
from ui.presenters.count_state import CountResult, MatterView
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


def missing_in(result: CountResult) -> str:
    """What a count leaves out: the first terminal whose slips are not complete, `cards`; "" for nothing."""
    for row in result.batches:
        if row.batch and (row.slips is None or row.amount_fen is None):
            return row.terminal
    return "cards" if result.blank_cards is None else ""
