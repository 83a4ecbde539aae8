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
from ui.presenters.notice import Notice


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
        row = self.row()
        cancel = self.button("back")
        cancel.clicked.connect(self.closed)
        self.primary = self.button("settle", primary=True, key="F9", code="words.done")
        self.primary.clicked.connect(lambda: self.typed.emit(self.words.text().strip()))
        row.addWidget(cancel, 1)
        row.addWidget(self.primary, 2)
        for part in (self._title, self._hint, self.words):
            self.body.addWidget(part)
        self.foot.addLayout(row)
        self.fields = [self.words]

    def ask(self, title_code: str, hint: Notice | None = None, *, most: int = 100) -> None:
        """Ask for words; `most` characters."""
        title = self.look.text(title_code)
        self._title.setText(title)
        self.words.setAccessibleName(title)
        self.words.setMaxLength(most)
        self.words.clear()
        self._hint.show_notice(hint)
