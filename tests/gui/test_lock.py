"""A locked workstation stays locked until the same person's password, whatever answers meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from pos.domain.roles import Act
from pos.usecases.add_till import AddTill
from pos.usecases.hall_settings import operators_of
from pos.usecases.permission import Consent
from tests.fakes import HandDrivenLane
from tests.fixtures_hall import DemoHall
from ui.app.people_wiring import PeopleWiring
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.page import Page


@dataclass
class Desk:
    demo: DemoHall
    window: MainWindow
    people: PeopleWiring
    books: HandDrivenLane
    consents: list[Consent] = field(default_factory=list)

    def ask(self) -> None:
        command = AddTill(command_id="a-till", actor=self.demo.cashier, name="3 号窗口")
        self.people.ask_approval(command, Act.RETURN_MONEY, "approve.return_money", self.consents.append)
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
