"""After the counts: which notes stay as float, the seal with its Z, another print of it (P6, P8, P9).

One record and one Z, whatever is pressed twice. Must not know: how the count came about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.entry import RecordKey
from ledger.errors import KnownError
from pos.domain.count import Count, CountLine
from pos.domain.errors import RuleViolation
from pos.domain.receipt_number import slip_number, z_number
from pos.usecases.close_till_session import CloseTillSession, TillClosed, close_till_session
from pos.usecases.prints import ReprintLast, reprint_last
from pos.usecases.split_proposal import SplitProposal, split_proposal
from pos.usecases.submit_count import Comparison
from ui.presenters.count_state import CloseState, DifferenceRow, Face, MatterView, SplitRow
from ui.presenters.counter_desk import Desk
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.open_matters import views_of
from ui.presenters.visit import Visit


class SealScreen(Protocol):
    """The page of the split and the seal."""

    def show_close(self, state: CloseState) -> None:
        """Splitting, and the result of the close."""


@dataclass(slots=True, weakref_slot=True)
class TillSeal:
    """Presenter of the split and the seal.

    Attributes: desk; screen; visit: of the till's pages; print_waiting: told when papers were queued.
        closed: the close that was sealed last, None while a count is under way.
    """

    desk: Desk
    screen: SealScreen
    visit: Visit
    print_waiting: Callable[[], None]
    closed: TillClosed | None = None
    _actor: str = ""
    _session_id: str = ""
    _state: CloseState = field(default_factory=CloseState)

    @property
    def split_rows(self) -> tuple[SplitRow, ...]:
        """The split as it stands."""
        return self._state.split

    def propose(
        self,
        actor: str,
        session_id: str,
        matters: Callable[[], tuple[MatterView, ...]],
        counted: Count | None,
        refused: Callable[[KnownError], None],
    ) -> None:
        """Which notes to keep: small money stays (P6); beside it, before anything is sealed, books and counts.

        `matters()`: what is open now, as the seal will freeze it, not as it was when the count began. `counted`: the
        count that holds; the number of its slips is in no book.
        """
        self._actor, self._session_id = actor, session_id

        def look() -> tuple[SplitProposal, tuple[MatterView, ...]]:
            return split_proposal(self.desk.hall, session_id), matters()

        def proposed(answer: tuple[SplitProposal, tuple[MatterView, ...]]) -> None:
            split, open_now = answer
            kept = {(line.face_fen, line.coin): line.pieces for line in split.float_lines}
            rows = tuple(
                SplitRow(
                    Face(line.face_fen, line.coin, 50 if line.coin else 100),
                    line.pieces,
                    kept.get((line.face_fen, line.coin), 0),
                )
                for line in split.counted
            )
            pieces = (split.comparison.cards_expected, split.comparison.cards_counted)
            self._show(
                CloseState(
                    session_id=session_id,
                    split=rows,
                    wanted_fen=split.wanted_fen,
                    hall_float_fen=split.hall_float_fen,
                    missing=tuple((face.face_fen, face.wanted, face.counted) for face in split.missing),
                    checks=check_rows(split.comparison),
                    cards=pieces,
                    slips=None if counted is None else (counted.slip_count, counted.unionpay_fen),
                    matters=(*open_now, *views_of(self.desk, split.differing)),
                )
            )

        self.visit.ask(look, proposed, refused)

    def close(self, kept: tuple[int, ...]) -> None:
        """The close. `kept`: pieces per row of the proposal, as typed; more than was counted is refused at its row."""
        for number, (row, pieces) in enumerate(zip(self._state.split, kept, strict=True)):
            if pieces > row.counted:
                refusal = RuleViolation("split.not_counted", face_fen=row.face.face_fen)
                self._show(replace(self._state, wrong_row=number, notice=notice_of(refusal, Tone.WARNING)))
                return
        rows = tuple(replace(row, kept=number) for row, number in zip(self._state.split, kept, strict=True))
        self._state = replace(self._state, split=rows, wrong_row=None)
        lines = tuple(CountLine(row.face.face_fen, row.face.coin, row.kept) for row in rows if row.kept)
        command = CloseTillSession(
            command_id=self.desk.hall.ids.new_id(),
            actor=self._actor,
            session_id=self._session_id,
            float_lines=lines,
            card_in_reader=self.desk.reader_seen.has_card,
        )

        def sealed(closed: TillClosed) -> None:
            self.closed = closed
            self.print_waiting()

        def shown(closed: TillClosed) -> None:
            key = RecordKey.parse(closed.slip_id)
            state = replace(
                self._state,
                closed=True,
                z_no=z_number(key.epoch, closed.z_no),
                slip_no=slip_number(key, closed.slip_no),
                anchor=f"{closed.slip_id}  {closed.short_hash}",
            )
            self._show(replace(state, busy=False, notice=None))

        self._show(replace(self._state, busy=True))
        self.visit.ask(
            lambda: close_till_session(self.desk.hall, command),
            shown,
            lambda error: self._show(replace(self._state, busy=False, notice=notice_of(error))),
            settled=sealed,
        )

    def print_again(self, reason: str, note: str) -> None:
        """F7 after the seal: another Z, numbered and marked 补打."""
        command = ReprintLast(
            command_id=self.desk.hall.ids.new_id(),
            actor=self._actor,
            session_id=self._session_id,
            template="z_report",
            reason=reason,
            note=note,
        )
        self.visit.ask(
            lambda: reprint_last(self.desk.hall, command),
            lambda _job: self._show(
                replace(self._state, notice=Notice(self.desk.paper_code("matter.reprinted"), Tone.GOOD))
            ),
            lambda error: self._show(replace(self._state, notice=notice_of(error))),
            settled=lambda _job: self.print_waiting(),
        )

    def _show(self, state: CloseState) -> None:
        self._state = state
        self.screen.show_close(state)


def check_rows(comparison: Comparison) -> tuple[DifferenceRow, ...]:
    """Expected, counted and verified side by side, per tender."""
    return tuple(
        DifferenceRow(
            f"tender.{check.tender}",
            check.counted_fen,
            check.verified_fen,
            check.expected_fen,
            check.over_short_fen,
            check.over_short_fen == 0,
        )
        for check in comparison.tenders
    )
