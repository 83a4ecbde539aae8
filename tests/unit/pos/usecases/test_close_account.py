"""An account ends with its money paid out, its card of no use, and what it still held in the books."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger import chart
from pos.domain.account import AccountStatus, CardStatus
from pos.domain.errors import RuleViolation
from pos.domain.papers import CashMovementPaper
from pos.domain.roles import Act
from pos.domain.sale import paid_out_fen
from pos.domain.settings import FenRule
from pos.store import account_queries, outbox, till_queries
from pos.store.personal_cipher import load_data_key
from pos.store.till_figures import expected_of, figures_of
from pos.usecases.change_terms import ChangeTerms, change_terms
from pos.usecases.close_account import AccountClosed, CloseAccount, close_account
from tests.faults.invariants import violations
from tests.fixtures_counter import FLOAT_FEN, Counter

IN_DRAWER_FEN = FLOAT_FEN + 2000 + 8680


def wish(counter: Counter, **changes: Any) -> CloseAccount:
    demo = counter.demo
    asked = CloseAccount(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=counter.session_id,
        account_no=counter.account_no,
        from_revision=1,
        document_no="销户申请 3",
        card_returned=True,
        final_reading_l=412_000,
        meter_remaining_l=2_500,
    )
    return replace(asked, **changes)


def close(counter: Counter, **changes: Any) -> AccountClosed:
    return close_account(counter.demo.hall, counter.demo.approved(wish(counter, **changes), Act.REFUND))


@pytest.fixture
def sold(counter: Counter) -> Counter:
    """33 m³ on the card for 86.79; one fen is the customer's."""
    counter.deliver(counter.pay(33_000, 10_000).sale_id)
    return counter


def test_the_balance_is_paid_out_in_whole_jiao_and_the_books_agree(sold: Counter) -> None:
    assert close(sold) == AccountClosed(sold.account_no, 10, 9)
    assert sold.account_fen(chart.CUSTOMER_MONEY) == 0
    assert sold.account_fen(chart.cash_till("T01")) == IN_DRAWER_FEN - 10
    assert sold.account_fen(chart.ROUNDING_WAIVED) == 9
    with sold.demo.store.reading() as connection:
        row = till_queries.require_session(connection, sold.session_id)
        assert expected_of(connection, row).cash_fen == IN_DRAWER_FEN - 10
        kinds = figures_of(connection, row).kinds
    assert sum(kind.amount_fen for kind in kinds) == 2000 + 8680 - 10  # what the slip of takings says it is made of
    assert violations(sold.demo.path, only=("I1", "I2", "I6", "I9", "I13", "I14")) == []


def test_account_and_card_end_and_what_they_held_stays_in_the_books(sold: Counter) -> None:
    close(sold)
    with sold.demo.store.reading() as connection:
        terms = account_queries.account_terms(connection, sold.account_no)
        card = account_queries.card_of(connection, sold.account_no)
        (job,) = outbox.jobs_with_reason(connection, f"account_closed:{sold.account_no}")
    assert terms is not None
    assert card is not None
    assert (terms.status, card.status, card.reason) == (AccountStatus.CLOSED, CardStatus.SPOILED, "account_closed")
    facts = json.loads(sold.demo.facts("DJ-T01", "account_closed")[-1])
    assert (facts["unconsumed_l"], facts["meter_remaining_l"], facts["card_returned"]) == (33_000, 2_500, True)
    assert isinstance(job.paper, CashMovementPaper)
    assert (job.paper.kind, job.paper.amount_fen, len(job.paper.signatures)) == ("account_closed", 10, 3)
    with pytest.raises(RuleViolation, match=r"account\.not_active"):
        sold.quote(10_000)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from_revision": 2}, "account.changed_meanwhile"),
        ({"document_no": " "}, "account.document"),
        ({"account_no": "999999"}, "account.unknown"),
    ],
)
def test_what_is_not_as_the_form_showed_it_closes_nothing(sold: Counter, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        close(sold, **changes)
    assert refusal.value.code == code
    assert sold.account_fen(chart.cash_till("T01")) == IN_DRAWER_FEN


def test_paid_gas_that_is_not_written_comes_first(counter: Counter) -> None:
    counter.pay()
    with pytest.raises(RuleViolation, match=r"account\.open_write"):
        close(counter)


def test_arrears_come_first(sold: Counter, tmp_path: Path) -> None:
    demo = sold.demo
    owing = ChangeTerms(
        command_id=demo.new_id(), actor=demo.card_clerk, account_no=sold.account_no, from_revision=1,
        document_no="D1", arrears_fen=500,
    )  # fmt: skip
    key = load_data_key(tmp_path / "keys" / "data.key")
    change_terms(demo.hall, demo.approved(owing, Act.CHANGE_PRICED_TERMS), key)
    with pytest.raises(RuleViolation, match=r"account\.arrears_left"):
        close(sold, from_revision=2)


def test_a_closed_account_is_not_closed_again(sold: Counter) -> None:
    close(sold)
    with pytest.raises(RuleViolation, match=r"account\.status_step"):
        close(sold, from_revision=2)


def test_nobody_pays_out_without_a_leads_consent(sold: Counter) -> None:
    with pytest.raises(RuleViolation, match=r"approval\.needed"):
        close_account(sold.demo.hall, wish(sold))
    assert sold.account_fen(chart.cash_till("T01")) == IN_DRAWER_FEN


@pytest.mark.parametrize(
    ("owed", "rule", "out"), [(0, "carry", 0), (1, "carry", 10), (20, "waive", 20), (21, "exact", 21)]
)
def test_a_customer_never_gets_less_than_she_is_owed(owed: int, rule: str, out: int) -> None:
    assert paid_out_fen(owed, FenRule(rule)) == out
