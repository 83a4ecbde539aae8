"""The business day: the trading date figures belong to, fixed when a till session opens (design, Money rules, Values).

It follows the hall's own offset from UTC, never the machine's zone, and never goes back along the sessions of a till.
Because it never goes back, a clock that is far ahead once would take every later day with it: the step is bounded.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from pos.domain.errors import RuleViolation

MS_PER_MINUTE = 60_000


def business_day_at(now_utc_ms: int, offset_min: int) -> str:
    """The ISO date in the hall at an instant."""
    return _local(now_utc_ms, offset_min).date().isoformat()


def opening_day(now_utc_ms: int, offset_min: int, predecessor_day: str | None) -> str:
    """The day of a session that opens now: never before the day of the till's last session."""
    today = business_day_at(now_utc_ms, offset_min)
    return max(today, predecessor_day) if predecessor_day else today


def require_not_ahead(business_day: str, last_day: str | None, most_days: int) -> None:
    """A day further after the hall's last business day than it is ever closed is a wrong clock.

    Raises: RuleViolation `till.clock_ahead` (business_day, last_day, most_days).
    """
    if last_day is None:
        return
    if (date.fromisoformat(business_day) - date.fromisoformat(last_day)).days > most_days:
        raise RuleViolation("till.clock_ahead", business_day=business_day, last_day=last_day, most_days=most_days)


def _local(at_utc_ms: int, offset_min: int) -> datetime:
    """Whole seconds only: milliseconds never round into the next day."""
    seconds = (at_utc_ms + offset_min * MS_PER_MINUTE) // 1000
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
