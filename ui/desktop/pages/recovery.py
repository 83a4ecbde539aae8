"""The administrator forgot her password: 工号, recovery code, new password twice; then the next code, once.

Rule: domain P12, screen.md (F9 is always the one thing that can be done now). While a code is on its way to the paper
no key leads away from here. Must not know: which codes and passwords are refused.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.desktop.fields import TextField
from ui.desktop.look import Look
from ui.desktop.new_password import NewPasswordPage
from ui.desktop.ticks import TickRow
from ui.presenters.people_state import RecoveryState


class RecoveryPage(NewPasswordPage):
    """Four fields, afterwards the new code with its tick.

    Signals:
        typing(login, new, again). use_asked(login, code, new, again). written_down(): the new code is on paper.
        finished(): back to the sign-in page.
    """

    typing = Signal(str, str, str)
    use_asked = Signal(str, str, str, str)
    written_down = Signal()
    finished = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._state = RecoveryState()
        self.login, self.code = TextField(40), TextField(60)
        self.say(self.code.offer_hints, "recovery.hint.code")
        for caption, field in (("recovery.login", self.login), ("recovery.code", self.code)):
            self.asked.addWidget(self.field_label(caption, field))
            self.asked.addWidget(field)
        self.end_with_new_password([self.login, self.code], "recovery.use")
        self._once = QWidget()
        once = self.column(self._once)
        self.new_code = self.label(role="spoken", wrap=True)
        self.tick = TickRow(look, "recovery_code")
        self.tick.pressed.connect(lambda _name: self.written_down.emit())
        for part in (self.label("recovery.new.code", "caption", wrap=True), self.new_code, self.tick):
            once.addWidget(part)
        self.body.addWidget(self._once)
        if self.primary is not None:
            self.primary.clicked.connect(self._go_on)
        for typed in self.fields:
            typed.textEdited.connect(
                lambda _text: self.typing.emit(self.login.text().strip(), self.new.text(), self.again.text())
            )
        self._draw()

    def begin(self, login: str) -> None:
        """For somebody who has typed her 工号 on the sign-in page perhaps."""
        self.empty()
        self.login.setText(login)

    def render_state(self, state: RecoveryState) -> None:
        """The fields with what is said of them, or the new code."""
        before, self._state = self._state, state
        if state.busy:
            self.new.clear()
            self.again.clear()
        if state.new_code:
            self.empty()
        self.redraw_with(self._draw)
        self._draw()
        if before.busy and not state.busy:
            self.focus_first()
            self.code.selectAll()
        elif before.written != state.written:
            self.focus_first()

    def first_focus(self) -> QWidget | None:
        """What is to be ticked off; the code if that was refused; else the first field that is still empty."""
        if self._state.new_code:
            return self.primary if self._state.written else self.tick
        if self._state.blame_code:
            return self.code
        return next((field for field in self.fields if not field.text()), self.login)

    def handle(self, name: str) -> bool:
        """Enter ticks the code off, F9 goes on; until then every other key stays without effect."""
        state = self._state
        if not state.new_code:
            return state.busy or super().handle(name)
        if name == "next" and not state.written:
            self.written_down.emit()
        elif name in ("next", "settle", "back"):
            self.finished.emit()
        return True

    def _draw(self) -> None:
        state, text = self._state, self.look.text
        shown = bool(state.new_code)
        self.form.setVisible(not shown)
        self._once.setVisible(shown)
        title = "recovery.renewed.title" if state.renewed else "recovery.new.title"
        self.title.setText(text(title if shown else "recovery.title"))
        self.lead.setText(text("recovery.new.lead" if shown else "recovery.lead"))
        self.new_code.setText(state.new_code)
        self.tick.show_tick(state.written)
        self.say_of_it(state.verdict, state.notice)
        if self.primary is not None:
            finish = "recovery.renewed.finish" if state.renewed else "recovery.finish"
            self.primary.set_label(text(finish if shown else "recovery.use"))
            self.primary.setEnabled(not state.busy)
        self.cancel.setVisible(not shown)
        self.cancel.setEnabled(not state.busy)

    def _go_on(self) -> None:
        if self._state.new_code:
            self.finished.emit()
            return
        missing = next((field for field in (self.login, self.code) if not field.text().strip()), None)
        if missing is not None:
            missing.setFocus()
            return
        self.use_asked.emit(self.login.text().strip(), self.code.text(), self.new.text(), self.again.text())
