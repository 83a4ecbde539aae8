"""Words that are needed: an empty field is answered with a word and goes nowhere."""

from __future__ import annotations

from PySide6.QtTest import QTest

from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.words import WordsOverlay


def test_words_that_are_needed_are_asked_for_again_where_none_were_written(window: MainWindow, look: Look) -> None:
    typed: list[str] = []
    overlay = WordsOverlay(look)
    overlay.typed.connect(typed.append)
    overlay.ask("finance.differ_note", needed=True)
    window.open_overlay(overlay)
    assert overlay.handle("settle")
    assert (typed, "还没有写" in overlay._hint.accessibleName()) == ([], True)
    QTest.keyClicks(overlay.words, "miscounted")
    assert overlay.handle("settle")
    assert typed == ["miscounted"]
