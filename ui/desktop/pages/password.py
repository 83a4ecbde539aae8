"""Choosing one's own password: the old one, the new one, the new one again; what would be refused is said at once.

Rule: domain P12, ASVS 6.2. What is typed leaves with the signal; the fields are emptied when the work begins. Must not
know: which passwords are refused.
"""

from __future__ import annotations

from PySide6.QtCore import Signal

from ui.desktop.centred import CentredPage
from ui.desktop.fields import SecretField
from ui.desktop.look import Look
from ui.desktop.notice_box import NoticeBox
from ui.presenters.people_state import PasswordState


class PasswordPage(CentredPage):
    """Three fields; Enter walks on and changes.

    Signals:
        typing(old, new, again). change_asked(old, new, again). stepped_back(): Esc in the first field.
    """

    typing = Signal(str, str, str)
    change_asked = Signal(str, str, str)
    stepped_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=640)
        self._state = PasswordState()
        self._title = self.label(role="title", wrap=True)
        self._lead = self.label(role="quiet", wrap=True)
        self.notice, self.verdict = NoticeBox(look), NoticeBox(look)
        self.old, self.new, self.again = SecretField(), SecretField(), SecretField()
        self._old_caption = self.label(role="caption")
        self._old_caption.setBuddy(self.old)
        for part in (self._title, self._lead, self.notice, self._old_caption, self.old):
            self.body.addWidget(part)
        for code, field in (("password.new", self.new), ("password.again", self.again)):
            self.body.addWidget(self.field_label(code, field))
            self.body.addWidget(field)
        self.foot.addWidget(self.verdict)
        self.primary = self.button("settle", primary=True, key="F9", code="password.change")
        self.primary.clicked.connect(lambda: self.change_asked.emit(*self._typed()))
        self.foot.addWidget(self.primary)
        self.fields = [self.old, self.new, self.again]
        for secret in (self.old, self.new, self.again):
            secret.textEdited.connect(lambda _text: self.typing.emit(*self._typed()))

    def render_state(self, state: PasswordState) -> None:
        """Whose it is, what is said of the new one, and what became of it."""
        if state.busy:
            for field in self.fields:
                field.clear()
        if self._state.busy and not state.busy:
            self.focus_first()
        self._state = state
        self.redraw_with(self._draw)
        self._draw()

    def empty(self) -> None:
        """For the next person."""
        for field in self.fields:
            field.clear()

    def handle(self, name: str) -> bool:
        """Esc walks back, then leaves."""
        if name == "back":
            if not self.walk(-1):
                self.empty()
                self.stepped_back.emit()
            return True
        return super().handle(name)

    def _draw(self) -> None:
        state, text = self._state, self.look.text
        self._title.setText(text("password.title.first" if state.forced else "password.title.own", name=state.name))
        self._lead.setText(text("password.lead.first" if state.forced else "password.lead.own"))
        old = text("password.old.first" if state.forced else "password.old.own")
        self._old_caption.setText(old)
        self.old.setAccessibleName(old)
        self.verdict.show_notice(state.verdict)
        self.notice.show_notice(state.notice)
        if self.primary is not None:
            self.primary.setEnabled(not state.busy)

    def _typed(self) -> tuple[str, str, str]:
        return self.old.text(), self.new.text(), self.again.text()
