"""What is true of a reversal, in one notice: done now, done before, called off, or open; the same at the counter and in
the list of open matters.

Rule: cards B8, design Money rules 7-8: money goes back once, and only when the gas is off the card. The words of a
purchase are none of a reversal's: nothing hangs in 预收气款, nothing is given back before the card says so.
Must not know: Qt, who asks.
"""

from __future__ import annotations

from ledger.money import Money
from pos.domain.card_write import WriteState
from pos.domain.sale import TenderKind
from pos.sagas.card_purchase import Delivery
from pos.usecases.open_card_writes import KEY_REFUSALS, SaleRow
from ui.presenters.notice import Notice, Tone

_OPEN_BECAUSE = {
    "card.other_card": "reversal.open_other_card",
    "card_write.in_doubt": "reversal.open_in_doubt",
    **dict.fromkeys(KEY_REFUSALS, "reversal.open_key_refused"),
}


def reversal_notice(done: Delivery, sale: SaleRow) -> Notice:
    """How a try to take the purchase `sale` back has ended.

    Where it was finished before, by the counter or by somebody else, the sum is named as one that goes back once.
    """
    amount = ("amount", Money(sale.paid_fen).grouped())
    if done.state is WriteState.POSTED:
        way = "cash" if sale.tender == TenderKind.CASH else "card"
        return Notice(f"reversal.{'give' if done.print_job_id else 'stands'}_{way}", Tone.GOOD, (amount,))
    purchase = done.found.purchase if done.found else None
    figures = (amount, ("sequence", purchase.sequence if purchase else 0))
    if done.state is WriteState.REVERSED:
        return Notice(done.code or "reversal.called_off", Tone.BAD if done.code else Tone.WARNING, figures)
    return Notice(_OPEN_BECAUSE.get(done.code, "reversal.open"), Tone.BAD, figures)
