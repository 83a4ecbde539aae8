"""Limits on real books: set with a document and a second person, checked where money is taken, seen in the log."""

from __future__ import annotations

from typing import Any

import pytest

from pos.domain.card_write import WriteState
from pos.domain.errors import RuleViolation
from pos.domain.purchase_limit import LimitSpan
from pos.domain.roles import Act
from pos.usecases.begin_reversal import begin_reversal
from pos.usecases.record_card_reading import RecordCardReading, record_card_reading
from pos.usecases.set_purchase_limit import SetPurchaseLimit, set_purchase_limit
from pos.usecases.settings_overview import settings_overview
from pos.usecases.take_payment import take_payment
from tests.fixtures_counter import Counter


def wish(counter: Counter, span: LimitSpan, most_m3: int | None, **changes: Any) -> SetPurchaseLimit:
    values: dict[str, Any] = {
        "command_id": counter.demo.new_id(),
        "actor": counter.demo.lead,
        "span": span,
        "applies_to": "resident",
        "most_m3": most_m3,
        "valid_from": "2026-11-01",
        "document_no": "限购〔2026〕1 号",
    }
    return SetPurchaseLimit(**{**values, **changes})


def set_limit(counter: Counter, span: LimitSpan, most_m3: int | None, **changes: Any) -> None:
    command = wish(counter, span, most_m3, **changes)
    set_purchase_limit(counter.demo.hall, counter.demo.approved(command, Act.SET_PRICES, by="admin"))


def bought(counter: Counter, volume_l: int) -> str:
    """A purchase that the meter takes at once; its sale's id."""
    sale_id = counter.pay(volume_l, counter.quote(volume_l).settlement.to_pay_fen).sale_id
    assert counter.deliver(sale_id).state is WriteState.POSTED
    return sale_id


def into_meter(counter: Counter) -> None:
    counter.meter.insert(counter.card, today="2026-11-23")
    counter.reader.insert(counter.card)


def refusal(counter: Counter, volume_l: int) -> RuleViolation:
    with pytest.raises(RuleViolation) as refused:
        counter.quote(volume_l)
    return refused.value


def test_a_month_is_used_up_by_its_purchases_and_given_back_by_a_reversal(counter: Counter) -> None:
    set_limit(counter, LimitSpan.MONTH, 40)
    sale_id = bought(counter, 33_000)
    refused = refusal(counter, 8_000)
    assert (refused.code, refused.params) == ("limit.month", {"most_m3": 40, "left_m3": 7})
    assert counter.quote(7_000).volume_l == 7_000
    demo = counter.demo
    counter.deliver(begin_reversal(demo.hall, demo.approved(counter.reversal(sale_id), Act.VOID_LARGE)).write_id)
    assert counter.quote(40_000).volume_l == 40_000


def test_the_limit_holds_where_the_money_is_taken_and_the_refusal_is_a_fact(counter: Counter) -> None:
    payment = counter.payment(33_000)
    set_limit(counter, LimitSpan.PURCHASE, 30)
    with pytest.raises(RuleViolation, match=r"limit\.one_purchase"):
        take_payment(counter.demo.hall, payment)
    assert '"code":"limit.one_purchase"' in counter.demo.facts("DJ-H", "refused")[-1]


def test_the_limit_that_began_last_counts_and_the_one_before_it_counts_again(counter: Counter) -> None:
    set_limit(counter, LimitSpan.PURCHASE, 50)
    set_limit(counter, LimitSpan.PURCHASE, 10, valid_from="2026-11-20", valid_until="2026-11-22")
    assert counter.quote(50_000).volume_l == 50_000  # the day is 2026-11-23
    set_limit(counter, LimitSpan.PURCHASE, 20, valid_from="2026-11-23", valid_until="2026-11-23")
    assert refusal(counter, 21_000).params == {"most_m3": 20}
    set_limit(counter, LimitSpan.PURCHASE, None, valid_from="2026-11-23")
    assert counter.quote(60_000).volume_l == 60_000


def test_a_limit_of_another_class_or_of_days_to_come_refuses_nothing(counter: Counter) -> None:
    set_limit(counter, LimitSpan.PURCHASE, 1, applies_to="commercial")
    set_limit(counter, LimitSpan.PURCHASE, 1, valid_from="2026-11-24")
    assert counter.quote(33_000).volume_l == 33_000


def test_before_a_new_price_a_household_buys_what_the_days_of_the_limit_allow(counter: Counter) -> None:
    set_limit(counter, LimitSpan.VALIDITY, 35, valid_from="2026-11-20", valid_until="2026-12-31")
    bought(counter, 33_000)
    into_meter(counter)
    assert refusal(counter, 3_000).params == {"most_m3": 35, "left_m3": 2, "until": "2026-12-31"}


def test_a_meter_over_its_cap_is_warned_about_and_sold_to(counter: Counter) -> None:
    set_limit(counter, LimitSpan.METER_CAP, 50, applies_to="G4")
    assert counter.quote(50_000).cap_warning is None
    bought(counter, 33_000)
    into_meter(counter)
    demo = counter.demo
    record_card_reading(
        demo.hall, RecordCardReading(command_id=demo.new_id(), actor=demo.cashier, image=counter.read())
    )
    warning = counter.quote(20_000).cap_warning
    assert warning is not None
    assert (warning.over_l, warning.remaining_l, warning.read_on) == (3_000, 33_000, "2026-11-23")
    bought(counter, 20_000)


def test_a_limit_needs_a_second_person_and_stands_in_the_log(counter: Counter) -> None:
    demo = counter.demo
    with pytest.raises(RuleViolation, match=r"approval\.needed"):
        set_purchase_limit(demo.hall, wish(counter, LimitSpan.MONTH, 60))
    with pytest.raises(RuleViolation, match=r"role\.refused"):
        set_purchase_limit(demo.hall, wish(counter, LimitSpan.MONTH, 60, actor=demo.cashier))
    set_limit(counter, LimitSpan.MONTH, 60, valid_until="2026-12-31")
    set_limit(counter, LimitSpan.METER_CAP, 50, applies_to="G4")
    cap, month = settings_overview(demo.hall).changes[:2]
    assert (month.subject, month.name, month.actor, month.approver) == (
        "limit",
        "month.resident",
        demo.lead,
        demo.admin,
    )
    assert (month.litres, month.effective_from, month.valid_until) == (60_000, "2026-11-01", "2026-12-31")
    assert (cap.name, cap.new, cap.litres, cap.document_no) == ("meter_cap", "G4", 50_000, "限购〔2026〕1 号")
