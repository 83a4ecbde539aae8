from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pos.domain.errors import RuleViolation
from pos.domain.roles import Act, Role
from pos.store.people_queries import operator, operator_by_code
from pos.usecases.add_operator import AddOperator, add_operator
from pos.usecases.change_operator import ChangeOperator, change_operator
from pos.usecases.change_setting import ChangeSetting, change_setting
from pos.usecases.permission import authorise
from pos.usecases.renew_recovery_code import RenewRecoveryCode, renew_recovery_code
from pos.usecases.sign_in import SignIn, sign_in
from pos.usecases.use_recovery_code import UseRecoveryCode, use_recovery_code
from tests.fixtures_hall import RECOVERY_CODE

NEXT_CODE = "22222-33333-44444-55555-66666"


@pytest.fixture
def newcomer(demo_hall):
    return AddOperator(
        command_id="add",
        actor=demo_hall.admin,
        code="1009",
        display_name="冯新",
        roles=frozenset({Role.CASHIER}),
        password="tin kettle forty",
    )


def code_of(call, *args) -> str:
    with pytest.raises(RuleViolation) as refusal:
        call(*args)
    return refusal.value.code


def set_to(demo_hall, name, text):
    command = ChangeSetting(command_id=demo_hall.new_id(), actor=demo_hall.admin, name=name, text=text)
    return change_setting(demo_hall.hall, command)


def test_a_newcomer_signs_in_with_her_starting_password_and_must_change_it(demo_hall, newcomer):
    operator_id = add_operator(demo_hall.hall, newcomer)
    assert add_operator(demo_hall.hall, newcomer) == operator_id
    command = SignIn(command_id="in", login="1009", password="tin kettle forty", workstation="WS1")
    signed_in = sign_in(demo_hall.hall, command)
    assert (signed_in.person.operator_id, signed_in.must_change_password) == (operator_id, True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "1001"}, "operator.code_taken"),
        ({"code": "10 09"}, "operator.code"),
        ({"code": ""}, "operator.code"),
        ({"display_name": " "}, "operator.name"),
        ({"roles": frozenset()}, "operator.no_role"),
        ({"roles": frozenset({Role.CASHIER, Role.FINANCE_CASHIER})}, "operator.too_many_roles"),
        ({"password": "password1"}, "password.common"),
        ({"password": "东江营业厅1009"}, "password.context"),
    ],
)
def test_a_newcomer_with_a_faulty_form_is_not_added(demo_hall, newcomer, change, code):
    before = demo_hall.kinds("DJ-H")
    assert code_of(add_operator, demo_hall.hall, replace(newcomer, **change)) == code
    assert demo_hall.kinds("DJ-H") == before


@pytest.mark.parametrize("name", ["cashier", "lead", "finance", "auditor"])
def test_only_an_administrator_adds_people_tills_and_settings(demo_hall, newcomer, name):
    assert code_of(add_operator, demo_hall.hall, replace(newcomer, actor=demo_hall.people[name])) == "role.refused"
    command = ChangeSetting(command_id="s", actor=demo_hall.people[name], name="language", text="en")
    assert code_of(change_setting, demo_hall.hall, command) == "role.refused"


def test_the_newest_grant_decides_at_the_next_act(demo_hall):
    def may_sell() -> bool:
        with demo_hall.store.reading() as connection:
            try:
                authorise(connection, Act.SELL, demo_hall.cashier, None, "c")
            except RuleViolation:
                return False
            return True

    def change(**what):
        command = ChangeOperator(
            command_id=demo_hall.new_id(), actor=demo_hall.admin, operator_id=demo_hall.cashier, **what
        )
        return change_operator(demo_hall.hall, command)

    assert may_sell()
    change(active=False)
    assert not may_sell()
    change(active=True)
    assert may_sell()
    assert change(roles=frozenset({Role.AUDITOR})).roles == {Role.AUDITOR}
    assert not may_sell()
    assert demo_hall.facts("DJ-H", "operator_changed")[-1] == (
        '{"active_before":true,"operator":"DJ-H-1-4","password_reset":false,"roles_before":["cashier"]}'
    )


def test_a_person_keeps_her_code_and_history_when_her_name_changes(demo_hall):
    command = ChangeOperator(command_id="n", actor=demo_hall.admin, operator_id=demo_hall.cashier, display_name="王燕")
    assert change_operator(demo_hall.hall, command).display_name == "王燕"
    assert change_operator(demo_hall.hall, command).display_name == "王燕"
    with demo_hall.store.reading() as connection:
        assert operator_by_code(connection, "1001") == operator(connection, demo_hall.cashier)
    assert demo_hall.kinds("DJ-H").count("operator_changed") == 1


@pytest.mark.parametrize("what", [{"active": False}, {"roles": frozenset({Role.CASHIER})}])
def test_the_last_administrator_stays(demo_hall, what):
    command = ChangeOperator(command_id="x", actor=demo_hall.admin, operator_id=demo_hall.admin, **what)
    assert code_of(change_operator, demo_hall.hall, command) == "operator.last_administrator"


def test_a_change_of_nothing_or_of_nobody_is_refused(demo_hall):
    command = ChangeOperator(command_id="x", actor=demo_hall.admin, operator_id=demo_hall.cashier, active=True)
    assert code_of(change_operator, demo_hall.hall, command) == "operator.unchanged"
    assert code_of(change_operator, demo_hall.hall, replace(command, operator_id="DJ-H-1-999")) == "operator.unknown"


def test_a_setting_changes_with_a_record_of_old_and_new(demo_hall):
    assert set_to(demo_hall, "max_tender_over_due_fen", "50000").max_tender_over_due_fen == 50_000
    assert set_to(demo_hall, "max_tender_over_due_fen", "15000").max_tender_over_due_fen == 15_000
    assert demo_hall.facts("DJ-H", "setting_changed") == [
        '{"name":"max_tender_over_due_fen","new":"50000","old":"10000"}',
        '{"name":"max_tender_over_due_fen","new":"15000","old":"50000"}',
    ]
    assert code_of(set_to, demo_hall, "max_tender_over_due_fen", "15000") == "setting.unchanged"
    assert code_of(set_to, demo_hall, "max_tender_over_due_fen", "a lot") == "setting.value"
    assert code_of(set_to, demo_hall, "colour", "red") == "setting.unknown"


def test_a_hall_of_one_person_lets_her_hold_two_roles_but_not_approve_herself(demo_hall, newcomer):
    both = replace(newcomer, roles=frozenset({Role.SHIFT_LEAD, Role.FINANCE_CASHIER}), must_change=False)
    assert code_of(add_operator, demo_hall.hall, both) == "operator.too_many_roles"
    assert set_to(demo_hall, "one_person_hall", "yes").one_person_hall
    operator_id = add_operator(demo_hall.hall, replace(both, command_id="add-2"))
    with demo_hall.store.reading() as connection:
        for act in (Act.SELL, Act.RECEIVE_TAKINGS, Act.SECOND_COUNT):
            assert authorise(connection, act, operator_id, None, "c") is None
        assert code_of(authorise, connection, Act.BACKUP, operator_id, None, "c") == "role.refused"
        assert code_of(authorise, connection, Act.REFUND, operator_id, None, "c") == "approval.needed"
    three = frozenset({Role.SHIFT_LEAD, Role.FINANCE_CASHIER, Role.AUDITOR})
    command = ChangeOperator(command_id="three", actor=demo_hall.admin, operator_id=operator_id, roles=three)
    assert code_of(change_operator, demo_hall.hall, command) == "operator.too_many_roles"
    assert code_of(set_to, demo_hall, "one_person_hall", "no") == "setting.two_roles_held"


@pytest.fixture
def recovery():
    return UseRecoveryCode(
        command_id="recover",
        login="9001",
        recovery_code=RECOVERY_CODE.lower().replace("-", " "),
        new_password="river of tin kettles",
        new_recovery_code=NEXT_CODE,
    )


def test_the_recovery_code_gives_an_administrator_a_new_password_once(demo_hall, recovery):
    assert use_recovery_code(demo_hall.hall, recovery) == demo_hall.admin
    assert use_recovery_code(demo_hall.hall, recovery) == demo_hall.admin
    assert demo_hall.kinds("DJ-H").count("recovery_code_used") == 1
    sign_in(demo_hall.hall, SignIn(command_id="in", login="9001", password="river of tin kettles", workstation="WS1"))
    again = replace(recovery, command_id="again", new_recovery_code="77777-88888-99999-AAAAA-BBBBB")
    assert code_of(use_recovery_code, demo_hall.hall, again) == "recovery.wrong"
    assert use_recovery_code(demo_hall.hall, replace(again, command_id="next", recovery_code=NEXT_CODE))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"recovery_code": NEXT_CODE, "new_recovery_code": "77777"}, "recovery.wrong"),
        ({"login": "2001"}, "recovery.wrong"),  # a lead: the code opens nothing for her
        ({"login": "7777"}, "recovery.wrong"),
        ({"new_password": "12345678"}, "password.common"),
        ({"new_recovery_code": RECOVERY_CODE}, "password.same"),
    ],
)
def test_a_recovery_that_is_not_right_changes_nothing(demo_hall, recovery, change, code):
    assert code_of(use_recovery_code, demo_hall.hall, replace(recovery, **change)) == code
    command = SignIn(command_id="in", login="9001", password=demo_hall.password("admin"), workstation="WS1")
    sign_in(demo_hall.hall, command)


def test_choosing_poor_passwords_with_the_right_code_is_not_guessing(demo_hall, recovery):
    for number in range(4):
        poor = replace(recovery, command_id=f"p{number}", new_password="12345678")
        assert code_of(use_recovery_code, demo_hall.hall, poor) == "password.common"
    assert use_recovery_code(demo_hall.hall, recovery) == demo_hall.admin


def test_a_renewed_code_voids_the_lost_one_and_names_who_approved(demo_hall, recovery):
    fresh = "MWKTP-QRSTV-AHBGD-CJKFE-XYZNP"
    asked = RenewRecoveryCode(command_id="renew", actor=demo_hall.admin, new_recovery_code=fresh)
    agreed = demo_hall.approved(asked, Act.MANAGE_KEYS)
    for _time in range(2):
        renew_recovery_code(demo_hall.hall, agreed)
    assert demo_hall.kinds("DJ-H").count("recovery_code_renewed") == 1
    with demo_hall.store.reading() as connection:
        bodies = connection.exec_driver_sql("SELECT body FROM journal").scalars().all()
    (renewed,) = [json.loads(body) for body in bodies if "recovery_code_renewed" in body]
    assert (renewed["actor"], renewed["approver"]) == (demo_hall.admin, demo_hall.lead)
    assert not any(fresh in body for body in bodies)
    assert code_of(use_recovery_code, demo_hall.hall, recovery) == "recovery.wrong"
    assert use_recovery_code(demo_hall.hall, replace(recovery, recovery_code=fresh)) == demo_hall.admin


@pytest.mark.parametrize(
    ("name", "by", "code"),
    [
        ("admin", None, "approval.needed"),
        ("admin", "cashier", "approval.role"),
        ("admin", "admin", "approval.self"),
        ("lead", None, "role.refused"),
        ("cashier", None, "role.refused"),
    ],
)
def test_a_code_renewed_without_the_right_two_people_leaves_the_old_one(demo_hall, recovery, name, by, code):
    asked = RenewRecoveryCode(
        command_id="renew", actor=demo_hall.people[name], new_recovery_code="MWKTP-QRSTV-AHBGD-CJKFE-XYZNP"
    )

    def with_consent() -> None:
        renew_recovery_code(demo_hall.hall, asked if by is None else demo_hall.approved(asked, Act.MANAGE_KEYS, by=by))

    assert code_of(with_consent) == code
    assert use_recovery_code(demo_hall.hall, recovery) == demo_hall.admin


def test_guessing_recovery_codes_makes_the_guesser_wait(demo_hall, recovery):
    guesses = [replace(recovery, command_id=f"g{n}", recovery_code=f"guess{n}") for n in range(4)]
    codes = [code_of(use_recovery_code, demo_hall.hall, guess) for guess in guesses]
    assert codes == ["recovery.wrong"] * 3 + ["sign_in.wait"]
