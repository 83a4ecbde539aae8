"""How much gas a customer may buy, by class, span and date, and the cap beyond which a meter refuses (cards B7).

Pure rules. A limit is set by an approved document for some days; of several for the same class and span, the one that
began last counts, and when it ends the one before counts again. Must not know: where purchases are stored, prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pos.domain.account import PriceClass, is_iso_date
from pos.domain.errors import RuleViolation

LITRES_PER_M3 = 1000
MAX_M3 = 9_999_999
MAX_MONTHS = 24
FOREVER = "9999-12-31"


class LimitSpan(StrEnum):
    """Over what is counted."""

    PURCHASE = "purchase"  # each purchase by itself
    MONTH = "month"  # the calendar month of the business day
    PERIOD = "period"  # the last n calendar months, this one included
    VALIDITY = "validity"  # all days the limit is valid: before a new price, in a scarce winter
    METER_CAP = "meter_cap"  # 充值上限 of a type of meter: warned about, never refused


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseLimit:
    """One limit as set.

    Attributes:
        span; applies_to: a price class, of a meter's cap its type (`G4`).
        most_l: litres, None = lifted. months: of a period, otherwise 1.
        valid_from, valid_until: ISO dates, the second included or None.
        document_no: the paper it rests on.
    """

    span: LimitSpan
    applies_to: str
    most_l: int | None
    valid_from: str
    valid_until: str | None = None
    months: int = 1
    document_no: str


@dataclass(frozen=True, slots=True)
class CapWarning:
    """A purchase that the meter will refuse with what it still has.

    Attributes: cap_l; over_l beyond it; remaining_l as the meter last reported, None = unknown; read_on ISO or None.
    """

    cap_l: int
    over_l: int
    remaining_l: int | None
    read_on: str | None


def checked_limit(limit: PurchaseLimit) -> PurchaseLimit:
    """The limit as given.

    Raises: RuleViolation `limit_rule.applies_to`, `limit_rule.most`, `limit_rule.months`, `limit_rule.days`,
        `limit_rule.document`.
    """
    is_cap = limit.span is LimitSpan.METER_CAP
    known = 0 < len(limit.applies_to) <= 12 if is_cap else limit.applies_to in tuple(PriceClass)
    if not known:
        raise RuleViolation("limit_rule.applies_to", applies_to=limit.applies_to)
    if limit.most_l is not None and not 0 <= limit.most_l <= MAX_M3 * LITRES_PER_M3:
        raise RuleViolation("limit_rule.most", most=MAX_M3)
    if not 1 <= limit.months <= MAX_MONTHS or (limit.span is not LimitSpan.PERIOD and limit.months != 1):
        raise RuleViolation("limit_rule.months", most=MAX_MONTHS)
    until = limit.valid_until or FOREVER
    if not is_iso_date(limit.valid_from) or not is_iso_date(until) or until < limit.valid_from:
        raise RuleViolation("limit_rule.days", valid_from=limit.valid_from)
    if not limit.document_no.strip():
        raise RuleViolation("limit_rule.document")
    return limit


def days_counted(limit: PurchaseLimit, business_day: str) -> tuple[str, str] | None:
    """First and last business day whose purchases count together with one made now; None if it stands by itself."""
    if limit.span is LimitSpan.VALIDITY:
        return limit.valid_from, limit.valid_until or FOREVER
    if limit.span not in (LimitSpan.MONTH, LimitSpan.PERIOD):
        return None
    today = date.fromisoformat(business_day)
    months = today.year * 12 + today.month - limit.months
    return date(months // 12, months % 12 + 1, 1).isoformat(), business_day


def check_limit(limit: PurchaseLimit, volume_l: int, bought_l: int) -> None:
    """Refuse what goes beyond a limit; `bought_l`: what counts already.

    Raises: RuleViolation `limit.one_purchase`, `limit.month`, `limit.period`, `limit.validity` (most_m3, left_m3,
        months, until).
    """
    if limit.most_l is None or volume_l + bought_l <= limit.most_l:
        return
    left_l = max(0, limit.most_l - bought_l)
    most_m3, left_m3 = limit.most_l // LITRES_PER_M3, left_l // LITRES_PER_M3
    if limit.span is LimitSpan.PURCHASE:
        raise RuleViolation("limit.one_purchase", most_m3=most_m3)
    if limit.span is LimitSpan.MONTH:
        raise RuleViolation("limit.month", most_m3=most_m3, left_m3=left_m3)
    if limit.span is LimitSpan.PERIOD:
        raise RuleViolation("limit.period", months=limit.months, most_m3=most_m3, left_m3=left_m3)
    raise RuleViolation("limit.validity", until=limit.valid_until or "—", most_m3=most_m3, left_m3=left_m3)


def cap_warning(cap_l: int, volume_l: int, remaining_l: int | None, read_on: str | None) -> CapWarning | None:
    """Whether the meter will refuse the card: its remaining gas and the purchase together beyond its cap."""
    over_l = volume_l + max(0, remaining_l or 0) - cap_l
    return CapWarning(cap_l, over_l, remaining_l, read_on) if over_l > 0 else None
