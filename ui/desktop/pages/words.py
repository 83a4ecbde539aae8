"""A small overlay for a few words or a number: a note to a reason, a reference number.

Rule: screen.md "Messages" (buttons are verbs, Esc is the safe answer). Must not know: what the words are for.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel

from ui.desktop.fields import TextField
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.desktop.overlay import Overlay
from ui.presenters.notice import Notice, Tone


class WordsOverlay(Overlay):
    """One field.

    Signals:
        typed(text): F9, or Enter in the field. closed(): Esc; nothing is said.
    """

    typed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=560)
        self._title: QLabel = self.label(role="title", wrap=True)
        self._hint = NoticeBox(look)
        self.words = TextField(100)
        self._needed = False
        row = self.row()
        cancel = self.button("back")
        cancel.clicked.connect(self.closed)
        self.primary = self.button("settle", primary=True, key="F9", code="words.done")
        self.primary.clicked.connect(self._end)
        row.addWidget(cancel, 1)
        row.addWidget(self.primary, 2)
        for part in (self._title, self._hint, self.words):
            self.body.addWidget(part)
        self.foot.addLayout(row)
        self.fields = [self.words]

    def _end(self) -> None:
        """Where words are needed an empty field is answered with a word."""
        words = self.words.text().strip()
        if self._needed and not words:
            self._hint.show_notice(Notice("words.empty", Tone.WARNING))
            self.words.setFocus()
            return
        self.typed.emit(words)

    def ask(self, title_code: str, hint: Notice | None = None, *, most: int = 100, needed: bool = False) -> None:
        """Ask for words; `most` characters; needed: none is no answer."""
        self._needed = needed
        title = self.look.text(title_code)
        self._title.setText(title)
        self.words.setAccessibleName(title)
        self.words.setMaxLength(most)
        self.words.clear()
        self._hint.show_notice(hint)
