"""The page on which a person replaces her password, and where she goes afterwards (implements `PasswordScreen`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pos.usecases.fact import Hall
from pos.usecases.hall_settings import OperatorRow
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.password import PasswordPage
from ui.presenters.lane import Lane
from ui.presenters.own_password import OwnPassword
from ui.presenters.people_state import PasswordState


class PasswordWiring:
    """Connects the page to its presenter. `sign_out()`: a person with a starting password would rather leave."""

    def __init__(self, window: MainWindow, look: Look, sign_out: Callable[[], None]) -> None:
        self._window = window
        self._sign_out = sign_out
        self._back_to = "sign_in"
        self._presenter: OwnPassword | None = None
        self.page = PasswordPage(look)
        window.add_page("password", self.page)
        self.page.stepped_back.connect(self._leave)

    def connect(self, hall: Hall, books: Lane) -> None:
        """The books are open."""
        presenter = OwnPassword(hall, books, self)
        self._presenter = presenter
        self.page.typing.connect(presenter.typing)
        self.page.change_asked.connect(presenter.change)

    def open(self, person: OperatorRow, done: Callable[[], None] | None = None, *, starting: str = "") -> None:
        """Show the page; with `done` there is no way past it. `starting`: the password she has just signed in with."""
        if self._presenter is None:
            return
        if self._window.current != "password":
            self._back_to = "sign_in" if done is not None else self._window.current
        self.page.empty()
        self.page.carry(starting)
        self._presenter.begin(person, None if done is None else partial(self._replaced, done))
        self._window.show_page("password")

    def leave(self) -> None:
        """Nobody is signed in any more."""
        self.page.empty()
        self.page.carry("")
        if self._presenter is not None:
            self._presenter.end()

    def show_password(self, state: PasswordState) -> None:
        """See `PasswordScreen`."""
        self.page.render_state(state)

    def _replaced(self, done: Callable[[], None]) -> None:
        self.page.carry("")
        done()

    def _leave(self) -> None:
        if self._back_to == "sign_in":
            self._sign_out()
        else:
            self._window.show_page(self._back_to)
