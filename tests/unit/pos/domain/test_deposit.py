"""A deposit is the sum of received slips, in the order in which a slip tells it."""

from __future__ import annotations

import pytest

from pos.domain.count import BatchCount, CountLine
from pos.domain.deposit import ReceivedSlip, deposit_totals
from pos.domain.errors import RuleViolation


def slip(number: int, *kinds: tuple[str, int, int]) -> ReceivedSlip:
    return ReceivedSlip(
        slip_id=f"DJ-T01-1-{number}",
        session_id=f"DJ-T01-1-{number - 1}",
        lines=(CountLine(10_000, False, number),),
        batches=(BatchCount("POS1", "000001", 1, 500),),
        kinds=kinds,
        counted_fen=10_000 * number,
        over_short_fen=-number,
    )


def test_slips_add_up_and_what_was_sold_stands_before_what_the_fen_rule_moved() -> None:
    totals = deposit_totals(
        [slip(1, ("balance", 1, 1), ("gas", 2, 200)), slip(2, ("card_fee", 1, 2000), ("gas", 1, 5))]
    )
    assert totals.kinds == (("card_fee", 1, 2000), ("gas", 3, 205), ("balance", 1, 1))
    assert (totals.cash_fen, totals.over_short_fen) == (30_000, -3)
    assert totals.lines == (CountLine(10_000, False, 3),)
    assert totals.batches == (BatchCount("POS1", "000001", 2, 1000),)


def test_a_deposit_of_nothing_is_refused() -> None:
    with pytest.raises(RuleViolation, match=r"deposit\.nothing"):
        deposit_totals([])
