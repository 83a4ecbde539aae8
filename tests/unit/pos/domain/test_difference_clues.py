"""Clues: mistakes that people really make are found among the first three proposals."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from pos.domain.count import CountLine
from pos.domain.difference_clues import BookedAmount, Clue, ClueKind, difference_clues

MORNING = tuple(
    BookedAmount(str(number), "cash", fen) for number, fen in enumerate((8680, 12_340, 2630, 45_000, 3160, 7910), 1)
)
SLIPS = (BookedAmount("7", "unionpay", 8220), BookedAmount("8", "unionpay", 15_800))
DRAWER = (CountLine(10_000, False, 6), CountLine(5000, False, 3), CountLine(1000, False, 12), CountLine(100, True, 40))


def first_three(cash_off: int, slips_off: int = 0) -> list[tuple[ClueKind, str]]:
    clues = difference_clues(cash_off, slips_off, MORNING + SLIPS, DRAWER)
    return [(clue.kind, clue.reference) for clue in clues[:3]]


def test_no_difference_needs_no_clue() -> None:
    assert difference_clues(0, 500, MORNING, DRAWER) == ()


def test_sale_booked_without_its_money_is_proposed() -> None:
    assert (ClueKind.SAME_AMOUNT, "3") in first_three(-2630)


def test_slip_booked_as_cash_is_proposed_first() -> None:
    assert first_three(-3160, 3160)[0] == (ClueKind.WRONG_TENDER, "5")


def test_cash_booked_as_slip_is_proposed_first() -> None:
    assert first_three(8220, -8220)[0] == (ClueKind.WRONG_TENDER, "7")


def test_swapped_digits_are_proposed() -> None:
    assert (ClueKind.SWAPPED_DIGITS, "2") in first_three(13_240 - 12_340)


def test_payment_booked_the_wrong_way_round_is_proposed() -> None:
    assert (ClueKind.DOUBLE, "6") in first_three(-2 * 7910)


def test_half_of_a_sale_is_proposed() -> None:
    assert (ClueKind.HALF, "1") in first_three(-4340)


def test_fifty_counted_among_the_hundreds_is_proposed() -> None:
    clues = difference_clues(5000, 0, MORNING + SLIPS, DRAWER)
    assert Clue(ClueKind.WRONG_ROW, "", 5000, 1, 10_000, 5000) in clues[:3]


@given(st.lists(st.integers(1, 200_000), min_size=1, max_size=60), st.data())
def test_a_forgotten_sale_is_among_the_first_three_unless_another_has_its_amount(
    amounts: list[int], data: st.DataObject
) -> None:
    booked = [BookedAmount(str(number), "cash", fen) for number, fen in enumerate(amounts)]
    forgotten = data.draw(st.sampled_from(booked))
    assume(amounts.count(forgotten.amount_fen) == 1)
    clues = difference_clues(-forgotten.amount_fen, 0, booked, ())
    assert Clue(ClueKind.SAME_AMOUNT, forgotten.reference, forgotten.amount_fen) in clues[:3]
