"""Settings of a hall: typed, with defaults and limits; a change is a sealed record (design, Money rules 1: chain H).

Labels in Chinese and English belong to the screen. Values travel as text; `parsed` is the only way in. Sources: domain
P3 (fen rule), P12 (void limit, one-person hall), E6 (what the seeds leave open).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from ledger.money import Money
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
        void_limit_fen: 当班冲正 up to this needs no approval.
        over_short_limit_fen: a difference beyond this needs the lead's decision; 0 = any difference.
        max_tender_over_due_fen: cash beyond due + this is taken for a typing mistake.
        cash_drop_warning_fen: the drawer asks for 上缴入柜 above this; 0 = never.
        one_person_hall: an operator may hold two roles; papers say so.
        idle_lock_s: the screen locks after this; 0 = never.
        day_due_time: takings are to be handed in by, `HH:MM` hall time.
        receipt_width_chars: columns of the receipt printer.
        receipt_copies: names of the copies of a receipt, in order.
        drawer_float_fen: proposed opening float of a till.
        drawer_float_denominations: proposed float, face value in fen and pieces.
        language: locale of screen and paper.
        card_fee_on_first_card: the first card is charged (the price is a fee of the tariff).
        lost_card_wait_days: days between the report of a loss and the new card.
        late_fee_e4_per_day: 违约金 per day, 10⁻⁴ of the arrears.
        announce_aloud: the read-back is spoken.
        retention_years: how long papers and closed personal data are kept.
        max_purchase_m3: more than this in one purchase is taken for a typing mistake.
        area_code: four digits written on every card; meters of another company refuse it.
    """

    fen_rule: FenRule = FenRule.CARRY
    void_limit_fen: int = 20_000
    over_short_limit_fen: int = 0
    max_tender_over_due_fen: int = 10_000
    cash_drop_warning_fen: int = 500_000
    one_person_hall: bool = False
    idle_lock_s: int = 300
    day_due_time: str = "17:00"
    receipt_width_chars: int = 48
    receipt_copies: tuple[str, ...] = ("客户联",)
    drawer_float_fen: int = 50_000
    drawer_float_denominations: tuple[tuple[int, int], ...] = (
        (5000, 2),
        (2000, 5),
        (1000, 15),
        (500, 20),
        (100, 40),
        (50, 10),
        (10, 50),
    )
    language: str = "zh_CN"
    card_fee_on_first_card: bool = True
    lost_card_wait_days: int = 0
    late_fee_e4_per_day: int = 0
    announce_aloud: bool = True
    retention_years: int = 5
    area_code: str = "0001"
    max_purchase_m3: int = 1999

    @property
    def void_limit(self) -> Money:
        """`void_limit_fen` as money."""
        return Money(self.void_limit_fen)


NAMES = tuple(field.name for field in fields(Settings))
LANGUAGES = ("zh_CN", "zh_TW", "en")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
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
    if name == "drawer_float_denominations":
        return ",".join(f"{face}x{pieces}" for face, pieces in value)
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


def _time_of_day(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise ValueError(text)
    return text


def _copies(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(","))
    if not 1 <= len(names) <= 3 or any(not 1 <= len(name) <= 8 for name in names) or len(set(names)) != len(names):
        raise ValueError(text)
    return names


def _denominations(text: str) -> tuple[tuple[int, int], ...]:
    pairs = []
    for part in text.split(","):
        face, mark, pieces = part.strip().partition("x")
        if mark != "x" or not face.isdigit() or not pieces.isdigit():
            raise ValueError(text)
        pairs.append((int(face), int(pieces)))
    faces = [face for face, _ in pairs]
    if any(face not in FACES_FEN for face in faces) or len(set(faces)) != len(faces):
        raise ValueError(text)
    return tuple(pairs)


FACES_FEN = (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
"""Face values of the notes and coins a count asks for."""

_MONEY = _whole(0, 100_000_000)


def _area_code(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise ValueError(text)
    return text


_READERS: dict[str, _Reader] = {
    "fen_rule": FenRule,
    "void_limit_fen": _MONEY,
    "over_short_limit_fen": _MONEY,
    "max_tender_over_due_fen": _MONEY,
    "cash_drop_warning_fen": _MONEY,
    "one_person_hall": _yes_no,
    "idle_lock_s": _whole(0, 3600),
    "day_due_time": _time_of_day,
    "receipt_width_chars": _whole(24, 64),
    "receipt_copies": _copies,
    "drawer_float_fen": _MONEY,
    "drawer_float_denominations": _denominations,
    "language": _one_of(*LANGUAGES),
    "card_fee_on_first_card": _yes_no,
    "lost_card_wait_days": _whole(0, 30),
    "late_fee_e4_per_day": _whole(0, 100),
    "announce_aloud": _yes_no,
    "retention_years": _whole(3, 30),
    "area_code": _area_code,
    "max_purchase_m3": _whole(1, 9_999_999),
}
