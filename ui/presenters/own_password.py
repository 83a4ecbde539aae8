"""A person chooses her own password: what is said while she types, and what happens when she is done.

Rule: domain P12, ASVS 6.2; after a starting password nothing else is open to her (`sign_in.must_change`). Passwords
come from the fields, go to the use case and are never part of a state. Must not know: Qt, how passwords are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from pos.domain.roles import Role
from pos.usecases.change_password import ChangePassword, change_password, words_known_of
from pos.usecases.fact import Hall
from pos.usecases.hall_settings import OperatorRow
from ui.presenters.counter_panels import password_notice
from ui.presenters.lane import Lane
from ui.presenters.new_password import HINT, when_done, while_typed
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import PasswordState
from ui.presenters.visit import Visit


class PasswordScreen(Protocol):
    """The page with the three fields."""

    def show_password(self, state: PasswordState) -> None:
        """Draw it; a busy state empties the fields."""


@dataclass(slots=True, weakref_slot=True)
class OwnPassword:
    """Presenter of the page. Attributes: hall; books: lane; screen."""

    hall: Hall
    books: Lane
    screen: PasswordScreen
    _person: OperatorRow | None = None
    _words: tuple[str, ...] = ()
    _done: Callable[[], None] = lambda: None
    _state: PasswordState = field(default_factory=PasswordState)
    _visit: Visit = field(init=False)

    def __post_init__(self) -> None:
        self._visit = Visit(self.books)

    def begin(self, person: OperatorRow, done: Callable[[], None] | None = None) -> None:
        """Open the page; with `done` the person comes with a starting password and goes on when it is replaced."""
        self._visit.begin()
        self._person = person
        self._words = (person.code, person.display_name)
        self._done = done or (lambda: None)
        self._show(PasswordState(name=person.display_name, forced=done is not None, verdict=HINT))
        self._visit.ask(lambda: words_known_of(self.hall, person.operator_id), self._words_found, self._refused)

    def end(self) -> None:
        """She has left: what comes later is shown to nobody."""
        self._visit.end()

    def typing(self, old: str, new: str, again: str) -> None:
        """Say at once what would be refused."""
        verdict = while_typed(new, again, words=self._words, old=old)
        self._show(replace(self._state, verdict=verdict, notice=None))

    def change(self, old: str, new: str, again: str) -> None:
        """Change it, if what was typed can be accepted at all."""
        person = self._person
        if person is None or self._state.busy:
            return
        verdict = when_done(new, again, words=self._words, old=old)
        if verdict.tone is not Tone.GOOD:
            self._show(replace(self._state, verdict=verdict, notice=None))
            return
        command = ChangePassword(
            command_id=self.hall.ids.new_id(), actor=person.operator_id, old_password=old, new_password=new
        )
        self._show(replace(self._state, busy=True, verdict=HINT, notice=None))
        self._visit.ask(lambda: change_password(self.hall, command), self._changed, self._refused)

    def _words_found(self, words: tuple[str, ...]) -> None:
        self._words = words

    def _changed(self, _none: None) -> None:
        self._show(replace(self._state, busy=False, notice=Notice("password.changed", Tone.GOOD)))
        self._done()

    def _refused(self, error: KnownError) -> None:
        person = self._person
        is_admin = person is not None and Role.ADMINISTRATOR in person.roles
        said = password_notice(error, person.display_name if person else "", administrator=is_admin)
        self._show(replace(self._state, busy=False, notice=said))

    def _show(self, state: PasswordState) -> None:
        self._state = state
        self.screen.show_password(state)
