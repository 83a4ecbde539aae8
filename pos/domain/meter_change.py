"""What a removed meter still held goes into the new one, in instalments where its cap asks for it (cards B10).

Pure rules. The gas was paid for once, so it has no price and no tier; what is still to give is a figure of the account
until it is 0. Must not know: cards' layouts, tills, where the figures are stored.
"""

from __future__ import annotations

from pos.domain.card_replacement import LastPurchaseWas
from pos.domain.errors import RuleViolation

MOST_L = 10**10
"""Beyond any meter's display: a slip of the hand."""


def carried_over_l(remaining_l: int, untaken_l: int, said: LastPurchaseWas) -> int:
    """Litres that the new meter owes the customer.

    Args:
        remaining_l: on the old meter's display; below 0 it is in overdraft, which is recorded and not collected here.
        untaken_l: of the last purchase, if nobody saw the old meter take it. said: what the evidence says of it.

    Raises: RuleViolation `meter_change.remaining`, `meter_change.nothing_untaken`.
    """
    if not -MOST_L < remaining_l < MOST_L:
        raise RuleViolation("meter_change.remaining")
    if said is LastPurchaseWas.TAKEN:
        return max(0, remaining_l)
    if untaken_l == 0:
        raise RuleViolation("meter_change.nothing_untaken")
    return max(0, remaining_l) + untaken_l


def instalment_l(left_l: int, cap_l: int | None, remaining_l: int) -> int:
    """Litres that may go onto the card now.

    Args:
        left_l: what is still to give. cap_l: 充值上限 of the new meter, None = none is set.
        remaining_l: in the new meter, as it last reported; 0 for one that has never seen the card.

    Raises: RuleViolation `carry.nothing_left`, `carry.meter_full` (cap_m3, remaining_m3).
    """
    if left_l <= 0:
        raise RuleViolation("carry.nothing_left")
    if cap_l is None:
        return left_l
    room_l = cap_l - max(0, remaining_l)
    if room_l <= 0:
        raise RuleViolation("carry.meter_full", cap_m3=cap_l // 1000, remaining_m3=remaining_l // 1000)
    return min(left_l, room_l)
