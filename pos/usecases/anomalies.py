"""The anomaly list (异常清单): what is open, by rule, and the history that led to an entry (cards B2, domain E2/39).

What readings showed is kept open by the database; what purchases show is looked for when the list is asked for. A
query, but who may not read the hall's reports is refused on record (P12).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pos.domain.anomaly import (
    DAY_MS,
    HABIT_DAYS,
    HABIT_MONTHS,
    LESS_DAYS,
    RULE_OF,
    AnomalyRule,
    Sign,
    bought_less,
    days_between,
    off_habit,
)
from pos.domain.business_day import MS_PER_MINUTE, business_day_at
from pos.domain.card_reading import CardReading
from pos.domain.roles import Act
from pos.domain.settings import Settings
from pos.store import account_queries, anomaly_queries, people_queries
from pos.store.account_queries import PurchaseRow
from pos.store.anomaly_queries import OpenAnomaly
from pos.store.unit_of_work import Connection
from pos.usecases.fact import Command, Hall, require_may

SHOWN = 500
"""Entries of one sign on the list; of more only the newest are shown, and that is said."""
HISTORY_SHOWN = 12
YEAR_DAYS = 364  # whole weeks: a Monday is compared with a Monday
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtAnomalies(Command):
    """Asked for by whom; nothing else."""


@dataclass(frozen=True, slots=True)
class AnomalyEntry:
    """A line of the list. address and meter: where somebody goes to look; no name."""

    anomaly: OpenAnomaly
    meter_no: str
    address: str

    @property
    def rule(self) -> AnomalyRule:
        """What the list is filtered by."""
        return RULE_OF[self.anomaly.sign]


@dataclass(frozen=True, slots=True)
class AnomalyList:
    """Open entries, newest first. is_cut: a sign has more than is shown."""

    entries: tuple[AnomalyEntry, ...]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class AnsweredBefore:
    """An earlier answer of the account, with the name of who gave it."""

    sign: Sign
    outcome: str
    note: str
    operator_name: str
    at_utc_ms: int


@dataclass(frozen=True, slots=True)
class AnomalyHistory:
    """What led to an entry: readings and purchases newest first, and what was found out before."""

    readings: tuple[CardReading, ...]
    purchases: tuple[PurchaseRow, ...]
    answers: tuple[AnsweredBefore, ...]


def anomalies(hall: Hall, command: LookAtAnomalies) -> AnomalyList:
    """Everything open. Raises: RuleViolation `role.*`, `sign_in.*`, recorded; StoreError kinds."""
    require_may(hall, command, Act.READ_ALL_REPORTS)
    with hall.store.reading() as connection:
        rules, now = people_queries.settings(connection), hall.clock.now_utc_ms()
        found: list[OpenAnomaly] = []
        is_cut = False
        groups = [list(anomaly_queries.open_of_sign(connection, sign, SHOWN + 1)) for sign in Sign]
        groups += [_never_read(connection, rules, now), off_habit_lately(connection, rules, now, hall.store.offset_min)]
        groups.append(bought_less_now(connection, now, hall.store.offset_min))
        for group in groups:
            found += group[:SHOWN]
            is_cut = is_cut or len(group) > SHOWN
        found.sort(key=lambda one: (-one.at_utc_ms, one.account_no, one.sign))
        places = anomaly_queries.places_of(connection, {one.account_no for one in found})
        return AnomalyList(tuple(AnomalyEntry(one, *places.get(one.account_no, ("", ""))) for one in found), is_cut)


def anomaly_history(hall: Hall, account_no: str) -> AnomalyHistory:
    """The readings, purchases and answers behind an entry. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        known = anomaly_queries.evidence_of(connection, account_no)
        answers = []
        for one in anomaly_queries.answers_of(connection, account_no):
            person = people_queries.operator(connection, one.operator_id)
            name = person.display_name if person else one.operator_id
            answers.append(AnsweredBefore(one.sign, one.outcome, one.note, name, one.at_utc_ms))
        return AnomalyHistory(
            readings=tuple(reversed(known.readings))[:HISTORY_SHOWN],
            purchases=account_queries.last_purchases(connection, account_no, HISTORY_SHOWN),
            answers=tuple(answers),
        )


def hoarding(hall: Hall) -> int:
    """How many accounts bought far off their habit lately: asked before a price changes. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        rules = people_queries.settings(connection)
        return len(off_habit_lately(connection, rules, hall.clock.now_utc_ms(), hall.store.offset_min))


def shown_by_readings(hall: Hall) -> int:
    """How many entries of readings are open, for a lead's page; sales are not searched. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return anomaly_queries.open_count(connection)


def open_entries_of(connection: Connection, account_no: str, now_utc_ms: int, offset_min: int) -> tuple[Sign, ...]:
    """What is open of one account, for the counter where its card lies; newest first."""
    found = [one.sign for one in anomaly_queries.open_of_account(connection, account_no)]
    rules = people_queries.settings(connection)
    first, _day, back = _window(now_utc_ms, offset_min)
    lately_l = anomaly_queries.bought_since(connection, account_no, first)
    if lately_l > 0:
        months = anomaly_queries.bought_by_month(connection, [account_no], back, first, offset_min)
        found += [one.sign for one in _off_habit(connection, [(account_no, lately_l)], months, rules)]
    return tuple(found)


def entry_now(connection: Connection, account_no: str, sign: Sign, now_utc_ms: int, offset_min: int) -> str | None:
    """The evidence of an entry as it is open now, None if it is not on the list."""
    if sign is Sign.OFF_HABIT:
        if sign not in open_entries_of(connection, account_no, now_utc_ms, offset_min):
            return None
        newest = anomaly_queries.newest_purchase(connection, account_no)
        return newest[0] if newest else None
    if sign is Sign.BOUGHT_LESS:
        less = bought_less_now(connection, now_utc_ms, offset_min)
        return next((one.evidence for one in less if one.account_no == account_no), None)
    if sign is Sign.NEVER_READ:
        before = now_utc_ms - people_queries.settings(connection).unread_days * DAY_MS
        return next((row[1] for row in anomaly_queries.never_read_since(connection, before, 1, account_no)), None)
    found = anomaly_queries.open_of_account(connection, account_no)
    return next((one.evidence for one in found if one.sign is sign), None)


def off_habit_lately(connection: Connection, rules: Settings, now_utc_ms: int, offset_min: int) -> list[OpenAnomaly]:
    """Who bought far off her own habit in the last days, and nobody has looked into it."""
    first, day, back = _window(now_utc_ms, offset_min)
    lately = anomaly_queries.bought_lately(connection, day, first, rules.habit_off_pct)
    months = anomaly_queries.bought_by_month(connection, [one for one, _ in lately], back, first, offset_min)
    return _off_habit(connection, lately, months, rules)


def bought_less_now(connection: Connection, now_utc_ms: int, offset_min: int) -> list[OpenAnomaly]:
    """Who bought less than half of what she bought in the same half of the year before, and nobody has asked why."""
    since = date.fromisoformat(business_day_at(now_utc_ms, offset_min)) - timedelta(days=LESS_DAYS)
    then = tuple((since - timedelta(days=days)).isoformat() for days in (YEAR_DAYS, YEAR_DAYS - LESS_DAYS))
    rows = anomaly_queries.bought_less_than_before(connection, (then[0], then[1]), _start(since, offset_min), SHOWN + 1)
    found = []
    for account_no, before_l, lately_l in rows:
        finding, newest = bought_less(before_l, lately_l), anomaly_queries.newest_purchase(connection, account_no)
        if finding is None or newest is None:
            continue
        if not anomaly_queries.is_answered(connection, account_no, Sign.BOUGHT_LESS, newest[0]):
            found.append(OpenAnomaly(account_no, Sign.BOUGHT_LESS, newest[0], finding.figures, newest[1]))
    return found


def _off_habit(
    connection: Connection,
    lately: list[tuple[str, int]] | tuple[tuple[str, int], ...],
    months: dict[str, list[int]],
    rules: Settings,
) -> list[OpenAnomaly]:
    found = []
    for account_no, lately_l in lately:
        finding = off_habit(months.get(account_no, ()), lately_l, rules.habit_off_pct)
        newest = anomaly_queries.newest_purchase(connection, account_no) if finding else None
        if finding is None or newest is None:
            continue
        sale_id, sold_at = newest
        if not anomaly_queries.is_answered(connection, account_no, Sign.OFF_HABIT, sale_id):
            found.append(OpenAnomaly(account_no, Sign.OFF_HABIT, sale_id, finding.figures, sold_at))
    return found


def _never_read(connection: Connection, rules: Settings, now_utc_ms: int) -> list[OpenAnomaly]:
    before = now_utc_ms - rules.unread_days * DAY_MS
    rows = anomaly_queries.never_read_since(connection, before, SHOWN + 1)
    return [
        OpenAnomaly(
            account_no,
            Sign.NEVER_READ,
            sale_id,
            (("volume_l", volume_l), ("days", days_between(sold_at, now_utc_ms))),
            sold_at,
        )
        for account_no, sale_id, volume_l, sold_at in rows
    ]


def _window(now_utc_ms: int, offset_min: int) -> tuple[int, str, int]:
    """First moment and day of the last days, and the first moment of the months before that make a habit."""
    day = date.fromisoformat(business_day_at(now_utc_ms, offset_min)) - timedelta(days=HABIT_DAYS)
    months = day.year * 12 + day.month - 1 - HABIT_MONTHS
    back = date(months // 12, months % 12 + 1, 1)
    return _start(day, offset_min), day.isoformat(), _start(back, offset_min)


def _start(day: date, offset_min: int) -> int:
    return (day - _EPOCH).days * DAY_MS - offset_min * MS_PER_MINUTE
