"""A notice where the eye is: what happened · what it means for the money · what to do, the code in small type.

Rule: screen.md "Messages". Colour never speaks alone, each tone has its sign. Must not know: which codes exist.
"""

from __future__ import annotations

from PySide6.QtCore import Qt

from ui.desktop.look import Look
from ui.desktop.panel import Panel, set_role
from ui.presenters.notice import Notice, Tone

SIGNS = {Tone.INFO: "ⓘ", Tone.GOOD: "●", Tone.WARNING: "▲", Tone.BAD: "■"}


class NoticeBox(Panel):
    """Shows one notice or hides itself."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setProperty("notice", "info")
        row = self.row(self, margin=8, spacing=8)
        self._sign = self.label(role="strong")
        column = self.column(spacing=0)
        self._what = self.label(role="strong", wrap=True)
        self._money = self.label(role="text", wrap=True)
        self._do = self.label(role="text", wrap=True)
        self._code = self.label(role="code")
        self._notice: Notice | None = None
        self._brief = False
        row.addWidget(self._sign)
        row.addLayout(column, 1)
        for part in (self._what, self._money, self._do, self._code):
            column.addWidget(part)
        row.setAlignment(self._sign, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_notice(self, notice: Notice | None) -> None:
        """Show it, or disappear for None."""
        self._notice = notice
        self.redraw_with(lambda: self._draw(notice))
        self._draw(notice)

    def shorten(self, *, brief: bool) -> None:
        """Only what happened, where the room is needed for something that was not read yet; or the whole again."""
        if brief != self._brief:
            self._brief = brief
            self._draw(self._notice)

    def _draw(self, notice: Notice | None) -> None:
        self.setVisible(notice is not None)
        if notice is None:
            return
        what, money, advice = self.look.text.parts(notice.code, notice.params)
        loud = bool(money or advice)
        set_role(self, "notice", notice.tone.value)
        set_role(self._what, "role", "strong" if loud else "text")
        tone_role = {Tone.INFO: "accent", Tone.GOOD: "good", Tone.WARNING: "warning", Tone.BAD: "bad"}
        set_role(self._sign, "role", tone_role[notice.tone])
        self._sign.setText(SIGNS[notice.tone])
        for label, text in ((self._what, what), (self._money, money), (self._do, advice)):
            label.setText(text)
            label.setVisible(bool(text) and (label is self._what or not self._brief))
        self._code.setText(notice.code)
        self._code.setVisible(notice.tone in (Tone.WARNING, Tone.BAD) and loud and not self._brief)
        self.setAccessibleName(" ".join(part for part in (what, money, advice) if part))
