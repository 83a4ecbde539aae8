"""An account goes to a new customer: fee, terms and person in one record, everything else stays where it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger import chart
from pos.domain.errors import RuleViolation
from pos.domain.papers import ReceiptPaper
from pos.domain.roles import Act
from pos.domain.sale import TenderKind
from pos.store import account_queries, outbox, till_queries
from pos.store.personal_cipher import DataKey, load_data_key
from pos.store.till_figures import expected_of, figures_of
from pos.usecases.find_accounts import find_accounts
from pos.usecases.paid_sale import PaymentTaken
from pos.usecases.transfer_account import TransferAccount, quote_transfer, transfer_account
from tests.faults.invariants import violations
from tests.fixtures_counter import DAY, FLOAT_FEN, Counter, price_fee

FEE_FEN = 3_005
IN_DRAWER_FEN = FLOAT_FEN + 2000


@pytest.fixture
def key(tmp_path: Path, counter: Counter) -> DataKey:
    """The key of personal data, and a price for transfers."""
    demo = counter.demo
    price_fee(demo, "account_transfer", FEE_FEN)
    return load_data_key(tmp_path / "keys" / "data.key")


def wish(counter: Counter, **changes: Any) -> TransferAccount:
    demo = counter.demo
    due = quote_transfer(demo.hall, counter.account_no, DAY, TenderKind.CASH).settlement.to_pay_fen
    asked = TransferAccount(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=counter.session_id,
        account_no=counter.account_no,
        tender=TenderKind.CASH,
        tendered_fen=due,
        read_back=counter.read_back(due, due),
        from_revision=1,
        document_no="过户申请 5",
        contract_no="HT-2026-88",
        name="方圆",
        phone="13900001111",
        address="平安里 12 号楼 3 单元 502",
    )
    return replace(asked, **changes)


def transfer(counter: Counter, key: DataKey, **changes: Any) -> PaymentTaken:
    command = counter.demo.approved(wish(counter, **changes), Act.TRANSFER_ACCOUNT)
    return transfer_account(counter.demo.hall, command, key)


def test_fee_terms_and_person_change_together_and_the_books_agree(counter: Counter, key: DataKey) -> None:
    sold = transfer(counter, key)
    with counter.demo.store.reading() as connection:
        terms = account_queries.account_terms(connection, counter.account_no)
        person = account_queries.contact(connection, counter.account_no)
        card = account_queries.card_of(connection, counter.account_no)
        row = till_queries.require_session(connection, counter.session_id)
        kinds = {kind.kind: kind.amount_fen for kind in figures_of(connection, row).kinds}
        (job,) = outbox.jobs_with_reason(connection, f"sale:transfer:{sold.sale_id}")
        assert expected_of(connection, row).cash_fen == IN_DRAWER_FEN + 3_010
    assert terms is not None
    assert person is not None
    assert card is not None
    assert (terms.revision, terms.contract_no, person.name, card.status) == (2, "HT-2026-88", "方圆", "active")
    assert (kinds["service_fee"], kinds["balance"]) == (FEE_FEN, 5)
    assert counter.account_fen(chart.INCOME_SERVICE_FEE) == -FEE_FEN
    assert isinstance(job.paper, ReceiptPaper)
    assert (job.paper.card_result, job.paper.due_fen) == ("none", FEE_FEN)
    assert violations(counter.demo.path, only=("I1", "I2", "I6", "I9", "I13", "I14")) == []


def test_the_new_customer_is_found_and_the_old_one_is_not(counter: Counter, key: DataKey) -> None:
    transfer(counter, key)
    hall = counter.demo.hall
    assert [line.account_no for line in find_accounts(hall, "方圆").lines] == [counter.account_no]
    assert find_accounts(hall, "单桂芳").lines == ()


def test_no_personal_field_is_in_the_books(counter: Counter, key: DataKey) -> None:
    transfer(counter, key)
    with counter.demo.store.reading() as connection:
        bodies = " ".join(str(row[0]) for row in connection.exec_driver_sql("SELECT body FROM journal"))
    assert not any(private in bodies for private in ("方圆", "13900001111", "12 号楼"))


def test_the_card_buys_on_for_the_new_customer(counter: Counter, key: DataKey) -> None:
    transfer(counter, key)
    assert counter.deliver(counter.pay().sale_id).state == "posted"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from_revision": 2}, "account.changed_meanwhile"),
        ({"document_no": ""}, "account.document"),
        ({"name": " "}, "account.name"),
        ({"tendered_fen": 3_000}, "sale.too_little"),
    ],
)
def test_what_does_not_hold_takes_no_fee(counter: Counter, key: DataKey, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        transfer(counter, key, **changes)
    assert refusal.value.code == code
    assert counter.account_fen(chart.cash_till("T01")) == IN_DRAWER_FEN


def test_paid_gas_that_is_not_written_comes_first(counter: Counter, key: DataKey) -> None:
    counter.pay()
    with pytest.raises(RuleViolation, match=r"account\.open_write"):
        transfer(counter, key)
