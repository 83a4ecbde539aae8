from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ledger.errors import SealBroken
from pos.domain.errors import RuleViolation
from pos.domain.passwords import matches
from pos.domain.roles import Role
from pos.store.people_queries import credential, hall_profile, operators, recovery_code_hash, till, tills
from pos.usecases.add_till import AddTill, add_till
from pos.usecases.commission_hall import CommissionHall, commission_hall
from pos.usecases.hall_settings import tills_of
from pos.usecases.sign_in_page import SignInPage, sign_in_page
from tests.fakes import CountingIds, FixedClock, make_hall, make_key, make_store

WIZARD = CommissionHall(
    command_id="first-start",
    hall_code="XC",
    company="西城燃气有限公司",
    hall_name="西城营业厅",
    payee="西城燃气有限公司",
    bank="示例银行",
    bank_account="0000 1111",
    emergency_phone="96777",
    admin_code="9001",
    admin_name="郑管",
    admin_password="tin kettle forty",
    recovery_code="AAAAA-BBBBB-CCCCC-DDDDD-EEEEE",
)


@pytest.fixture
def empty_hall(tmp_path):
    clock = FixedClock()
    store = make_store(tmp_path / "first_start" / "hall.db", clock, make_key(tmp_path))
    yield make_hall(store, clock, CountingIds())
    store.close()


def body(hall, command_id):
    with hall.store.reading() as connection:
        text = connection.exec_driver_sql("SELECT body FROM journal WHERE command_id = ?", (command_id,)).scalar()
    return json.loads(text)


def test_before_the_first_start_there_is_no_hall_and_nobody_can_sign_in(empty_hall):
    assert sign_in_page(empty_hall) == SignInPage(commissioned=False)
    with empty_hall.store.reading() as connection:
        assert operators(connection) == ()


def test_the_genesis_record_is_signed_and_names_the_key_and_the_first_administrator(empty_hall):
    done = commission_hall(empty_hall, WIZARD)
    genesis = body(empty_hall, "first-start")
    facts = genesis["payload"]["facts"]
    assert (genesis["chain"], genesis["seq"], genesis["kind"], genesis["signing"]) == ("XC-H", 1, "genesis", "due")
    assert facts["public_key"] == empty_hall.store.signer.public_hex
    assert facts["key_id"] == done.key_id == empty_hall.store.signer.key_id
    assert facts["administrator"] == done.administrator_id == "XC-H-1-1"
    with empty_hall.store.reading() as connection:
        (administrator,) = operators(connection)
        assert administrator.roles == {Role.ADMINISTRATOR}
        assert hall_profile(connection).offset_min == 480
        assert not hall_profile(connection).demo
        assert matches(credential(connection, "XC-H-1-1").password_hash, "tin kettle forty")
        assert matches(recovery_code_hash(connection), "AAAAABBBBBCCCCCDDDDDEEEEE")


def test_a_repeat_of_the_command_returns_the_first_result(empty_hall):
    assert commission_hall(empty_hall, WIZARD) == commission_hall(empty_hall, WIZARD)
    with empty_hall.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM journal").scalar() == 1


def test_a_hall_is_commissioned_once(empty_hall):
    commission_hall(empty_hall, WIZARD)
    with pytest.raises(RuleViolation) as refusal:
        commission_hall(empty_hall, replace(WIZARD, command_id="again"))
    assert refusal.value.code == "hall.commissioned"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"hall_code": "X-C"}, "hall.code"),
        ({"hall_code": ""}, "hall.code"),
        ({"hall_name": "  "}, "hall.field_empty"),
        ({"payee": ""}, "hall.field_empty"),
        ({"bank_account": "6222 00"}, "hall.bank_account"),
        ({"emergency_phone": "抢修站"}, "hall.phone"),
        ({"admin_code": "9 1"}, "operator.code"),
        ({"admin_password": "12345678"}, "password.common"),
        ({"admin_password": "西城营业厅9527"}, "password.context"),
    ],
)
def test_a_faulty_form_leaves_the_store_empty(empty_hall, change, code):
    with pytest.raises(RuleViolation) as refusal:
        commission_hall(empty_hall, replace(WIZARD, **change))
    assert refusal.value.code == code
    assert not sign_in_page(empty_hall).commissioned


def test_a_till_begins_its_own_chain_that_names_the_halls_record(empty_hall):
    admin = commission_hall(empty_hall, WIZARD).administrator_id
    first = add_till(empty_hall, AddTill(command_id="till-1", actor=admin, name="1 号窗口"))
    second = add_till(empty_hall, AddTill(command_id="till-2", actor=admin, name=" 2 号窗口 "))
    assert (first.till_id, first.chain, second.till_id, second.name) == ("T01", "XC-T01", "T02", "2 号窗口")
    added, genesis = body(empty_hall, "till-1"), body(empty_hall, "till-1:genesis")
    assert (genesis["chain"], genesis["seq"], genesis["kind"]) == ("XC-T01", 1, "genesis")
    depends_on = genesis["payload"]["facts"]["depends_on"]
    assert (depends_on["chain"], depends_on["seq"]) == (added["chain"], added["seq"])
    with empty_hall.store.reading() as connection:
        sql = "SELECT hash FROM journal WHERE command_id = 'till-1'"
        assert depends_on["hash"] == connection.exec_driver_sql(sql).scalar()
        assert [row.till_id for row in tills(connection)] == ["T01", "T02"]
        assert till(connection, "T03") is None


def test_a_till_added_twice_by_the_same_press_is_one_till_and_a_name_is_given_once(empty_hall):
    admin = commission_hall(empty_hall, WIZARD).administrator_id
    command = AddTill(command_id="till-1", actor=admin, name="1 号窗口")
    assert add_till(empty_hall, command) == add_till(empty_hall, command)
    with pytest.raises(RuleViolation) as refusal:
        add_till(empty_hall, replace(command, command_id="till-2"))
    assert refusal.value.code == "till.name_taken"
    assert len(tills_of(empty_hall)) == 1


def test_only_a_demo_hall_shows_its_people_on_the_sign_in_page(empty_hall, demo_hall):
    commission_hall(empty_hall, WIZARD)
    assert sign_in_page(empty_hall) == SignInPage(True, "XC", "西城燃气有限公司", "西城营业厅")
    page = sign_in_page(demo_hall.hall)
    assert page.demo
    assert [person.code for person in page.demo_people] == sorted(demo_hall.codes.values())


def test_grants_and_settings_are_sealed_against_the_plain_shell(demo_hall):
    statements = (
        "UPDATE operator_grant SET roles = 'administrator'",
        "DELETE FROM operator_grant",
        "INSERT INTO operator_grant VALUES ('DJ-H', 1, 4, 1, 'DJ-H-1-4', '1001', 'x', 'administrator', 1)",
        "INSERT OR REPLACE INTO setting VALUES ('DJ-H', 1, 4, 0, 'max_tender_over_due_fen', '999999')",
        "UPDATE hall_profile SET payee = 'somebody'",
    )
    for statement in statements:
        with demo_hall.store.unit_of_work() as uow, pytest.raises(SealBroken):
            uow.connection.exec_driver_sql(statement)
