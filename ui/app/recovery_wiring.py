"""The page on which an administrator uses the recovery code, and the way back (implements `RecoveryScreen`)."""

from __future__ import annotations

from collections.abc import Callable

from pos.usecases.fact import Hall
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.recovery import RecoveryPage
from ui.presenters.lane import Lane
from ui.presenters.people_state import RecoveryState
from ui.presenters.recovery import Recovery


class RecoveryWiring:
    """Connects the page to its presenter. `done(login)`: her new password is asked for on the sign-in page."""

    def __init__(self, window: MainWindow, look: Look, done: Callable[[str], None]) -> None:
        self._window = window
        self._done = done
        self._presenter: Recovery | None = None
        self._back_to = "sign_in"
        self.page = RecoveryPage(look)
        window.add_page("recovery", self.page)
        self.page.stepped_back.connect(self._leave)

    @property
    def is_unwritten(self) -> bool:
        """True while a new code is not on paper yet."""
        return self._presenter is not None and self._presenter.is_unwritten

    def connect(self, hall: Hall, books: Lane) -> None:
        """The books are open."""
        presenter = Recovery(hall, books, self)
        self._presenter = presenter
        self.page.typing.connect(presenter.typing)
        self.page.use_asked.connect(presenter.use)
        self.page.written_down.connect(presenter.written_down)
        self.page.finished.connect(presenter.finish)

    def open(self, login: str) -> None:
        """From the sign-in page, with the 工号 typed there."""
        if self._presenter is None:
            return
        self._back_to = "sign_in"
        self.page.begin(login)
        self._presenter.begin()
        self._window.show_page("recovery")

    def show_renewed(self, code: str, back_to: str) -> None:
        """A code made on a page of the program: shown here once, then that page again."""
        if self._presenter is not None:
            self._back_to = back_to
            self._window.show_page("recovery")
            self._presenter.show_renewed(code)
            self.page.focus_first()

    def leave(self) -> None:
        """Nobody is signed in any more: a code is shown to nobody else."""
        if self._presenter is not None:
            self._presenter.end()
            self.page.render_state(RecoveryState())

    def show_recovery(self, state: RecoveryState) -> None:
        """See `RecoveryScreen`."""
        self.page.render_state(state)

    def recovered(self, login: str) -> None:
        """See `RecoveryScreen`."""
        self.page.render_state(RecoveryState())
        if self._back_to == "sign_in":
            self._done(login)
        self._window.show_page(self._back_to)

    def _leave(self) -> None:
        if self._presenter is not None:
            self._presenter.end()
        self._window.show_page("sign_in")
