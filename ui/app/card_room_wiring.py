"""The card room with its presenter, plugged together (implements `CardRoomScreen`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pos.domain.roles import Act, Role
from pos.ports.card import ReaderState
from pos.usecases.fact import Command
from pos.usecases.permission import Consent
from ui.desktop.pages.card_room import CardRoomPage
from ui.desktop.pages.search import SearchPage
from ui.presenters.card_room import CardRoom
from ui.presenters.card_room_search import RoomSearch
from ui.presenters.card_room_state import CardRoomState
from ui.presenters.people_state import SearchState, ToSign

if TYPE_CHECKING:
    from ui.app.running import Running


class CardRoomWiring:
    """Connects the pages to the presenters. Attributes: page; search_page; presenter, search (after `connect`)."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._window, self._people = running.window, running.people
        self.page = CardRoomPage(running.program.look)
        self.search_page = SearchPage(running.program.look)
        self._window.add_page("card_room", self.page)
        self._window.add_page("room_search", self.search_page)
        self.presenter: CardRoom | None = None
        self.search: RoomSearch | None = None

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
        page.covered.connect(presenter.hide)
        search = self.search = RoomSearch(running.desk, self, presenter.open_account_of)
        self.search_page.query_changed.connect(search.look_up)
        self.search_page.query_entered.connect(search.search)
        self.search_page.chosen.connect(presenter.open_account_of)
        self.search_page.stepped_back.connect(self._leave_search)
        self._window.page_shown.connect(self._left)

    def open(self) -> None:
        """Ctrl+7."""
        if self.presenter is not None:
            self.presenter.open()

    def reader_changed(self, state: ReaderState, *, came: bool) -> bool:
        """A card was put in (`came`) or taken out while the page is in front; False elsewhere."""
        if self.presenter is None or self._window.current != "card_room":
            return False
        if came:
            self.presenter.read_card()
        elif state is ReaderState.NO_CARD:
            self.presenter.card_taken()
        return True

    def show_room(self, state: CardRoomState) -> None:
        """See `CardRoomScreen`."""
        self.page.render_state(state)

    def open_room(self) -> None:
        """See `CardRoomScreen`."""
        if self._window.current != "card_room":
            self._window.show_page("card_room")

    def show_hits(self, state: SearchState) -> None:
        """See `RoomSearchScreen`. A list that comes when the card room was left does not bring it back."""
        if self._window.current not in ("card_room", "room_search"):
            return
        self.search_page.render_state(state)
        if self._window.current != "room_search":
            self._window.show_page("room_search")

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
        """F3: who sells finds and confirms customers at the counter, anybody else here."""
        if self._running.shift is not None:
            self._window.show_page("counter")
            self._window.pages["counter"].handle("search")
        elif self.search is not None:
            self.search_page.query.clear()
            self.search.begin()

    def _leave_search(self) -> None:
        """Esc in the list: back to who stood there before."""
        if self.search is not None:
            self.search.forget()
        self.open_room()

    def _left(self, page: str) -> None:
        """An answer that comes after she left draws nothing, and a number shown in full is hidden again."""
        if self.presenter is None or page == "card_room":
            return
        self.presenter.hide()
        if page != "counter":
            self.presenter.visit.end()
