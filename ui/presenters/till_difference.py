"""After a count that does not agree: what is left to do, then the figures with an explanation (P5).

Before the lead has counted the page knows what this person counted and the one word that it differs, not where. Above
the limit a lead signs over the explanation. Must not know: how the count came about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from pos.domain.count import Count, NextStep
from pos.domain.errors import RuleViolation
from pos.domain.reasons import require_words
from pos.usecases.explain_difference import (
    MAX_REASON_CHARS,
    DifferenceToExplain,
    ExplainDifference,
    difference_to_explain,
    explain_difference,
)
from pos.usecases.permission import Signature
from ui.presenters.clue_views import clue_views
from ui.presenters.count_state import ClueView, DifferenceState
from ui.presenters.count_views import blind_rows
from ui.presenters.counter_desk import Desk
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import ToSign
from ui.presenters.till_seal import check_rows
from ui.presenters.to_sign import difference_lines
from ui.presenters.visit import Visit


class DifferenceScreen(Protocol):
    """The page of the comparison."""

    def show_difference(self, state: DifferenceState) -> None:
        """The comparison after a count."""

    def ask_signature(self, digest: str, asked: ToSign) -> None:
        """Another person signs over a shown digest; it answers with `signed`."""


@dataclass(slots=True, weakref_slot=True)
class TillDifference:
    """Presenter of the comparison. Attributes: desk; screen; visit: of the till's pages; explained: told afterwards."""

    desk: Desk
    screen: DifferenceScreen
    visit: Visit
    explained: Callable[[], None]
    _actor: str = ""
    _session_id: str = ""
    _state: DifferenceState = field(default_factory=DifferenceState)
    _to_explain: DifferenceToExplain | None = None
    _reason: str = ""

    def begin(self, actor: str, session_id: str) -> None:
        """Whose count it is from now on; nothing of another one stays."""
        self._actor, self._session_id = actor, session_id
        self._state, self._to_explain, self._reason = DifferenceState(), None, ""

    def tell(self, counted: Count | None, step: NextStep) -> None:
        """It differs: one recount, or the lead's count."""
        self._show(
            DifferenceState(
                rows=blind_rows(counted),
                cards=None if counted is None else counted.blank_cards,
                recount_left=step is NextStep.RECOUNT,
                lead_needed=step is NextStep.LEAD_COUNT,
            )
        )

    def ask_what_differs(self, *, lead_name: str = "", absent: str = "") -> None:
        """The lead has counted, so the figures are open. `lead_name`: who; `absent`: the cashier who is elsewhere."""
        hall, session_id = self.desk.hall, self._session_id
        self._state = DifferenceState(lead_name=lead_name)
        self.visit.ask(
            lambda: (difference_to_explain(hall, session_id), clue_views(hall, session_id)),
            lambda found: self._to_be_explained(*found, absent),
            self.trouble,
        )

    def explain(self, reason: str) -> None:
        """The explanation; above the limit the lead signs over it: nobody is asked to sign over nothing."""
        try:
            self._reason = require_words(reason, MAX_REASON_CHARS)
        except RuleViolation as refused:
            self._show(replace(self._state, notice=notice_of(refused, Tone.WARNING), reason_missing=True))
            return
        self._state = replace(self._state, notice=None, reason_missing=False)
        if self._to_explain is not None and self._to_explain.needs_sign_off:
            asked = ToSign("approve.over_short", difference_lines(self._to_explain.comparison, self._reason))
            self.screen.ask_signature(self._to_explain.digest(self._session_id, self._reason), asked)
            return
        self._explain(None)

    def signed(self, signature: Signature) -> None:
        """The lead signed."""
        self._explain(signature)

    def trouble(self, error: KnownError) -> None:
        """What was asked for did not come about; it is said beside what stands there."""
        self._show(replace(self._state, busy=False, notice=notice_of(error)))

    def _to_be_explained(self, difference: DifferenceToExplain, clues: tuple[ClueView, ...], absent: str) -> None:
        """For a cashier who is elsewhere the lead may explain; better she does it herself."""
        self._to_explain = difference
        books = difference.comparison
        self._show(
            DifferenceState(
                rows=check_rows(books),
                cards_open=(books.cards_first, books.cards_counted, books.cards_expected),
                may_explain=True,
                lead_name=self._state.lead_name,
                clues=clues,
                notice=Notice("count.for_cashier", Tone.INFO, (("cashier", absent),)) if absent else None,
            )
        )

    def _explain(self, signature: Signature | None) -> None:
        command = ExplainDifference(
            command_id=self.desk.hall.ids.new_id(),
            actor=self._actor,
            session_id=self._session_id,
            reason=self._reason,
            sign_off=signature,
        )
        self.visit.ask(
            lambda: explain_difference(self.desk.hall, command), lambda _none: self.explained(), self.trouble
        )

    def _show(self, state: DifferenceState) -> None:
        self._state = replace(state, work_id=f"{self._session_id} {self._actor}")
        self.screen.show_difference(self._state)
