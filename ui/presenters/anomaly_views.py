"""What the books know of an anomaly, as its page says it: an entry, the readings and purchases behind it, its answers.

Rule: cards B2. Must not know: Qt, languages, the filter that is on.
"""

from __future__ import annotations

from pos.domain.anomaly import RULE_OF, Sign
from pos.usecases.anomalies import AnomalyEntry, AnomalyHistory
from ui.presenters.anomaly_state import AnomalyRow, AnswerLine, BoughtLine, ReadingLine, Words
from ui.presenters.counter_panels import local_time, meter_code, plain_volume

NONE = "—"


def row_of(entry: AnomalyEntry, offset_min: int) -> AnomalyRow:
    """An entry as a line."""
    seen = entry.anomaly
    return AnomalyRow(
        account_no=seen.account_no,
        sign=seen.sign,
        rule=entry.rule,
        evidence=seen.evidence,
        seen=words_of(seen.sign, seen.figures),
        day=local_time(seen.at_utc_ms, offset_min)[:10],
        meter_no=entry.meter_no,
        address=entry.address,
    )


def words_of(sign: Sign, figures: tuple[tuple[str, int | str], ...] = ()) -> Words:
    """What was seen, its litres as m³; a figure's name loses its unit: `from_l` and `from_count` are `from`."""
    said: list[tuple[str, int | str]] = []
    for name, value in figures:
        plain = name.rsplit("_", 1)[0] if name.endswith(("_l", "_count", "_pct")) else name
        said.append((plain, plain_volume(int(value)) if name.endswith("_l") else value))
    return f"anomaly.sign.{sign}", tuple(said)


def readings_of(history: AnomalyHistory) -> tuple[ReadingLine, ...]:
    """Newest first."""
    return tuple(
        ReadingLine(
            read_on=one.read_on or NONE,
            card_end=one.card_no[-4:],
            counts=f"{one.taken_sequence} / {one.sequence}",
            remaining=plain_volume(one.remaining_l) if one.read_on else NONE,
            used=plain_volume(one.used_l) if one.read_on else NONE,
            battery=f"{one.battery_pct}%" if one.read_on else NONE,
            magnet=str(one.magnet_count) if one.read_on else NONE,
            valve=str(one.valve_faults) if one.read_on else NONE,
            status=meter_code(one.status) if one.read_on else "anomaly.not_in_meter",
        )
        for one in history.readings
    )


def purchases_of(history: AnomalyHistory, offset_min: int) -> tuple[BoughtLine, ...]:
    """Gas bought, newest first; what was taken back stands with its sign."""
    return tuple(
        BoughtLine(local_time(one.sold_at_utc_ms, offset_min)[:10], plain_volume(one.volume_l))
        for one in history.purchases
        if one.volume_l
    )


def answers_of(history: AnomalyHistory, offset_min: int) -> tuple[AnswerLine, ...]:
    """Newest first."""
    return tuple(
        AnswerLine(
            day=local_time(one.at_utc_ms, offset_min)[:10],
            rule=f"anomaly.rule.{RULE_OF[one.sign]}",
            outcome=f"anomaly.outcome.{one.outcome}",
            note=one.note,
            who=one.operator_name,
        )
        for one in history.answers
    )
