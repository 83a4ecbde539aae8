"""Sample view states of the anomaly list, for the gallery and the tests of the desktop.

Must not know: use cases; no state here ever reaches the books.
"""

from __future__ import annotations

from dataclasses import replace

from pos.domain.anomaly import RULE_OF, AnomalyRule, Sign
from ui.presenters.anomaly_state import AnomaliesState, AnomalyRow, AnswerLine, BoughtLine, ReadingLine
from ui.presenters.notice import Notice, Tone

_HABIT = (("days", 31), ("lately", "300"), ("usual", "40"), ("spread", "6"), ("months", 11))
_JUMP = (("off", "88"), ("credited", "50"), ("used", "21"), ("from", "12.5"), ("to", "129.5"))
_SEEN: tuple[tuple[Sign, tuple[tuple[str, int | str], ...], str], ...] = (
    (Sign.MAGNET, (("from", 0), ("to", 3)), "2026-11-22"),
    (Sign.REMAINING_MORE, _JUMP, "2026-11-21"),
    (Sign.OFF_HABIT, _HABIT, "2026-11-21"),
    (Sign.BOUGHT_LESS, (("days", 182), ("lately", "20"), ("before", "310")), "2026-11-20"),
    (Sign.NOT_TAKEN, (("volume", "33"), ("days", 64)), "2026-11-19"),
    (Sign.OLD_CARD, (("card", "8000204471"), ("other", "8000310092"), ("day", "2026-11-17")), "2026-11-18"),
    (Sign.LOW_BATTERY, (("battery", 12),), "2026-11-18"),
    (Sign.NEVER_READ, (("volume", "60"), ("days", 402)), "2025-10-17"),
)
ROWS = tuple(
    AnomalyRow(
        account_no=f"10031009{number}",
        sign=sign,
        rule=RULE_OF[sign],
        evidence=f"DJ-T01-1-{number}",
        seen=(f"anomaly.sign.{sign}", figures),
        day=day,
        meter_no=f"G48820331{number}",
        address=f"平安里小区 {number + 3} 号楼 2 单元 40{number}",
    )
    for number, (sign, figures, day) in enumerate(_SEEN)
)
READINGS = (
    ReadingLine("2026-11-21", "4471", "18 / 18", "129.5", "4021", "71%", "3", "0", "meter.magnet"),
    ReadingLine("2026-10-08", "4471", "17 / 17", "12.5", "4000", "72%", "0", "0", "meter.normal"),
    ReadingLine("2026-08-30", "4471", "16 / 16", "8", "3966.5", "72%", "0", "0", "meter.normal"),
    ReadingLine("—", "4471", "15 / 16", "—", "—", "—", "—", "—", "anomaly.not_in_meter"),
)
BOUGHT = (
    BoughtLine("2026-11-20", "50"),
    BoughtLine("2026-10-08", "33"),
    BoughtLine("2026-08-28", "40"),
    BoughtLine("2026-08-28", "-40"),
)
ANSWERS = (
    AnswerLine(
        "2026-03-12",
        "anomaly.rule.tamper",
        "anomaly.outcome.meter_visit",
        "换过基表，维修单 2026-118，磁扰计数随之增加",
        "李振华",
    ),
)
COUNTS = tuple((rule, sum(row.rule is rule for row in ROWS)) for rule in AnomalyRule)
LIST = AnomaliesState(rows=ROWS, counts=COUNTS)
ENTRY = replace(LIST, chosen=ROWS[0], readings=READINGS, purchases=BOUGHT, answers=ANSWERS)
ANOMALIES: dict[str, AnomaliesState] = {
    "anomalies": LIST,
    "anomalies-of-a-rule": replace(
        LIST, rows=ROWS[:1], rule=AnomalyRule.TAMPER, is_cut=True,
        notice=Notice("anomaly.answered", Tone.GOOD, (("account_no", "100310092"),)),
    ),
    "anomalies-none": AnomaliesState(),
    "anomalies-entry": ENTRY,
    "anomalies-refused": replace(ENTRY, wrong_note=True, notice=Notice("anomaly.no_note", Tone.WARNING)),
    "anomalies-read-only": replace(ENTRY, chosen=ROWS[1], answers=(), may_answer=False),
}  # fmt: skip
