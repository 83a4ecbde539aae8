"""Taking customers over: all rows or none, reported rows, one consent for the very bytes of the file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pos.domain.customer_import import COLUMNS, RowProblem, customers_csv
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store import customer_rows
from pos.store.personal_cipher import DataKey, create_data_key
from pos.usecases.account_overview import account_overview
from pos.usecases.find_accounts import find_accounts
from pos.usecases.import_customers import (
    CustomersImported,
    ImportCustomers,
    check_import,
    import_customers,
)
from tests.fixtures_hall import DemoHall
from ui.app.demo_customers import STORY_CUSTOMER, DemoCustomer, demo_customers, demo_customers_csv


@pytest.fixture
def cipher(tmp_path: Path) -> DataKey:
    return create_data_key(tmp_path / "keys" / "data.key")


def content_of(customers: list[DemoCustomer], **changes: str) -> bytes:
    """A file of these people; in the last row some cells are changed."""
    rows = [list(customer.cells()) for customer in customers]
    for place, column in enumerate(COLUMNS):
        if column.heading in changes:
            rows[-1][place] = changes[column.heading]
    return customers_csv(rows)


def wish(demo: DemoHall, content: bytes, *, skip_bad: bool = False) -> ImportCustomers:
    command = ImportCustomers(
        command_id=demo.new_id(), actor=demo.lead, content=content, document_no="移交清单 1", skip_bad=skip_bad
    )
    return demo.approved(command, Act.IMPORT_CUSTOMERS, by="admin")


def count(demo: DemoHall) -> int:
    with demo.store.reading() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM customer").scalar_one()


def test_demo_file_of_500_comes_in_whole_and_is_found(demo_hall: DemoHall, cipher: DataKey) -> None:
    steps: list[tuple[int, int]] = []
    result = import_customers(
        demo_hall.hall, wish(demo_hall, demo_customers_csv()), cipher, lambda done, total: steps.append((done, total))
    )
    assert result == CustomersImported(500, 0)
    assert count(demo_hall) == 500
    assert steps == [(done, 500) for done in range(50, 501, 50)]
    page = account_overview(demo_hall.hall, STORY_CUSTOMER.account_no, "2026-11-23")
    assert page.contact is not None
    assert page.card is not None
    assert page.meter is not None
    assert (page.contact.name, page.terms.people) == ("单桂芳", 4)
    assert (page.card.card_no, page.card.status, page.card.chip_uid) == ("8000204471", "active", "")
    assert page.meter.installed_on == "2019-05-20"
    for query in ("sgf", "8000204471", "桂芳", "平安里 12 号楼 3 单元 502"):
        assert STORY_CUSTOMER.account_no in [line.account_no for line in find_accounts(demo_hall.hall, query).lines]


def test_journal_holds_digests_and_counts_but_nobody(demo_hall: DemoHall, cipher: DataKey) -> None:
    customers = list(demo_customers(60))
    import_customers(demo_hall.hall, wish(demo_hall, content_of(customers)), cipher)
    with demo_hall.store.reading() as connection:
        text = "\n".join(row[0] for row in connection.exec_driver_sql("SELECT body FROM journal"))
    for customer in customers:
        assert customer.name not in text
        assert customer.address not in text
        assert not customer.phone or customer.phone not in text
    (facts,) = demo_hall.facts("DJ-H", "customers_imported")
    assert json.loads(facts)["imported"] == 60
    assert demo_hall.kinds("DJ-H").count("customers_imported_rows") == 2


def test_one_bad_row_refuses_the_whole_file_and_is_named(demo_hall: DemoHall, cipher: DataKey) -> None:
    content = content_of(list(demo_customers(120)), 价格类别="贵宾")
    before = len(demo_hall.kinds("DJ-H"))
    with pytest.raises(RuleViolation) as refusal:
        import_customers(demo_hall.hall, wish(demo_hall, content), cipher)
    assert refusal.value.code == "import.bad_rows"
    assert refusal.value.params == {"problems": 1, "row": 121, "column": "价格类别", "reason": "import.not_in_list"}
    assert count(demo_hall) == 0
    assert len(demo_hall.kinds("DJ-H")) == before


def test_bad_rows_are_skipped_only_where_that_was_asked_for(demo_hall: DemoHall, cipher: DataKey) -> None:
    content = content_of(list(demo_customers(120)), 价格类别="贵宾")
    result = import_customers(demo_hall.hall, wish(demo_hall, content, skip_bad=True), cipher)
    assert result == CustomersImported(119, 1)
    assert count(demo_hall) == 119


def test_repeat_of_the_command_returns_the_first_result(demo_hall: DemoHall, cipher: DataKey) -> None:
    command = wish(demo_hall, content_of(list(demo_customers(10))))
    first = import_customers(demo_hall.hall, command, cipher)
    assert import_customers(demo_hall.hall, command, cipher) == first
    assert count(demo_hall) == 10


def test_numbers_already_in_the_books_are_reported_by_row_and_column(demo_hall: DemoHall, cipher: DataKey) -> None:
    customers = list(demo_customers(6))
    import_customers(demo_hall.hall, wish(demo_hall, content_of(customers[:5])), cipher)
    check = check_import(demo_hall.hall, content_of([customers[5], customers[0]]))
    assert check.good == 1
    assert set(check.problems) == {RowProblem(3, column, "import.exists") for column in ("户号", "表号", "卡号")}
    with pytest.raises(RuleViolation, match=r"import\.bad_rows"):
        import_customers(demo_hall.hall, wish(demo_hall, content_of([customers[5], customers[0]])), cipher)
    with pytest.raises(RuleViolation, match=r"import\.nothing"):
        import_customers(demo_hall.hall, wish(demo_hall, content_of(customers[:5]), skip_bad=True), cipher)


def test_check_imports_nothing(demo_hall: DemoHall, cipher: DataKey) -> None:
    assert check_import(demo_hall.hall, demo_customers_csv(20)).good == 20
    assert count(demo_hall) == 0


def test_consent_does_not_cover_a_file_that_was_changed_meanwhile(demo_hall: DemoHall, cipher: DataKey) -> None:
    command = wish(demo_hall, demo_customers_csv(5))
    with pytest.raises(RuleViolation, match=r"approval\.stale"):
        import_customers(demo_hall.hall, replace(command, content=demo_customers_csv(6)), cipher)
    assert count(demo_hall) == 0


def test_failure_in_the_middle_leaves_nothing(demo_hall: DemoHall, cipher: DataKey) -> None:
    class Unplugged(Exception):
        pass

    def fail_at_100(done: int, _total: int) -> None:
        if done == 100:
            raise Unplugged

    with pytest.raises(Unplugged):
        import_customers(demo_hall.hall, wish(demo_hall, demo_customers_csv(200)), cipher, fail_at_100)
    assert count(demo_hall) == 0
    assert find_accounts(demo_hall.hall, "单桂芳").lines == ()
    assert "customers_imported" not in demo_hall.kinds("DJ-H")


def test_id_number_of_a_row_is_stored_encrypted(demo_hall: DemoHall, cipher: DataKey) -> None:
    content = content_of(list(demo_customers(1)), 身份证号="11010519491231002X")
    import_customers(demo_hall.hall, wish(demo_hall, content), cipher)
    with demo_hall.store.reading() as connection:
        entry = customer_rows.stored(connection, STORY_CUSTOMER.account_no)
    assert entry is not None
    assert entry.id_sealed is not None
    assert b"1949" not in entry.id_sealed
    assert cipher.decrypt(STORY_CUSTOMER.account_no, entry.id_sealed) == "11010519491231002X"
