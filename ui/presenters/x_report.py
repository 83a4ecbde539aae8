"""班中查询 (Ctrl+F8): a look at a till that sells now, by somebody who does not work there (P12, Money rules 10).

Every look is a record, a printed one too. One's own till and a till that is counted stay blind: the use case refuses,
here it is only said. Must not know: Qt, how the paper looks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from pos.domain.papers import ZPaper
from pos.domain.till_session import TillState
from pos.usecases.till_overview import TillOverview, till_overview
from pos.usecases.x_report import TakeXReport, x_report
from ui.presenters.count_state import FigureRow
from ui.presenters.counter_desk import Desk
from ui.presenters.counter_panels import local_time, notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.office_state import XState
from ui.presenters.visit import Visit


class XScreen(Protocol):
    """The page, and the choice of a till."""

    def show_x(self, state: XState) -> None:
        """Draw it and bring it to the front."""

    def ask_till(self, tills: tuple[tuple[str, str], ...], done: Callable[[str], None]) -> None:
        """(session id, name) of the tills that sell now; answers with the chosen one."""


@dataclass(slots=True, weakref_slot=True)
class XLook:
    """Presenter of the page. Attributes: desk; screen; visit: of the office; print_waiting: told of the paper."""

    desk: Desk
    screen: XScreen
    visit: Visit
    print_waiting: Callable[[], None]
    _actor: str = ""
    _session_id: str = ""
    _printed: bool = False
    _state: XState = field(default_factory=XState)

    def begin(self, actor: str) -> None:
        """Which tills sell now; the only one is shown at once."""
        self.visit.begin()
        self._actor, self._session_id, self._state = actor, "", XState()

        def found(tills: tuple[TillOverview, ...]) -> None:
            selling = [entry for entry in tills if _sells(entry)]
            others = [e for e in selling if e.last is not None and e.last.operator_id != actor]
            if not others:
                self._show(notice=Notice("till.blind" if selling else "x.none_open", Tone.INFO))
            elif len(others) == 1:
                self._take_of(others[0])
            else:
                names = tuple((e.last.session_id, e.till.name) for e in others if e.last is not None)
                self.screen.ask_till(names, lambda chosen: self._take(chosen, dict(names)[chosen]))

        self.visit.ask(lambda: till_overview(self.desk.hall), found, self._trouble)

    def print_it(self) -> None:
        """F7: the same look once more, on paper; one look gives one paper, whatever is pressed twice."""
        if not self._session_id:
            return
        if self._printed:
            self._show(notice=Notice("x.printed_already", Tone.INFO))
            return
        self._printed = True
        command = self._command(print_it=True)
        self.visit.ask(
            lambda: x_report(self.desk.hall, command),
            lambda _paper: self._show(notice=Notice(self.desk.paper_code("x.printing"), Tone.GOOD)),
            self._not_printed,
            settled=lambda _paper: self.print_waiting(),
        )

    def _take_of(self, entry: TillOverview) -> None:
        if entry.last is not None:
            self._take(entry.last.session_id, entry.till.name)

    def _take(self, session_id: str, till_name: str) -> None:
        self._session_id, self._printed = session_id, False
        command = self._command(print_it=False)

        def taken(paper: ZPaper) -> None:
            now = local_time(self.desk.hall.clock.now_utc_ms(), self.desk.offset_min)
            self._show(
                till_name=till_name,
                cashier_name=paper.head.operator_name,
                since=paper.opened_at,
                taken_at=now,
                figures=figure_rows(paper),
                notice=None,
            )

        self.visit.ask(lambda: x_report(self.desk.hall, command), taken, self._refused)

    def _command(self, *, print_it: bool) -> TakeXReport:
        return TakeXReport(
            command_id=self.desk.hall.ids.new_id(),
            actor=self._actor,
            session_id=self._session_id,
            print_it=print_it,
        )

    def _refused(self, error: KnownError) -> None:
        self._session_id = ""
        self._trouble(error)

    def _not_printed(self, error: KnownError) -> None:
        self._printed = False
        self._trouble(error)

    def _trouble(self, error: KnownError) -> None:
        self._show(notice=notice_of(error, Tone.WARNING))

    def _show(self, **values: object) -> None:
        self._state = replace(self._state, **values)  # type: ignore[arg-type]
        self.screen.show_x(self._state)


def figure_rows(paper: ZPaper) -> tuple[FigureRow, ...]:
    """Sales, reversals, what the till should hold per tender, kinds, and what happened beside the sales."""
    cash, unionpay = paper.tenders[0], paper.tenders[1]
    return (
        FigureRow("close.sales", paper.sales_count, paper.gross_fen),
        FigureRow("close.reversed", None, paper.reversed_fen),
        FigureRow("x.opening", None, paper.opening_counted_fen),
        FigureRow("tender.cash", None, cash.expected_fen),
        FigureRow("tender.unionpay", None, unionpay.expected_fen),
        *(FigureRow(f"kind.{kind.name}", kind.count, kind.amount_fen) for kind in paper.kinds),
        FigureRow("x.drawer_openings", paper.drawer_openings, None),
        FigureRow("x.reprints", paper.reprints, None),
    )


def _sells(entry: TillOverview) -> bool:
    return entry.last is not None and entry.last.state is TillState.OPEN
