"""Signing in, and the lock over a signed-in desk.

Rule: design "Money rules" 5 (a mistyped login name is never stored), anchors U11 (F12 lock, back in two seconds). The
password leaves the field with the signal and the field is emptied at once. Must not know: how passwords are checked.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.desktop.buttons import KeyButton
from ui.desktop.centred import CentredPage
from ui.desktop.fields import SecretField, TextField
from ui.desktop.flow import FlowLayout
from ui.desktop.look import Look
from ui.desktop.messages import LANGUAGES
from ui.desktop.notice_box import NoticeBox
from ui.desktop.overlay import Overlay
from ui.presenters.people_state import PersonChoice, SignInState


class SignInPage(CentredPage):
    """Login and password, or one of the people offered.

    Signals:
        sign_in_asked(login, password). language_asked(language): the switch in the corner.
        recovery_asked(login): an administrator forgot her password.
    """

    sign_in_asked = Signal(str, str)
    language_asked = Signal(str)
    recovery_asked = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=720)
        self._state = SignInState()
        head = self.row(spacing=8)
        head.addWidget(self.label("sign_in.title", "title"), 1)
        self._languages = {language: self.chip(f"language.{language}", "") for language in LANGUAGES}
        for language, chip in self._languages.items():
            chip.clicked.connect(partial(self.language_asked.emit, language))
            chip.clicked.connect(self._mark_language)  # a click on the one that is on takes its mark away
            head.addWidget(chip)
        self._mark_language()
        self.body.addLayout(head)
        self._lead = self.label("sign_in.lead", "quiet", wrap=True)
        self.body.addWidget(self._lead)
        self.notice = NoticeBox(look)
        self._people_title = self.label("sign_in.people", "section")
        self._people = QWidget()
        self._people_row = self.keep(FlowLayout(self._people, stretch=True), 0, 8)
        self._shared_password = self.label(role="quiet", wrap=True)
        self.body.addWidget(self._people_title)
        self.body.addWidget(self._shared_password)
        self.body.addWidget(self._people)
        self.login, self.password = TextField(40), SecretField()
        for code, field in (("sign_in.login", self.login), ("sign_in.password", self.password)):
            self.body.addWidget(self.field_label(code, field))
            self.body.addWidget(field)
        self.foot.addWidget(self.notice)  # never scrolled away, however many people stand above the fields
        self.primary = self.button("next", primary=True, code="sign_in.enter")
        self.primary.clicked.connect(self._submit)
        self.foot.addWidget(self.primary)
        self.fields = [self.login, self.password]

    def render_state(self, state: SignInState) -> None:
        """Draw the people and why it did not work, if it did not."""
        if state.login and state.login != self._state.login:
            self.login.setText(state.login)
        self._state = state
        self.redraw_with(self._draw)
        self._draw()

    def first_focus(self) -> QWidget | None:
        """The password if somebody is chosen already."""
        return self.password if self.login.text() else self.login

    def handle(self, name: str) -> bool:
        """Digits are not needed: Enter walks on and signs in; Ctrl+F2 is for an administrator who cannot."""
        if name == "settle":
            return False
        if name == "recover" and not self._state.busy:
            self.password.clear()
            self.recovery_asked.emit(self.login.text().strip())
            return True
        return super().handle(name)

    def _mark_language(self) -> None:
        for language, chip in self._languages.items():
            chip.setChecked(language == self.look.text.language)

    def _draw(self) -> None:
        self._mark_language()
        self.notice.show_notice(self._state.notice)
        self._lead.setVisible(self._state.notice is None)  # what happened takes its place
        self._people_title.setVisible(bool(self._state.people) and self._state.notice is None)
        self._people.setVisible(bool(self._state.people))
        while (item := self._people_row.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        words = {person.demo_password for person in self._state.people if person.demo_password}
        shared = words.pop() if len(words) == 1 else ""
        self._shared_password.setVisible(bool(shared))
        self._shared_password.setText(self.look.text("sign_in.demo_password_all", password=shared))
        for person in self._state.people:
            button = self._person(person, alone=not shared)
            self._people_row.addWidget(button)
            button.show()
        if self.primary is not None:
            self.primary.setEnabled(not self._state.busy)

    def _person(self, person: PersonChoice, *, alone: bool) -> KeyButton:
        """One person; her password beside her name only where it is not everybody's."""
        made = KeyButton("", key=person.login)
        role = self.look.text(f"role.{person.role}")
        demo = f" · {self.look.text('sign_in.demo_password', password=person.demo_password)}"
        made.set_label(f"{person.name} · {role}{demo if person.demo_password and alone else ''}")
        made.clicked.connect(partial(self._choose, person))
        return made

    def _choose(self, person: PersonChoice) -> None:
        self.login.setText(person.login)
        self.password.setText(person.demo_password)
        self.password.setFocus()
        self.password.selectAll()

    def _submit(self) -> None:
        login, password = self.login.text().strip(), self.password.text()
        if not login:
            self.login.setFocus()
            return
        self.password.clear()
        self.sign_in_asked.emit(login, password)


class LockOverlay(Overlay):
    """Covers everything until the same person types the password; others sign in over it.

    Signals:
        unlock_asked(password). other_person(): sign in as somebody else.
    """

    stays_on_top = True
    unlock_asked = Signal(str)
    other_person = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, width=480)
        self.body.addWidget(self.label("lock.title", "title"))
        self._who = self.label(role="spoken", wrap=True)
        self.body.addWidget(self._who)
        self.notice = NoticeBox(look)
        self.body.addWidget(self.notice)
        self.password = SecretField()
        self.body.addWidget(self.field_label("sign_in.password", self.password))
        self.body.addWidget(self.password)
        self.primary = self.button("next", primary=True, code="lock.open")
        self.primary.clicked.connect(self._submit)
        self.foot.addWidget(self.primary)
        other = self.button("sign_out", code="lock.other")
        other.clicked.connect(self.other_person)
        self.foot.addWidget(other)
        self.fields = [self.password]

    def render_state(self, state: SignInState) -> None:
        """Whose desk it is, and why it did not open."""
        self._who.setText(state.locked_name)
        self.notice.show_notice(state.notice)
        if self.primary is not None:
            self.primary.setEnabled(not state.busy)

    def handle(self, name: str) -> bool:
        """Esc does not open a lock; Ctrl+F12 lets somebody else in."""
        if name == "sign_out":
            self.other_person.emit()
        return name in ("back", "sign_out") or super().handle(name)

    def _submit(self) -> None:
        password = self.password.text()
        self.password.clear()
        self.unlock_asked.emit(password)
