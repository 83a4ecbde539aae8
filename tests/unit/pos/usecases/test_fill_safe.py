"""Cash into the safe: what was there when the books began is entered once, everything later comes from somewhere."""

from __future__ import annotations

import json

import pytest

from ledger import chart
from pos.domain.count import CountLine
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import safe_digest
from pos.store.till_figures import account_fen
from pos.usecases.fill_safe import FillSafe, fill_safe
from pos.usecases.permission import Signature
from tests.fixtures_hall import DemoHall

HUNDREDS = (CountLine(10_000, False, 20),)


def fill(demo: DemoHall, *, from_bank: bool, witness: Signature | None = None) -> int:
    command = FillSafe(command_id=demo.new_id(), actor=demo.lead, lines=HUNDREDS, from_bank=from_bank, witness=witness)
    return fill_safe(demo.hall, command)


def sum_of(demo: DemoHall, account: str) -> int:
    with demo.store.reading() as connection:
        return account_fen(connection, account)


def test_cash_found_at_the_beginning_is_entered_once(demo_hall: DemoHall) -> None:
    assert demo_hall.begin_safe(HUNDREDS) == 200_000
    with pytest.raises(RuleViolation, match=r"safe\.already_counted"):
        demo_hall.begin_safe(HUNDREDS)
    assert sum_of(demo_hall, chart.EQUITY_OPENING) == -200_000


def test_nothing_was_found_in_a_safe_that_the_bank_has_filled(demo_hall: DemoHall) -> None:
    fill(demo_hall, from_bank=True)
    with pytest.raises(RuleViolation, match=r"safe\.already_counted"):
        demo_hall.begin_safe(HUNDREDS)
    assert (sum_of(demo_hall, chart.CASH_SAFE), sum_of(demo_hall, chart.BANK)) == (200_000, -200_000)


def test_cash_found_at_the_beginning_needs_the_signature_of_somebody_else_over_this_count(demo_hall: DemoHall) -> None:
    other_count = safe_digest((CountLine(10_000, False, 19),))
    refused = {
        "approval.needed": None,
        "hand_over.same_person": demo_hall.signed_by("lead", safe_digest(HUNDREDS)),
        "approval.stale": demo_hall.signed_by("finance", other_count),
    }
    for code, witness in refused.items():
        with pytest.raises(RuleViolation) as refusal:
            fill(demo_hall, from_bank=False, witness=witness)
        assert refusal.value.code == code
    assert sum_of(demo_hall, chart.CASH_SAFE) == 0
    assert demo_hall.begin_safe(HUNDREDS, witness="cashier") == 200_000  # a small hall has nobody else


def test_only_a_hall_of_one_begins_its_safe_alone_and_the_record_says_so(demo_hall: DemoHall) -> None:
    demo_hall.set("one_person_hall", "yes")
    demo_hall.begin_safe(HUNDREDS, witness="lead")
    (fact,) = demo_hall.facts("DJ-H", "safe_filled")
    assert (json.loads(fact)["witness"], json.loads(fact)["one_person"]) == (demo_hall.lead, True)
