"""An administrator who forgot her password: with the recovery code she chooses a new one and writes down the next code.

Rule: domain P12 (recovery code). The next code is made where she presses the button and shown once, when the books have
it; nobody leaves the page before it is ticked as written down. Passwords come from the fields, go to the use case and
are never part of a state. Must not know: Qt, how codes and passwords are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from pos.domain.passwords import new_recovery_code
from pos.usecases.fact import Hall
from pos.usecases.use_recovery_code import UseRecoveryCode, use_recovery_code, words_known_here
from ui.presenters.counter_panels import notice_of
from ui.presenters.lane import Lane
from ui.presenters.new_password import HINT, when_done, while_typed
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import RecoveryState
from ui.presenters.visit import Visit


class RecoveryScreen(Protocol):
    """The page with the code, and the way back from it."""

    def show_recovery(self, state: RecoveryState) -> None:
        """Draw it; a busy state empties the passwords."""

    def recovered(self, login: str) -> None:
        """Back to the sign-in page, where the new password is asked for."""


@dataclass(slots=True, weakref_slot=True)
class Recovery:
    """Presenter of the page. Attributes: hall; books: lane; screen."""

    hall: Hall
    books: Lane
    screen: RecoveryScreen
    _login: str = ""
    _words: tuple[str, ...] = ()
    _state: RecoveryState = field(default_factory=RecoveryState)
    _visit: Visit = field(init=False)

    def __post_init__(self) -> None:
        self._visit = Visit(self.books)

    @property
    def is_unwritten(self) -> bool:
        """True while a code is on its way to the paper: it is shown once and nowhere else."""
        return self._state.busy or (bool(self._state.new_code) and not self._state.written)

    def begin(self) -> None:
        """Open the page; nobody is signed in."""
        self._visit.begin()
        self._show(RecoveryState(verdict=HINT))
        self._visit.ask(lambda: words_known_here(self.hall), self._words_found, self._refused)

    def end(self) -> None:
        """She would rather not: nothing of hers stays."""
        self._visit.end()
        self._login, self._state = "", RecoveryState()

    def show_renewed(self, code: str) -> None:
        """A code made by an administrator who works here, to be written down as after a recovery."""
        self._visit.begin()
        self._show(RecoveryState(new_code=code, renewed=True))

    def typing(self, login: str, new: str, again: str) -> None:
        """Say at once what would be refused."""
        verdict = while_typed(new, again, words=self._known(login))
        self._show(replace(self._state, verdict=verdict, notice=None, blame_code=False))

    def use(self, login: str, code: str, new: str, again: str) -> None:
        """Use the code, if what was typed can be accepted at all."""
        if self._state.busy or self._state.new_code:
            return
        verdict = when_done(new, again, words=self._known(login))
        if verdict.tone is not Tone.GOOD:
            self._show(replace(self._state, verdict=verdict, notice=None, blame_code=False))
            return
        command = UseRecoveryCode(
            command_id=self.hall.ids.new_id(),
            login=login,
            recovery_code=code,
            new_password=new,
            new_recovery_code=new_recovery_code(),
        )
        self._login = login
        self._show(replace(self._state, busy=True, verdict=HINT, notice=None, blame_code=False))
        self._visit.ask(
            lambda: use_recovery_code(self.hall, command),
            lambda _operator: self._show(RecoveryState(new_code=command.new_recovery_code)),
            self._refused,
        )

    def written_down(self) -> None:
        """The new code is on paper."""
        self._show(replace(self._state, written=True, notice=None))

    def finish(self) -> None:
        """Back to the sign-in page, only with the new code on paper."""
        if not self._state.new_code or not self._state.written:
            self._show(replace(self._state, notice=Notice("recovery.not_written", Tone.WARNING)))
            return
        login = self._login
        self.end()
        self.screen.recovered(login)

    def _known(self, login: str) -> tuple[str, ...]:
        return (*self._words, login) if login else self._words

    def _words_found(self, words: tuple[str, ...]) -> None:
        self._words = words

    def _refused(self, error: KnownError) -> None:
        blamed = error.code in ("recovery.wrong", "recovery.wrong_restored")
        self._show(replace(self._state, busy=False, notice=notice_of(error), blame_code=blamed))

    def _show(self, state: RecoveryState) -> None:
        self._state = state
        self.screen.show_recovery(state)
