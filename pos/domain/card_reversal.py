"""When a purchase may be taken back off its card (冲正, cards B8); how a begun one ends is `card_write.judge`.

Only the same card, still holding byte for byte what was written and proven, was in no meter since. Then the content of
before is written back, and the money follows; if a meter was quicker, the sale stands. Must not know: money, tills.
"""

from __future__ import annotations

from pos.domain.card import NOTE_CODE_SPENT, CardImage, CardKind, CardPurchase
from pos.domain.card_write import WriteIntent, WritePurpose
from pos.domain.errors import RuleViolation


def reversal_intent(sold: WriteIntent, found: CardImage, *, proven_digest: str) -> WriteIntent:
    """What is to be put back on the card in the reader.

    Args:
        sold: the intent of the purchase, as promised.
        found: the card now.
        proven_digest: digest of the card when the purchase was read back; "" if no card has proven it.

    Raises: RuleViolation `reversal.other_card`, `reversal.meter_took_it` (sequence), `reversal.card_changed`,
        `reversal.not_proven`, `reversal.code_spent`: a memory card that takes no write.
    """
    if sold.purpose is not WritePurpose.PURCHASE or not proven_digest:
        raise RuleViolation("reversal.not_proven")
    is_same = found.identity == sold.before.identity and found.chip_uid == sold.before.chip_uid
    if found.kind is not CardKind.USER or not is_same:
        raise RuleViolation("reversal.other_card", card_no=sold.card_no)
    if found.note == NOTE_CODE_SPENT:
        raise RuleViolation("reversal.code_spent")
    if _taken(sold.purchase, found):
        raise RuleViolation("reversal.meter_took_it", sequence=sold.purchase.sequence)
    if not found.holds(sold.purchase) or found.digest != proven_digest:
        raise RuleViolation("reversal.card_changed", card_no=sold.card_no)
    return WriteIntent(WritePurpose.REVERSAL, found, sold.before.purchase or CardPurchase(0, 0, 0))


def _taken(purchase: CardPurchase, found: CardImage) -> bool:
    return found.feedback is not None and found.feedback.taken_sequence >= purchase.sequence
