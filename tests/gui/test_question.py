"""A question is answered by nobody who has not read it, and a key of the page below makes it name its own keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui.app.stage import let_run
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.page import Page
from ui.desktop.pages.decisions import QuestionOverlay
from ui.presenters.notice import Notice, Tone

K = Qt.Key
GUARD_MS = 300


@pytest.fixture
def below(window: MainWindow, look: Look) -> list[str]:
    """What reaches the page, or the program, through the question."""
    window.add_page("count", Page(look))
    window.show_page("count")
    reached: list[str] = []
    window.action.connect(reached.append)
    return reached


def asked(window: MainWindow, look: Look) -> tuple[QuestionOverlay, list[bool]]:
    question = QuestionOverlay(look)
    answers: list[bool] = []
    question.answered.connect(answers.append)
    question.ask(
        "question.leave_count_title",
        Notice("question.leave_count", Tone.WARNING),
        "question.keep_counting",
        "question.leave",
    )
    window.open_overlay(question)
    return question, answers


def press(window: MainWindow, key: Qt.Key) -> None:
    focus = window.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)


@pytest.mark.parametrize(("key", "answer"), [(K.Key_F9, True), (K.Key_Return, False), (K.Key_Escape, False)])
def test_key_that_was_meant_for_the_page_below_answers_nothing_until_the_question_was_seen(
    window: MainWindow,
    look: Look,
    below: list[str],
    monkeypatch: pytest.MonkeyPatch,
    key: Qt.Key,
    answer: bool,
) -> None:
    monkeypatch.setattr(QuestionOverlay, "GUARD_MS", GUARD_MS)
    question, answers = asked(window, look)
    press(window, key)  # not drawn yet
    QApplication.processEvents()
    press(window, key)  # drawn a moment ago
    assert (answers, below, window.overlay) == ([], [], question)
    let_run(GUARD_MS + 50)
    press(window, key)
    assert (answers, below) == ([answer], [])


def test_question_that_comes_back_from_beneath_a_lock_waits_anew(
    window: MainWindow, look: Look, below: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QuestionOverlay, "GUARD_MS", GUARD_MS)
    question, answers = asked(window, look)
    let_run(GUARD_MS + 50)
    other = QuestionOverlay(look)
    window.open_overlay(other)
    window.close_overlay(other)
    assert not question.is_armed
    press(window, K.Key_F9)
    assert answers == []


def test_key_of_the_page_below_makes_the_question_name_its_own_keys_and_reaches_nobody(
    window: MainWindow, look: Look, below: list[str]
) -> None:
    question, answers = asked(window, look)
    assert not question.own_keys.isVisible()
    press(window, K.Key_F6)
    assert question.own_keys.isVisible()
    assert question.own_keys.text() == "请先回答这个问题：Esc 继续点款，F9 放弃"
    assert (answers, below) == ([], [])
    look.switch(language="en")
    assert question.own_keys.text().startswith("Please answer the question first: Esc ")


def test_question_asked_again_says_nothing_of_the_key_that_went_wrong_before(
    window: MainWindow, look: Look, below: list[str]
) -> None:
    question, _answers = asked(window, look)
    press(window, K.Key_F2)
    window.close_overlay(question)
    window.open_overlay(question)
    assert not question.own_keys.isVisible()
