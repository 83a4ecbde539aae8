from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pos.domain.errors import RuleViolation
from pos.domain.passwords import ARGON2_MEMORY_KIB
from pos.store.people_queries import credential, failures_of
from pos.usecases.change_operator import ChangeOperator, change_operator
from pos.usecases.change_password import ChangePassword, change_password
from pos.usecases.check_password import HALL_SUBJECT, count_failure
from pos.usecases.lock import Lock, LockedBy, lock
from pos.usecases.sign_in import SignIn, sign_in
from pos.usecases.sign_out import SignOut, sign_out
from pos.usecases.unlock import Unlock, unlock


def attempt(demo_hall, login, password):
    command = SignIn(command_id=demo_hall.new_id(), login=login, password=password, workstation="WS1")
    return sign_in(demo_hall.hall, command)


def code_of(call, *args) -> str:
    with pytest.raises(RuleViolation) as refusal:
        call(*args)
    return refusal.value.code


def wait_s(demo_hall, login) -> int:
    """Seconds to wait now, 0 if an attempt is taken (and fails)."""
    with pytest.raises(RuleViolation) as refusal:
        attempt(demo_hall, login, "wrong lantern")
    return refusal.value.params.get("wait_s", 0)


def test_the_right_password_signs_in_and_leaves_a_record(demo_hall):
    signed_in = attempt(demo_hall, " 1001 ", demo_hall.password("cashier"))
    assert signed_in.person.operator_id == demo_hall.cashier
    assert signed_in.person.display_name == "王小燕"
    assert not signed_in.must_change_password
    assert demo_hall.facts("DJ-H", "signed_in") == ['{"failed_before":0,"workstation":"WS1"}']


def test_wrong_name_and_wrong_password_look_alike_and_a_disabled_person_too_unless_the_password_is_right(demo_hall):
    change_operator(
        demo_hall.hall,
        ChangeOperator(command_id="off", actor=demo_hall.admin, operator_id=demo_hall.cashier2, active=False),
    )
    assert code_of(attempt, demo_hall, "1001", "wrong lantern") == "sign_in.wrong"
    assert code_of(attempt, demo_hall, "7777", "wrong lantern") == "sign_in.wrong"
    assert code_of(attempt, demo_hall, "1002", "wrong lantern") == "sign_in.wrong"
    assert code_of(attempt, demo_hall, "1002", demo_hall.password("cashier2")) == "sign_in.disabled"


@pytest.mark.parametrize("login", ["1001", "7777"])
def test_waits_grow_alike_for_a_known_and_an_unknown_name(demo_hall, login):
    assert [wait_s(demo_hall, login), wait_s(demo_hall, login)] == [0, 0]
    seen = []
    for _ in range(8):
        assert wait_s(demo_hall, login) == 0  # taken, wrong
        seen.append(wait_s(demo_hall, login))  # too early
        demo_hall.clock.forward(seconds=seen[-1])
    assert seen == [5, 10, 20, 40, 80, 160, 300, 300]


def test_a_person_who_waits_long_enough_gets_in_and_is_told_of_the_failures(demo_hall):
    for _ in range(4):
        assert wait_s(demo_hall, "1001") == 0
        demo_hall.clock.forward(seconds=10)
    assert attempt(demo_hall, "1001", demo_hall.password("cashier")).failed_before == 4
    assert attempt(demo_hall, "1001", demo_hall.password("cashier")).failed_before == 0


def test_during_a_wait_even_the_right_password_is_not_looked_at(demo_hall):
    for _ in range(3):
        wait_s(demo_hall, "1001")
    assert code_of(attempt, demo_hall, "1001", demo_hall.password("cashier")) == "sign_in.wait"
    demo_hall.clock.forward(seconds=4)
    assert code_of(attempt, demo_hall, "1001", demo_hall.password("cashier")) == "sign_in.wait"
    demo_hall.clock.forward(seconds=1)
    attempt(demo_hall, "1001", demo_hall.password("cashier"))


def test_one_persons_wait_does_not_keep_her_colleague_out(demo_hall):
    for _ in range(4):
        wait_s(demo_hall, "1001")
    attempt(demo_hall, "1002", demo_hall.password("cashier2"))


def test_a_clock_set_back_does_not_lengthen_a_wait(demo_hall):
    for _ in range(3):
        wait_s(demo_hall, "1001")
    demo_hall.clock.forward(seconds=-86_400)
    assert wait_s(demo_hall, "1001") == 5


def test_a_prank_of_five_hundred_guesses_over_many_names_delays_the_hall_but_does_not_close_it(demo_hall):
    """The counting alone, without the hashes that would take a minute."""
    begin = demo_hall.clock.now_utc_ms()
    for number in range(500):
        guess_counted(demo_hall, f"unknown:{number % 256}")
    assert demo_hall.clock.now_utc_ms() - begin > 470 * 15_000
    demo_hall.clock.forward(seconds=15)
    attempt(demo_hall, "1002", demo_hall.password("cashier2"))


def guess_counted(demo_hall, subject: str) -> None:
    """One wrong guess, made as soon as it is taken."""
    with demo_hall.store.unit_of_work() as uow:
        try:
            count_failure(uow, subject, demo_hall.clock.now_utc_ms())
        except RuleViolation as refusal:
            demo_hall.clock.forward(seconds=int(refusal.params["wait_s"]))
            count_failure(uow, subject, demo_hall.clock.now_utc_ms())
        uow.commit()


def test_failures_are_coalesced_and_a_name_is_not_in_them(demo_hall):
    for _ in range(12):
        demo_hall.clock.forward(seconds=wait_s(demo_hall, "my-secret-as-name") or 0)
    failed = demo_hall.facts("DJ-H", "sign_in_failed")
    assert failed[:2] == ['{"failures":1,"purpose":"sign_in"}', '{"failures":3,"purpose":"sign_in"}']
    assert len(failed) == 2


def test_counts_are_forgotten_after_half_a_day(demo_hall):
    for _ in range(2):
        wait_s(demo_hall, "1001")
    demo_hall.clock.forward(seconds=12 * 3600 + 1)
    wait_s(demo_hall, "1001")
    with demo_hall.store.reading() as connection:
        assert failures_of(connection, demo_hall.cashier).failures == 1
        assert failures_of(connection, HALL_SUBJECT).failures == 1


def test_an_unknown_name_costs_the_same_time_as_a_wrong_password(demo_hall):
    command = ChangePassword(
        command_id="c",
        actor=demo_hall.cashier,
        old_password=demo_hall.password("cashier"),
        new_password="river of tin kettles",
    )
    change_password(demo_hall.hall, command)  # a hash with the program's own cost
    took: dict[str, list[float]] = {"1001": [], "7777": []}
    for _ in range(7):
        for login, times in took.items():
            demo_hall.clock.forward(seconds=300)
            begin = time.process_time()
            assert wait_s(demo_hall, login) == 0
            times.append(time.process_time() - begin)
    known, unknown = (statistics.median(times) for times in took.values())
    assert min(known, unknown) > 0.02
    assert abs(known - unknown) < 0.2 * known


def test_a_hash_with_older_costs_is_renewed_at_sign_in(demo_hall):
    attempt(demo_hall, "1001", demo_hall.password("cashier"))
    with demo_hall.store.reading() as connection:
        assert f"m={ARGON2_MEMORY_KIB}" in credential(connection, demo_hall.cashier).password_hash
    attempt(demo_hall, "1001", demo_hall.password("cashier"))


def test_lock_unlock_and_sign_out_are_records_and_repeats_are_not(demo_hall):
    actor, password = demo_hall.cashier, demo_hall.password("cashier")
    for _ in range(2):
        lock(demo_hall.hall, Lock(command_id="l", actor=actor, workstation="WS1", by=LockedBy.IDLE))
        unlock(demo_hall.hall, Unlock(command_id="u", actor=actor, password=password, workstation="WS1"))
        sign_out(demo_hall.hall, SignOut(command_id="o", actor=actor, workstation="WS1"))
    assert demo_hall.kinds("DJ-H")[-3:] == ["locked", "unlocked", "signed_out"]
    assert demo_hall.facts("DJ-H", "locked") == ['{"by":"idle","workstation":"WS1"}']


def test_a_locked_counter_opens_only_to_its_own_person(demo_hall):
    command = Unlock(
        command_id="u", actor=demo_hall.cashier, password=demo_hall.password("cashier2"), workstation="WS1"
    )
    assert code_of(unlock, demo_hall.hall, command) == "sign_in.wrong"
    assert "unlocked" not in demo_hall.kinds("DJ-H")


def test_a_starting_password_must_be_changed_and_then_serves(demo_hall):
    change_operator(
        demo_hall.hall,
        ChangeOperator(
            command_id="reset",
            actor=demo_hall.admin,
            operator_id=demo_hall.cashier,
            starting_password="tin kettle forty",
        ),
    )
    assert code_of(attempt, demo_hall, "1001", demo_hall.password("cashier")) == "sign_in.wrong"
    assert attempt(demo_hall, "1001", "tin kettle forty").must_change_password
    command = ChangePassword(
        command_id="own",
        actor=demo_hall.cashier,
        old_password="tin kettle forty",
        new_password="river of tin kettles",
    )
    change_password(demo_hall.hall, command)
    change_password(demo_hall.hall, command)  # the same press again
    assert not attempt(demo_hall, "1001", "river of tin kettles").must_change_password
    assert demo_hall.kinds("DJ-H").count("password_changed") == 1


def test_a_locked_counter_does_not_open_to_a_starting_password(demo_hall):
    reset = ChangeOperator(
        command_id="reset", actor=demo_hall.admin, operator_id=demo_hall.cashier, starting_password="tin kettle forty"
    )
    change_operator(demo_hall.hall, reset)
    command = Unlock(command_id="u", actor=demo_hall.cashier, password="tin kettle forty", workstation="WS1")
    assert code_of(unlock, demo_hall.hall, command) == "sign_in.must_change"
    sign_out(demo_hall.hall, SignOut(command_id="o", actor=demo_hall.cashier, workstation="WS1"))
    assert demo_hall.kinds("DJ-H")[-1] == "signed_out"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("not the old one", "river of tin kettles", "sign_in.wrong"),
        ("seven-lanterns-1001", "seven-lanterns-1001", "password.same"),
        ("seven-lanterns-1001", "12345678", "password.common"),
        ("seven-lanterns-1001", "王小燕100", "password.too_short"),
    ],
)
def test_a_change_of_password_without_the_old_one_or_to_a_bad_one_is_refused(demo_hall, old, new, code):
    command = ChangePassword(command_id="own", actor=demo_hall.cashier, old_password=old, new_password=new)
    assert code_of(change_password, demo_hall.hall, command) == code
    attempt(demo_hall, "1001", demo_hall.password("cashier"))


def test_no_typed_secret_is_anywhere_in_the_files(demo_hall):
    typed = ["wrong-lantern-typed-0001", "name-that-is-a-password-0002", "river of tin kettles"]
    code_of(attempt, demo_hall, "1001", typed[0])
    code_of(attempt, demo_hall, typed[1], "x")
    command = ChangePassword(
        command_id="own",
        actor=demo_hall.cashier,
        old_password=demo_hall.password("cashier"),
        new_password=typed[2],
    )
    change_password(demo_hall.hall, command)
    attempt(demo_hall, "1001", typed[2])
    written = b"".join(file.read_bytes() for file in demo_hall.path.parent.iterdir())
    assert b"sign_in_failed" in written  # the scan sees what is written
    for secret in (*typed, demo_hall.password("cashier"), "7KQ2M-9XTRA-4HBWE-C6NPD-3FYGV", "7KQ2M9XTRA4HBWEC6NPD3FYGV"):
        assert secret.encode() not in written
        assert secret.encode().hex().encode() not in written


def test_commands_do_not_show_secrets_when_logged(demo_hall):
    command = SignIn(command_id="c", login="maybe-a-password", password="river of tin kettles", workstation="WS1")
    assert "river" not in repr(command)
    assert "maybe" not in repr(command)


def test_guesses_side_by_side_gain_nothing_over_guesses_in_a_row(demo_hall):
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: code_of(attempt, demo_hall, "1001", "wrong lantern"), range(8)))
    assert sorted(codes) == ["sign_in.wait"] * 5 + ["sign_in.wrong"] * 3
