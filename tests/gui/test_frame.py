"""Overlays lie in a stack: each closes only itself, what lay below comes back, a lock stays above all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QScrollBar

from tests.fixtures_window import settle
from ui.app.customer_screen import CustomerScreen
from ui.desktop import keys, samples
from ui.desktop.clipping import faults
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.messages import LANGUAGES
from ui.desktop.overlay import Overlay
from ui.desktop.page import Page
from ui.desktop.pages.counter import CounterPage
from ui.desktop.pages.customer import CustomerWindow
from ui.desktop.pages.decisions import ChoiceOverlay
from ui.desktop.pages.help import HelpOverlay
from ui.desktop.pages.readback import ReadbackOverlay
from ui.desktop.pages.sign_in import LockOverlay
from ui.presenters.key_bars import why_not
from ui.presenters.notice import FrameState, Lamp, LampState, Notice, Tone


@pytest.fixture
def lock(window: MainWindow, look: Look) -> LockOverlay:
    window.add_page("counter", Page(look))
    window.show_page("counter")
    return LockOverlay(look)


def test_a_late_answer_that_closes_its_own_overlay_leaves_the_lock_shut(
    window: MainWindow, look: Look, lock: LockOverlay
) -> None:
    approval = Overlay(look)
    window.open_overlay(approval)
    window.open_overlay(lock)
    window.close_overlay(approval)
    assert (window.overlay, lock.isVisible(), approval.isVisible()) == (lock, True, False)


def test_what_is_opened_over_a_lock_waits_beneath_it(window: MainWindow, look: Look, lock: LockOverlay) -> None:
    slip = Overlay(look)
    window.open_overlay(lock)
    window.open_overlay(slip)
    assert (window.overlay, slip.isVisible()) == (lock, False)
    window.dispatch("back")
    assert window.overlay is lock
    window.close_overlay(lock)
    assert (window.overlay, slip.isVisible()) == (slip, True)


def test_the_overlay_below_comes_back_when_the_upper_one_closes(
    window: MainWindow, look: Look, lock: LockOverlay
) -> None:
    below, above = Overlay(look), Overlay(look)
    window.open_overlay(below)
    window.open_overlay(above)
    assert (below.isVisible(), above.isVisible()) == (False, True)
    window.close_overlay(above)
    assert (below.isVisible(), window.stack.isEnabled()) == (True, False)
    window.close_overlay(below)
    assert (window.has_overlay, window.stack.isEnabled()) == (False, True)


def test_an_overlay_opened_twice_closes_once(window: MainWindow, look: Look, lock: LockOverlay) -> None:
    overlay = Overlay(look)
    window.open_overlay(overlay)
    window.open_overlay(overlay)
    window.close_overlay(overlay)
    assert not window.has_overlay


def test_somebody_else_finds_nothing_lying_over_the_page(window: MainWindow, look: Look, lock: LockOverlay) -> None:
    window.open_overlay(Overlay(look))
    window.open_overlay(lock)
    window.close_overlays()
    assert (window.has_overlay, window.stack.isEnabled()) == (False, True)


def pills(window: MainWindow) -> dict[str, QLabel]:
    return {
        label.text(): label for label in window.findChildren(QLabel) if label.isVisible() and label.property("pill")
    }


def test_an_absent_device_has_a_shape_and_a_word_of_its_own(window: MainWindow) -> None:
    gone = Lamp("reader", LampState.FAULT, "reader.no_reader", (("reader", "ACR39"),))
    lamps = (gone, Lamp("printer", LampState.ABSENT))
    window.render_state(FrameState(lamps=lamps))
    shown = pills(window)
    assert list(shown) == ["▲ 读卡器 故障", "□ 打印机 未配置"]
    assert "找不到读卡器 ACR39\n插好读卡器的线" in shown["▲ 读卡器 故障"].toolTip()
    assert "技术员" in shown["□ 打印机 未配置"].accessibleDescription()


@pytest.mark.parametrize(("name", "said"), [("收费员甲", "收费员甲"), ("王晓梅", "收费员 王晓梅")])
def test_a_name_that_says_the_post_is_not_said_twice_at_the_top(window: MainWindow, name: str, said: str) -> None:
    window.render_state(FrameState(operator_name=name, operator_role="cashier"))
    assert [label.text() for label in window.findChildren(QLabel) if name in label.text()] == [said]


def test_test_keys_are_explained_at_their_pill_and_on_the_key_sheet(window: MainWindow, look: Look) -> None:
    window.render_state(FrameState(marks=("test_keys",)))
    about = look.text("mark.about.test_keys")
    pill = pills(window)["测试密钥"]
    assert (pill.toolTip(), pill.accessibleDescription()) == (about, about)
    sheet = HelpOverlay(look)
    assert about in [label.text() for label in sheet.findChildren(QLabel)]


@pytest.mark.parametrize("marks", [("demo", "test_keys"), ("test_keys",), ()])
def test_key_sheet_of_a_real_hall_names_no_demo_cards(window: MainWindow, look: Look, marks: tuple[str, ...]) -> None:
    window.render_state(FrameState(marks=marks))
    words = [label.text() for label in window.help.findChildren(QLabel)]
    assert ("Ctrl+F1" in words, look.text("action.demo_cards") in words) == (("demo" in marks,) * 2)
    assert look.text("action.lock") in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_key_sheet_of_a_demo_hall_fits_the_usual_counter_screen(window: MainWindow, look: Look, language: str) -> None:
    look.switch(language=language)
    window.render_state(FrameState(marks=("demo", "test_keys")))
    assert bar_of_the_sheet(window).maximum() == 0


def test_key_sheet_higher_than_the_screen_moves_with_arrow_page_and_end_keys(window: MainWindow, look: Look) -> None:
    look.switch(scale=200)
    bar = bar_of_the_sheet(window)
    seen = []
    for key in (
        Qt.Key.Key_Down,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_End,
        Qt.Key.Key_Up,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_Home,
    ):
        QTest.keyClick(QApplication.focusWidget(), key)
        seen.append(bar.value())
    line, page, end, *up, home = seen
    assert 0 < line < page <= end == bar.maximum()
    assert (end > up[0] > up[1], home, window.overlay) == (True, 0, window.help)


def bar_of_the_sheet(window: MainWindow) -> QScrollBar:
    window.open_overlay(window.help)
    (area,) = window.help.findChildren(QScrollArea)
    settle()
    return area.verticalScrollBar()


SAID_AT_THE_TOP = [
    *(
        Notice(code, Tone.WARNING)
        for code in sorted({why_not(name, frozenset(), sells=False) for name in keys.BY_NAME} - {""})
    ),
    Notice("program.bug", Tone.BAD),
    Notice("program.crash", Tone.BAD, (("number", "C-20261123-051"),)),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_at_the_top_of_the_usual_counter_screen_moves_no_page(
    window: MainWindow, look: Look, language: str
) -> None:
    look.switch(language=language)
    high = {}
    for word in (None, *SAID_AT_THE_TOP):
        window.render_state(replace(samples.FRAME, hint=word))
        settle()
        high[word and word.code] = window.top_bar.height()
        assert word is None or look.text(f"{word.code}.what", number="C-20261123-051") in pills(window)
    assert set(high.values()) == {48}


def test_customers_screen_that_nobody_turned_on_is_off_and_says_how_to_turn_it_on(
    window: MainWindow, look: Look
) -> None:
    lamps: list[Lamp] = []
    screen = CustomerScreen(lamps.append, window.put_beside)
    screen.place(CustomerWindow(look, "演示"))
    window.render_state(FrameState(lamps=tuple(lamps)))
    (pill,) = pills(window).values()
    assert pill.text() == "◇ 客显 未打开"
    assert "Shift+F11" in pill.toolTip()
    screen.turn()
    assert lamps[-1].state is LampState.OK
    screen.turn()
    assert lamps[-1].state is LampState.OFF
    screen.close()


@pytest.mark.parametrize("size", [(1366, 768), (1024, 600), (1920, 1080)])
def test_customers_window_on_the_only_screen_covers_nothing_of_the_read_back(
    window: MainWindow, look: Look, size: tuple[int, int]
) -> None:
    window.resize(*size)
    screen = CustomerScreen(lambda _lamp: None, window.put_beside)
    screen.place(CustomerWindow(look, "演示"))
    window.add_page("counter", CounterPage(look))
    window.show_page("counter")
    window.action.connect(lambda name: screen.turn() if name == "customer_window" else None)
    read_back = ReadbackOverlay(look)
    read_back.ask(samples.TENDER)
    window.open_overlay(read_back)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    QApplication.processEvents()
    side = screen.window
    assert side is not None
    assert (side.isVisible(), side.window()) == (True, window)
    assert not side.geometry().intersects(read_back.geometry())
    assert read_back.geometry().united(side.geometry()) == window.rect()
    assert faults(read_back) == []
    assert QApplication.focusWidget() is read_back.confirm
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    assert (side.isVisible(), read_back.geometry()) == (False, window.rect())


def test_customers_window_is_turned_by_its_key_over_any_overlay(window: MainWindow, lock: LockOverlay) -> None:
    turned: list[str] = []
    window.action.connect(turned.append)
    window.open_overlay(lock)
    QTest.keyClick(lock.password, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    assert turned == ["customer_window"]


def test_workstation_without_a_customers_screen_has_none_configured(window: MainWindow) -> None:
    lamps: list[Lamp] = []
    CustomerScreen(lamps.append, window.put_beside).place(None)
    assert lamps == [Lamp("display", LampState.ABSENT)]


def test_somebody_else_is_let_in_over_a_lock_by_its_key(window: MainWindow, lock: LockOverlay) -> None:
    asked: list[str] = []
    lock.other_person.connect(lambda: asked.append("other"))
    window.open_overlay(lock)
    lock.password.setFocus()
    QTest.keyClick(lock.password, Qt.Key.Key_F12, Qt.KeyboardModifier.ControlModifier)
    assert (asked, window.overlay) == (["other"], lock)


def test_a_list_is_chosen_from_with_arrows_and_enter_and_left_with_escape(window: MainWindow, look: Look) -> None:
    window.add_page("counter", Page(look))
    window.show_page("counter")
    choice, chosen, left = ChoiceOverlay(look), [], []
    choice.chosen.connect(chosen.append)
    choice.closed.connect(lambda: left.append("left"))
    choice.offer("choice.tender", (("a", "1"), ("b", "2"), ("c", "3")))
    window.open_overlay(choice)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Escape):
        QTest.keyClick(QApplication.focusWidget(), key)
    assert (chosen, left) == (["b"], ["left"])
