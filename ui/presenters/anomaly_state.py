"""What the anomaly list shows: the entries, the filter, and one entry with what led to it and its answer.

Rule: screen.md "Tables" (type to filter, empty states tell the first step). Every state is frozen. Must not know: Qt,
languages.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.domain.anomaly import AnomalyRule, Sign
from ui.presenters.notice import Notice

Words = tuple[str, tuple[tuple[str, int | str], ...]]
"""A message code and its figures."""


@dataclass(frozen=True, slots=True)
class AnomalyRow:
    """An entry. seen: what was seen, in words; day: local date; address: where somebody goes to look."""

    account_no: str
    sign: Sign
    rule: AnomalyRule
    evidence: str
    seen: Words
    day: str
    meter_no: str
    address: str


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """A reading, as text. status: message of the meter's own flags."""

    read_on: str
    card_end: str
    counts: str
    remaining: str
    used: str
    battery: str
    magnet: str
    valve: str
    status: str


@dataclass(frozen=True, slots=True)
class BoughtLine:
    """A purchase or its reversal: local date and m³."""

    day: str
    volume: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What somebody found out before. rule, outcome: message codes."""

    day: str
    rule: str
    outcome: str
    note: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomaliesState:
    """The page.

    Attributes:
        rows: of the filter; counts: entries of each rule that has any; rule: the filter, None = all.
        is_cut: more are open than are shown. chosen: the entry that is open, None = the list.
        readings, purchases, answers: what led to it. may_answer: she may write an answer.
    """

    rows: tuple[AnomalyRow, ...] = ()
    counts: tuple[tuple[AnomalyRule, int], ...] = ()
    rule: AnomalyRule | None = None
    is_cut: bool = False
    chosen: AnomalyRow | None = None
    readings: tuple[ReadingLine, ...] = ()
    purchases: tuple[BoughtLine, ...] = ()
    answers: tuple[AnswerLine, ...] = ()
    may_answer: bool = True
    notice: Notice | None = None
    wrong_note: bool = False
    busy: bool = False
