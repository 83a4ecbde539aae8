"""A page that is drawn for another session, or another person, shows nothing of the one before."""

import re
from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ui.desktop import samples_office as office
from ui.desktop.buttons import KeyButton
from ui.desktop.figures import yuan
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.page import Page
from ui.desktop.pages.bags import BagsPage
from ui.desktop.pages.close_result import CloseResultPage
from ui.desktop.pages.count import CountPage
from ui.desktop.pages.difference import DifferencePage
from ui.desktop.pages.finance import FinancePage
from ui.desktop.pages.hand_over import HandOverPage
from ui.presenters.count_state import BatchCount, CloseState, CountState, Face, SplitRow
from ui.presenters.notice import Notice, Tone
from ui.presenters.office_state import FinanceState

JIAO, YUAN = Face(10, False, 100), Face(100, False, 100)
FIRST = CloseState(session_id="HALL-T01-1-3", split=(SplitRow(YUAN, 8, 8), SplitRow(JIAO, 2, 2)))
SECOND = CloseState(session_id="HALL-T01-1-9", split=(SplitRow(YUAN, 4, 1), SplitRow(JIAO, 10, 0)))


P = TypeVar("P", bound=Page)


def shown(window: MainWindow, name: str, page: P) -> P:
    window.add_page(name, page)
    window.show_page(name)
    return page


def words(page: CloseResultPage) -> list[str]:
    """Every figure of the split: counted and handed in, as labels; kept, as fields; the totals."""
    grid = page._grid
    cells = [grid.itemAtPosition(row, column) for row in (1, 2) for column in (1, 3)]
    labels = [cell.widget() for cell in cells if cell is not None]
    figures = [label.text() for label in labels if isinstance(label, QLabel)]
    return [*figures, *(field.text() for field in page._keep), page._kept_total.text(), page._handed_total.text()]


def test_split_of_the_next_session_is_its_own_though_the_same_faces_were_counted(
    window: MainWindow, look: Look
) -> None:
    page = shown(window, "close", CloseResultPage(look))
    page.render_state(FIRST)
    page.render_state(replace(FIRST, closed=True))
    page.render_state(SECOND)
    assert words(page) == ["4", "3", "10", "10", "1", "0", "1.00", "4.00"]
    assert page.kept() == (1, 0)


@pytest.mark.parametrize(
    ("wanted_fen", "named"),
    [(500_00, ["500.00"]), (420_00, ["420.00", "500.00"]), (0, [])],
    ids=["hall", "given", "none"],
)
def test_split_names_the_float_it_proposes_to_keep_and_the_halls(
    window: MainWindow, look: Look, wanted_fen: int, named: list[str]
) -> None:
    page = shown(window, "close", CloseResultPage(look))
    page.render_state(replace(office.CLOSING, wanted_fen=wanted_fen, hall_float_fen=500_00))
    assert re.findall(r"[0-9.]+", page._why_kept.text()) == named
    page.render_state(replace(page._state, closed=True))
    assert page._why_kept.text() == ""


def test_same_pieces_of_another_session_begin_with_that_sessions_proposal(window: MainWindow, look: Look) -> None:
    page = shown(window, "close", CloseResultPage(look))
    page.render_state(FIRST)
    page._keep[0].setText("5")
    page.render_state(replace(FIRST, busy=True))
    assert page.kept() == (5, 2)  # what is typed stays while her own cash is split
    page.render_state(replace(FIRST, session_id="HALL-T02-1-3"))
    assert page.kept() == (8, 2)


def test_card_slips_typed_in_one_count_are_in_no_other(window: MainWindow, look: Look) -> None:
    page = shown(window, "count", CountPage(look))
    closing = CountState(purpose="closing", count_id="HALL-T01-1-3", batches=(BatchCount("T9"),))
    page.render_state(closing)
    ((_batch, *fields),) = page._batches
    for other in (
        replace(closing, count_id="HALL-T02-1-3"),
        replace(closing, purpose="recount"),
        replace(closing, purpose="verify"),
    ):
        page.render_state(closing)
        for field, typed in zip(fields, ("000001", "1", "26.26"), strict=True):
            field.setText(typed)
        page.render_state(other)
        assert page.result().batches == (BatchCount("T9"),)


def test_explanation_begun_by_one_person_is_not_shown_to_the_next(window: MainWindow, look: Look) -> None:
    page = shown(window, "difference", DifferencePage(look))
    hers = replace(office.EXPLAIN, work_id="HALL-T01-1-3 cashier")
    page.render_state(hers)
    page.explanation.setText("找零多付")
    page.render_state(replace(hers, reason_missing=True))
    assert page.explanation.text() == "找零多付"
    page.render_state(replace(hers, work_id="HALL-T01-1-3 lead"))
    assert page.explanation.text() == ""


def test_hand_over_keeps_no_password_and_no_bag_for_the_next_who_opens_it(window: MainWindow, look: Look) -> None:
    shown(window, "counter", Page(look))
    page = shown(window, "hand_over", HandOverPage(look))
    first = replace(office.HAND_OVER, session_id="HALL-T01-1-3", receiver_kind="safe")
    page.render_state(first)
    page._receiver.setCurrentIndex(1)
    for field in (page._giver_password, page._receiver_password, page._bag):
        field.setText("A-0027")
    window.show_page("counter")
    window.show_page("hand_over")
    assert (page._giver_password.text(), page._receiver_password.text(), page._bag.text()) == ("", "", "A-0027")
    page.render_state(replace(first, session_id="HALL-T01-1-9"))
    assert (page._bag.text(), page._receiver.currentIndex()) == ("", 0)


def test_hand_over_turned_to_the_safe_asks_for_the_bag_first_and_keeps_what_was_typed(
    window: MainWindow, look: Look
) -> None:
    page = shown(window, "hand_over", HandOverPage(look))
    page.render_state(office.HAND_OVER)
    page.focus_first()
    assert page._giver_password.hasFocus()
    QTest.keyClicks(page._giver_password, "hers")
    page.render_state(replace(office.HAND_OVER, receiver_kind="lead"))
    assert page._receiver_password.hasFocus()
    page.render_state(replace(office.HAND_OVER, receiver_kind="safe"))
    QTest.keyClicks(QApplication.focusWidget(), "FB001")
    assert [field.text() for field in page.fields] == ["FB001", "hers", ""]
    page.render_state(replace(office.HAND_OVER, receiver_kind="safe", digest="7aa1"))
    assert page._bag.hasFocus()


def test_refusal_of_a_bag_leaves_both_passwords_whole_in_sight_on_the_usual_screen(
    window: MainWindow, look: Look, qtbot: QtBot
) -> None:
    page = shown(window, "hand_over", HandOverPage(look))
    fields = (page._bag, page._giver_password, page._receiver_password)
    for code in ("hand_over.bag_empty", "hand_over.signature"):
        said = Notice(code, Tone.WARNING)
        page.render_state(replace(office.HAND_OVER, receiver_kind="safe", missing="bag", notice=said))
        qtbot.waitUntil(lambda: [f.visibleRegion().boundingRect() for f in fields] == [f.rect() for f in fields])


def test_bag_form_that_was_left_begins_empty(window: MainWindow, look: Look) -> None:
    shown(window, "counter", Page(look))
    page = shown(window, "bags", BagsPage(look))
    page.render_state(office.BAGS)
    page._bag_no.setText("A-0027")
    page._password.setText("secret")
    page._seal(False)
    window.show_page("counter")
    window.show_page("bags")
    assert (page._bag_no.text(), page._password.text(), page._seals[True].isChecked()) == ("", "", True)


@pytest.mark.parametrize(("row", "typed"), [(0, "9"), (1, "3")])
def test_more_to_stay_than_was_counted_is_passed_on_as_typed_and_no_sum_is_shown(
    window: MainWindow, look: Look, row: int, typed: str
) -> None:
    page = shown(window, "close", CloseResultPage(look))
    asked: list[tuple[int, ...]] = []
    page.close_asked.connect(asked.append)
    page.render_state(FIRST)
    page._keep[row].setFocus()
    page._keep[row].selectAll()
    QTest.keyClicks(QApplication.focusWidget(), typed)
    assert (page._handed[row].text(), page._kept_total.text(), page._handed_total.text()) == ("—", "—", "—")
    window.dispatch("settle")
    assert asked[-1][row] == int(typed)
    page._keep[1 - row].setFocus()
    page.render_state(replace(FIRST, wrong_row=row))
    assert QApplication.focusWidget() is page._keep[row]
    assert page._keep[row].selectedText() == typed
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_1)
    assert page._handed_total.text() != "—"


def test_leads_count_names_at_the_top_the_till_its_cashier_and_who_counts(window: MainWindow, look: Look) -> None:
    page = shown(window, "count", CountPage(look))
    page.render_state(office.VERIFY)
    assert page._title.text() == "班长点款 · 1 号窗口（王晓梅）· 点款人 陈志强"


def test_page_after_a_differing_count_has_a_figure_for_each_tender_and_no_verdict_on_one(
    window: MainWindow, look: Look
) -> None:
    page = shown(window, "difference", DifferencePage(look))
    page.render_state(office.DIFFERS)
    cells = [page._grid.itemAt(index).widget() for index in range(page._grid.count())]
    figures = [cell.text() for cell in cells if isinstance(cell, QLabel)]
    assert figures == [
        "项目", "实点数", "现金", "15,924.50", "银联刷卡（签购单 1 张）", "82.20", "空白卡（张）", "38",
    ]  # fmt: skip


@pytest.mark.parametrize("scale", [100, 150])
def test_seal_is_confirmed_in_sight_however_many_matters_are_open(window: MainWindow, look: Look, scale: int) -> None:
    look.switch(scale=scale)
    page = shown(window, "close", CloseResultPage(look))
    page.render_state(replace(office.CLOSED, matters=office.MATTERS * 6))
    window.grab()
    assert page._anchor.text() == "账簿锚点 HALL-T01-1-482  9f86d08188"
    for part in (page._sealed, page._anchor):
        assert part.visibleRegion().boundingRect().height() == part.height() > 0


@pytest.mark.parametrize(
    ("state", "filled"),
    [(office.FINANCE, "next"), (office.FINANCE_RECEIVED, "close_till"), (office.FINANCE_DONE, "export")],
    ids=["receive", "deposit", "done"],
)
def test_finance_fills_the_key_of_what_comes_next_and_that_of_the_files_once_the_day_is_done(
    window: MainWindow, look: Look, state: FinanceState, filled: str
) -> None:
    page = shown(window, "finance", FinancePage(look))
    page.render_state(office.FINANCE)
    page.render_state(state)
    buttons = [button for button in page.findChildren(KeyButton) if button.isVisible()]
    assert [b.action_name for b in buttons if b.property("primary") == "true"] == [filled]
    asked: list[str] = []
    page.deposit_asked.connect(lambda: asked.append("deposit"))
    page.receive_asked.connect(asked.append)
    page.handle("next")
    assert asked == {"next": ["DJ-T01-J00127"], "close_till": ["deposit"], "export": []}[filled]
    page.handle("settle")
    assert asked[-1] == "deposit"


def test_finance_goes_on_to_the_next_slip_that_waits_and_offers_no_receipt_of_one_received(
    window: MainWindow, look: Look
) -> None:
    page = shown(window, "finance", FinancePage(look))
    first, second = office.SLIPS
    third = replace(first, slip_no="DJ-T03-J00041")
    asked: list[str] = []
    page.receive_asked.connect(asked.append)
    receives = next(b for b in page.findChildren(KeyButton) if b.action_name == "next")
    page.render_state(replace(office.FINANCE, slips=(first, second, third)))
    page.handle("next")
    page.render_state(replace(office.FINANCE, slips=(replace(first, state="received"), second, third)))
    assert page.table.currentIndex().row() == 2
    page.handle("next")
    assert asked == ["DJ-T01-J00127", "DJ-T03-J00041"]
    page.table.selectRow(1)
    assert not receives.isEnabled()
    page.handle("next")  # answered with a word all the same
    assert asked[-1] == "DJ-T02-J00098"
    page.render_state(replace(office.FINANCE, slips=(first, second, replace(third, state="received"))))
    assert page.table.currentIndex().row() == 0
    assert receives.isEnabled()


@pytest.mark.parametrize(
    ("received", "sums"),
    [
        ((0, None), ("0.00", "14,924.50")),  # one received as nothing: what was made out stands beside it
        ((0, 8_310_00), ("8,310.00", "23,234.50")),
        ((14_924_50, None), ("14,924.50", None)),
    ],
)
def test_finance_adds_up_what_was_received_and_names_what_was_made_out_where_it_differs(
    window: MainWindow, look: Look, received: tuple[int | None, ...], sums: tuple[str, str | None]
) -> None:
    page = shown(window, "finance", FinancePage(look))
    slips = tuple(
        replace(slip, received_fen=fen, state="made_out" if fen is None else "received")
        for slip, fen in zip(office.SLIPS, received, strict=True)
    )
    page.render_state(replace(office.FINANCE, slips=slips))
    got, made_out = sums
    said = page._sum.text()
    assert f"现金实收 {got}" in said
    assert f"待解款 {got}" in said
    assert ("交款单" in said) == (made_out is not None)
    assert made_out is None or f"交款单 {made_out}" in said


def test_before_the_seal_no_key_prints_the_z_of_the_session_before(window: MainWindow, look: Look) -> None:
    page = shown(window, "close", CloseResultPage(look))
    asked: list[str] = []
    page.print_asked.connect(lambda: asked.append("print"))
    page.render_state(office.CLOSING)
    page.handle("reprint")
    assert asked == []
    page.render_state(office.CLOSED)
    page.handle("reprint")
    assert asked == ["print"]


def test_after_the_seal_it_is_said_where_takings_and_float_go(window: MainWindow, look: Look) -> None:
    page = shown(window, "close", CloseResultPage(look))
    page.render_state(office.CLOSED)
    takings = yuan(office.CLOSED.handed_fen)
    kept = yuan(sum(row.kept * row.face.face_fen for row in office.CLOSED.split))
    said = page._where.accessibleName()
    assert f"上缴款 {takings} 元，连同交款单 DJ-T01-J00127 交出纳" in said
    assert f"备用金 {kept} 元" in said
