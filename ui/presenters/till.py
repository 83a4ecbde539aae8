"""Opening and closing a till by counts: opening count, blind count, recount, the lead's count, difference (P1, P5).

Before the first count is submitted this presenter knows no expected figure and asks for none; afterwards only
agrees / differs until the lead has counted. Every step is a use case; the page only draws the state. A count that was
left is taken up at the step it had come to. What follows the counts is in `till_seal`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from pos.domain.count import BatchCount, Count, CountLine, NextStep
from pos.usecases.begin_count import BeginCount, LeaveCount, begin_count, leave_count
from pos.usecases.explain_difference import (
    DifferenceToExplain,
    ExplainDifference,
    difference_to_explain,
    explain_difference,
)
from pos.usecases.interrupted_sale import InterruptedSale, interrupted_sale
from pos.usecases.open_till_session import OpenTillSession, TillOpened, open_till_session
from pos.usecases.permission import Signature
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
from ui.presenters.clue_views import clue_views
from ui.presenters.count_state import BatchCount as ViewBatch
from ui.presenters.count_state import ClueView, CountResult, CountState, DifferenceRow, DifferenceState, MatterView
from ui.presenters.count_views import hand_out_waits, missing_in, opening_notice
from ui.presenters.counter_desk import Desk, Shift
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.open_matters import hand_out_view, matter_views
from ui.presenters.till_seal import SealScreen, TillSeal, check_rows
from ui.presenters.visit import Visit


class TillScreen(SealScreen, Protocol):
    """The pages of a till's opening and closing."""

    def show_count(self, state: CountState) -> None:
        """Bring a counting page to the front."""

    def show_difference(self, state: DifferenceState) -> None:
        """The comparison after a count."""

    def ask_signature(self, digest: str, role: str) -> None:
        """Another person signs over a shown digest; it answers with `signed`."""

    def go_counter(self) -> None:
        """Back to selling."""

    def till_opened(self, said: Notice) -> None:
        """To the counter, with what was booked."""


@dataclass(slots=True, weakref_slot=True)
class TillWork:
    """Presenter of opening and closing.

    Attributes:
        desk; screen. on_shift: told when a session opens (a Shift) or no longer sells (None).
        print_waiting: told when papers were queued. seal: takes over once the counts are done.
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
    seal: TillSeal = field(init=False)
    _count: CountState = field(default_factory=CountState)
    _difference: DifferenceState = field(default_factory=DifferenceState)
    _counted: Count | None = None
    _to_explain: DifferenceToExplain | None = None
    _reason: str = ""
    _absent: str = ""
    _opening_differed: bool = False

    def __post_init__(self) -> None:
        self.visit = Visit(self.desk.lanes.books)
        self.seal = TillSeal(self.desk, self.screen, self.visit, self.print_waiting)

    # opening ----------------------------------------------------------------------------------------------------------

    def begin_opening(self, till_id: str, actor: str, actor_name: str) -> None:
        """The float lies on the counter: count it."""
        self.visit.begin()
        self.till_id, self.actor, self.counter = till_id, actor, actor
        self._opening_differed = False
        self._show_count(CountState(purpose="opening", count_id=self._id(), counter_name=actor_name))

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
            lambda _state: self._take_up_count(actor_name),
            self._count_trouble,
            settled=lambda _state: self.on_shift(None),
        )

    def resume_counting(self, shift: Shift, actor_name: str) -> None:
        """A session that was being counted when the program ended, or she left: go on where the count stands."""
        self._work_at(shift)
        self.visit.begin()
        self._take_up_count(actor_name)

    def count_for(self, shift: Shift, lead_name: str, cashier_name: str) -> None:
        """A lead counts a till whose cashier is elsewhere. `shift`: that session, with the lead as actor."""
        self._work_at(shift)
        self._absent = cashier_name
        self.visit.begin()

        def found(terminals: tuple[str, ...]) -> None:
            self._count = CountState(count_id=shift.session_id, batches=tuple(ViewBatch(name) for name in terminals))
            self.begin_lead_count(shift.actor, lead_name)

        self.visit.ask(lambda: terminals_of(self.desk.hall, shift.session_id), found, self._count_trouble)

    def leave_counting(self) -> None:
        """Back to selling; possible while nothing was submitted."""
        command = LeaveCount(command_id=self._id(), actor=self.actor, session_id=self.session_id)

        shift = Shift(self.actor, self.session_id, self.till_id, self.business_day)
        self.visit.ask(
            lambda: leave_count(self.desk.hall, command),
            lambda _state: self.screen.go_counter(),
            self._count_trouble,
            settled=lambda _state: self.on_shift(shift),
        )

    def begin_lead_count(self, lead_id: str, lead_name: str) -> None:
        """The lead counts herself."""
        self.counter = lead_id
        self._show_count(
            CountState(
                purpose="verify",
                count_id=self.session_id,
                counter_name=lead_name,
                batches=tuple(ViewBatch(batch.terminal) for batch in self._count.batches),  # hers is no help
                matters=self._count.matters,
            )
        )

    def begin_recount(self) -> None:
        """The one recount."""
        self._show_count(replace(self._count, purpose="recount", start=(), blank_cards=None, notice=None, busy=False))

    def submit(self, result: CountResult) -> None:
        """What was counted, for whatever the count is for."""
        lines = tuple(
            CountLine(row.face.face_fen, row.face.coin, row.total_pieces) for row in result.faces if row.total_pieces
        )
        missing = missing_in(result)
        if missing:
            notice = Notice("count.incomplete", Tone.WARNING)
            self._show_count(replace(self._count, notice=notice, missing=missing))
            return
        if self._count.purpose == "opening":
            self._open(lines, result.blank_cards or 0)
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
        hall, visit = self.desk.hall, self.visit
        self._show_count(
            replace(self._count, busy=True, start=result.faces, blank_cards=result.blank_cards, missing="")
        )
        if self._count.purpose == "verify":
            visit.ask(lambda: lead_count(hall, command), self._lead_counted, self._count_trouble)
        elif self._count.purpose == "recount":
            visit.ask(lambda: recount(hall, command), self._told, self._count_trouble)
        else:
            visit.ask(lambda: submit_count(hall, command), self._told, self._count_trouble)

    def explain(self, reason: str) -> None:
        """The explanation; above the limit the lead signs over it: nobody is asked to sign over nothing."""
        self._reason = reason.strip()
        if not self._reason:
            missing = Notice("reason.missing", Tone.WARNING)
            self._show_difference(replace(self._difference, notice=missing, reason_missing=True))
            return
        self._difference = replace(self._difference, notice=None, reason_missing=False)
        if self._to_explain is not None and self._to_explain.needs_sign_off:
            self.screen.ask_signature(self._to_explain.digest(self.session_id, self._reason), "shift_lead")
            return
        self._explain(None)

    def signed(self, signature: Signature) -> None:
        """The lead signed."""
        self._explain(signature)

    # inside -----------------------------------------------------------------------------------------------------------

    def _open(self, lines: tuple[CountLine, ...], blank_cards: int) -> None:
        command = OpenTillSession(
            command_id=self._id(),
            actor=self.actor,
            till_id=self.till_id,
            lines=lines,
            blank_cards=blank_cards,
            sure=self._opening_differed,
        )

        def opened(till: TillOpened) -> None:
            self.session_id, self.business_day = till.session_id, till.business_day
            self.on_shift(Shift(command.actor, till.session_id, command.till_id, till.business_day))

        def refused(error: KnownError) -> None:
            self._opening_differed = error.code == "count.opening_differs"
            self._count_trouble(error)

        self._show_count(replace(self._count, busy=True, notice=None, missing=""))
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
        if step is NextStep.CLOSE:
            self._propose_split()
            return
        self._show_difference(
            DifferenceState(
                rows=(
                    DifferenceRow("count.all_tenders", self._counted.cash_fen if self._counted else 0, agrees=False),
                ),
                recount_left=step is NextStep.RECOUNT,
                lead_needed=step is NextStep.LEAD_COUNT,
            )
        )

    def _lead_counted(self, outcome: LeadOutcome) -> None:
        self._difference = DifferenceState(lead_name=self._count.counter_name)
        self.counter = self.actor
        if outcome.next_step is NextStep.CLOSE:
            self._propose_split()
        else:
            self._ask_what_differs()

    def _ask_what_differs(self) -> None:
        hall, session_id = self.desk.hall, self.session_id
        self.visit.ask(
            lambda: (difference_to_explain(hall, session_id), clue_views(hall, session_id)),
            lambda found: self._to_be_explained(*found),
            self._difference_trouble,
        )

    def _to_be_explained(self, difference: DifferenceToExplain, clues: tuple[ClueView, ...]) -> None:
        """The figures are open now. For a cashier who is elsewhere the lead may explain; better she does it herself."""
        self._to_explain = difference
        absent = Notice("count.for_cashier", Tone.INFO, (("cashier", self._absent),)) if self._absent else None
        self._show_difference(
            DifferenceState(
                rows=check_rows(difference.comparison),
                may_explain=True,
                lead_name=self._difference.lead_name,
                clues=clues,
                notice=absent,
            )
        )

    def _explain(self, signature: Signature | None) -> None:
        command = ExplainDifference(
            command_id=self._id(),
            actor=self.actor,
            session_id=self.session_id,
            reason=self._reason,
            sign_off=signature,
        )
        self.visit.ask(
            lambda: explain_difference(self.desk.hall, command),
            lambda _none: self._propose_split(),
            self._difference_trouble,
        )

    def _propose_split(self) -> None:
        self.seal.propose(self.actor, self.session_id, self._count.matters, self._difference_trouble)

    def _take_up_count(self, actor_name: str) -> None:
        """One drawing with everything on it: rows that arrive later would wipe what was typed meanwhile."""
        till_id, session_id = self.till_id, self.session_id

        def look() -> tuple[InterruptedSale | None, tuple[MatterView, ...], tuple[str, ...], CountSoFar]:
            hall = self.desk.hall
            unsettled, terminals = matter_views(self.desk, till_id), terminals_of(hall, session_id)
            return interrupted_sale(hall, session_id), unsettled, terminals, count_so_far(hall, session_id)

        def found(answer: tuple[InterruptedSale | None, tuple[MatterView, ...], tuple[str, ...], CountSoFar]) -> None:
            left, matters, terminals, so_far = answer
            views = (hand_out_view(self.desk, left), *matters) if left is not None else matters
            self._count = CountState(
                purpose="closing",
                count_id=session_id,
                counter_name=actor_name,
                matters=views,
                batches=tuple(ViewBatch(terminal) for terminal in terminals),
                notice=hand_out_waits(views[0]) if left is not None else None,
            )
            self._go_on(so_far)

        self.visit.ask(look, found, self._count_trouble)

    def _go_on(self, so_far: CountSoFar) -> None:
        """To the step the count has come to."""
        self._counted = so_far.held
        if so_far.next_step is NextStep.FIRST_COUNT:
            self._show_count(self._count)
        elif so_far.next_step is NextStep.EXPLANATION:
            self._difference = DifferenceState()
            self._ask_what_differs()
        else:
            self._next_after(so_far.next_step)

    def _work_at(self, shift: Shift) -> None:
        self.session_id, self.till_id, self.actor = shift.session_id, shift.till_id, shift.actor
        self.counter, self.business_day = shift.actor, shift.business_day
        self.seal.closed = None
        self._absent = ""

    def _show_count(self, state: CountState) -> None:
        self._count = state
        self.screen.show_count(state)

    def _count_trouble(self, error: KnownError) -> None:
        self._show_count(replace(self._count, busy=False, notice=notice_of(error)))

    def _show_difference(self, state: DifferenceState) -> None:
        self._difference = replace(state, work_id=f"{self.session_id} {self.actor}")
        self.screen.show_difference(self._difference)

    def _difference_trouble(self, error: KnownError) -> None:
        self._show_difference(replace(self._difference, busy=False, notice=notice_of(error)))

    def _id(self) -> str:
        return self.desk.hall.ids.new_id()
