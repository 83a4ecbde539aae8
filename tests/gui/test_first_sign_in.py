"""By keys only: a newcomer with a starting password gets nowhere but to a password of her own."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pos.usecases.change_operator import ChangeOperator, change_operator
from pos.usecases.hall_settings import OperatorRow
from tests.fixtures_hall import DemoHall
from ui.app.people_wiring import PeopleWiring
from ui.app.stage import let_run
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.page import Page
from ui.desktop.pages.password import CARRIED_MS
from ui.presenters.lane import SameThreadLane

K = Qt.Key
STARTING = "tin kettle forty"
OWN = "river of tin kettles"


@dataclass
class Place:
    demo: DemoHall
    window: MainWindow
    people: PeopleWiring
    came: list[OperatorRow] = field(default_factory=list)

    def fill(self, *texts: str) -> None:
        for text in texts:
            QTest.keyClicks(QApplication.focusWidget(), text)
            QTest.keyClick(QApplication.focusWidget(), K.Key_Return)
            let_run(5)


@pytest.fixture
def place(demo_hall: DemoHall, window: MainWindow, look: Look) -> Place:
    came: list[OperatorRow] = []
    window.add_page("counter", Page(look))
    people = PeopleWiring(window, look, lambda person: (came.append(person), window.show_page("counter")))
    people.connect(demo_hall.hall, SameThreadLane(), "")
    window.action.connect(people.handle)
    window.action.connect(lambda name: (people.leave(), window.show_page("sign_in")) if name == "sign_out" else None)
    reset = ChangeOperator(
        command_id="reset", actor=demo_hall.admin, operator_id=demo_hall.cashier, starting_password=STARTING
    )
    change_operator(demo_hall.hall, reset)
    window.show_page("sign_in")
    return Place(demo_hall, window, people, came)


def test_a_newcomer_replaces_her_password_and_then_goes_to_work(place: Place) -> None:
    place.fill("1001", STARTING)
    assert place.window.current == "password"
    for key, modifier in ((K.Key_1, Qt.KeyboardModifier.ControlModifier), (K.Key_F12, Qt.KeyboardModifier.NoModifier)):
        QTest.keyClick(QApplication.focusWidget(), key, modifier)
    assert (place.window.current, place.window.has_overlay, place.people.person) == ("password", False, None)
    place.fill("12345678", "12345678")
    assert (place.came, place.people.password.page.verdict.accessibleName() != "") == ([], True)
    QTest.keyClick(QApplication.focusWidget(), K.Key_Escape)
    place.fill(OWN, OWN)
    assert [person.code for person in place.came] == ["1001"]
    assert not any(field.text() for field in place.people.password.page.fields)


def test_two_new_passwords_that_differ_put_the_cursor_into_the_second_with_its_text_selected(place: Place) -> None:
    place.fill("1001", STARTING)
    place.fill(OWN, f"{OWN}x")
    page = place.people.password.page
    assert (QApplication.focusWidget(), page.again.selectedText() != "") == (page.again, True)
    place.fill(OWN)
    assert [person.code for person in place.came] == ["1001"]


def test_starting_password_just_typed_is_not_asked_for_again_and_is_forgotten_with_the_page(place: Place) -> None:
    place.fill("1001", STARTING)
    page = place.people.password.page
    assert (page.old.isVisible(), QApplication.focusWidget()) == (False, page.new)
    assert not any(field.text() for field in (page.old, page.new, page.again))
    QTest.keyClick(QApplication.focusWidget(), K.Key_Escape)
    assert place.window.current == "sign_in"
    assert STARTING not in page._typed()


def test_starting_password_is_asked_for_again_where_the_page_was_left_alone(place: Place) -> None:
    place.fill("1001", STARTING)
    page = place.people.password.page
    assert (page._forget.isActive(), page._forget.interval()) == (True, CARRIED_MS)
    page._forget.timeout.emit()
    assert (page.old.isVisible(), page._typed()) == (True, ("", "", ""))
    page.focus_first()
    place.fill("quite another one", OWN, OWN)
    assert (place.came, place.window.current) == ([], "password")
    place.fill(STARTING, OWN, OWN)
    assert [person.code for person in place.came] == ["1001"]


def test_a_newcomer_who_would_rather_leave_is_signed_out(place: Place) -> None:
    place.fill("1001", STARTING)
    QTest.keyClick(QApplication.focusWidget(), K.Key_Escape)
    assert (place.window.current, place.came) == ("sign_in", [])
    assert place.demo.kinds("DJ-H")[-2:] == ["signed_in", "signed_out"]


def test_a_signed_in_person_changes_hers_with_a_key_and_returns_with_esc(place: Place) -> None:
    place.fill("1002", place.demo.password("cashier2"))
    QTest.keyClick(QApplication.focusWidget(), K.Key_F12, Qt.KeyboardModifier.ShiftModifier)
    assert place.window.current == "password"
    place.fill(place.demo.password("cashier2"), OWN, OWN)
    assert place.demo.kinds("DJ-H").count("password_changed") == 1
    assert place.window.current == "password"
    QTest.keyClick(QApplication.focusWidget(), K.Key_Escape)
    assert place.window.current == "counter"
