"""What a replacement card must hold so that the meter credits a purchase once, whatever the customer says (cards B9).

The lost card is gone, so nobody knows whether the meter took the last purchase. If it did not, the very same purchase
with the same count is written again: a meter that did take it refuses the repeated count. If it did, the new card
carries the count and no gas, and the next purchase counts on from there. Must not know: fees, tills, readers.
"""

from __future__ import annotations

from enum import StrEnum

from pos.domain.account import CardStatus
from pos.domain.card import CardPurchase
from pos.domain.errors import RuleViolation

MAX_ISSUE_NO = 255
"""One byte of replacements in every known profile."""


class ReplacementReason(StrEnum):
    """Why a card is replaced."""

    LOST = "lost"
    BROKEN = "broken"
    METER_CHANGED = "meter_changed"  # the card names a meter that is off the wall; the new one refuses it


class LastPurchaseWas(StrEnum):
    """What the evidence says of the last purchase."""

    TAKEN = "taken"  # 补卡售气: a card with the count and no gas
    NOT_TAKEN = "not_taken"  # 补卡补气: the same purchase once more, under the same count


_STATUS = {
    ReplacementReason.LOST: (CardStatus.LOST,),
    ReplacementReason.BROKEN: (CardStatus.ACTIVE, CardStatus.SPOILED),
    ReplacementReason.METER_CHANGED: (CardStatus.ACTIVE, CardStatus.SPOILED, CardStatus.LOST),
}


def check_reason(reason: ReplacementReason, status: CardStatus, *, is_for_other_meter: bool) -> None:
    """A lost card is reported before it is replaced; a broken one was never reported.

    Args:
        reason, status: why, and what the card is in the books.
        is_for_other_meter: the meter on the wall is a newer one than the card.

    Raises: RuleViolation `replacement.reason_differs` (status), `replacement.same_meter`.
    """
    if status not in _STATUS[reason]:
        raise RuleViolation("replacement.reason_differs", status=status.value)
    if reason is ReplacementReason.METER_CHANGED and not is_for_other_meter:
        raise RuleViolation("replacement.same_meter")


def next_issue_no(issue_no: int) -> int:
    """补卡次数 plus one; a meter may use it to switch off the old card. Raises RuleViolation `card.issue_no`."""
    if issue_no >= MAX_ISSUE_NO:
        raise RuleViolation("card.issue_no", issue_no=issue_no + 1)
    return issue_no + 1


def content_of_replacement(
    last: CardPurchase | None,
    said: LastPurchaseWas,
    *,
    taken_sequence: int,
    meter_count: int | None,
    is_of_meter: bool = True,
) -> CardPurchase:
    """The purchase area of the new card.

    Args:
        last: the account's newest purchase by the books, None if there is none.
        said: what the evidence at the counter says of it.
        taken_sequence: the highest count that any card ever brought back from this meter.
        meter_count: the count on the meter's display, None if it was not read.
        is_of_meter: the last purchase was made for the meter on the wall. One that was made for another is never
            written again: the new meter's count begins anew, so it would take what the old one has taken before.

    Raises: RuleViolation `replacement.nothing_to_reissue`, `replacement.already_taken` (sequence: the meter has it, by
        its own word), `replacement.not_taken` (sequence: the display says it has not, so a card without gas would cost
        the customer what she paid for).
    """
    known = max(taken_sequence, meter_count or 0)
    if said is LastPurchaseWas.NOT_TAKEN:
        if last is None or not is_of_meter:
            raise RuleViolation("replacement.nothing_to_reissue")
        if known >= last.sequence:
            raise RuleViolation("replacement.already_taken", sequence=last.sequence)
        return last
    if last is None:
        return CardPurchase(known, 0, 0)
    if is_of_meter and meter_count is not None and known < last.sequence:
        raise RuleViolation("replacement.not_taken", sequence=last.sequence)
    return CardPurchase(max(known, last.sequence), 0, last.cumulative_l, last.price_e4, last.sold_at_utc_ms)
