"""Opening and closing a till by counts: opening count, blind count, recount, the lead's count, difference (P1, P5).

Before the first count is submitted this presenter knows no expected figure and asks for none; afterwards only
agrees / differs until the lead has counted. Every step is a use case; the page only draws the state. A count that was
left is taken up at the step it had come to. What follows is in `till_difference` and `till_seal`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from pos.domain.count import BatchCount, Count, CountLine, NextStep
from pos.domain.till_session import TillState
from pos.usecases.begin_count import BeginCount, LeaveCount, begin_count, leave_count
from pos.usecases.interrupted_sale import InterruptedSale, interrupted_sale
from pos.usecases.open_till_session import OpenTillSession, TillOpened, open_till_session
from pos.usecases.submit_count import (
    CountOutcome,
    LeadOutcome,
    SubmitCount,
    lead_count,
    recount,
    submit_count,
)
from pos.usecases.till_overview import terminals_of
from pos.usecases.till_waits import CountSoFar, count_so_far
from ui.presenters.count_state import BatchCount as ViewBatch
from ui.presenters.count_state import CountResult, CountState, MatterView
from ui.presenters.count_views import hand_out_waits, incomplete, missing_in, opening_notice
from ui.presenters.counter_desk import Desk, Shift
from ui.presenters.counter_panels import local_time, notice_of
from ui.presenters.notice import Notice
from ui.presenters.open_matters import hand_out_view, matter_views, papers_now_printing
from ui.presenters.parked_counts import CountOf, ParkedCounts
from ui.presenters.till_difference import DifferenceScreen, TillDifference
from ui.presenters.till_seal import SealScreen, TillSeal
from ui.presenters.visit import Visit


class TillScreen(DifferenceScreen, SealScreen, Protocol):
    """The pages of a till's opening and closing."""

    def show_count(self, state: CountState) -> None:
        """Bring a counting page to the front."""

    def go_counter(self) -> None:
        """Back to selling."""

    def till_opened(self, said: Notice) -> None:
        """To the counter, with what was booked."""


@dataclass(slots=True, weakref_slot=True)
class TillWork:
    """Presenter of opening and closing.

    Attributes:
        desk; screen. on_shift: told when a session opens (a Shift) or no longer sells (None).
        print_waiting: told when papers were queued. difference, seal: take over once something was counted.
    """

    desk: Desk
    screen: TillScreen
    on_shift: Callable[[Shift | None], None]
    print_waiting: Callable[[], None]
    actor: str = ""
    counter: str = ""
    session_id: str = ""
    till_id: str = ""
    business_day: str = ""
    visit: Visit = field(init=False)
    difference: TillDifference = field(init=False)
    seal: TillSeal = field(init=False)
    _count: CountState = field(default_factory=CountState)
    _counted: Count | None = None
    _absent: str = ""
    _opening_differed: bool = False
    _follows: str = ""
    _parked: ParkedCounts = field(default_factory=ParkedCounts)

    def __post_init__(self) -> None:
        self.visit = Visit(self.desk.lanes.books)
        self.difference = TillDifference(self.desk, self.screen, self.visit, self._propose_split)
        self.seal = TillSeal(self.desk, self.screen, self.visit, self.print_waiting)

    # opening ----------------------------------------------------------------------------------------------------------

    def begin_opening(self, till_id: str, actor: str, actor_name: str, *, follows: str = "") -> None:
        """The float lies on the counter: count it. `follows`: the till's last session, "" if it never had one."""
        self.visit.begin()
        self.till_id, self.actor, self.counter, self._follows = till_id, actor, actor, follows
        self._opening_differed = False
        self._begin_count(CountState(purpose="opening", counter_name=actor_name, is_first=not follows))

    def take_up(self, shift: Shift) -> None:
        """A session of this operator was open already (after a restart): sell on."""
        self._work_at(shift)
        self.on_shift(shift)

    # closing ----------------------------------------------------------------------------------------------------------

    def begin_closing(self, actor_name: str) -> None:
        """Stop selling; the workstation is free for another till from here on."""
        self.seal.closed = None
        self._absent = ""
        command = BeginCount(command_id=self._id(), actor=self.actor, session_id=self.session_id)

        self.visit.begin()
        self.visit.ask(
            lambda: begin_count(self.desk.hall, command),
            lambda _state: self._take_up_count(actor_name, begun_now=True),
            self._count_trouble,
            settled=lambda _state: self.on_shift(None),
        )

    def resume_counting(self, shift: Shift, actor_name: str) -> None:
        """A session that was being counted when the program ended, or she left: go on where the count stands."""
        self._work_at(shift)
        self.visit.begin()
        self._take_up_count(actor_name)

    def count_for(self, shift: Shift, lead_name: str, cashier_name: str, till_name: str) -> None:
        """A lead counts a till whose cashier is elsewhere. `shift`: that session, with the lead as actor."""
        self._work_at(shift)
        self._absent = cashier_name
        self.visit.begin()

        def found(terminals: tuple[str, ...]) -> None:
            self._count = CountState(batches=tuple(ViewBatch(name) for name in terminals))
            self.begin_lead_count(shift.actor, lead_name, cashier_name, till_name)

        self.visit.ask(lambda: terminals_of(self.desk.hall, shift.session_id), found, self._count_trouble)

    def leave_counting(self) -> None:
        """Back to selling; possible while nothing was submitted."""
        command = LeaveCount(command_id=self._id(), actor=self.actor, session_id=self.session_id)

        shift = Shift(self.actor, self.session_id, self.till_id, self.business_day)
        count = self._counting

        def settled(_state: TillState) -> None:
            self._parked.forget(count)
            self.on_shift(shift)

        def shown(_state: TillState) -> None:
            self.screen.go_counter()
            self._parked.forget(count)  # put aside when its page went

        self.visit.ask(lambda: leave_count(self.desk.hall, command), shown, self._count_trouble, settled=settled)

    def put_aside(self, typed: CountResult) -> None:
        """Another page comes to the front before this count was submitted: it waits for who typed it."""
        if not self._count.busy:
            self._parked.keep(self._counting, typed)

    def opening_waits(self, till_id: str, follows: str, who: str) -> bool:
        """True if this person has begun to count this till's float and put it aside (`begin_opening` goes on)."""
        return self._parked.waits(CountOf("opening", _before_opening(till_id, follows), who))

    def give_up(self) -> None:
        """What was typed is not wanted any more."""
        self._parked.forget(self._counting)

    def begin_lead_count(self, lead_id: str, lead_name: str, cashier_name: str, till_name: str) -> None:
        """The lead counts herself; the page says whose till it is."""
        self.counter = lead_id
        self._begin_count(
            CountState(
                purpose="verify",
                counter_name=lead_name,
                cashier_name=cashier_name,
                till_name=till_name,
                batches=tuple(ViewBatch(batch.terminal) for batch in self._count.batches),  # hers is no help
                matters=self._count.matters,
            )
        )

    def begin_recount(self) -> None:
        """The one recount."""
        self._begin_count(
            replace(
                self._count,
                purpose="recount",
                start=(),
                batches=tuple(ViewBatch(batch.terminal) for batch in self._count.batches),
                blank_cards=None,
                notice=None,
                busy=False,
            )
        )

    def submit(self, result: CountResult) -> None:
        """What was counted, for whatever the count is for."""
        lines = tuple(
            CountLine(row.face.face_fen, row.face.coin, row.total_pieces) for row in result.faces if row.total_pieces
        )
        missing = missing_in(result)
        if missing is not None:
            self._show_count(replace(self._count, notice=incomplete(missing), missing=missing))
            return
        if self._count.purpose == "opening":
            self._open(lines, result)
            return
        batches = tuple(
            BatchCount(row.terminal, row.batch, row.slips or 0, row.amount_fen or 0)
            for row in result.batches
            if row.batch
        )
        self._counted = Count(lines, batches, result.blank_cards or 0)
        command = SubmitCount(
            command_id=self._id(), actor=self.counter, session_id=self.session_id, count=self._counted
        )
        hall, visit, forget = self.desk.hall, self.visit, self._keep_until_booked(result)
        self._show_count(replace(self._count, busy=True, missing=None))
        if self._count.purpose == "verify":
            visit.ask(lambda: lead_count(hall, command), self._lead_counted, self._count_trouble, settled=forget)
        elif self._count.purpose == "recount":
            visit.ask(lambda: recount(hall, command), self._told, self._count_trouble, settled=forget)
        else:
            visit.ask(lambda: submit_count(hall, command), self._told, self._count_trouble, settled=forget)

    # inside -----------------------------------------------------------------------------------------------------------

    def _open(self, lines: tuple[CountLine, ...], result: CountResult) -> None:
        command = OpenTillSession(
            command_id=self._id(),
            actor=self.actor,
            till_id=self.till_id,
            lines=lines,
            blank_cards=result.blank_cards or 0,
            sure=self._opening_differed,
        )
        forget = self._keep_until_booked(result)

        def opened(till: TillOpened) -> None:
            forget(till)
            self.session_id, self.business_day = till.session_id, till.business_day
            self.on_shift(Shift(command.actor, till.session_id, command.till_id, till.business_day))

        def refused(error: KnownError) -> None:
            self._opening_differed = error.code == "count.opening_differs"
            self._count_trouble(error)

        self._show_count(replace(self._count, busy=True, notice=None, missing=None))
        self.visit.ask(
            lambda: open_till_session(self.desk.hall, command),
            lambda till: self.screen.till_opened(opening_notice(till)),
            refused,
            settled=opened,
        )

    def _told(self, outcome: CountOutcome) -> None:
        """The cashier learns only whether it agrees and what comes next."""
        self._next_after(outcome.next_step)

    def _next_after(self, step: NextStep) -> None:
        self.difference.begin(self.actor, self.session_id)
        if step is NextStep.CLOSE:
            self._propose_split()
        else:
            self.difference.tell(self._counted, step)

    def _lead_counted(self, outcome: LeadOutcome) -> None:
        self.counter = self.actor
        if outcome.next_step is NextStep.CLOSE:
            self.difference.begin(self.actor, self.session_id)
            self._propose_split()
        else:
            self._ask_what_differs(self._count.counter_name)

    def _ask_what_differs(self, lead_name: str) -> None:
        self.difference.begin(self.actor, self.session_id)
        self.difference.ask_what_differs(lead_name=lead_name, absent=self._absent)

    def _propose_split(self) -> None:
        refused = self.difference.trouble
        till_id, session_id = self.till_id, self.session_id

        def open_now() -> tuple[MatterView, ...]:
            return self._open_matters(till_id, interrupted_sale(self.desk.hall, session_id))

        self.seal.propose(self.actor, session_id, open_now, self._counted, refused)

    def _open_matters(self, till_id: str, left: InterruptedSale | None) -> tuple[MatterView, ...]:
        """The last sale if nobody has ticked off its hand-out, then what the books hold open."""
        matters = matter_views(self.desk, till_id)
        return matters if left is None else (hand_out_view(self.desk, left), *matters)

    def _take_up_count(self, actor_name: str, *, begun_now: bool = False) -> None:
        """One drawing with everything on it: rows that arrive later would wipe what was typed meanwhile."""
        till_id, session_id = self.till_id, self.session_id

        def look() -> tuple[InterruptedSale | None, tuple[MatterView, ...], tuple[str, ...], CountSoFar]:
            hall = self.desk.hall
            left = interrupted_sale(hall, session_id)
            views, terminals = self._open_matters(till_id, left), terminals_of(hall, session_id)
            views = (*views, *papers_now_printing(self.desk, till_id))
            return left, views, terminals, count_so_far(hall, session_id)

        def found(answer: tuple[InterruptedSale | None, tuple[MatterView, ...], tuple[str, ...], CountSoFar]) -> None:
            left, views, terminals, so_far = answer
            self._count = CountState(
                purpose="closing",
                counter_name=actor_name,
                matters=views,
                batches=tuple(ViewBatch(terminal) for terminal in terminals),
                notice=hand_out_waits(views[0]) if left is not None else None,
            )
            self._go_on(so_far, begun_now=begun_now)

        self.visit.ask(look, found, self._count_trouble)

    def _go_on(self, so_far: CountSoFar, *, begun_now: bool) -> None:
        """To the step the count has come to."""
        self._counted = so_far.held
        if so_far.next_step is NextStep.FIRST_COUNT:
            begun = None if begun_now else so_far.begun_at_utc_ms
            self._begin_count(self._count, "" if begun is None else local_time(begun, self.desk.offset_min))
        elif so_far.next_step is NextStep.EXPLANATION:
            self._ask_what_differs("")
        else:
            self._next_after(so_far.next_step)

    def _work_at(self, shift: Shift) -> None:
        self.session_id, self.till_id, self.actor = shift.session_id, shift.till_id, shift.actor
        self.counter, self.business_day = shift.actor, shift.business_day
        self.seal.closed = None
        self._absent = ""

    @property
    def _counting(self) -> CountOf:
        """The count on the page."""
        opens = self._count.purpose == "opening"
        where = _before_opening(self.till_id, self._follows) if opens else self.session_id
        return CountOf(self._count.purpose, where, self.counter)

    def _keep_until_booked(self, typed: CountResult) -> Callable[[object], None]:
        """A count that is refused after she left is not lost either. Returned: what to do once it is booked."""
        count = self._counting
        self._parked.keep(count, typed)
        return lambda _booked: self._parked.booked(count)

    def _begin_count(self, state: CountState, begun_at: str = "") -> None:
        """A page of its own, with what this person typed for this very count before, if it was left."""
        self._count = replace(state, count_id=self._id())
        self._show_count(self._parked.taken_up(self._counting, self._count, begun_at=begun_at))

    def _show_count(self, state: CountState) -> None:
        self._count = state
        self.screen.show_count(state)

    def _count_trouble(self, error: KnownError) -> None:
        self._show_count(replace(self._count, busy=False, notice=notice_of(error)))

    def _id(self) -> str:
        return self.desk.hall.ids.new_id()


def _before_opening(till_id: str, follows: str) -> str:
    """No session yet: the till, and what it had before."""
    return f"{till_id} {follows}"
