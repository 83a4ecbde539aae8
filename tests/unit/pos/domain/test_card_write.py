"""What the card says about an open first card: only a card that is plainly not issued may be written or refunded."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pos.domain.card import (
    NOTE_SPOILED,
    NOTE_UNFINISHED,
    CardIdentity,
    CardImage,
    CardKind,
    CardPurchase,
    MeterFeedback,
)
from pos.domain.card_write import (
    Verdict,
    WriteIntent,
    WritePurpose,
    check_card_may_buy,
    intent_of,
    intent_to_json,
    judge,
    next_purchase,
)
from pos.domain.errors import RuleViolation

IDENTITY = CardIdentity(card_no="0000000101", area_code="0001", account_no="1000000101", meter_no="G488203319")
BLANK = CardImage(CardKind.BLANK, "fmcos", "3B00", "A1B2C3D4")
NOTHING = CardPurchase(0, 0, 0)
INTENT = WriteIntent(purpose=WritePurpose.FIRST_CARD, before=BLANK, purchase=NOTHING, identity=IDENTITY)
ISSUED = replace(BLANK, kind=CardKind.USER, identity=IDENTITY, purchase=NOTHING, generation=1)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (BLANK, Verdict.WRITE),
        (replace(BLANK, note="blank.interrupted"), Verdict.WRITE),
        (replace(BLANK, kind=CardKind.UNREADABLE, note=NOTE_UNFINISHED), Verdict.WRITE),
        (replace(BLANK, kind=CardKind.UNREADABLE, note=NOTE_SPOILED), Verdict.WRITE),
        (replace(BLANK, kind=CardKind.UNREADABLE, note="card.damaged"), Verdict.DOUBT),
        (ISSUED, Verdict.WRITTEN),
        (replace(ISSUED, chip_uid="0F1E2D3C"), Verdict.OTHER_CARD),
        (replace(BLANK, chip_uid="0F1E2D3C"), Verdict.OTHER_CARD),
        (replace(ISSUED, identity=replace(IDENTITY, card_no="0000000999")), Verdict.OTHER_CARD),
        (replace(BLANK, family="memory-4442", chip_uid=""), Verdict.OTHER_CARD),
    ],
    ids=lambda value: f"{value.kind}-{value.note or value.chip_uid}" if isinstance(value, CardImage) else str(value),
)
def test_first_card_is_judged_by_what_lies_in_the_reader(found: CardImage, verdict: Verdict) -> None:
    assert judge(INTENT, found) is verdict


NUMBERLESS = replace(BLANK, family="memory-4442", chip_uid="")
NUMBERLESS_INTENT = replace(INTENT, before=NUMBERLESS)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (NUMBERLESS, Verdict.DOUBT),
        (replace(NUMBERLESS, note="blank.interrupted"), Verdict.WRITE),
        (replace(ISSUED, family="memory-4442", chip_uid=""), Verdict.WRITTEN),
    ],
    ids=["untouched", "interrupted", "issued"],
)
def test_blank_without_a_number_proves_nothing_once_another_may_have_been_issued(
    found: CardImage, verdict: Verdict
) -> None:
    assert judge(NUMBERLESS_INTENT, NUMBERLESS) is Verdict.WRITE
    assert judge(NUMBERLESS_INTENT, found, outcome_unknown=True) is verdict


def test_blank_with_a_number_is_known_again_whatever_became_of_the_answer() -> None:
    assert judge(INTENT, BLANK, outcome_unknown=True) is Verdict.WRITE


def test_purchase_is_judged_by_the_family_too() -> None:
    intent = WriteIntent(WritePurpose.PURCHASE, ISSUED, CardPurchase(1, 1_000, 1_000))
    assert judge(intent, ISSUED) is Verdict.WRITE
    assert judge(intent, replace(ISSUED, family="memory-4428")) is Verdict.OTHER_CARD


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (NUMBERLESS, Verdict.OTHER_CARD),
        (replace(NUMBERLESS, kind=CardKind.UNREADABLE, note="card.damaged"), Verdict.DOUBT),
        (replace(NUMBERLESS, note="blank.interrupted"), Verdict.DOUBT),
    ],
    ids=["untouched blank", "damaged", "interrupted"],
)
def test_purchase_on_a_card_without_a_number_meets_an_untouched_blank_as_another_card(
    found: CardImage, verdict: Verdict
) -> None:
    hers = replace(ISSUED, family="memory-4442", chip_uid="")
    assert judge(WriteIntent(WritePurpose.PURCHASE, hers, CardPurchase(1, 1_000, 1_000)), found) is verdict


@pytest.mark.parametrize(("family", "is_taken"), [("fmcos", True), ("mifare-1k", True), ("memory-4442", False)])
def test_no_money_is_taken_for_more_litres_than_the_card_can_count(family: str, is_taken: bool) -> None:
    found = replace(ISSUED, family=family, purchase=CardPurchase(7, 1_000, 2**32 - 1_000))
    assert next_purchase(found, volume_l=999, price_e4=0, sold_at_utc_ms=0).cumulative_l == 2**32 - 1
    if is_taken:
        assert next_purchase(found, volume_l=1_000, price_e4=0, sold_at_utc_ms=0).cumulative_l == 2**32
        return
    with pytest.raises(RuleViolation) as refused:
        next_purchase(found, volume_l=1_000, price_e4=0, sold_at_utc_ms=0)
    assert (refused.value.code, refused.value.params["field"]) == ("card.purchase_out_of_range", "cumulative_l")


TAKEN = MeterFeedback(1, 33_000, 0, 100, 0, 0, 0, "2026-11-22")
BOUGHT = replace(ISSUED, purchase=CardPurchase(1, 33_000, 33_000), feedback=TAKEN)


@pytest.mark.parametrize(("wallet_l", "held_l"), [(33_000, 33_000), (500, 500), (0, 0), (None, 0)])
def test_no_money_is_taken_for_a_card_whose_wallet_is_not_empty(wallet_l: int | None, held_l: int) -> None:
    found = replace(BOUGHT, wallet_l=wallet_l)
    told = {"account_no": IDENTITY.account_no, "card_no": IDENTITY.card_no, "meter_no": IDENTITY.meter_no}
    if not held_l:
        check_card_may_buy(found, is_active=True, proven_sequence=1, **told)
        return
    with pytest.raises(RuleViolation, match=r"card\.unconsumed") as refused:
        check_card_may_buy(found, is_active=True, proven_sequence=1, **told)
    assert refused.value.params["volume_l"] == held_l


@pytest.mark.parametrize("wallet_l", [None, 0, 33_000])
def test_wallet_is_written_down_for_cards_that_have_one_and_read_back(wallet_l: int | None) -> None:
    intent = WriteIntent(WritePurpose.PURCHASE, replace(BOUGHT, wallet_l=wallet_l), CardPurchase(2, 1, 33_001))
    content = json.loads(intent_to_json(intent))
    assert ("wallet_l" in content["before"]) == (wallet_l is not None)
    assert intent_of(content) == intent
