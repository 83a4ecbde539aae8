"""What is heavy comes after the first picture, once, and also where nobody paints."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.desktop.first_paint import UNSEEN_MS, FirstPaint
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.sign_in import SignInPage


class Watched(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.seen.append("paint")

    def act(self) -> None:
        self.seen.append("act")


def test_the_act_follows_the_first_paint_and_is_done_once(qtbot: QtBot) -> None:
    window = Watched()
    qtbot.addWidget(window)
    FirstPaint(window, window.act)
    window.show()
    qtbot.waitUntil(lambda: "act" in window.seen)
    window.repaint()
    qtbot.wait(UNSEEN_MS + 50)
    assert window.seen[0] == "paint"
    assert window.seen.count("act") == 1


def test_a_window_that_nobody_paints_does_not_wait_for_ever(qtbot: QtBot) -> None:
    window = Watched()
    qtbot.addWidget(window)
    FirstPaint(window, window.act)
    qtbot.waitUntil(lambda: window.seen == ["act"], timeout=4 * UNSEEN_MS)


def test_keys_pressed_before_there_is_a_page_reach_its_fields_one_after_the_other(
    qtbot: QtBot, window: MainWindow, look: Look
) -> None:
    QTest.keyClicks(window, "1001")
    QTest.keyClick(window, Qt.Key.Key_Return)
    QTest.keyClicks(window, "secret+1")
    QTest.keyClick(window, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    page = SignInPage(look)
    came: list[tuple[str, str]] = []
    page.sign_in_asked.connect(lambda login, password: came.append((login, password)))
    window.add_page("sign_in", page)
    window.show_page("sign_in")
    assert came == [("1001", "secret+1")]


def test_keys_that_wait_for_a_page_start_no_action(qtbot: QtBot, window: MainWindow, look: Look) -> None:
    asked: list[str] = []
    window.action.connect(asked.append)
    QTest.keyClick(window, Qt.Key.Key_F12)
    assert asked == []
    assert not window.has_overlay


def test_each_step_of_opening_is_painted_while_the_event_loop_is_held(window: MainWindow, look: Look) -> None:
    painted: list[str] = []
    label = window._opening.said

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                painted.append(label.text())
            return False

    watch = Watch()
    label.installEventFilter(watch)
    for step in ("program", "books", "pages"):
        window.say_opening(step)
    assert painted == [look.text(f"frame.opening.{step}") for step in ("program", "books", "pages")]
