"""The page of open matters with its presenter, plugged together (implements `MattersScreen`)."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from pos.domain.roles import Act, Role
from pos.usecases.fact import Command
from pos.usecases.permission import Consent, Signature
from ui.app.people_wiring import PeopleWiring
from ui.app.reason_wiring import ReasonWiring
from ui.desktop.frame import MainWindow
from ui.desktop.look import Look
from ui.desktop.pages.decisions import ChoiceOverlay
from ui.desktop.pages.matters import MattersPage
from ui.presenters.matters import Matters
from ui.presenters.office_state import MattersState
from ui.presenters.people_state import ToSign

REFERENCE_DIGITS = 12


class MattersWiring:
    """Connects the page to the presenter. Attributes: presenter (after `connect`)."""

    def __init__(self, window: MainWindow, look: Look, people: PeopleWiring, reasons: ReasonWiring) -> None:
        self._window = window
        self._look = look
        self._people = people
        self._reasons = reasons
        self.page = MattersPage(look)
        self.choice = ChoiceOverlay(look)
        window.add_page("matters", self.page)
        self.presenter: Matters | None = None

    def connect(self, presenter: Matters) -> None:
        """Wire the presenter."""
        self.presenter = presenter
        self.page.settle_asked.connect(presenter.choose)
        self.page.stepped_back.connect(self.go_counter)
        self.choice.chosen.connect(self._chosen)
        self.choice.closed.connect(lambda: self._window.close_overlay(self.choice))

    def show_matters(self, state: MattersState) -> None:
        """See `MattersScreen`."""
        self.page.render_state(state)

    def open_matters(self) -> None:
        """See `MattersScreen`."""
        if self._window.current != "matters":
            self._window.show_page("matters")

    def offer_verbs(self, codes: tuple[str, ...]) -> None:
        """See `MattersScreen`."""
        self.choice.offer("matter_do.title", tuple((code, self._look.text(code)) for code in codes))
        self._window.open_overlay(self.choice)

    def ask_reason(self, title: str, kind: type[StrEnum], done: Callable[[str, str], None], *, noted: bool) -> None:
        """See `MattersScreen`."""
        self._reasons.ask(title, kind, done, noted=noted)

    def ask_reference(self, done: Callable[[str], None]) -> None:
        """See `MattersScreen`."""
        self._reasons.ask_words("unionpay.undo_reference", done, hint="unionpay.undo_hint", most=REFERENCE_DIGITS)

    def ask_approval(self, command: Command, act: Act, asked: ToSign, done: Callable[[Consent], None]) -> None:
        """See `MattersScreen`."""
        self._people.ask_approval(command, act, asked, done)

    def ask_lead(self, digest: str, asked: ToSign, done: Callable[[Signature], None]) -> None:
        """See `MattersScreen`."""
        self._people.ask_signature(digest, Role.SHIFT_LEAD, asked, done, also_her=True)

    def go_counter(self) -> None:
        """See `MattersScreen`."""
        self._window.show_page("counter")

    def leads(self) -> bool:
        """See `MattersScreen`."""
        return self._people.person is not None and Role.SHIFT_LEAD in self._people.person.roles

    def _chosen(self, code: str) -> None:
        self._window.close_overlay(self.choice)
        if self.presenter is not None:
            self.presenter.do(code)
