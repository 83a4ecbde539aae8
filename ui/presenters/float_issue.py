"""Change money for a cashier: the lead counts it out of the safe, the books issue it, both sign the note (P1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ledger.money import Money
from pos.usecases.hall_settings import OperatorRow
from pos.usecases.issue_float import FloatIssued, IssueFloat, issue_float
from pos.usecases.till_overview import TillOverview
from ui.presenters.asked_count import AskedCount, lines_of
from ui.presenters.count_state import CountResult, CountState
from ui.presenters.counter_desk import Desk
from ui.presenters.notice import Notice, Tone
from ui.presenters.visit import Visit


class FloatScreen(Protocol):
    """Where the lead goes afterwards."""

    def float_issued(self, said: Notice) -> None:
        """Back to the counter, with what was booked."""


@dataclass(slots=True, weakref_slot=True)
class FloatIssue:
    """Presenter of an issue. Attributes: desk; screen; count; visit: of the office; print_waiting: told of the note."""

    desk: Desk
    screen: FloatScreen
    count: AskedCount
    visit: Visit
    print_waiting: Callable[[], None]

    def begin(self, lead: OperatorRow, entry: TillOverview, cashier: OperatorRow) -> None:
        """The lead counts the change money out for a cashier, who signs the note and counts it herself."""

        def issue(result: CountResult) -> None:
            command = IssueFloat(
                command_id=self.desk.hall.ids.new_id(),
                actor=lead.operator_id,
                till_id=entry.till.till_id,
                issued_to=cashier.operator_id,
                lines=lines_of(result),
            )
            self.visit.ask(
                lambda: issue_float(self.desk.hall, command),
                lambda done: self.screen.float_issued(self._said(done, entry.till.name, cashier.display_name)),
                self.count.trouble,
                settled=lambda _done: self.print_waiting(),
            )

        self.visit.begin()
        state = CountState(
            purpose="float", with_cards=False, counter_name=cashier.display_name, till_name=entry.till.name
        )
        self.count.ask(state, issue)

    def _said(self, done: FloatIssued, till: str, cashier: str) -> Notice:
        figures = (("amount", Money(done.amount_fen).grouped()), ("till", till), ("cashier", cashier))
        return Notice(self.desk.paper_code("float.issued"), Tone.GOOD, figures)
