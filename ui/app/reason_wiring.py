"""Asking for a reason: a code from its list by arrow keys and Enter, then a note where one is needed."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from pos.domain.reasons import MAX_NOTE_CHARS, OTHER
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.decisions import ChoiceOverlay
from ui.desktop.pages.words import WordsOverlay
from ui.presenters.notice import Notice


def _nobody(_code: str, _note: str) -> None:
    return


class ReasonWiring:
    """Two overlays, one question at a time; Esc in either asks for nothing and does nothing."""

    def __init__(self, window: MainWindow, look: Look) -> None:
        self._window = window
        self._look = look
        self.choice = ChoiceOverlay(look)
        self.words = WordsOverlay(look)
        self._done: Callable[[str, str], None] = _nobody
        self._noted = False
        self._code = ""
        self.choice.chosen.connect(self._chosen)
        self.words.typed.connect(self._typed)
        self.choice.closed.connect(lambda: window.close_overlay(self.choice))
        self.words.closed.connect(lambda: window.close_overlay(self.words))

    def ask(
        self,
        title: str,
        kind: type[StrEnum],
        done: Callable[[str, str], None],
        *,
        noted: bool = False,
        **figures: int | str,
    ) -> None:
        """A code of `kind`; `other`, or every code if `noted`, asks for words too. Answers with (code, note).

        figures: what the title names.
        """
        self._done, self._noted = done, noted
        codes = tuple((code.value, self._look.text(f"reason.{code.value}")) for code in kind)
        self.choice.offer(title, codes, **figures)
        self._window.open_overlay(self.choice)

    def ask_words(
        self,
        title: str,
        done: Callable[[str], None],
        *,
        hint: str = "",
        most: int = MAX_NOTE_CHARS,
        needed: bool = False,
    ) -> None:
        """Words alone; needed: none is no answer."""
        self._code, self._done = "", lambda _code, words: done(words)
        self.words.ask(title, Notice(hint) if hint else None, most=most, needed=needed)
        self._window.open_overlay(self.words)

    def _chosen(self, code: str) -> None:
        self._window.close_overlay(self.choice)
        self._code = code
        if self._noted or code == OTHER:
            hint = "reason.note_needed" if code == OTHER else "reason.note_wanted"
            self.words.ask("reason.note", Notice(hint), most=MAX_NOTE_CHARS)
            self._window.open_overlay(self.words)
            return
        self._done(code, "")

    def _typed(self, words: str) -> None:
        self._window.close_overlay(self.words)
        self._done(self._code, words)
