"""The anomaly list as it is worked through: the entries by rule, one with its history, an answer by name, a file.

An answer needs the role; the use cases refuse, here it is only said beforehand. Must not know: Qt, languages, files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from ledger.errors import KnownError
from pos.domain.anomaly import AnomalyRule
from pos.domain.reasons import AnomalyOutcome
from pos.usecases.anomalies import AnomalyHistory, AnomalyList, LookAtAnomalies, anomalies, anomaly_history
from pos.usecases.answer_anomaly import AnswerAnomaly, answer_anomaly
from ui.presenters.anomaly_state import AnomaliesState, AnomalyRow
from ui.presenters.anomaly_views import answers_of, purchases_of, readings_of, row_of
from ui.presenters.counter_desk import Desk
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.visit import Visit

_ABOUT_THE_NOTE = ("anomaly.no_note", "reason.long", "text.personal_number")


class AnomaliesScreen(Protocol):
    """The page."""

    def show_anomalies(self, state: AnomaliesState) -> None:
        """Draw it."""

    def open_anomalies(self) -> None:
        """Bring the page to the front."""

    def go_back(self) -> None:
        """To where she came from."""

    def file_of(self, rows: tuple[AnomalyRow, ...]) -> Callable[[], Path]:
        """The rows in the operator's words, to be written on the lane."""


@dataclass(slots=True, weakref_slot=True)
class Anomalies:
    """Presenter of the page. Attributes: desk; screen; actor(): who works here; may_answer(): her role lets her."""

    desk: Desk
    screen: AnomaliesScreen
    actor: Callable[[], str]
    may_answer: Callable[[], bool]
    visit: Visit = field(init=False)
    _rows: tuple[AnomalyRow, ...] = ()
    _state: AnomaliesState = field(default_factory=AnomaliesState)

    def __post_init__(self) -> None:
        self.visit = Visit(self.desk.lanes.books)

    def open(self, rule: AnomalyRule | None = None) -> None:
        """Read what is open now and show it, of one rule if asked for."""
        self.visit.begin()
        self._state = AnomaliesState(rule=rule, may_answer=self.may_answer())
        self._read(None, opens=True)

    def next_rule(self) -> None:
        """The list of the next rule that has entries, behind the last one all of them again."""
        rules = [None, *(rule for rule, _ in self._state.counts)]
        here = rules.index(self._state.rule) if self._state.rule in rules else 0
        self._list(rules[(here + 1) % len(rules)], None)

    def choose(self, row: AnomalyRow) -> None:
        """One entry, with the readings and purchases that led to it."""

        def known(history: AnomalyHistory) -> None:
            offset = self.desk.offset_min
            self._show(
                chosen=row,
                readings=readings_of(history),
                purchases=purchases_of(history, offset),
                answers=answers_of(history, offset),
                notice=None,
                wrong_note=False,
            )

        self.visit.ask(lambda: anomaly_history(self.desk.hall, row.account_no), known, self._refused)

    def answer(self, outcome: AnomalyOutcome, note: str) -> None:
        """F9: what became of it, in her name."""
        row = self._state.chosen
        if row is None or self._state.busy or not self._state.may_answer:
            return
        command = AnswerAnomaly(
            command_id=self._id(),
            actor=self.actor(),
            account_no=row.account_no,
            sign=row.sign,
            evidence=row.evidence,
            outcome=outcome,
            note=note,
        )
        self._show(busy=True, notice=None, wrong_note=False)
        self.visit.ask(
            lambda: answer_anomaly(self.desk.hall, command),
            lambda _key: self._read(Notice("anomaly.answered", Tone.GOOD, (("account_no", row.account_no),))),
            self._refused,
        )

    def export(self) -> None:
        """F4: what the filter shows, read anew, as a file."""
        rule = self._state.rule

        def write() -> tuple[Path, int]:
            rows = self._of(rule, self._rows_of(anomalies(self.desk.hall, self._asked())))
            return self.screen.file_of(rows)(), len(rows)

        def written(answer: tuple[Path, int]) -> None:
            file, count = answer
            figures = (("folder", str(file.parent)), ("file", file.name), ("count", count))
            self._show(notice=Notice("anomaly.exported", Tone.GOOD, figures))

        self.visit.ask(write, written, self._refused)

    def step_back(self) -> None:
        """Esc: from the entry to the list as it was, which is read anew; from the list to where she came from."""
        if self._state.chosen is not None:
            self._list(self._state.rule, None)
            self._read(None)
        else:
            self.visit.end()
            self.screen.go_back()

    # inside -----------------------------------------------------------------------------------------------------------

    def _read(self, said: Notice | None, *, opens: bool = False) -> None:
        def found(answer: AnomalyList) -> None:
            self._rows = self._rows_of(answer)
            self._state = replace(self._state, is_cut=answer.is_cut)
            self._list(self._state.rule, said)
            if opens:
                self.screen.open_anomalies()

        def failed(error: KnownError) -> None:
            self._refused(error)
            if opens:
                self.screen.open_anomalies()

        self.visit.ask(lambda: anomalies(self.desk.hall, self._asked()), found, failed)

    def _list(self, rule: AnomalyRule | None, said: Notice | None) -> None:
        counts = {kind: sum(row.rule is kind for row in self._rows) for kind in AnomalyRule}
        self._state = AnomaliesState(
            rows=self._of(rule, self._rows),
            counts=tuple((kind, number) for kind, number in counts.items() if number),
            rule=rule,
            is_cut=self._state.is_cut,
            may_answer=self._state.may_answer,
            notice=said,
        )
        self.screen.show_anomalies(self._state)

    def _rows_of(self, found: AnomalyList) -> tuple[AnomalyRow, ...]:
        return tuple(row_of(entry, self.desk.offset_min) for entry in found.entries)

    def _of(self, rule: AnomalyRule | None, rows: tuple[AnomalyRow, ...]) -> tuple[AnomalyRow, ...]:
        return tuple(row for row in rows if rule in (None, row.rule))

    def _asked(self) -> LookAtAnomalies:
        return LookAtAnomalies(command_id=self._id(), actor=self.actor())

    def _refused(self, error: KnownError) -> None:
        self._show(busy=False, notice=notice_of(error, Tone.WARNING), wrong_note=error.code in _ABOUT_THE_NOTE)

    def _show(self, **values: object) -> None:
        self._state = replace(self._state, **values)  # type: ignore[arg-type]
        self.screen.show_anomalies(self._state)

    def _id(self) -> str:
        return self.desk.hall.ids.new_id()
