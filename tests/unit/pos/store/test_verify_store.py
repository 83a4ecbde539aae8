"""What the program adds to the verifier of databases: seals to the letter, tables of open matters, customers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ledger.sqlite_engine import driver
from pos.domain.account import AccountStatus
from pos.domain.roles import Act
from pos.store.personal_cipher import create_data_key, load_data_key
from pos.store.verify_store import verify_store
from pos.usecases.book_unionpay_charge import BookUnionPayCharge, book_unionpay_charge
from pos.usecases.change_terms import ChangeTerms, change_terms
from pos.usecases.erase_contact import EraseContact, erase_contact
from tests.fixtures_counter import Counter
from tests.fixtures_hall import DemoHall
from tests.unit.pos.usecases.test_accounts import ID_NUMBER, opened


def errors(path: Path, **known: Any) -> list[str]:
    findings = verify_store(path, [], set(), **known).findings
    return [f"{f.code} {f.where}" for f in findings if f.severity == "error"]


@contextmanager
def behind_the_back(path: Path) -> Iterator[Any]:
    """A connection that has set nothing."""
    with closing(driver.connect(str(path))) as connection:
        yield connection
        connection.commit()


@pytest.fixture
def books(counter: Counter) -> Path:
    """A finished sale, a write that is open and a charge that nobody has used."""
    counter.deliver(counter.pay().sale_id)
    counter.meter.insert(counter.card, today="2026-11-23")
    counter.pay(10_000)
    charge = BookUnionPayCharge(
        command_id=counter.demo.new_id(),
        actor=counter.demo.cashier,
        session_id=counter.session_id,
        terminal="12345678",
        batch="000001",
        trace="000001",
        reference="000000000001",
        last_four="1234",
        amount_fen=8220,
    )
    book_unionpay_charge(counter.demo.hall, charge)
    return counter.demo.path


def test_books_as_the_program_left_them_show_nothing(books: Path) -> None:
    assert errors(books) == []
    with behind_the_back(books) as connection:
        assert connection.execute("SELECT count(*) FROM open_card_write").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM open_unionpay_charge").fetchone() == (1,)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ("DELETE FROM open_card_write", "db.kept open_card_write"),
        ("UPDATE open_card_write SET card_no = '9999999999'", "db.kept open_card_write"),
        ("INSERT INTO open_card_write VALUES ('DJ-T01-1-1', '1', '1', 's')", "db.kept open_card_write"),
        ("DELETE FROM open_unionpay_charge", "db.kept open_unionpay_charge"),
        ("INSERT INTO open_unionpay_charge VALUES ('x', 's')", "db.kept open_unionpay_charge"),
        ("INSERT INTO bag_in_safe VALUES ('x')", "db.kept bag_in_safe"),
        ("INSERT INTO slip_waiting VALUES ('x')", "db.kept slip_waiting"),
        ("DROP TRIGGER sale_in_open_session", "db.trigger sale_in_open_session"),
        ("DROP INDEX sale_unique_2", "db.schema sale_unique_2"),
        ("UPDATE customer SET name = '李四'", "db.person 1000000001"),
        ("UPDATE customer SET phone = ''", "db.person 1000000001"),
        ("UPDATE customer SET salt = zeroblob(16)", "db.person 1000000001"),
        ("UPDATE customer SET erased_at_utc_ms = 1", "db.person 1000000001"),
        ("DELETE FROM customer", "db.person 1000000001"),
    ],
)
def test_a_change_behind_the_programs_back_is_shown(books: Path, change: str, shown: str) -> None:
    with behind_the_back(books) as connection:
        connection.execute(change)
    assert set(errors(books)) == {shown}


def test_a_table_that_is_gone_is_a_finding_and_no_failure(books: Path) -> None:
    with behind_the_back(books) as connection:
        connection.execute("DROP TABLE customer")
    assert "db.schema customer" in errors(books)


def test_id_numbers_are_compared_with_the_key_and_left_alone_without_it(demo_hall: DemoHall, tmp_path: Path) -> None:
    key = create_data_key(tmp_path / "keys" / "data.key")
    opened(demo_hall, key, id_number=ID_NUMBER)
    stranger = create_data_key(tmp_path / "stranger" / "data.key")
    assert errors(demo_hall.path) == errors(demo_hall.path, cipher=key) == []
    assert errors(demo_hall.path, cipher=stranger) == ["db.person 1000204471"]


def test_the_newest_digest_counts_and_an_erasure_with_its_record_is_good(counter: Counter, tmp_path: Path) -> None:
    demo, cipher = counter.demo, load_data_key(tmp_path / "keys" / "data.key")

    def change(revision: int, **fields: object) -> None:
        command = ChangeTerms(
            command_id=demo.new_id(),
            actor=demo.card_clerk,
            account_no=counter.account_no,
            from_revision=revision,
            document_no="D-1",
            **fields,
        )
        consented = demo.approved(command, Act.CHANGE_PRICED_TERMS) if command.touches_price() else command
        change_terms(demo.hall, consented, cipher)

    change(1, name="单桂芳饭店")
    change(2, people=5)
    assert errors(demo.path, cipher=cipher) == []
    change(3, status=AccountStatus.CLOSED)
    erasure = EraseContact(command_id=demo.new_id(), actor=demo.admin, account_no=counter.account_no, document_no="D-2")
    erase_contact(demo.hall, demo.approved(erasure, Act.ERASE_CONTACT))
    assert errors(demo.path, cipher=cipher) == []
