"""Change money for a cashier: the lead counts it out of the safe, the books issue it, both sign the note (P1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from ledger.errors import KnownError
from ledger.money import Money
from pos.usecases.hall_settings import OperatorRow
from pos.usecases.issue_float import FloatIssued, IssueFloat, issue_float
from pos.usecases.safe_pieces import PiecesShort, pieces_short
from pos.usecases.till_overview import TillOverview
from pos.usecases.waiting_floats import WaitingFloat
from ui.presenters.asked_count import AskedCount, lines_of
from ui.presenters.count_state import CountResult, CountState
from ui.presenters.counter_desk import Desk
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.visit import Visit


class FloatScreen(Protocol):
    """Where the lead goes afterwards, and what she is asked before."""

    def ask_on_top(self, question: Notice, done: Callable[[], None]) -> None:
        """The till has change money already: really another float? The safe answer is no."""

    def ask_sum(self, question: Notice, done: Callable[[], None]) -> None:
        """It is not the sum that the hall has set: really? The safe answer is no."""

    def ask_pieces(self, question: Notice, done: Callable[[], None]) -> None:
        """The safe does not hold so many pieces of a face by the books: really? The safe answer is no."""

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

    def begin(
        self,
        lead: OperatorRow,
        entry: TillOverview,
        cashier: OperatorRow,
        waiting: WaitingFloat | None = None,
        hall_float_fen: int = 0,
    ) -> None:
        """The lead counts the change money out for a cashier, who signs the note and counts it herself.

        `waiting`: what the till has already, said beside the count; put on top of it only after a second key.
        `hall_float_fen`: what the hall has set for a float, proposed beside the count.
        """

        def refused(error: KnownError, result: CountResult) -> None:
            if error.code != "float.waiting":
                self.count.trouble(error)
                return
            self.count.release()
            beside_fen = int(error.params["in_till_fen"])
            self.screen.ask_on_top(notice_of(error, Tone.WARNING), partial(issue, result, beside_fen=beside_fen))

        def answered(done: FloatIssued | tuple[PiecesShort, ...], meant: Callable[[], None]) -> None:
            if isinstance(done, FloatIssued):
                self.screen.float_issued(self._said(done, till, cashier.display_name))
                return
            self.count.release()
            self.screen.ask_pieces(_pieces_notice(done), meant)

        def issue(result: CountResult, *, beside_fen: int = 0, pieces_meant: bool = False) -> None:
            command = IssueFloat(
                command_id=self.desk.hall.ids.new_id(),
                actor=lead.operator_id,
                till_id=entry.till.till_id,
                issued_to=cashier.operator_id,
                lines=lines_of(result),
                beside_fen=beside_fen,
            )

            unseen = waiting is not None and not beside_fen  # refused for what the till has; that is asked about first
            self.visit.ask(
                lambda: self._booked(command, pieces_meant=pieces_meant or unseen),
                lambda done: answered(done, partial(issue, result, beside_fen=beside_fen, pieces_meant=True)),
                lambda error: refused(error, result),
                settled=lambda done: self.print_waiting() if isinstance(done, FloatIssued) else None,
            )

        def counted(result: CountResult) -> None:
            """A sum that is not what the hall has set is asked about once: it leaves the safe at one press."""
            if hall_float_fen in (0, result.cash_fen) or not result.cash_fen:
                issue(result)
                return
            self.count.release()
            figures = (("amount", Money(result.cash_fen).grouped()), ("set", Money(hall_float_fen).grouped()))
            self.screen.ask_sum(Notice("float.another_sum", Tone.WARNING, figures), lambda: issue(result))

        till = entry.till.name
        self.visit.begin()
        state = CountState(
            purpose="float",
            with_cards=False,
            counter_name=cashier.display_name,
            till_name=till,
            hall_float_fen=hall_float_fen,
            notice=None if waiting is None else waiting_notice(waiting),
        )
        self.count.ask(state, counted)

    def _booked(self, command: IssueFloat, *, pieces_meant: bool) -> FloatIssued | tuple[PiecesShort, ...]:
        """Pieces that the safe does not hold by the books are asked about once, before anything is booked."""
        short = () if pieces_meant else pieces_short(self.desk.hall, command.lines)
        return short or issue_float(self.desk.hall, command)

    def _said(self, done: FloatIssued, till: str, cashier: str) -> Notice:
        figures = (("amount", Money(done.amount_fen).grouped()), ("till", till), ("cashier", cashier))
        return Notice(self.desk.paper_code("float.issued"), Tone.GOOD, figures)


def _pieces_notice(short: tuple[PiecesShort, ...]) -> Notice:
    """How many faces, and the one of which most is missing."""
    worst = max(short, key=lambda face: (face.wanted - face.in_safe) * face.face_fen)
    figures = (
        ("faces", len(short)),
        ("face_fen", worst.face_fen),
        ("wanted", worst.wanted),
        ("in_safe", worst.in_safe),
    )
    return Notice("float.pieces_short", Tone.WARNING, figures)


def waiting_notice(waiting: WaitingFloat) -> Notice:
    """What a till has already, and who answers for it."""
    figures = (
        ("till", waiting.till.name),
        ("amount", Money(waiting.amount_fen).grouped()),
        ("names", " · ".join(waiting.names)),
    )
    return Notice("float.has_already" if waiting.returnable else "float.has_unhanded", Tone.WARNING, figures)
