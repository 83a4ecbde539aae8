"""People by keys only: a new colleague from F9 to her starting password, and one put out of service."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pos.usecases.hall_settings import operators_of
from tests.fixtures_hall import DemoHall
from tests.fixtures_window import press
from ui.app.people_wiring import PeopleWiring
from ui.app.staff_wiring import StaffWiring
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.page import Page
from ui.presenters.lane import SameThreadLane

K = Qt.Key


@pytest.fixture
def staff(demo_hall: DemoHall, window: MainWindow, look: Look) -> StaffWiring:
    window.add_page("counter", Page(look))
    made = StaffWiring(window, look, PeopleWiring(window, look, lambda _person: None))
    made.connect(demo_hall.hall, SameThreadLane())
    made.open(next(person for person in operators_of(demo_hall.hall) if person.code == "9001"))
    return made


def test_a_new_colleague_is_added_without_a_mouse(staff: StaffWiring, window: MainWindow, demo_hall: DemoHall) -> None:
    press(K.Key_F9)
    QTest.keyClicks(QApplication.focusWidget(), "1009")
    press(K.Key_Return)
    staff.form.name.setText("冯新")
    press(K.Key_Return)
    assert QApplication.focusWidget() is staff.form.roles[0]
    assert "1009" not in {person.code for person in operators_of(demo_hall.hall)}
    press(K.Key_Down, K.Key_Return)
    assert "1009" in {person.code for person in operators_of(demo_hall.hall)}
    assert (window.has_overlay, staff.sheet.isVisible()) == (True, True)
    shown = staff.sheet._password.text()
    press(K.Key_Return, K.Key_Return)
    assert (window.has_overlay, len(shown), staff.sheet._password.text()) == (False, 10, "")


def test_a_starting_password_stays_until_it_is_ticked_off_as_written_down(
    staff: StaffWiring, window: MainWindow
) -> None:
    assert staff.presenter is not None
    staff.show_starting_password("1009", "冯新", "abcde-12345")
    for key in (K.Key_Escape, K.Key_F9):
        press(key)
        assert (window.overlay, staff.sheet._password.text()) == (staff.sheet, "abcde-12345")
        assert staff.sheet.notice._code.text() == "staff.password_not_written"
    press(K.Key_Return, K.Key_Escape)
    assert (window.has_overlay, staff.sheet._password.text()) == (False, "")


def test_a_person_is_put_out_of_service_by_arrows_and_enter(staff: StaffWiring, demo_hall: DemoHall) -> None:
    press(K.Key_Return)
    QTest.keyClick(QApplication.focusWidget(), K.Key_Tab)
    QTest.keyClick(QApplication.focusWidget(), K.Key_Tab)
    press(K.Key_Return)
    assert "1001" not in {person.code for person in operators_of(demo_hall.hall)}


def test_esc_leaves_the_form_without_saving_and_then_the_page(
    staff: StaffWiring, window: MainWindow, demo_hall: DemoHall
) -> None:
    before = len(demo_hall.kinds("DJ-H"))
    press(K.Key_F9)
    QTest.keyClicks(QApplication.focusWidget(), "1009")
    press(K.Key_Escape)
    assert (window.has_overlay, window.current) == (False, "staff")
    press(K.Key_Escape)
    assert (window.current, len(demo_hall.kinds("DJ-H"))) == ("counter", before)
