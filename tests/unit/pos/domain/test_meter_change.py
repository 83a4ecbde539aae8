"""What a new meter owes, and how much of it fits in now: pure figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pos.domain.card_replacement import LastPurchaseWas
from pos.domain.errors import RuleViolation
from pos.domain.meter_change import MOST_L, carried_over_l, instalment_l


@pytest.mark.parametrize(
    ("remaining_l", "untaken_l", "said", "carried_l"),
    [
        (12_500, 0, LastPurchaseWas.TAKEN, 12_500),
        (12_500, 33_000, LastPurchaseWas.TAKEN, 12_500),
        (12_500, 33_000, LastPurchaseWas.NOT_TAKEN, 45_500),
        (-1_500, 0, LastPurchaseWas.TAKEN, 0),
        (-1_500, 33_000, LastPurchaseWas.NOT_TAKEN, 33_000),
    ],
)
def test_what_is_carried_is_what_was_left_and_what_was_never_taken(
    remaining_l: int, untaken_l: int, said: LastPurchaseWas, carried_l: int
) -> None:
    assert carried_over_l(remaining_l, untaken_l, said) == carried_l


@pytest.mark.parametrize("remaining_l", [MOST_L, -MOST_L])
def test_a_figure_no_meter_shows_is_refused(remaining_l: int) -> None:
    with pytest.raises(RuleViolation, match=r"meter_change\.remaining"):
        carried_over_l(remaining_l, 0, LastPurchaseWas.TAKEN)


@given(
    left_l=some.integers(1, 10**7),
    cap_l=some.integers(1, 10**6),
    used_l=some.lists(some.integers(1, 10**6), min_size=1, max_size=5),
)
def test_instalments_never_pass_the_cap_and_add_up(left_l: int, cap_l: int, used_l: list[int]) -> None:
    given_l, in_meter_l = 0, 0
    for used in used_l:
        if given_l == left_l:
            break
        now_l = instalment_l(left_l - given_l, cap_l, in_meter_l)
        assert 0 < now_l <= left_l - given_l
        in_meter_l += now_l
        assert in_meter_l <= cap_l
        given_l += now_l
        in_meter_l = max(0, in_meter_l - used)
    assert given_l <= left_l


@pytest.mark.parametrize(
    ("left_l", "cap_l", "remaining_l", "code"),
    [(0, None, 0, "carry.nothing_left"), (-1, None, 0, "carry.nothing_left"), (5, 10, 10, "carry.meter_full")],
)
def test_nothing_left_and_a_full_meter_are_told_apart(
    left_l: int, cap_l: int | None, remaining_l: int, code: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        instalment_l(left_l, cap_l, remaining_l)
    assert refused.value.code == code


def test_without_a_cap_all_is_given_and_an_overdraft_leaves_no_extra_room() -> None:
    assert instalment_l(30_000, None, 99_000) == 30_000
    assert instalment_l(30_000, 12_000, -5_000) == 12_000
