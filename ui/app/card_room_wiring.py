"""The card room with its presenter, plugged together (implements `CardRoomScreen`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pos.domain.roles import Act, Role
from pos.usecases.fact import Command
from pos.usecases.permission import Consent
from ui.desktop.pages.card_room import CardRoomPage
from ui.presenters.card_room import CardRoom
from ui.presenters.card_room_state import CardRoomState
from ui.presenters.people_state import ToSign

if TYPE_CHECKING:
    from ui.app.running import Running


class CardRoomWiring:
    """Connects the page to the presenter. Attributes: page; presenter (after `connect`)."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._window, self._people = running.window, running.people
        self.page = CardRoomPage(running.program.look)
        self._window.add_page("card_room", self.page)
        self.presenter: CardRoom | None = None

    def connect(self) -> None:
        """The books are open: make the presenter and wire it."""
        running = self._running
        presenter = self.presenter = CardRoom(
            running.desk,
            self,
            running.sale,
            running.workplace.cipher,
            running.actor,
            lambda: running.shift,
            running.print_waiting,
        )
        page = self.page
        page.act_chosen.connect(presenter.choose)
        page.submitted.connect(presenter.submit)
        page.card_asked.connect(presenter.read_card)
        page.stepped_back.connect(presenter.step_back)
        page.search_asked.connect(self._search)
        self._window.page_shown.connect(self._left)

    def open(self) -> None:
        """Ctrl+7."""
        if self.presenter is not None:
            self.presenter.open()

    def card_came(self) -> bool:
        """A card was put into the reader: read here while the page is in front; False elsewhere."""
        if self.presenter is None or self._window.current != "card_room":
            return False
        self.presenter.read_card()
        return True

    def show_room(self, state: CardRoomState) -> None:
        """See `CardRoomScreen`."""
        self.page.render_state(state)

    def open_room(self) -> None:
        """See `CardRoomScreen`."""
        if self._window.current != "card_room":
            self._window.show_page("card_room")

    def go_counter(self) -> None:
        """See `CardRoomScreen`; for the finance cashier her own page."""
        self._running.duties.go_home()

    def open_account(self) -> None:
        """See `CardRoomScreen`."""
        self._window.action.emit("go_account")

    def ask_approval(self, command: Command, act: Act, asked: ToSign, done: Callable[[Consent], None]) -> None:
        """See `CardRoomScreen`."""
        self._people.ask_approval(command, act, asked, done)

    def roles(self) -> frozenset[Role]:
        """See `CardRoomScreen`."""
        return frozenset() if self._people.person is None else frozenset(self._people.person.roles)

    def _search(self) -> None:
        """F3: customers are found and confirmed at the counter."""
        self._window.show_page("counter")
        self._window.pages["counter"].handle("search")

    def _left(self, page: str) -> None:
        """An answer that comes after she left draws nothing."""
        if self.presenter is not None and page not in ("card_room", "counter"):
            self.presenter.visit.end()
