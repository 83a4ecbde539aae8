"""What the card says about an open first card: only a card that is plainly not issued may be written or refunded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos.domain.card import NOTE_SPOILED, NOTE_UNFINISHED, CardIdentity, CardImage, CardKind, CardPurchase
from pos.domain.card_write import Verdict, WriteIntent, WritePurpose, judge

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
    ],
    ids=lambda value: f"{value.kind}-{value.note or value.chip_uid}" if isinstance(value, CardImage) else str(value),
)
def test_first_card_is_judged_by_what_lies_in_the_reader(found: CardImage, verdict: Verdict) -> None:
    assert judge(INTENT, found) is verdict
