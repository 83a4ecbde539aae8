"""A lost card is blocked everywhere at once, and only the very card in the reader brings it back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pos.domain.account import CardStatus
from pos.domain.card import CardIdentity
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store import account_queries
from pos.usecases.record_card_reading import RecordCardReading, record_card_reading
from pos.usecases.report_loss import LossReported, ReportLoss, report_loss
from pos.usecases.take_payment import take_payment
from pos.usecases.withdraw_loss import WithdrawLoss, withdraw_loss
from tests.fixtures_counter import Counter


def loss(counter: Counter, **changes: object) -> LossReported:
    demo = counter.demo
    wish = ReportLoss(
        command_id=demo.new_id(), actor=demo.cashier, account_no=counter.account_no, reason="stolen", told=True
    )
    return report_loss(demo.hall, replace(wish, **changes))  # type: ignore[arg-type]


def withdrawal(counter: Counter, **changes: object) -> WithdrawLoss:
    demo = counter.demo
    wish = WithdrawLoss(
        command_id=demo.new_id(), actor=demo.card_clerk, account_no=counter.account_no, shown=counter.read()
    )
    return replace(wish, **changes)  # type: ignore[arg-type]


def status(counter: Counter) -> CardStatus:
    with counter.demo.store.reading() as connection:
        card = account_queries.card_of(connection, counter.account_no)
    assert card is not None
    return card.status


def meter_visit(counter: Counter) -> None:
    counter.meter.insert(counter.card, today="2026-11-23")
    counter.reader.insert(counter.card)
    demo = counter.demo
    record_card_reading(
        demo.hall, RecordCardReading(command_id=demo.new_id(), actor=demo.cashier, image=counter.read())
    )


def test_a_reported_card_buys_nothing_at_any_counter(counter: Counter) -> None:
    payment = counter.payment()
    reported = loss(counter)
    assert status(counter) is CardStatus.LOST
    with pytest.raises(RuleViolation) as refusal:
        take_payment(counter.demo.hall, payment)
    assert (refusal.value.code, refusal.value.params) == ("card.lost", {"card_no": reported.card_no})


def test_a_loss_without_telling_that_the_meter_does_not_know_is_refused(counter: Counter) -> None:
    with pytest.raises(RuleViolation, match=r"loss\.not_told"):
        loss(counter, told=False)
    assert status(counter) is CardStatus.ACTIVE


def test_what_a_finder_can_still_take_is_said_until_the_meter_has_taken_it(counter: Counter) -> None:
    counter.deliver(counter.pay(33_000).sale_id)
    assert loss(counter).at_risk_l == 33_000
    withdraw_loss(counter.demo.hall, withdrawal(counter))
    meter_visit(counter)
    assert loss(counter).at_risk_l == 0
    assert [json.loads(facts)["at_risk_l"] for facts in counter.demo.facts("DJ-H", "card_lost")] == [33_000, 0]


def test_a_card_reported_twice_is_blocked_once(counter: Counter) -> None:
    loss(counter)
    with pytest.raises(RuleViolation, match=r"card\.not_active"):
        loss(counter)


def test_the_card_shown_again_buys_again(counter: Counter) -> None:
    reported = loss(counter)
    assert withdraw_loss(counter.demo.hall, withdrawal(counter)) == reported.card_no
    assert status(counter) is CardStatus.ACTIVE
    assert counter.deliver(counter.pay().sale_id).state == "posted"


def test_a_cashier_withdraws_a_loss_only_with_her_lead(counter: Counter) -> None:
    loss(counter)
    demo = counter.demo
    wish = withdrawal(counter, actor=demo.cashier)
    with pytest.raises(RuleViolation, match=r"approval\.needed"):
        withdraw_loss(demo.hall, wish)
    withdraw_loss(demo.hall, demo.approved(wish, Act.WITHDRAW_LOSS))
    assert status(counter) is CardStatus.ACTIVE


@pytest.mark.parametrize("other", ["number", "chip", "kind"])
def test_another_card_in_the_reader_withdraws_nothing(counter: Counter, other: str) -> None:
    loss(counter)
    shown = counter.read()
    assert shown.identity is not None
    changed = {
        "number": replace(shown, identity=CardIdentity("0000009999", "0001", counter.account_no, "G488203319")),
        "chip": replace(shown, chip_uid="0BADCAFE"),
        "kind": replace(shown, identity=None),
    }[other]
    with pytest.raises(RuleViolation, match=r"loss\.other_card"):
        withdraw_loss(counter.demo.hall, withdrawal(counter, shown=changed))
    assert status(counter) is CardStatus.LOST


def test_a_loss_that_nobody_reported_is_not_withdrawn(counter: Counter) -> None:
    with pytest.raises(RuleViolation, match=r"card\.not_lost"):
        withdraw_loss(counter.demo.hall, withdrawal(counter))
