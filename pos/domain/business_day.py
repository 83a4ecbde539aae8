"""The business day: the trading date figures belong to, fixed when a till session opens (design, Money rules, Values).

It follows the hall's own offset from UTC, never the machine's zone, and never goes back along the sessions of a till.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MS_PER_MINUTE = 60_000


def business_day_at(now_utc_ms: int, offset_min: int) -> str:
    """The ISO date in the hall at an instant."""
    return _local(now_utc_ms, offset_min).date().isoformat()


def opening_day(now_utc_ms: int, offset_min: int, predecessor_day: str | None) -> str:
    """The day of a session that opens now: never before the day of the till's last session."""
    today = business_day_at(now_utc_ms, offset_min)
    return max(today, predecessor_day) if predecessor_day else today


def _local(at_utc_ms: int, offset_min: int) -> datetime:
    """Whole seconds only: milliseconds never round into the next day."""
    seconds = (at_utc_ms + offset_min * MS_PER_MINUTE) // 1000
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
