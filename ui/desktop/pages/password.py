"""Choosing one's own password: the old one, the new one, the new one again; what would be refused is said at once.

A starting password that was typed a moment ago at the sign-in is not asked for again. It stays in this page's memory
only, and not for long: whoever comes to a page that was left alone must know it.

Rule: domain P12, ASVS 6.2. Must not know: which passwords are refused.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal

from ui.desktop.fields import SecretField
from ui.desktop.look import Look
from ui.desktop.new_password import NewPasswordPage
from ui.presenters.people_state import PasswordState

CARRIED_MS = 180_000
"""How long the starting password is kept from the sign-in."""


class PasswordPage(NewPasswordPage):
    """Three fields, or two after a sign-in with a starting password; Enter walks on and changes.

    Signals:
        typing(old, new, again). change_asked(old, new, again).
    """

    typing = Signal(str, str, str)
    change_asked = Signal(str, str, str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._state = PasswordState()
        self._carried = ""
        self._forget = QTimer(self, singleShot=True, interval=CARRIED_MS)
        self._forget.timeout.connect(lambda: self.carry(""))
        self.old = SecretField()
        self._old_caption = self.label(role="caption")
        self._old_caption.setBuddy(self.old)
        for part in (self._old_caption, self.old):
            self.asked.addWidget(part)
        self.end_with_new_password([self.old], "password.change")
        if self.primary is not None:
            self.primary.clicked.connect(self._change)
        for secret in (self.old, self.new, self.again):
            secret.textEdited.connect(lambda _text: self.typing.emit(*self._typed()))

    def carry(self, starting_password: str) -> None:
        """What she signed in with stands for the old password; "" asks for it."""
        self._carried = starting_password
        asks = not starting_password
        self._forget.stop()
        if not asks:
            self._forget.start()
        for part in (self._old_caption, self.old):
            part.setVisible(asks)
        self.fields = [*([self.old] if asks else []), self.new, self.again]

    def render_state(self, state: PasswordState) -> None:
        """Whose it is, what is said of the new one, and what became of it."""
        if state.busy:
            self.empty()
        if state.notice is not None and state.notice.code.startswith("sign_in."):
            self.carry("")  # it is not the password any more
        if self._state.busy and not state.busy:
            self.focus_first()
        self._state = state
        self.redraw_with(self._draw)
        self._draw()

    def _draw(self) -> None:
        state, text = self._state, self.look.text
        self.title.setText(text("password.title.first" if state.forced else "password.title.own", name=state.name))
        self.lead.setText(text("password.lead.first" if state.forced else "password.lead.own"))
        old = text("password.old.first" if state.forced else "password.old.own")
        self._old_caption.setText(old)
        self.old.setAccessibleName(old)
        self.say_of_it(state.verdict, state.notice)
        if self.primary is not None:
            self.primary.setEnabled(not state.busy)

    def _change(self) -> None:
        """Two that differ: the second one is typed anew, over what stands there."""
        self.change_asked.emit(*self._typed())
        said = self._state.verdict
        if said is not None and said.code == "password.differs":
            self.again.setFocus()
            self.again.selectAll()

    def _typed(self) -> tuple[str, str, str]:
        return self._carried or self.old.text(), self.new.text(), self.again.text()
