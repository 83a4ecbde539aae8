"""What the meters' feedback and the purchases say that somebody should look into (异常清单): pure rules.

Sources: cards B2 (remaining, used, battery, magnet and valve counts feed the theft check), B3 and B4 (a purchase not
taken), B7 (hoarding before a new price), B9 (an old card still in use), domain E2/34, E2/39. A finding accuses nobody:
it names figures that a person checks. Must not know: where readings and purchases are stored, who answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from pos.domain.card_reading import CardReading
from pos.domain.settings import Settings

LITRES_PER_M3 = 1000
DAY_MS = 86_400_000
MAGNET, LOW_BATTERY, COVER = 0b0010, 0b0100, 0b1000  # bits of a reading's status word, as in `MeterFeedback`
BATTERY_RISE_PCT = 20  # a battery does not charge itself: it was taken out or changed
HABIT_DAYS = 31  # what counts as lately
HABIT_MONTHS = 24  # how far back her own months go
LEAST_MONTHS = 4  # fewer buying months are no habit
LESS_DAYS = 182  # half a year against the same half of the year before: winter is compared with winter
LESS_BELOW_PCT = 50  # of what was bought then
LEAST_BEFORE_L = 60_000  # who bought less than that in half a year is no habit
SPREADS = 6  # about four standard deviations of a normal spread


class AnomalyRule(StrEnum):
    """What the list can be filtered by."""

    NOT_TAKEN = "not_taken"
    NEVER_READ = "never_read"
    JUMP = "jump"
    TAMPER = "tamper"
    TWO_CARDS = "two_cards"
    OFF_HABIT = "off_habit"
    LOW_BATTERY = "low_battery"


class Sign(StrEnum):
    """What exactly was seen; the words are `anomaly.sign.<name>`."""

    NOT_TAKEN = "not_taken"
    NEVER_READ = "never_read"
    USED_FELL = "used_fell"
    USED_MORE = "used_more"
    REMAINING_MORE = "remaining_more"
    CREDIT_LOST = "credit_lost"
    MAGNET = "magnet"
    VALVE = "valve"
    COVER = "cover"
    BATTERY_OUT = "battery_out"
    OLD_CARD = "old_card"
    FOREIGN_METER = "foreign_meter"
    OFF_HABIT = "off_habit"
    BOUGHT_LESS = "bought_less"
    LOW_BATTERY = "low_battery"


RULE_OF = {
    Sign.NOT_TAKEN: AnomalyRule.NOT_TAKEN,
    Sign.NEVER_READ: AnomalyRule.NEVER_READ,
    Sign.USED_FELL: AnomalyRule.JUMP,
    Sign.USED_MORE: AnomalyRule.JUMP,
    Sign.REMAINING_MORE: AnomalyRule.JUMP,
    Sign.CREDIT_LOST: AnomalyRule.JUMP,
    Sign.MAGNET: AnomalyRule.TAMPER,
    Sign.VALVE: AnomalyRule.TAMPER,
    Sign.COVER: AnomalyRule.TAMPER,
    Sign.BATTERY_OUT: AnomalyRule.TAMPER,
    Sign.OLD_CARD: AnomalyRule.TWO_CARDS,
    Sign.FOREIGN_METER: AnomalyRule.TWO_CARDS,
    Sign.OFF_HABIT: AnomalyRule.OFF_HABIT,
    Sign.BOUGHT_LESS: AnomalyRule.OFF_HABIT,
    Sign.LOW_BATTERY: AnomalyRule.LOW_BATTERY,
}
PASSING = (Sign.NOT_TAKEN, Sign.LOW_BATTERY)
"""Signs of a state: a later reading that no longer shows it takes an open entry off the list."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Gas that was put onto a card and not taken back. evidence: key of its sale."""

    evidence: str
    meter_no: str
    sequence: int
    volume_l: int
    sold_at_utc_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of an account. readings: oldest first, the newest is judged; meters: all that ever hung on its
    wall; issue_of: 补卡次数 of its cards.
    """

    readings: tuple[CardReading, ...]
    credits: tuple[Credit, ...] = ()
    meters: frozenset[str] = frozenset()
    issue_of: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One sign with its figures. evidence: the sale it rests on, "" = the reading that was judged."""

    sign: Sign
    figures: tuple[tuple[str, int | str], ...] = ()
    evidence: str = ""


def judge(evidence: Evidence, rules: Settings) -> tuple[Finding, ...]:
    """What the newest reading shows that the ones before did not, and what it still shows of a state."""
    if not evidence.readings:
        return ()
    new = evidence.readings[-1]
    before = _before(evidence.readings[:-1], new)
    found: list[Finding | None] = [
        _not_taken(evidence, new, rules.untaken_days),
        _jump(evidence, before, new, rules.meter_jump_m3 * LITRES_PER_M3),
        *_tampered(before, new, _battery_rises(evidence.readings)),
        _old_card(evidence, new),
        _foreign_meter(evidence, new),
        _low_battery(new, rules.low_battery_pct),
    ]
    return tuple(finding for finding in found if finding is not None)


def off_habit(months_l: Sequence[int], lately_l: int, off_pct: int) -> Finding | None:
    """Much more bought lately than in her own buying months, by their median and their spread around it (B7).

    Less is `bought_less`. Both must be exceeded: `off_pct` beyond the median, and SPREADS times the median distance
    from it, so that one odd month moves neither.
    """
    if len(months_l) < LEAST_MONTHS:
        return None
    usual = median(months_l)
    spread = median([abs(month - usual) for month in months_l])
    if lately_l * 100 <= usual * (100 + off_pct) or lately_l <= usual + SPREADS * spread:
        return None
    figures = (
        ("days", HABIT_DAYS), ("lately_l", lately_l), ("usual_l", usual), ("spread_l", spread),
        ("months", len(months_l)),
    )  # fmt: skip
    return Finding(Sign.OFF_HABIT, figures)


def bought_less(before_l: int, lately_l: int) -> Finding | None:
    """Much less bought in half a year than in the same half of the year before (B2: gas that passes the meter by).

    Moved out, or a cheaper stove, looks the same: somebody asks. None where little was bought before.
    """
    if before_l < LEAST_BEFORE_L or lately_l * 100 >= before_l * LESS_BELOW_PCT:
        return None
    return Finding(Sign.BOUGHT_LESS, (("days", LESS_DAYS), ("lately_l", max(0, lately_l)), ("before_l", before_l)))


def median(figures: Sequence[int]) -> int:
    """The middle one; of two the lower, so that it is always a figure that occurred."""
    return sorted(figures)[(len(figures) - 1) // 2]


def days_between(earlier_utc_ms: int, later_utc_ms: int) -> int:
    """Whole days."""
    return max(0, later_utc_ms - earlier_utc_ms) // DAY_MS


def _before(readings: Sequence[CardReading], new: CardReading) -> CardReading | None:
    """The reading that `new` may be compared with: of the same meter, and its contact is not the later one.

    An old card that lay in a drawer brings old figures; those of one day say only of the same card which came first.
    """
    if new.read_on is None:
        return None
    known = [one for one in readings if one.meter_no == new.meter_no and one.read_on is not None]
    newest = max(known, key=lambda one: (one.read_on or "", one.read_at_utc_ms), default=None)
    if newest is None or newest.read_on is None or newest.read_on > new.read_on:
        return None
    return newest if newest.card_no == new.card_no or newest.read_on < new.read_on else None


def _not_taken(evidence: Evidence, new: CardReading, days: int) -> Finding | None:
    """B4: the card came back after so many days, and its purchase has not been in the meter."""
    if new.card_no != _newest_card(evidence, new.card_no):
        return None
    of_meter = [one.taken_sequence for one in evidence.readings if one.meter_no == new.meter_no]
    if max(of_meter) >= new.sequence:
        return None
    on_card = [one for one in evidence.credits if one.sequence == new.sequence and one.meter_no == new.meter_no]
    if not on_card or on_card[-1].volume_l == 0:
        return None
    bought = on_card[-1]
    age = days_between(bought.sold_at_utc_ms, new.read_at_utc_ms)
    if age < days:
        return None
    return Finding(Sign.NOT_TAKEN, (("volume_l", bought.volume_l), ("days", age)), bought.evidence)


def _jump(evidence: Evidence, before: CardReading | None, new: CardReading, most_l: int) -> Finding | None:
    """B2: what a meter has used and still has is what it had and what it took since; nothing else can be.

    Counts that our books do not know all of (before the first day here) are not judged, but a count that runs
    backwards always is.
    """
    if before is None:
        return None
    if new.used_l < before.used_l - most_l:
        return Finding(Sign.USED_FELL, (("from_l", before.used_l), ("to_l", new.used_l)))
    by_count: dict[int, int] = {}
    for one in evidence.credits:
        if one.meter_no == new.meter_no and before.taken_sequence < one.sequence <= new.taken_sequence:
            by_count[one.sequence] = max(by_count.get(one.sequence, 0), one.volume_l)
    if len(by_count) != max(0, new.taken_sequence - before.taken_sequence):
        return None
    credited = sum(by_count.values())
    off_l = new.used_l + new.remaining_l - before.used_l - before.remaining_l - credited
    if abs(off_l) <= most_l:
        return None
    figures = (
        ("off_l", abs(off_l)), ("credited_l", credited), ("used_l", new.used_l - before.used_l),
        ("from_l", before.remaining_l), ("to_l", new.remaining_l),
    )  # fmt: skip
    if off_l < 0:
        return Finding(Sign.CREDIT_LOST, figures)
    more = Sign.REMAINING_MORE if new.remaining_l > before.remaining_l + credited else Sign.USED_MORE
    return Finding(more, figures)


def _battery_rises(readings: Sequence[CardReading]) -> int:
    """How often the battery of the newest reading's meter was out, as far as the readings show."""
    meter_no = readings[-1].meter_no
    of_meter = [one for one in readings if one.meter_no == meter_no and one.read_on is not None]
    ordered = sorted(of_meter, key=lambda one: (one.read_on or "", one.read_at_utc_ms))
    return sum(after.battery_pct - earlier.battery_pct >= BATTERY_RISE_PCT for earlier, after in pairwise(ordered))


def _tampered(before: CardReading | None, new: CardReading, rises: int) -> list[Finding | None]:
    """B2, B11: counts that only a hand at the meter raises. Without an earlier reading only its own flags speak."""
    if new.read_on is None:
        return []
    flags = new.status & ~(before.status if before else 0)
    magnet_before = before.magnet_count if before else new.magnet_count
    valve_before = before.valve_faults if before else new.valve_faults
    battery_before = before.battery_pct if before else new.battery_pct
    found: list[Finding | None] = []
    if new.magnet_count > magnet_before or flags & MAGNET:
        found.append(Finding(Sign.MAGNET, (("from_count", magnet_before), ("to_count", new.magnet_count))))
    if new.valve_faults > valve_before:
        found.append(Finding(Sign.VALVE, (("from_count", valve_before), ("to_count", new.valve_faults))))
    if flags & COVER:
        found.append(Finding(Sign.COVER))
    if new.battery_pct - battery_before >= BATTERY_RISE_PCT:
        figures = (("from_pct", battery_before), ("to_pct", new.battery_pct), ("times", rises))
        found.append(Finding(Sign.BATTERY_OUT, figures))
    return found


def _old_card(evidence: Evidence, new: CardReading) -> Finding | None:
    """B9: an older card was in the meter after a newer one had been: two cards serve one meter."""
    issue = dict(evidence.issue_of)
    if new.read_on is None or new.card_no not in issue:
        return None
    newer = [
        one
        for one in evidence.readings[:-1]
        if one.meter_no == new.meter_no
        and one.read_on is not None
        and one.read_on < new.read_on
        and issue.get(one.card_no, -1) > issue[new.card_no]
    ]
    seen = [one for one in evidence.readings[:-1] if (one.card_no, one.read_on) == (new.card_no, new.read_on)]
    if not newer or seen:
        return None
    return Finding(Sign.OLD_CARD, (("card", new.card_no), ("other", newer[-1].card_no), ("day", new.read_on)))


def _foreign_meter(evidence: Evidence, new: CardReading) -> Finding | None:
    """A card that names a meter which never hung on its account's wall; said when it is first read."""
    seen = [one for one in evidence.readings[:-1] if one.meter_no == new.meter_no]
    if not evidence.meters or new.meter_no in evidence.meters or seen:
        return None
    return Finding(Sign.FOREIGN_METER, (("meter", new.meter_no),))


def _low_battery(new: CardReading, pct: int) -> Finding | None:
    """B11: the meter says it itself, or the level is below the hall's."""
    if new.read_on is None or not (new.battery_pct < pct or new.status & LOW_BATTERY):
        return None
    return Finding(Sign.LOW_BATTERY, (("battery_pct", new.battery_pct),))


def _newest_card(evidence: Evidence, otherwise: str) -> str:
    return max(evidence.issue_of, key=lambda one: one[1], default=(otherwise, 0))[0]
