"""Everything that can be set, as rows: in which group, how a value is shown and how it is typed.

Values travel as the settings' own text form (`pos.domain.settings`); here fen become yuan and back, and nothing is
checked: what cannot be read goes on as typed, and the use case refuses it. Must not know: Qt, languages.
"""

from __future__ import annotations

from ledger.money import Money
from pos.domain.account import PriceClass
from pos.domain.settings import LANGUAGES, NAMES, FenRule, Settings, as_text
from pos.domain.tariff import Tariff
from pos.usecases.change_hall_profile import PROFILE_NAMES
from pos.usecases.settings_overview import RuleChange, SettingsOverview
from ui.presenters.office_state import SettingRow

GROUPS = {
    "people": ("one_person_hall", "idle_lock_s", "max_closed_days"),
    "paper": ("language", "receipt_width_chars", "receipt_copies", "announce_aloud"),
    "hall": ("area_code",),
    "feedback": ("untaken_days", "unread_days", "meter_jump_m3", "habit_off_pct", "low_battery_pct"),
}
"""Settings of each group; all others rule money."""
CHOICES: dict[str, tuple[str, ...]] = {
    "fen_rule": tuple(rule.value for rule in FenRule),
    "language": LANGUAGES,
    "one_person_hall": ("yes", "no"),
    "card_fee_on_first_card": ("yes", "no"),
    "announce_aloud": ("yes", "no"),
}
FEES = ("first_card", "card_replacement", "account_transfer")
NOT_SET = "—"


def group_of(name: str) -> str:
    """The group a setting stands in."""
    return next((group for group, names in GROUPS.items() if name in names), "money")


def is_money(name: str) -> bool:
    """A setting kept in fen and typed in yuan."""
    return name.endswith("_fen")


def shown(name: str, text: str) -> str:
    """The text form of a setting as a person reads and types it."""
    if is_money(name) and text.isdigit():
        return str(Money(int(text)))
    return text


def stored(name: str, typed: str) -> str:
    """The text form of what was typed; unreadable figures stay as they are and are refused by the use case."""
    typed = typed.strip()
    if is_money(name):
        fen = fen_of(typed)
        return typed if fen is None else str(fen)
    return typed


def fen_of(typed: str) -> int | None:
    """Fen from typed yuan (`200`, `200.5`, `1,200.00`); None if it is no sum."""
    return scaled(typed, 2)


def scaled(typed: str, decimals: int) -> int | None:
    """A typed number times 10 to the power of `decimals`, exactly; None if it is none or has more decimals."""
    whole, _point, rest = typed.strip().replace(",", "").partition(".")
    digits = whole + rest
    if not digits.isascii() or not digits.isdigit() or len(rest) > decimals or len(whole) > 9 or not whole:
        return None
    return int(digits + "0" * (decimals - len(rest)))


def rows_of(overview: SettingsOverview) -> tuple[SettingRow, ...]:
    """All rows of the hall: profile, settings group by group, prices."""
    texts = {name: str(getattr(overview.profile, name)) for name in PROFILE_NAMES}
    profile = (SettingRow(f"profile.{name}", "hall", text, text) for name, text in texts.items())
    rows = sorted((_setting(name, overview.settings) for name in NAMES), key=lambda row: _ORDER.index(row.group))
    return (*profile, *rows, *_prices(overview))


_ORDER = ("hall", "money", "people", "paper", "feedback")


def _setting(name: str, settings: Settings) -> SettingRow:
    text = as_text(name, settings)
    return SettingRow(f"setting.{name}", group_of(name), shown(name, text), text, CHOICES.get(name, ()))


def _prices(overview: SettingsOverview) -> tuple[SettingRow, ...]:
    by_class = {tariff.price_class: price_words(tariff) for tariff in overview.tariffs}
    by_item = {item: str(Money(fen)) for item, fen in overview.fees}
    samples = {tariff.price_class for tariff in overview.tariffs if tariff.sample} | overview.sample_fees
    tariffs = (
        SettingRow(f"tariff.{name}", "prices", by_class.get(name, NOT_SET), sample=name in samples)
        for name in PriceClass
    )
    items = dict.fromkeys((*FEES, *by_item))
    fees = (SettingRow(f"fee.{item}", "prices", by_item.get(item, NOT_SET), sample=item in samples) for item in items)
    return (*tariffs, *fees)


def plain(number: int, decimals: int) -> str:
    """A whole number of the smallest unit as it is typed: 300000 litres are `300` m³."""
    whole, rest = divmod(number, 10**decimals)
    return f"{whole}.{rest:0{decimals}d}".rstrip("0").rstrip(".")


def price_words(tariff: Tariff) -> str:
    """`2.63 / 3.16 / 3.95`."""
    return " / ".join(price_text(tier.price_e4) for tier in tariff.tiers)


def price_text(price_e4: int) -> str:
    """Yuan per m³ with two to four decimals."""
    whole, rest = divmod(price_e4, 10_000)
    return f"{whole}.{f'{rest:04d}'.rstrip('0').ljust(2, '0')}"


def limit_text(change: RuleChange) -> str:
    """A limit in m³, behind the type of meter if it is a cap; a dash where it was lifted."""
    volume = "—" if change.litres is None else f"{change.litres // 1000} m³"
    return f"{change.new} {volume}".strip()
