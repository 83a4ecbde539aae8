"""Cash into the safe: what was there when the books began is entered once, everything later comes from somewhere."""

from __future__ import annotations

import pytest

from ledger import chart
from pos.domain.count import CountLine
from pos.domain.errors import RuleViolation
from pos.store.till_figures import account_fen
from pos.usecases.fill_safe import FillSafe, fill_safe
from tests.fixtures_hall import DemoHall

HUNDREDS = (CountLine(10_000, False, 20),)


def fill(demo: DemoHall, *, from_bank: bool) -> int:
    command = FillSafe(command_id=demo.new_id(), actor=demo.lead, lines=HUNDREDS, from_bank=from_bank)
    return fill_safe(demo.hall, command)


def sum_of(demo: DemoHall, account: str) -> int:
    with demo.store.reading() as connection:
        return account_fen(connection, account)


def test_cash_found_at_the_beginning_is_entered_once(demo_hall: DemoHall) -> None:
    assert fill(demo_hall, from_bank=False) == 200_000
    with pytest.raises(RuleViolation, match=r"safe\.already_counted"):
        fill(demo_hall, from_bank=False)
    assert sum_of(demo_hall, chart.EQUITY_OPENING) == -200_000


def test_nothing_was_found_in_a_safe_that_the_bank_has_filled(demo_hall: DemoHall) -> None:
    fill(demo_hall, from_bank=True)
    with pytest.raises(RuleViolation, match=r"safe\.already_counted"):
        fill(demo_hall, from_bank=False)
    assert (sum_of(demo_hall, chart.CASH_SAFE), sum_of(demo_hall, chart.BANK)) == (200_000, -200_000)
