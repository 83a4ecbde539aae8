"""A locked workstation stays locked until the same person's password, whatever answers meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from pos.domain.roles import Act, Role
from pos.usecases.add_till import AddTill
from pos.usecases.give_consent import give_consent
from pos.usecases.hall_settings import operators_of
from pos.usecases.permission import Consent
from tests.fakes import HandDrivenLane
from tests.fixtures_hall import DemoHall
from ui.app.people_wiring import PeopleWiring
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.page import Page
from ui.presenters.people_state import ToSign


@dataclass
class Desk:
    demo: DemoHall
    window: MainWindow
    people: PeopleWiring
    books: HandDrivenLane
    consents: list[Consent] = field(default_factory=list)

    def ask(self) -> None:
        command = AddTill(command_id="a-till", actor=self.demo.cashier, name="3 号窗口")
        self.people.ask_approval(command, Act.RETURN_MONEY, ToSign("approve.return_money", ()), self.consents.append)
        self.books.answer()  # who may approve
        self.people.approval.approved.emit(self.demo.codes["lead"], self.demo.password("lead"), "")


@pytest.fixture
def desk(demo_hall: DemoHall, window: MainWindow, look: Look) -> Desk:
    window.add_page("counter", Page(look))
    books = HandDrivenLane()
    people = PeopleWiring(window, look, lambda _person: window.show_page("counter"))
    people.connect(demo_hall.hall, books, "")
    people.person = next(p for p in operators_of(demo_hall.hall) if p.operator_id == demo_hall.cashier)
    window.show_page("counter")
    return Desk(demo_hall, window, people, books)


def test_consent_that_comes_after_the_lock_is_used_and_opens_nothing(desk: Desk) -> None:
    desk.ask()
    desk.people.lock()
    desk.books.answer_all()
    assert (len(desk.consents), desk.window.overlay) == (1, desk.people.lock_overlay)


def test_consent_that_comes_after_the_question_was_left_is_not_used(desk: Desk) -> None:
    desk.ask()
    desk.window.dispatch("back")
    desk.books.answer_all()
    assert (desk.consents, desk.window.has_overlay) == ([], False)


def test_password_that_is_checked_after_somebody_else_took_over_opens_nothing_of_hers(desk: Desk) -> None:
    desk.people.lock()
    desk.people.lock_overlay.unlock_asked.emit(desk.demo.password("cashier"))
    desk.people.leave()
    desk.people.lock()
    assert desk.window.has_overlay is False
    desk.books.answer_all()
    assert (desk.people.person, desk.window.has_overlay) == (None, False)


def test_who_still_has_her_starting_password_stands_last_among_those_who_may_approve_and_says_why(desk: Desk) -> None:
    with desk.demo.store.unit_of_work() as uow:
        uow.connection.exec_driver_sql("UPDATE credential SET must_change = 1 WHERE operator_id = ?", (desk.demo.lead,))
        uow.commit()
    asked = ToSign("approve.set_prices", ())
    desk.people._ask(asked, frozenset(Role), lambda _login, _password: None, lambda _answer: None)
    desk.books.answer()
    names = [desk.people.approval.people.itemText(n) for n in range(desk.people.approval.people.count())]
    assert len(names) > 1
    assert [name for name in names if "初始密码未改" in name] == names[-1:]


def test_a_wrong_password_in_an_approval_names_its_owner_and_an_administrator_gets_her_own_way_out(desk: Desk) -> None:
    for name, code in (("lead", "sign_in.wrong_of"), ("admin", "sign_in.wrong_of_admin")):
        desk.people.person = next(p for p in operators_of(desk.demo.hall) if p.operator_id == desk.demo.cashier)
        command = AddTill(command_id="a-till", actor=desk.demo.cashier, name="3 号窗口")
        desk.people._ask(
            ToSign("approve.set_prices", ()),
            frozenset(Role),
            lambda login, password, command=command: give_consent(
                desk.demo.hall, command, Act.RETURN_MONEY, approver_login=login, password=password
            ),
            lambda _answer: None,
        )
        desk.books.answer()
        desk.people.approval.approved.emit(desk.demo.codes[name], "not hers", "")
        desk.books.answer_all()
        assert desk.people.approval.notice._code.text() == code
