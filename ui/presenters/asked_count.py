"""A count that the office asks for: change money counted out, a drawer taken over, a bag opened, takings received.

One counting page serves them all; whoever asked gets the answer. Must not know: what the count is for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from pos.domain.count import CountLine
from pos.ports.surroundings import IdSource
from ui.presenters.count_state import CountResult, CountState, MissingField
from ui.presenters.count_views import incomplete
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice


class CountScreen(Protocol):
    """The counting page."""

    def show_office_count(self, state: CountState) -> None:
        """Draw it; it answers with `counted`."""


@dataclass(slots=True, weakref_slot=True)
class AskedCount:
    """The count under way. `ids`: every new count begins with empty fields."""

    screen: CountScreen
    ids: IdSource
    _state: CountState = field(default_factory=CountState)
    _after: Callable[[CountResult], None] | None = None

    def ask(self, state: CountState, after: Callable[[CountResult], None]) -> None:
        """Open an empty page; `after` gets what was counted."""
        self._state, self._after = replace(state, count_id=self.ids.new_id()), after
        self.screen.show_office_count(self._state)

    def counted(self, result: CountResult) -> None:
        """F9 on the page. What was typed stays until the books answer; what is left empty is not taken for none."""
        if self._after is None or self._state.busy:
            return
        empty = (MissingField("amount", row.terminal) for row in result.batches if row.amount_fen is None)
        missing = next(empty, None)
        if self._state.with_cards and not result.cash_typed:
            missing = MissingField("cash")
        elif missing is None and self._state.with_cards and result.blank_cards is None:
            missing = MissingField("cards")
        if missing is not None:
            self._state = replace(self._state, notice=incomplete(missing), missing=missing)
            self.screen.show_office_count(self._state)
            return
        self._state = replace(self._state, busy=True, notice=None, missing=None)
        self.screen.show_office_count(self._state)
        self._after(result)

    def release(self) -> None:
        """Somebody is asked before anything is booked: the count stays open and may be confirmed again."""
        self._state = replace(self._state, busy=False, notice=None)
        self.screen.show_office_count(self._state)

    def remind(self, notice: Notice) -> None:
        """Nothing was submitted: what is typed stays, and it is said what is missing."""
        self._state = replace(self._state, busy=False, notice=notice)
        self.screen.show_office_count(self._state)

    def trouble(self, error: KnownError) -> None:
        """Nothing was booked: say why, beside the figures."""
        self._state = replace(self._state, busy=False, notice=notice_of(error))
        self.screen.show_office_count(self._state)


def lines_of(result: CountResult) -> tuple[CountLine, ...]:
    """Cash by face, without empty rows."""
    return tuple(
        CountLine(row.face.face_fen, row.face.coin, row.total_pieces) for row in result.faces if row.total_pieces
    )
