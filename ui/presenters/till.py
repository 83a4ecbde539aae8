"""Opening and closing a till as the cashier leads it: opening count, blind count, difference, split, Z (P1, P5-P9).

Before the first count is submitted this presenter knows no expected figure and asks for none; afterwards only
agrees / differs until the lead has counted. Every step is a use case; the page only draws the state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from ledger.money import Money
from pos.domain.count import BatchCount, Count, CountLine, NextStep
from pos.domain.split_takings import propose_float
from pos.usecases.begin_count import BeginCount, LeaveCount, begin_count, leave_count
from pos.usecases.close_till_session import CloseTillSession, TillClosed, close_till_session
from pos.usecases.explain_difference import (
    DifferenceToExplain,
    ExplainDifference,
    difference_to_explain,
    explain_difference,
)
from pos.usecases.hall_settings import settings_of
from pos.usecases.open_till_session import OpenTillSession, TillOpened, open_till_session
from pos.usecases.permission import Signature
from pos.usecases.prints import ReprintLast, reprint_last
from pos.usecases.submit_count import CountOutcome, LeadOutcome, SubmitCount, lead_count, recount, submit_count
from pos.usecases.till_overview import terminals_of
from ui.presenters.count_state import BatchCount as ViewBatch
from ui.presenters.count_state import (
    CloseState,
    CountResult,
    CountState,
    DifferenceRow,
    DifferenceState,
    Face,
    MatterView,
    SplitRow,
)
from ui.presenters.counter_desk import Desk, Shift
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.open_matters import matter_views
from ui.presenters.visit import Visit


class TillScreen(Protocol):
    """The pages of a till's opening and closing."""

    def show_count(self, state: CountState) -> None:
        """Bring a counting page to the front."""

    def show_difference(self, state: DifferenceState) -> None:
        """The comparison after a count."""

    def show_close(self, state: CloseState) -> None:
        """Splitting, and the result of the close."""

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
        print_waiting: told when papers were queued.
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
    closed: TillClosed | None = None
    visit: Visit = field(init=False)
    _count: CountState = field(default_factory=CountState)
    _difference: DifferenceState = field(default_factory=DifferenceState)
    _close: CloseState = field(default_factory=CloseState)
    _counted: Count | None = None
    _to_explain: DifferenceToExplain | None = None
    _reason: str = ""

    def __post_init__(self) -> None:
        self.visit = Visit(self.desk.lanes.books)

    @property
    def split_rows(self) -> tuple[SplitRow, ...]:
        """The split as it stands."""
        return self._close.split

    # opening ----------------------------------------------------------------------------------------------------------

    def begin_opening(self, till_id: str, actor: str, actor_name: str) -> None:
        """The float lies on the counter: count it."""
        self.visit.begin()
        self.till_id, self.actor, self.counter = till_id, actor, actor
        self._show_count(CountState(purpose="opening", count_id=self._id(), counter_name=actor_name))

    def take_up(self, shift: Shift) -> None:
        """A session of this operator was open already (after a restart): sell on."""
        self.session_id, self.till_id, self.actor = shift.session_id, shift.till_id, shift.actor
        self.counter, self.business_day = shift.actor, shift.business_day
        self.on_shift(shift)

    # closing ----------------------------------------------------------------------------------------------------------

    def begin_closing(self, actor_name: str) -> None:
        """Stop selling; the workstation is free for another till from here on."""
        self.closed = None
        command = BeginCount(command_id=self._id(), actor=self.actor, session_id=self.session_id)

        self.visit.begin()
        self.visit.ask(
            lambda: begin_count(self.desk.hall, command),
            lambda _state: self._show_closing_count(actor_name),
            self._count_trouble,
            settled=lambda _state: self.on_shift(None),
        )

    def resume_counting(self, shift: Shift, actor_name: str) -> None:
        """A session that was being counted when the program ended: count on."""
        self.session_id, self.till_id, self.actor = shift.session_id, shift.till_id, shift.actor
        self.counter, self.business_day = shift.actor, shift.business_day
        self.visit.begin()
        self._show_closing_count(actor_name)

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
            CountState(purpose="verify", count_id=self.session_id, counter_name=lead_name, batches=self._count.batches)
        )

    def begin_recount(self) -> None:
        """The one recount."""
        self._show_count(replace(self._count, purpose="recount", start=(), blank_cards=None, notice=None, busy=False))

    def submit(self, result: CountResult) -> None:
        """What was counted, for whatever the count is for."""
        lines = tuple(
            CountLine(row.face.face_fen, row.face.coin, row.total_pieces) for row in result.faces if row.total_pieces
        )
        if self._count.purpose == "opening":
            self._open(lines, result.blank_cards or 0)
            return
        missing = any(row.slips is None or row.amount_fen is None for row in result.batches if row.batch)
        if result.blank_cards is None or missing:
            self._show_count(replace(self._count, notice=Notice("count.incomplete", Tone.WARNING)))
            return
        batches = tuple(
            BatchCount(row.terminal, row.batch, row.slips or 0, row.amount_fen or 0)
            for row in result.batches
            if row.batch
        )
        self._counted = Count(lines, batches, result.blank_cards)
        command = SubmitCount(
            command_id=self._id(), actor=self.counter, session_id=self.session_id, count=self._counted
        )
        hall, visit = self.desk.hall, self.visit
        self._show_count(replace(self._count, busy=True, start=result.faces, blank_cards=result.blank_cards))
        if self._count.purpose == "verify":
            visit.ask(lambda: lead_count(hall, command), self._lead_counted, self._count_trouble)
        elif self._count.purpose == "recount":
            visit.ask(lambda: recount(hall, command), self._told, self._count_trouble)
        else:
            visit.ask(lambda: submit_count(hall, command), self._told, self._count_trouble)

    def explain(self, reason: str) -> None:
        """The explanation; above the limit the lead signs over it."""
        self._reason = reason
        if self._to_explain is not None and self._to_explain.needs_sign_off:
            self.screen.ask_signature(self._to_explain.digest(self.session_id, reason), "shift_lead")
            return
        self._explain(None)

    def signed(self, signature: Signature) -> None:
        """The lead signed."""
        self._explain(signature)

    def close(self, kept: tuple[int, ...]) -> None:
        """The close: one record, one Z, whatever is pressed twice. `kept`: pieces per row of the proposal."""
        rows = tuple(replace(row, kept=number) for row, number in zip(self._close.split, kept, strict=True))
        self._close = replace(self._close, split=rows)
        lines = tuple(CountLine(row.face.face_fen, row.face.coin, row.kept) for row in rows if row.kept)
        command = CloseTillSession(
            command_id=self._id(),
            actor=self.actor,
            session_id=self.session_id,
            float_lines=lines,
            card_in_reader=self.desk.reader_seen.has_card,
        )

        def sealed(closed: TillClosed) -> None:
            self.closed = closed
            self.print_waiting()

        def shown(closed: TillClosed) -> None:
            state = replace(
                self._close, closed=True, z_no=closed.z_no, slip_no=str(closed.slip_no), anchor=closed.short_hash
            )
            self._show_close(replace(state, busy=False, notice=None))

        self._show_close(replace(self._close, busy=True))
        self.visit.ask(
            lambda: close_till_session(self.desk.hall, command),
            shown,
            lambda error: self._show_close(replace(self._close, busy=False, notice=notice_of(error))),
            settled=sealed,
        )

    def print_again(self, reason: str, note: str) -> None:
        """F7 after the seal: another Z, numbered and marked 补打."""
        command = ReprintLast(
            command_id=self._id(),
            actor=self.actor,
            session_id=self.session_id,
            template="z_report",
            reason=reason,
            note=note,
        )
        self.visit.ask(
            lambda: reprint_last(self.desk.hall, command),
            lambda _job: self._show_close(replace(self._close, notice=Notice("matter.reprinted", Tone.GOOD))),
            lambda error: self._show_close(replace(self._close, notice=notice_of(error))),
            settled=lambda _job: self.print_waiting(),
        )

    # inside -----------------------------------------------------------------------------------------------------------

    def _open(self, lines: tuple[CountLine, ...], blank_cards: int) -> None:
        command = OpenTillSession(
            command_id=self._id(), actor=self.actor, till_id=self.till_id, lines=lines, blank_cards=blank_cards
        )

        def opened(till: TillOpened) -> None:
            self.session_id, self.business_day = till.session_id, till.business_day
            self.on_shift(Shift(command.actor, till.session_id, command.till_id, till.business_day))

        self._show_count(replace(self._count, busy=True, notice=None))
        self.visit.ask(
            lambda: open_till_session(self.desk.hall, command),
            lambda till: self.screen.till_opened(opening_notice(till)),
            self._count_trouble,
            settled=opened,
        )

    def _told(self, outcome: CountOutcome) -> None:
        """The cashier learns only whether it agrees and what comes next."""
        if outcome.next_step is NextStep.CLOSE:
            self._propose_split()
            return
        self._difference = DifferenceState(
            rows=(DifferenceRow("count.all_tenders", self._counted.cash_fen if self._counted else 0, agrees=False),),
            recount_left=outcome.next_step is NextStep.RECOUNT,
            lead_needed=outcome.next_step is NextStep.LEAD_COUNT,
            notice=Notice("count.differs", Tone.WARNING),
        )
        self.screen.show_difference(self._difference)

    def _lead_counted(self, outcome: LeadOutcome) -> None:
        rows = tuple(
            DifferenceRow(
                f"tender.{check.tender}",
                check.counted_fen,
                check.verified_fen,
                check.expected_fen,
                (check.verified_fen if check.verified_fen is not None else check.counted_fen) - check.expected_fen,
                check.expected_fen == (check.counted_fen if check.verified_fen is None else check.verified_fen),
            )
            for check in outcome.comparison.tenders
        )
        self._difference = DifferenceState(
            rows=rows,
            may_explain=outcome.next_step is NextStep.EXPLANATION,
            lead_name=self._count.counter_name,
        )
        self.counter = self.actor
        if outcome.next_step is NextStep.CLOSE:
            self._propose_split()
            return
        self.visit.ask(
            lambda: difference_to_explain(self.desk.hall, self.session_id),
            self._to_be_explained,
            self._difference_trouble,
        )

    def _to_be_explained(self, difference: DifferenceToExplain) -> None:
        self._to_explain = difference
        self.screen.show_difference(self._difference)

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
        """Which notes to keep: small money stays (P6)."""
        counted = self._counted.lines if self._counted else ()

        def proposed(target_fen: int) -> None:
            kept = {(line.face_fen, line.coin): line.pieces for line in propose_float(counted, target_fen)}
            rows = tuple(
                SplitRow(
                    Face(line.face_fen, line.coin, 50 if line.coin else 100),
                    line.pieces,
                    kept.get((line.face_fen, line.coin), 0),
                )
                for line in counted
            )
            self._show_close(CloseState(split=rows, target_float_fen=target_fen, matters=self._count.matters))

        self.visit.ask(
            lambda: settings_of(self.desk.hall).drawer_float_fen,
            proposed,
            self._difference_trouble,
        )

    def _show_closing_count(self, actor_name: str) -> None:
        """One drawing with everything on it: rows that arrive later would wipe what was typed meanwhile."""

        def found(answer: tuple[tuple[MatterView, ...], tuple[str, ...]]) -> None:
            matters, terminals = answer
            self._show_count(
                CountState(
                    purpose="closing",
                    count_id=self.session_id,
                    counter_name=actor_name,
                    matters=matters,
                    batches=tuple(ViewBatch(terminal) for terminal in terminals),
                )
            )

        def look() -> tuple[tuple[MatterView, ...], tuple[str, ...]]:
            return matter_views(self.desk, self.till_id), terminals_of(self.desk.hall, self.session_id)

        self.visit.ask(look, found, self._count_trouble)

    def _show_count(self, state: CountState) -> None:
        self._count = state
        self.screen.show_count(state)

    def _show_close(self, state: CloseState) -> None:
        self._close = state
        self.screen.show_close(state)

    def _count_trouble(self, error: KnownError) -> None:
        self._show_count(replace(self._count, busy=False, notice=notice_of(error)))

    def _difference_trouble(self, error: KnownError) -> None:
        self._difference = replace(self._difference, busy=False, notice=notice_of(error))
        self.screen.show_difference(self._difference)

    def _id(self) -> str:
        return self.desk.hall.ids.new_id()


def opening_notice(till: TillOpened) -> Notice:
    """What the opening count booked; a difference to what was issued is named, it is nobody's shift yet."""
    code = "till.opened" if till.variance_fen == 0 else "till.opened_off"
    figures = (
        ("no", till.session_no),
        ("float", Money(till.float_fen).grouped()),
        ("off", Money(till.variance_fen).grouped()),
    )
    return Notice(code, Tone.GOOD if till.variance_fen == 0 else Tone.WARNING, figures)
