"""F3 in the card room for those who sell nothing here (a lead, an administrator, an auditor without a till).

Who sells finds and confirms her customer at the counter; here the account is only looked at and corrected, and what
must be read out first stands beside it. Must not know: Qt, what is done with the account.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ledger.errors import KnownError
from pos.usecases.find_accounts import FoundAccounts, find_accounts
from ui.presenters.counter_desk import Desk
from ui.presenters.counter_panels import hits_of, notice_of
from ui.presenters.people_state import SearchState


class RoomSearchScreen(Protocol):
    """The list of customers found."""

    def show_hits(self, state: SearchState) -> None:
        """Draw the list, and bring it to the front."""


@dataclass(slots=True, weakref_slot=True)
class RoomSearch:
    """Attributes: desk; screen; chosen(account_no): who was picked. An answer to an earlier text draws nothing."""

    desk: Desk
    screen: RoomSearchScreen
    chosen: Callable[[str], None]
    _asked: int = 0

    def begin(self) -> None:
        """F3: an empty box."""
        self.forget()
        self.screen.show_hits(SearchState())

    def forget(self) -> None:
        """She left the list."""
        self._asked += 1

    def search(self, text: str) -> None:
        """Enter: the only hit is taken."""
        self._find(text, opens=True)

    def look_up(self, text: str) -> None:
        """Every key lists, and takes nobody."""
        self._find(text, opens=False)

    def _find(self, text: str, *, opens: bool) -> None:
        self.forget()
        asked = self._asked
        if not text.strip():
            self.screen.show_hits(SearchState())
            return

        def found(result: FoundAccounts) -> None:
            if asked != self._asked:
                return
            hits = hits_of(result)
            if opens and len(hits) == 1:
                self.chosen(hits[0].account_no)
            else:
                self.screen.show_hits(SearchState(query=text, hits=hits, more=result.more))

        def failed(error: KnownError) -> None:
            if asked == self._asked:
                self.screen.show_hits(SearchState(query=text, notice=notice_of(error)))

        self.desk.lanes.books.submit(lambda: find_accounts(self.desk.hall, text), found, failed)
