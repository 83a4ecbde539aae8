"""The read-back step gives one confirmation for one deliberate press, whatever the keyboard does."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui.app.stage import let_run
from ui.desktop import samples
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.readback import HOLD_MS, ReadbackOverlay

K = Qt.Key


@pytest.fixture
def readback(window: MainWindow, look: Look) -> ReadbackOverlay:
    made = ReadbackOverlay(look)
    made.ask(samples.TENDER)
    window.open_overlay(made)
    return made


def press(key: Qt.Key, text: str = "", *, repeat: bool = False) -> None:
    target = QApplication.focusWidget()
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text, repeat))


def test_plus_after_half_a_second_confirms_once(readback: ReadbackOverlay, qtbot) -> None:
    given: list[bool] = []
    readback.confirmed.connect(lambda: given.append(True))
    let_run(HOLD_MS + 80)
    press(K.Key_Plus, "+")
    let_run(100)
    press(K.Key_Plus, "+")
    press(K.Key_F9)
    assert given == [True]


def test_read_back_names_the_volume_that_is_paid_for(readback: ReadbackOverlay) -> None:
    litres = sum(line.volume_l for line in samples.TENDER.item.lines)
    assert f" · {litres // 1000} m³ · 现金" in readback._who.text()


def test_f9_within_half_a_second_is_ignored(readback: ReadbackOverlay) -> None:
    given: list[bool] = []
    readback.confirmed.connect(lambda: given.append(True))
    let_run(120)
    press(K.Key_F9)
    assert given == []


def test_held_plus_never_confirms(readback: ReadbackOverlay) -> None:
    given: list[bool] = []
    readback.confirmed.connect(lambda: given.append(True))
    for _ in range(14):
        press(K.Key_Plus, "+", repeat=True)
        let_run(50)
    assert given == []


def test_enter_pressed_twice_or_held_never_confirms(readback: ReadbackOverlay) -> None:
    given: list[bool] = []
    readback.confirmed.connect(lambda: given.append(True))
    let_run(HOLD_MS + 80)
    for repeat in (False, False, True, True):
        press(K.Key_Return, "\r", repeat=repeat)
        press(K.Key_Enter, "\r", repeat=repeat)
        press(K.Key_Space, " ", repeat=repeat)
        let_run(70)
    assert given == []


def test_scanner_burst_with_a_plus_in_it_never_confirms(readback: ReadbackOverlay) -> None:
    given: list[bool] = []
    readback.confirmed.connect(lambda: given.append(True))
    let_run(HOLD_MS + 80)
    for letter in "6901234+567892":
        press(K(ord(letter)), letter)
    press(K.Key_Return, "\r")
    assert given == []


def test_plus_pressed_without_ever_going_up_confirms_only_once(readback: ReadbackOverlay) -> None:
    given: list[bool] = []
    readback.confirmed.connect(lambda: given.append(True))
    let_run(HOLD_MS + 80)
    for _ in range(5):
        QTest.keyPress(QApplication.focusWidget(), K.Key_Plus)
        let_run(70)
    assert given == [True]


def test_escape_steps_back_and_a_late_plus_books_nothing(readback: ReadbackOverlay) -> None:
    given: list[str] = []
    readback.confirmed.connect(lambda: given.append("confirmed"))
    readback.stepped_back.connect(lambda: given.append("back"))
    let_run(HOLD_MS + 80)
    press(K.Key_Escape)
    let_run(80)
    press(K.Key_Plus, "+")
    assert given == ["back"]


def test_asking_again_allows_one_more_confirmation(readback: ReadbackOverlay) -> None:
    given: list[bool] = []
    readback.confirmed.connect(lambda: given.append(True))
    for _ in range(2):
        readback.ask(samples.TENDER)
        readback.focus_first()
        let_run(HOLD_MS + 80)
        press(K.Key_F9)
    assert given == [True, True]


def test_nothing_below_the_readback_can_take_the_focus(window: MainWindow, readback: ReadbackOverlay) -> None:
    for _ in range(12):
        QTest.keyClick(QApplication.focusWidget(), K.Key_Tab)
        assert readback.isAncestorOf(QApplication.focusWidget())
    assert not window.stack.isEnabled()
