"""Limits by class, span and date: what counts together, what is refused, and what a meter would refuse."""

from __future__ import annotations

from typing import Any

import pytest

from pos.domain.errors import RuleViolation
from pos.domain.purchase_limit import (
    FOREVER,
    CapWarning,
    LimitSpan,
    PurchaseLimit,
    cap_warning,
    check_limit,
    checked_limit,
    days_counted,
)


def limit(span: LimitSpan = LimitSpan.MONTH, **changes: Any) -> PurchaseLimit:
    values: dict[str, Any] = {
        "span": span,
        "applies_to": "resident",
        "most_l": 60_000,
        "valid_from": "2026-11-01",
        "document_no": "限购〔2026〕1 号",
    }
    return PurchaseLimit(**{**values, **changes})


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        pytest.param(limit(LimitSpan.PURCHASE), None, id="a purchase stands by itself"),
        pytest.param(limit(LimitSpan.MONTH), ("2026-01-01", "2026-01-31"), id="the calendar month"),
        pytest.param(limit(LimitSpan.PERIOD, months=3), ("2025-11-01", "2026-01-31"), id="back over the year's end"),
        pytest.param(limit(LimitSpan.PERIOD, months=13), ("2025-01-01", "2026-01-31"), id="more than a year"),
        pytest.param(
            limit(LimitSpan.VALIDITY, valid_until="2026-02-10"), ("2026-11-01", "2026-02-10"), id="while it is valid"
        ),
        pytest.param(limit(LimitSpan.VALIDITY), ("2026-11-01", FOREVER), id="valid without an end"),
    ],
)
def test_the_days_that_count_together(asked: PurchaseLimit, days: tuple[str, str] | None) -> None:
    assert days_counted(asked, "2026-01-31") == days


@pytest.mark.parametrize(
    ("span", "code"),
    [
        (LimitSpan.PURCHASE, "limit.one_purchase"),
        (LimitSpan.MONTH, "limit.month"),
        (LimitSpan.PERIOD, "limit.period"),
        (LimitSpan.VALIDITY, "limit.validity"),
    ],
)
def test_one_litre_beyond_is_refused_by_name_and_the_last_one_is_not(span: LimitSpan, code: str) -> None:
    check_limit(limit(span), 20_000, 40_000)
    check_limit(limit(span, most_l=None), 20_000, 10**9)
    with pytest.raises(RuleViolation) as refusal:
        check_limit(limit(span), 20_001, 40_000)
    assert (refusal.value.code, refusal.value.params["most_m3"]) == (code, 60)
    assert refusal.value.params.get("left_m3", 20) == 20


def test_what_is_left_is_never_below_nothing() -> None:
    with pytest.raises(RuleViolation) as refusal:
        check_limit(limit(), 1_000, 90_000)
    assert refusal.value.params["left_m3"] == 0


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (limit(applies_to="everybody"), "limit_rule.applies_to"),
        (limit(LimitSpan.METER_CAP, applies_to=""), "limit_rule.applies_to"),
        (limit(most_l=-1), "limit_rule.most"),
        (limit(most_l=10_000_000_000), "limit_rule.most"),
        (limit(months=2), "limit_rule.months"),
        (limit(LimitSpan.PERIOD, months=25), "limit_rule.months"),
        (limit(valid_from="2026-02-30"), "limit_rule.days"),
        (limit(valid_until="2026-10-31"), "limit_rule.days"),
        (limit(document_no="  "), "limit_rule.document"),
    ],
)
def test_a_limit_that_says_nothing_sensible_is_not_set(asked: PurchaseLimit, code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        checked_limit(asked)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("volume_l", "remaining_l", "over_l"),
    [
        (30_000, 20_000, None),
        (31_000, 20_000, 1_000),
        (50_000, None, None),
        (51_000, None, 1_000),
        (50_000, -4_000, None),
    ],
)
def test_the_cap_counts_what_the_meter_still_has(volume_l: int, remaining_l: int | None, over_l: int | None) -> None:
    warned = cap_warning(50_000, volume_l, remaining_l, "2026-11-20")
    expected = None if over_l is None else CapWarning(50_000, over_l, remaining_l, "2026-11-20")
    assert warned == expected
