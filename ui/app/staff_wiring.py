"""The page of people plugged to its presenter (implements `StaffScreen`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pos.domain.roles import Act
from pos.usecases.fact import Command, Hall
from pos.usecases.hall_settings import OperatorRow
from pos.usecases.permission import Consent
from ui.app.people_wiring import PeopleWiring
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.decisions import ChoiceOverlay
from ui.desktop.pages.staff import StaffForm, StaffPage, StartingPasswordSheet
from ui.presenters.lane import Lane
from ui.presenters.notice import Notice
from ui.presenters.people_state import StaffFormState, StaffState, ToSign
from ui.presenters.staff import Staff


class StaffWiring:
    """The page, its choices, its form and its sheet."""

    def __init__(self, window: MainWindow, look: Look, people: PeopleWiring) -> None:
        self._window = window
        self._look = look
        self._people = people
        self.page, self.form, self.sheet = StaffPage(look), StaffForm(look), StartingPasswordSheet(look)
        self.choice = ChoiceOverlay(look)
        self._chosen_person = ""
        self.presenter: Staff | None = None
        window.add_page("staff", self.page)
        self.page.stepped_back.connect(partial(window.show_page, "counter"))
        self.page.person_chosen.connect(self._offer)
        for overlay in (self.form, self.sheet, self.choice):
            overlay.closed.connect(partial(window.close_overlay, overlay))

    def connect(self, hall: Hall, books: Lane) -> None:
        """The books are open."""
        presenter = Staff(hall, books, self)
        self.presenter = presenter
        self.page.new_asked.connect(presenter.ask_new)
        self.form.saved.connect(presenter.save)
        self.choice.chosen.connect(self._chosen)

    def open(self, person: OperatorRow, said: Notice | None = None) -> None:
        """Show the page to an administrator; `said`: what she should know first."""
        if self.presenter is not None:
            self.presenter.begin(person.operator_id)
            if said is not None:
                self.presenter.refresh(said)
            self._window.show_page("staff")

    def leave(self) -> None:
        """Nobody is signed in any more."""
        if self.presenter is not None:
            self.presenter.end()

    def show_staff(self, state: StaffState) -> None:
        """See `StaffScreen`."""
        self.page.render_state(state)

    def show_form(self, state: StaffFormState) -> None:
        """See `StaffScreen`."""
        self.form.render_state(state)
        self._window.open_overlay(self.form)

    def close_form(self) -> None:
        """See `StaffScreen`."""
        self._window.close_overlay(self.form)

    def show_starting_password(self, code: str, name: str, password: str) -> None:
        """See `StaffScreen`."""
        self.sheet.show_password(code, name, password)
        self._window.open_overlay(self.sheet)

    def ask_approval(self, command: Command, act: Act, asked: ToSign, done: Callable[[Consent], None]) -> None:
        """See `StaffScreen`."""
        self._people.ask_approval(command, act, asked, done)

    def show_recovery_code(self, code: str) -> None:
        """See `StaffScreen`."""
        self._people.recovery.show_renewed(code, "staff")

    def _offer(self, operator_id: str, verbs: tuple[str, ...]) -> None:
        self._chosen_person = operator_id
        row = self.page.table.current()
        choices = tuple((verb, self._look.text(verb)) for verb in verbs)
        self.choice.offer("staff.offer_title", choices, name=row.name if row is not None else "")
        self._window.open_overlay(self.choice)

    def _chosen(self, verb: str) -> None:
        self._window.close_overlay(self.choice)
        if self.presenter is not None:
            self.presenter.choose(self._chosen_person, verb)
