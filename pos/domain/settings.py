"""Settings of a hall: typed, with defaults and limits; a change is a sealed record (design, Money rules 1: chain H).

Labels in Chinese and English belong to the screen. Values travel as text; `parsed` is the only way in. Sources: domain
P3 (fen rule), P12 (one-person hall), E6 (what the seeds leave open). A name is here only if the program obeys it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from pos.domain.errors import RuleViolation


class FenRule(StrEnum):
    """What becomes of the fen that no coin pays (domain P3)."""

    CARRY = "carry"  # rounded up to the 角, the rest stays the customer's: 户内余额
    WAIVE = "waive"  # cut to the 角, the rest is an own line: 抹零
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a hall.

    Attributes:
        fen_rule: see FenRule.
        over_short_limit_fen: a difference beyond this needs the lead's decision; 0 = any difference.
        max_tender_over_due_fen: cash beyond due + this is taken for a typing mistake.
        one_person_hall: an operator may hold two roles; papers say so.
        idle_lock_s: the screen locks after this; 0 = never.
        receipt_copies: names of the copies of a receipt, in order.
        drawer_float_fen: proposed opening float of a till.
        language: of the papers; the screen's is the workstation's own.
        card_fee_on_first_card: the first card is charged (the price is a fee of the tariff).
        announce_aloud: the read-back is spoken.
        max_purchase_m3: more than this in one purchase is taken for a typing mistake.
        max_closed_days: a till that opens later than this after the hall's last business day has a wrong clock.
        untaken_days: a purchase still on its card this long after it was bought is looked into (异常清单).
        unread_days: so is one whose card was in no reader for this long.
        meter_jump_m3: figures of a meter may be this far off what was sold to it.
        habit_off_pct: buying more than this beyond her usual month is far off a customer's habit.
        low_battery_pct: a meter's battery below this is listed.
        area_code: four digits written on every card; meters of another company refuse it.
    """

    fen_rule: FenRule = FenRule.CARRY
    over_short_limit_fen: int = 0
    max_tender_over_due_fen: int = 10_000
    one_person_hall: bool = False
    idle_lock_s: int = 300
    receipt_copies: tuple[str, ...] = ("客户联",)
    drawer_float_fen: int = 50_000
    language: str = "zh_CN"
    card_fee_on_first_card: bool = True
    announce_aloud: bool = True
    area_code: str = "0001"
    max_purchase_m3: int = 1999
    max_closed_days: int = 31
    untaken_days: int = 30
    unread_days: int = 365
    meter_jump_m3: int = 1
    habit_off_pct: int = 100
    low_battery_pct: int = 20


NAMES = tuple(field.name for field in fields(Settings))
LANGUAGES = ("zh_CN", "zh_TW", "en")
_Reader = Callable[[str], object]


def parsed(name: str, text: str) -> object:
    """The value of a setting from its text form.

    Raises: RuleViolation `setting.unknown` (name); `setting.value` (name, text).
    """
    reader = _READERS.get(name)
    if reader is None:
        raise RuleViolation("setting.unknown", name=name)
    try:
        return reader(text.strip())
    except ValueError as error:
        raise RuleViolation("setting.value", name=name, text=text) from error


def as_text(name: str, settings: Settings) -> str:
    """The text form of a setting; `parsed` gives the same value back. Raises RuleViolation `setting.unknown`."""
    if name not in _READERS:
        raise RuleViolation("setting.unknown", name=name)
    value = getattr(settings, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value)


def with_texts(texts: Mapping[str, str]) -> Settings:
    """Defaults overlaid with stored texts. A stored name that this program does not know is left alone."""
    known = {name: parsed(name, text) for name, text in texts.items() if name in _READERS}
    return replace(Settings(), **known)  # type: ignore[arg-type]


def _whole(low: int, high: int) -> _Reader:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
            raise ValueError(text)
        return int(text)

    return read


def _one_of(*allowed: str) -> _Reader:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(text)
        return text

    return read


def _yes_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(text)
    return text == "yes"


def _copies(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(","))
    if not 1 <= len(names) <= 3 or any(not 1 <= len(name) <= 8 for name in names) or len(set(names)) != len(names):
        raise ValueError(text)
    return names


_MONEY = _whole(0, 100_000_000)


def _area_code(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise ValueError(text)
    return text


_READERS: dict[str, _Reader] = {
    "fen_rule": FenRule,
    "over_short_limit_fen": _MONEY,
    "max_tender_over_due_fen": _MONEY,
    "one_person_hall": _yes_no,
    "idle_lock_s": _whole(0, 3600),
    "receipt_copies": _copies,
    "drawer_float_fen": _MONEY,
    "language": _one_of(*LANGUAGES),
    "card_fee_on_first_card": _yes_no,
    "announce_aloud": _yes_no,
    "area_code": _area_code,
    "max_purchase_m3": _whole(1, 9_999_999),
    "max_closed_days": _whole(1, 3660),
    "untaken_days": _whole(1, 3660),
    "unread_days": _whole(1, 3660),
    "meter_jump_m3": _whole(0, 9_999),
    "habit_off_pct": _whole(10, 10_000),
    "low_battery_pct": _whole(0, 100),
}
