"""What goes on a replacement card: never gas that the meter has, never a card that costs the customer her gas."""

from __future__ import annotations

import pytest

from pos.domain.account import CardStatus
from pos.domain.card import CardPurchase
from pos.domain.card_replacement import (
    MAX_ISSUE_NO,
    LastPurchaseWas,
    ReplacementReason,
    check_reason,
    content_of_replacement,
    next_issue_no,
)
from pos.domain.errors import RuleViolation

LAST = CardPurchase(7, 33_000, 300_000, 26_300, 1_000)
TAKEN, NOT_TAKEN = LastPurchaseWas.TAKEN, LastPurchaseWas.NOT_TAKEN


@pytest.mark.parametrize(
    ("last", "said", "taken_sequence", "meter_count", "content"),
    [
        pytest.param(LAST, NOT_TAKEN, 6, None, LAST, id="nobody saw the meter take it"),
        pytest.param(LAST, NOT_TAKEN, 6, 6, LAST, id="the display says one less"),
        pytest.param(LAST, TAKEN, 6, None, CardPurchase(7, 0, 300_000, 26_300, 1_000), id="said to be taken"),
        pytest.param(LAST, TAKEN, 7, 6, CardPurchase(7, 0, 300_000, 26_300, 1_000), id="the meter's word is newer"),
        pytest.param(LAST, TAKEN, 6, 9, CardPurchase(9, 0, 300_000, 26_300, 1_000), id="the meter counts further"),
        pytest.param(None, TAKEN, 0, None, CardPurchase(0, 0, 0), id="never bought"),
        pytest.param(None, TAKEN, 4, 5, CardPurchase(5, 0, 0), id="bought before these books"),
    ],
)
def test_the_new_card_holds_what_the_meter_takes_once(
    last: CardPurchase | None,
    said: LastPurchaseWas,
    taken_sequence: int,
    meter_count: int | None,
    content: CardPurchase,
) -> None:
    made = content_of_replacement(last, said, taken_sequence=taken_sequence, meter_count=meter_count)
    assert made == content


@pytest.mark.parametrize(
    ("last", "said", "taken_sequence", "meter_count", "code"),
    [
        pytest.param(None, NOT_TAKEN, 0, None, "replacement.nothing_to_reissue", id="nothing bought"),
        pytest.param(LAST, NOT_TAKEN, 7, None, "replacement.already_taken", id="a card brought it back"),
        pytest.param(LAST, NOT_TAKEN, 0, 7, "replacement.already_taken", id="the display says so"),
        pytest.param(LAST, TAKEN, 6, 6, "replacement.not_taken", id="the display says it has not"),
    ],
)
def test_what_the_meter_says_is_never_contradicted(
    last: CardPurchase | None, said: LastPurchaseWas, taken_sequence: int, meter_count: int | None, code: str
) -> None:
    with pytest.raises(RuleViolation) as refusal:
        content_of_replacement(last, said, taken_sequence=taken_sequence, meter_count=meter_count)
    assert refusal.value.code == code


@pytest.mark.parametrize("status", list(CardStatus))
def test_a_reason_fits_only_the_state_it_means(status: CardStatus) -> None:
    fits = {
        CardStatus.LOST: {ReplacementReason.LOST, ReplacementReason.METER_CHANGED},
        CardStatus.ACTIVE: {ReplacementReason.BROKEN, ReplacementReason.METER_CHANGED},
        CardStatus.SPOILED: {ReplacementReason.BROKEN, ReplacementReason.METER_CHANGED},
    }
    for reason in ReplacementReason:
        if reason in fits.get(status, set()):
            check_reason(reason, status, is_for_other_meter=True)
            continue
        with pytest.raises(RuleViolation, match=r"replacement\.reason_differs"):
            check_reason(reason, status, is_for_other_meter=True)


def test_a_card_of_the_meter_on_the_wall_is_not_replaced_free_of_charge() -> None:
    with pytest.raises(RuleViolation, match=r"replacement\.same_meter"):
        check_reason(ReplacementReason.METER_CHANGED, CardStatus.ACTIVE, is_for_other_meter=False)


@pytest.mark.parametrize("meter_count", [None, 0])
def test_a_purchase_of_the_old_meter_is_never_on_a_card_of_the_new_one(meter_count: int | None) -> None:
    with pytest.raises(RuleViolation, match=r"replacement\.nothing_to_reissue"):
        content_of_replacement(LAST, NOT_TAKEN, taken_sequence=0, meter_count=meter_count, is_of_meter=False)
    made = content_of_replacement(LAST, TAKEN, taken_sequence=0, meter_count=meter_count, is_of_meter=False)
    assert (made.sequence, made.volume_l) == (7, 0)


def test_a_card_that_cannot_count_its_replacements_any_more_takes_no_money() -> None:
    assert next_issue_no(MAX_ISSUE_NO - 1) == MAX_ISSUE_NO
    with pytest.raises(RuleViolation, match=r"card\.issue_no"):
        next_issue_no(MAX_ISSUE_NO)
