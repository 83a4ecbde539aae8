"""A command id that comes again: the first result for the same wish, a refusal for any other, no look past a rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest

from pos.domain.count import CountLine
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import ReceiverKind
from pos.domain.roles import Act, Role
from pos.store.personal_cipher import create_data_key
from pos.usecases.begin_count import BeginCount, begin_count
from pos.usecases.change_operator import ChangeOperator, change_operator
from pos.usecases.fill_safe import FillSafe, fill_safe
from pos.usecases.give_consent import sign
from pos.usecases.hand_over import HandOver, hand_over
from pos.usecases.open_account import open_account
from pos.usecases.repeats import require_same
from pos.usecases.return_money import ReturnMoney, return_money
from pos.usecases.reveal_contact import ContactField, RevealContact, reveal_contact
from pos.usecases.take_payment import take_payment
from pos.usecases.x_report import TakeXReport, x_report
from tests.fixtures_counter import Counter
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import TillDay
from tests.unit.pos.usecases.test_accounts import ID_NUMBER
from tests.unit.pos.usecases.test_accounts import command as opening


@pytest.fixture
def day(demo_hall: DemoHall) -> TillDay:
    till_day = TillDay(demo_hall)
    till_day.start()
    return till_day


def filling(demo: DemoHall) -> FillSafe:
    lines = (CountLine(10_000, False, 1),)
    return FillSafe(command_id="fill", actor=demo.lead, lines=lines, from_bank=True)


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(RuleViolation) as refusal:
        action()
    return refusal.value.code


def records(demo: DemoHall) -> int:
    with demo.store.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM journal").scalar() or 0)


def test_the_same_wish_gets_the_first_result_and_writes_nothing(demo_hall: DemoHall) -> None:
    assert fill_safe(demo_hall.hall, filling(demo_hall)) == 10_000
    before = records(demo_hall)
    assert fill_safe(demo_hall.hall, filling(demo_hall)) == 10_000
    assert records(demo_hall) == before


def test_another_content_another_person_or_nobody_gets_nothing(demo_hall: DemoHall) -> None:
    first = filling(demo_hall)
    fill_safe(demo_hall.hall, first)
    for other in (
        replace(first, lines=(CountLine(10_000, False, 50),)),
        replace(first, from_bank=False),
        replace(first, actor=demo_hall.lead2),
        replace(first, actor="ghost"),
    ):
        assert code_of(lambda wish=other: fill_safe(demo_hall.hall, wish)) == "command.reused"


def test_another_use_case_under_the_same_id_is_refused_in_words(day: TillDay) -> None:
    fill_safe(day.demo.hall, filling(day.demo))
    count = BeginCount(command_id="fill", actor=day.actor, session_id=day.session_id)
    assert code_of(lambda: begin_count(day.demo.hall, count)) == "command.reused"


def test_a_role_taken_away_meanwhile_ends_the_repeats(demo_hall: DemoHall) -> None:
    wish = filling(demo_hall)
    fill_safe(demo_hall.hall, wish)
    change = ChangeOperator(
        command_id=demo_hall.new_id(),
        actor=demo_hall.admin,
        operator_id=demo_hall.lead,
        roles=frozenset({Role.CASHIER}),
    )
    change_operator(demo_hall.hall, change)
    assert code_of(lambda: fill_safe(demo_hall.hall, wish)) == "role.refused"
    gone = replace(change, command_id=demo_hall.new_id(), roles=None, active=False)
    change_operator(demo_hall.hall, gone)
    assert code_of(lambda: fill_safe(demo_hall.hall, wish)) == "sign_in.disabled"


def test_an_x_is_not_read_again_while_the_till_counts_nor_by_its_cashier(day: TillDay) -> None:
    demo = day.demo
    day.sell(8679)
    look = TakeXReport(command_id="x", actor=demo.lead, session_id=day.session_id)
    x_report(demo.hall, look)
    assert code_of(lambda: x_report(demo.hall, replace(look, actor=day.actor))) == "command.reused"
    day.begin()
    assert code_of(lambda: x_report(demo.hall, look)) == "till.counting"
    day.submit()
    day.close()
    assert code_of(lambda: x_report(demo.hall, look)) == "till.closed"


def test_a_revealed_phone_is_shown_again_to_nobody_else(demo_hall: DemoHall, tmp_path: Path) -> None:
    cipher = create_data_key(tmp_path / "data.key")
    account_no = open_account(demo_hall.hall, opening(demo_hall), cipher).account_no
    look = RevealContact(
        command_id="look", actor=demo_hall.cashier, account_no=account_no, what=ContactField.PHONE, reason="回访"
    )
    phone = reveal_contact(demo_hall.hall, look, cipher).value
    assert reveal_contact(demo_hall.hall, look, cipher).value == phone != ""
    for other in (
        replace(look, actor=demo_hall.finance),
        replace(look, actor="ghost"),
        replace(look, what=ContactField.ID_NUMBER),
        replace(look, reason="none"),
    ):
        assert code_of(lambda wish=other: reveal_contact(demo_hall.hall, wish, cipher)) == "command.reused"


def test_a_key_pressed_twice_is_one_wish_though_its_moment_differs(counter: Counter) -> None:
    wish = counter.payment(command_id="pay")
    first = take_payment(counter.demo.hall, wish)
    later = replace(wish.read_back, confirmed_at_utc_ms=wish.read_back.confirmed_at_utc_ms + 700)
    assert take_payment(counter.demo.hall, replace(wish, read_back=later)) == first
    assert code_of(lambda: take_payment(counter.demo.hall, replace(wish, volume_l=1000))) == "command.reused"


def test_a_signature_given_again_over_the_same_digest_is_the_same_wish(day: TillDay) -> None:
    demo = day.demo
    day.end()
    offered = day.offer()
    with demo.store.reading() as connection:
        command_id = connection.exec_driver_sql("SELECT command_id FROM journal WHERE kind = 'handed_over'").scalar()
    demo.clock.forward(seconds=60)
    again = sign(demo.hall, login=demo.codes["cashier"], password=demo.password("cashier"), digest=offered.digest)
    command = HandOver(
        command_id=str(command_id),
        actor=day.actor,
        session_id=day.session_id,
        receiver_kind=ReceiverKind.CASHIER,
        signature=again,
        device_states=("打印机 正常",),
    )
    assert hand_over(demo.hall, command) == offered


def test_the_mark_says_nothing_about_a_person_or_a_password(demo_hall: DemoHall, tmp_path: Path) -> None:
    """Two persons, one mark: who reads the journal cannot try names and numbers against it."""
    cipher = create_data_key(tmp_path / "data.key")
    first = opening(demo_hall)
    open_account(demo_hall.hall, first, cipher)
    secret = [part.name for part in fields(first) if not part.repr]
    assert {"name", "phone", "address", "id_number"} <= set(secret)
    with demo_hall.store.reading() as connection:
        record = demo_hall.store.journal_of(connection).by_command(first.command_id)
    assert record is not None
    require_same(record, replace(first, name="李四", phone="13900000000", address="别处 1 号", id_number=ID_NUMBER))
    with pytest.raises(RuleViolation, match=r"command\.reused"):
        require_same(record, replace(first, people=5))


def test_every_fact_of_a_command_carries_its_mark(demo_hall: DemoHall) -> None:
    fill_safe(demo_hall.hall, filling(demo_hall))
    with demo_hall.store.reading() as connection:
        sql = "SELECT body ->> '$.payload.facts' FROM journal WHERE command_id = 'fill'"
        facts = json.loads(str(connection.exec_driver_sql(sql).scalar()))
    assert len(facts["command"]) == 16


def test_an_approved_wish_is_repeated_without_a_new_consent(counter: Counter) -> None:
    demo = counter.demo
    sold = counter.pay()
    wish = ReturnMoney(
        command_id="back",
        actor=demo.cashier,
        session_id=counter.session_id,
        write_id=sold.sale_id,
        reason="card_damaged",
    )
    first = return_money(demo.hall, demo.approved(wish, Act.RETURN_MONEY))
    demo.clock.forward(seconds=3600)
    assert return_money(demo.hall, wish) == first
