"""What is heavy comes after the first picture, once, and also where nobody paints."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.desktop.first_paint import UNSEEN_MS, FirstPaint


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
