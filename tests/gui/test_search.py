"""The search box by keys: typing lists, Enter opens, and only what belongs to the text that stands there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.fixtures_running import RunningHall, sell_story_card
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.search import SearchPage
from ui.presenters.counter_state import Step
from ui.presenters.people_state import HitView, SearchState

STORY = "1000204471"
SU = HitView("1000300001", "苏国超", "和平里 1 号", "G1", "138****0001")
SUN = HitView("1000300002", "孙国芳", "和平里 2 号", "G2", "138****0002")


@pytest.fixture
def page(window: MainWindow, look: Look) -> SearchPage:
    made = SearchPage(look)
    window.add_page("search", made)
    window.show_page("search")
    return made


@pytest.fixture
def heard(page: SearchPage) -> list[tuple[str, str]]:
    """What the page asked for, in order."""
    asked: list[tuple[str, str]] = []
    page.query_entered.connect(lambda text: asked.append(("entered", text)))
    page.chosen.connect(lambda account_no: asked.append(("chosen", account_no)))
    return asked


def type_into(page: SearchPage, text: str) -> None:
    page.query.setFocus()
    page.query.selectAll()
    QTest.keyClicks(page.query, text)


def test_enter_asks_for_its_own_text_while_the_list_belongs_to_an_earlier_one(
    page: SearchPage, heard: list[tuple[str, str]]
) -> None:
    type_into(page, "sg")
    page.render_state(SearchState(query="sg", hits=(SU,)))
    QTest.keyClicks(page.query, "f")
    QTest.keyClick(page.query, Qt.Key.Key_Return)
    assert heard == [("entered", "sgf")]


def test_enter_takes_the_only_one_of_a_list_of_the_text_that_stands_there(
    page: SearchPage, heard: list[tuple[str, str]]
) -> None:
    type_into(page, "sgc")
    page.render_state(SearchState(query="sgc", hits=(SU,)))
    QTest.keyClick(page.query, Qt.Key.Key_Return)
    assert heard == [("chosen", SU.account_no)]


def test_of_several_customers_enter_in_the_box_opens_none_and_leads_into_the_list(
    page: SearchPage, heard: list[tuple[str, str]]
) -> None:
    type_into(page, "sg")
    page.render_state(SearchState(query="sg", hits=(SU, SUN)))
    QTest.keyClick(page.query, Qt.Key.Key_Return)
    assert (heard, page.table.hasFocus()) == ([], True)
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert heard == [("chosen", SUN.account_no)]


def test_text_typed_on_the_search_page_stays_and_opens_nobody_before_enter(running_hall: RunningHall) -> None:
    running_hall.sign_in("cashier")
    stage, search = running_hall.stage, running_hall.running.counter.search_page
    stage.press("F3")
    stage.type("zzz")
    stage.press("Enter")
    stage.page("search")
    QTest.keyClick(search.query, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    for digit in STORY:
        stage.type(digit)
        running_hall.settle()
    sale = running_hall.running.sale.serving.state()
    assert (running_hall.page(), search.query.text(), sale.step) == ("search", STORY, Step.IDLE)
    assert [hit.account_no for hit in search.table.rows_model.rows] == [STORY]
    stage.shot("one-left")

    stage.press("Enter")
    stage.page("counter")
    running_hall.settle()
    found = running_hall.running.sale.serving.state()
    assert found.customer is not None
    assert (found.step, found.customer.account_no, found.agreed) == (Step.IDENTIFY, STORY, False)


def test_list_that_comes_after_esc_does_not_bring_the_search_page_back(running_hall: RunningHall) -> None:
    running_hall.sign_in("cashier")
    stage = running_hall.stage
    stage.press("F3")
    stage.type("zzz")
    stage.press("Enter")
    stage.page("search")
    QTest.keyClick(running_hall.running.counter.search_page.query, Qt.Key.Key_9)
    stage.press("Esc")
    running_hall.settle()
    stage.pause(50)
    assert running_hall.page() == "counter"


def test_enter_agrees_to_the_customer_who_waits_though_she_was_looked_for_again(running_hall: RunningHall) -> None:
    hall = running_hall
    hall.sign_in("cashier")
    for _ in range(2):
        hall.stage.press("F3")
        hall.stage.type(STORY)
        hall.stage.press("Enter")
        hall.settle()
    page = hall.running.counter.page
    assert (page._state.step, page._state.agreed, page.who.search.text()) == (Step.IDENTIFY, False, "")
    hall.stage.press("Enter")
    hall.settle()
    assert page._state.agreed


def test_enter_goes_on_with_the_hand_out_after_somebody_else_was_looked_for(running_hall: RunningHall) -> None:
    hall = running_hall
    sell_story_card(hall)
    hall.sign_in("cashier")
    page = hall.running.counter.page
    assert page._state.step is Step.DONE
    hall.stage.press("F3")
    hall.stage.type(STORY)
    hall.stage.press("Enter")
    hall.settle()
    assert (page.hand_out.hasFocus(), page.who.search.text()) == (True, "")
    for _ in range(4):
        hall.stage.press("Enter")
        hall.settle()
    assert page._state.step is Step.IDLE
