"""Reading what the anomaly list needs: the history of one account, what is open, and who is to be looked at by sales.

What a reading showed is kept open by the database (`open_anomaly`), so those entries cost no history. Purchases are
searched by their own indexes: only the last weeks' for a habit, and the newest one of each account for what was never
read back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.sqlite_engine import all_rows, first_row
from pos.domain.anomaly import LEAST_BEFORE_L, LESS_BELOW_PCT, Credit, Evidence, Sign
from pos.domain.card_reading import CardReading

READINGS_KEPT = 40
_READING = ", ".join(CardReading.__dataclass_fields__)
_READINGS = f"SELECT {_READING} FROM card_reading WHERE account_no = ? ORDER BY read_at_utc_ms DESC, seq DESC LIMIT ?"
_CREDITS = """
SELECT s.sale_id, coalesce(w.detail ->> '$.intent.identity.meter_no', w.detail ->> '$.intent.before.identity.meter_no'),
  w.detail ->> '$.intent.purchase.sequence', w.detail ->> '$.intent.purchase.volume_l', s.sold_at_utc_ms
FROM sale s JOIN card_write w ON w.write_id = s.card_write_id AND w.step_no = 1
WHERE s.account_no = ? AND s.reverses_sale_id IS NULL
  AND EXISTS (SELECT 1 FROM card_write x WHERE x.write_id = w.write_id AND x.state = 'posted')
  AND NOT EXISTS (SELECT 1 FROM sale r WHERE r.reverses_sale_id = s.sale_id)
ORDER BY s.sold_at_utc_ms, s.seq
"""
_OPEN = "SELECT account_no, sign, evidence, figures, at_utc_ms FROM open_anomaly"
_IS_ANSWERED = (
    "EXISTS (SELECT 1 FROM anomaly_event a WHERE a.account_no = {account} AND a.sign = '{sign}'"
    " AND a.event = 'answered' AND a.evidence = {evidence})"
)
_NEVER_READ = f"""
WITH newest AS MATERIALIZED (
  SELECT account_no, max(sold_at_utc_ms) AS sold_at FROM sale WHERE {{whose}}
  GROUP BY account_no HAVING max(sold_at_utc_ms) < ?1
)
SELECT n.account_no, s.sale_id, s.volume_l, n.sold_at FROM newest n
JOIN sale s ON s.account_no = n.account_no AND s.sold_at_utc_ms = n.sold_at AND s.item = 'gas'
  AND s.reverses_sale_id IS NULL
WHERE NOT EXISTS (SELECT 1 FROM card_reading r WHERE r.account_no = n.account_no AND r.read_at_utc_ms > n.sold_at)
  AND NOT EXISTS (SELECT 1 FROM sale r WHERE r.reverses_sale_id = s.sale_id)
  AND (SELECT t.status FROM account_terms t WHERE t.account_no = n.account_no ORDER BY t.revision DESC LIMIT 1)
    <> 'closed'
  AND NOT {_IS_ANSWERED.format(account="n.account_no", sign=Sign.NEVER_READ, evidence="s.sale_id")}
LIMIT ?2
"""
_LATELY = """
WITH lately AS (
  SELECT s.account_no, sum(s.volume_l) AS lately_l FROM till_session x
  CROSS JOIN sale s ON s.session_id = x.session_id
  WHERE x.business_day >= ?1 AND s.item = 'gas' AND s.sold_at_utc_ms >= ?2 GROUP BY s.account_no
)
SELECT account_no, lately_l FROM lately WHERE lately_l > 0 AND lately_l * 100 > ?3 * (
  SELECT min(p.volume_l) FROM sale p
  WHERE p.account_no = lately.account_no AND p.sold_at_utc_ms < ?2 AND p.item = 'gas' AND p.volume_l > 0)
"""
_LESS = """
WITH before AS MATERIALIZED (
  SELECT s.account_no, sum(s.volume_l) AS before_l FROM till_session x
  CROSS JOIN sale s ON s.session_id = x.session_id
  WHERE x.business_day >= ?1 AND x.business_day < ?2 AND s.item = 'gas' GROUP BY s.account_no HAVING before_l >= ?4
)
SELECT b.account_no, b.before_l, coalesce(
    (SELECT sum(p.volume_l) FROM sale p
     WHERE p.account_no = b.account_no AND p.sold_at_utc_ms >= ?3 AND p.item = 'gas'), 0) AS lately_l
FROM before b
WHERE lately_l * 100 < b.before_l * ?5
  AND (SELECT t.status FROM account_terms t WHERE t.account_no = b.account_no ORDER BY t.revision DESC LIMIT 1)
    = 'active'
LIMIT ?6
"""
_MONTHS = """
SELECT s.account_no, sum(s.volume_l) FROM json_each(?1) AS wanted
CROSS JOIN sale s ON s.account_no = wanted.value AND s.sold_at_utc_ms >= ?2 AND s.sold_at_utc_ms < ?3 AND s.item = 'gas'
GROUP BY s.account_no, strftime('%Y-%m', s.sold_at_utc_ms / 1000 + ?4 * 60, 'unixepoch') HAVING sum(s.volume_l) > 0
"""
_PLACES = """
SELECT c.account_no,
  coalesce((SELECT meter_no FROM meter_fitted WHERE account_no = c.account_no ORDER BY revision DESC LIMIT 1), ''),
  c.address
FROM json_each(?) AS wanted CROSS JOIN customer c ON c.account_no = wanted.value
"""
_NEWEST_GAS = """
SELECT sale_id, sold_at_utc_ms FROM sale WHERE account_no = ?1 AND item = 'gas' AND volume_l > 0
ORDER BY sold_at_utc_ms DESC, seq DESC LIMIT 1
"""
_LATELY_OF_ONE = (
    "SELECT coalesce(sum(volume_l), 0) FROM sale WHERE account_no = ?1 AND sold_at_utc_ms >= ?2 AND item = 'gas'"
)


@dataclass(frozen=True, slots=True)
class OpenAnomaly:
    """An entry that nobody has answered. evidence: key of a reading's record or of a sale."""

    account_no: str
    sign: Sign
    evidence: str
    figures: tuple[tuple[str, int | str], ...]
    at_utc_ms: int


@dataclass(frozen=True, slots=True)
class LastEvent:
    """What happened last to a sign of an account; see `tables_feedback.ANOMALY_EVENT`."""

    event_no: int
    event: str
    evidence: str

    @property
    def is_on(self) -> bool:
        """True while nothing has shown that the state is over, answered or not."""
        return self.event != "passed"


@dataclass(frozen=True, slots=True)
class AnomalyAnswer:
    """What somebody found out. operator_id: who; at_utc_ms: when."""

    sign: Sign
    outcome: str
    note: str
    operator_id: str
    at_utc_ms: int


def evidence_of(connection: Connection, account_no: str, new: CardReading | None = None) -> Evidence:
    """What is known of an account, with a reading that is not in the books yet as its newest."""
    rows = all_rows(connection, _READINGS, (account_no, READINGS_KEPT))
    known = tuple(CardReading(*row) for row in reversed(rows))
    meters = all_rows(connection, "SELECT meter_no FROM meter_fitted WHERE account_no = ?", (account_no,))
    issues = all_rows(
        connection, "SELECT DISTINCT card_no, issue_no FROM card_binding WHERE account_no = ?", (account_no,)
    )
    return Evidence(
        readings=(*known, new) if new is not None else known,
        credits=tuple(Credit(*row) for row in all_rows(connection, _CREDITS, (account_no,))),
        meters=frozenset(str(row[0]) for row in meters),
        issue_of=tuple((str(card_no), int(issue_no)) for card_no, issue_no in issues),
    )


def open_of_account(connection: Connection, account_no: str) -> tuple[OpenAnomaly, ...]:
    """What readings showed of an account and nobody has answered."""
    rows = all_rows(connection, f"{_OPEN} WHERE account_no = ? ORDER BY at_utc_ms DESC", (account_no,))
    return tuple(_open(row) for row in rows)


def open_count(connection: Connection) -> int:
    """How many entries of readings nobody has answered."""
    return int(first_row(connection, "SELECT count(*) FROM open_anomaly")[0])


def open_of_sign(connection: Connection, sign: Sign, most: int) -> tuple[OpenAnomaly, ...]:
    """The newest open entries of a sign."""
    rows = all_rows(connection, f"{_OPEN} WHERE sign = ? ORDER BY at_utc_ms DESC LIMIT ?", (sign.value, most))
    return tuple(_open(row) for row in rows)


def never_read_since(
    connection: Connection, before_utc_ms: int, most: int, account_no: str = ""
) -> tuple[tuple[str, str, int, int], ...]:
    """(account, sale, litres, when) of newest purchases before a moment whose card was in no reader since.

    `account_no`: only this one's.
    """
    if account_no:
        rows = all_rows(connection, _NEVER_READ.format(whose="account_no = ?3"), (before_utc_ms, most, account_no))
    else:
        rows = all_rows(connection, _NEVER_READ.format(whose="1"), (before_utc_ms, most))
    return tuple((str(who), str(sale_id), int(volume_l), int(at)) for who, sale_id, volume_l, at in rows)


def places_of(connection: Connection, accounts: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Meter and address of each account, where somebody goes to look."""
    rows = all_rows(connection, _PLACES, (json.dumps(sorted(accounts)),))
    return {str(account_no): (str(meter_no), str(address)) for account_no, meter_no, address in rows}


def bought_lately(
    connection: Connection, first_day: str, first_utc_ms: int, off_pct: int
) -> tuple[tuple[str, int], ...]:
    """(account, litres) since a day, of those who may be far off their habit: no one else can be."""
    rows = all_rows(connection, _LATELY, (first_day, first_utc_ms, 100 + off_pct))
    return tuple((str(account_no), int(volume_l)) for account_no, volume_l in rows)


def bought_less_than_before(
    connection: Connection, then: tuple[str, str], since_utc_ms: int, most: int
) -> tuple[tuple[str, int, int], ...]:
    """(account, litres of the days from `then[0]` to before `then[1]`, litres since a moment) of accounts in use that
    bought less than half."""
    rows = all_rows(connection, _LESS, (*then, since_utc_ms, LEAST_BEFORE_L, LESS_BELOW_PCT, most))
    return tuple((str(account_no), int(before_l), int(lately_l)) for account_no, before_l, lately_l in rows)


def bought_by_month(
    connection: Connection, accounts: Sequence[str], from_utc_ms: int, to_utc_ms: int, offset_min: int
) -> dict[str, list[int]]:
    """Litres of each calendar month in which an account bought."""
    months: dict[str, list[int]] = {}
    values = (json.dumps(list(accounts)), from_utc_ms, to_utc_ms, offset_min)
    for account_no, volume_l in all_rows(connection, _MONTHS, values):
        months.setdefault(str(account_no), []).append(int(volume_l))
    return months


def bought_since(connection: Connection, account_no: str, from_utc_ms: int) -> int:
    """Litres an account bought from a moment on."""
    return int(first_row(connection, _LATELY_OF_ONE, (account_no, from_utc_ms))[0])


def newest_purchase(connection: Connection, account_no: str) -> tuple[str, int] | None:
    """(sale, when) of an account's newest purchase of gas."""
    row = first_row(connection, _NEWEST_GAS, (account_no,))
    return None if row is None else (str(row[0]), int(row[1]))


def is_answered(connection: Connection, account_no: str, sign: Sign, evidence: str) -> bool:
    """True if somebody has answered exactly this."""
    sql = (
        "SELECT 1 FROM anomaly_event WHERE account_no = ? AND sign = ? AND event = 'answered' AND evidence = ? LIMIT 1"
    )
    return first_row(connection, sql, (account_no, sign.value, evidence)) is not None


def last_events(connection: Connection, account_no: str) -> dict[Sign, LastEvent]:
    """The newest event of each sign of an account."""
    sql = "SELECT sign, max(event_no), event, evidence FROM anomaly_event WHERE account_no = ? GROUP BY sign"
    return {Sign(sign): LastEvent(*rest) for sign, *rest in all_rows(connection, sql, (account_no,))}


def answers_of(connection: Connection, account_no: str) -> tuple[AnomalyAnswer, ...]:
    """Every answer ever given for an account, newest first."""
    rows = all_rows(
        connection,
        "SELECT e.sign, e.outcome, e.note, j.body ->> '$.actor', e.at_utc_ms FROM anomaly_event e"
        " JOIN journal j USING (chain, epoch, seq) WHERE e.account_no = ? AND e.event = 'answered'"
        " ORDER BY e.at_utc_ms DESC, e.seq DESC",
        (account_no,),
    )
    return tuple(AnomalyAnswer(Sign(sign), *rest) for sign, *rest in rows)


def _open(row: Sequence[object]) -> OpenAnomaly:
    account_no, sign, evidence, figures, at_utc_ms = row
    found = json.loads(str(figures))
    if sign == Sign.BATTERY_OUT:
        found.setdefault("times", 1)  # a record from before they were counted
    return OpenAnomaly(
        str(account_no), Sign(str(sign)), str(evidence), tuple(sorted(found.items())), int(str(at_utc_ms))
    )
