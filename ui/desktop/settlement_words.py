"""What meets a price besides the money in hand, in words: 户内余额 that is used or kept, 抹零.

Rule: domain P3 (never a silent rounding): whoever reads a due sum reads beside it why it is not the price. Must not
know: how the sums are worked out.
"""

from __future__ import annotations

from ui.desktop.figures import yuan
from ui.desktop.messages import Messages
from ui.presenters.counter_state import PayPanel


def used_words(text: Messages, pay: PayPanel) -> str:
    """What the due sum is lower for; "" if it is the price."""
    words = []
    if pay.used_fen:
        words.append(text("pay.from_balance", amount=yuan(pay.used_fen), after=yuan(pay.balance_after_fen)))
    if pay.waived_fen:
        words.append(text("pay.waived", amount=yuan(pay.waived_fen)))
    return " · ".join(words)


def kept_words(text: Messages, pay: PayPanel) -> str:
    """The remainder that stays the customer's; "" if there is none."""
    return text("pay.carry", amount=yuan(pay.carry_fen), after=yuan(pay.balance_after_fen)) if pay.carry_fen else ""


def settlement_words(text: Messages, pay: PayPanel) -> str:
    """All of it in one line."""
    return " · ".join(words for words in (used_words(text, pay), kept_words(text, pay)) if words)
