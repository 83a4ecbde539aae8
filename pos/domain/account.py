"""Words of an account: price classes, states, meter sides, card states, and the digest the chain keeps.

Rule: design, Money rules 14 (personal data stay out of the journal). Masks are in `pos.domain.masking`.
Must not know: where any of it is stored.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pos.domain.errors import RuleViolation

MAX_NAME = 60
MAX_ADDRESS = 120
MAX_PEOPLE = 99
ACCOUNT_NO = re.compile(r"[0-9]{6,12}")
CARD_NO = re.compile(r"[0-9]{10}")
METER_NO = re.compile(r"[0-9A-Z-]{4,12}")
PHONE_DIGITS = (5, 20)
_PHONE = re.compile(r"\+?[0-9][0-9-]*")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class PriceClass(StrEnum):
    """Whose prices apply (domain D6)."""

    RESIDENT = "resident"
    RESIDENT_HEATING = "resident_heating"
    COMMERCIAL = "commercial"
    PUBLIC_WELFARE = "public_welfare"


_TIERS_SHARED = (
    (PriceClass.RESIDENT, PriceClass.RESIDENT_HEATING),
    (PriceClass.COMMERCIAL, PriceClass.PUBLIC_WELFARE),
)


def classes_counted_together(price_class: str) -> tuple[str, ...]:
    """Classes whose gas fills the same tiers: a household stays one household when its class changes (domain D6)."""
    return next((tuple(together) for together in _TIERS_SHARED if price_class in together), (price_class,))


PRICE_CLASS_CN = {
    PriceClass.RESIDENT: "居民",
    PriceClass.RESIDENT_HEATING: "居民采暖",
    PriceClass.COMMERCIAL: "商业",
    PriceClass.PUBLIC_WELFARE: "公福",
}
"""The words of tariff papers and import files."""


class AccountStatus(StrEnum):
    """Only an active account is sold to."""

    APPLIED = "applied"  # 报装
    ACTIVE = "active"  # 正常
    STOPPED = "stopped"  # 停供, with a reason
    CLOSED = "closed"  # 销户


ALLOWED_STEPS: dict[AccountStatus, frozenset[AccountStatus]] = {
    AccountStatus.APPLIED: frozenset({AccountStatus.APPLIED, AccountStatus.ACTIVE, AccountStatus.CLOSED}),
    AccountStatus.ACTIVE: frozenset({AccountStatus.ACTIVE, AccountStatus.STOPPED, AccountStatus.CLOSED}),
    AccountStatus.STOPPED: frozenset({AccountStatus.STOPPED, AccountStatus.ACTIVE, AccountStatus.CLOSED}),
    AccountStatus.CLOSED: frozenset(),
}
"""From a status to the next ones; a closed account is never reopened, the customer opens a new one."""


class Inlet(StrEnum):
    """On which side of the meter the gas comes in (domain E2/33)."""

    LEFT = "left"
    RIGHT = "right"


class CardStatus(StrEnum):
    """Only an active card is written to."""

    ACTIVE = "active"
    LOST = "lost"
    SPOILED = "spoiled"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Who stands behind an account; never leaves the plain table except to the counter. `id_number` may be empty."""

    name: str
    phone: str
    address: str
    id_number: str = ""

    def __repr__(self) -> str:
        """Nothing personal: this may end in a log."""
        return "Person(…)"


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter on the wall. `installed_on` is an ISO date or None; `base_reading_l` its litres when fitted."""

    meter_no: str
    meter_type: str
    inlet: Inlet
    maker: str
    installed_on: str | None = None
    base_reading_l: int = 0


def checked_person(person: Person) -> Person:
    """The person with blanks trimmed.

    Raises: RuleViolation `account.name`, `account.phone`, `account.phone_length`, `account.address`,
        `account.id_number`.
    """
    name, phone, address = person.name.strip(), person.phone.strip(), person.address.strip()
    id_number = person.id_number.strip().upper()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise RuleViolation("account.name")
    _check_phone(phone)
    if not address or len(address) > MAX_ADDRESS or not address.isprintable():
        raise RuleViolation("account.address")
    if id_number and not is_id_number(id_number):
        raise RuleViolation("account.id_number")
    return Person(name, phone, address, id_number)


def _check_phone(phone: str) -> None:
    """A service number has five digits, a mobile eleven, with its country a few more; none is needed."""
    if phone and not _PHONE.fullmatch(phone):
        raise RuleViolation("account.phone")
    digits = sum(letter.isdigit() for letter in phone)
    least, most = PHONE_DIGITS
    if phone and not (least <= digits <= most and len(phone) <= most + 1):
        raise RuleViolation("account.phone_length", digits=digits, least=least, most=most)


def checked_people(people: int) -> int:
    """The size of a household. Raises: RuleViolation `account.people`."""
    if not 1 <= people <= MAX_PEOPLE:
        raise RuleViolation("account.people", people=people)
    return people


def checked_meter(meter: Meter) -> Meter:
    """The meter as given.

    Raises: RuleViolation `meter.number`, `meter.type`, `meter.installed_on`, `meter.base_reading`.
    """
    if not METER_NO.fullmatch(meter.meter_no):
        raise RuleViolation("meter.number")
    if not 0 < len(meter.meter_type) <= 12 or len(meter.maker) > 40 or not meter.maker.isprintable():
        raise RuleViolation("meter.type")
    if meter.installed_on is not None and not is_iso_date(meter.installed_on):
        raise RuleViolation("meter.installed_on")
    if not 0 <= meter.base_reading_l < 10**12:
        raise RuleViolation("meter.base_reading")
    return meter


def is_id_number(text: str) -> bool:
    """True for 18 characters whose last one is the check character of GB 11643."""
    if not _ID_NUMBER.fullmatch(text):
        return False
    weighted = sum(int(digit) * weight for digit, weight in zip(text[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[weighted % 11] == text[17]


def is_iso_date(text: str) -> bool:
    """True for `YYYY-MM-DD` that is a day of the calendar."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def contact_digest(person: Person, salt: bytes) -> str:
    """What the chain keeps of a person: SHA-256 over salt and fields; worthless once the salt is erased."""
    fields = f"{person.name}\x1f{person.phone}\x1f{person.address}\x1f{person.id_number}"
    return hashlib.sha256(salt + fields.encode()).hexdigest()


def mask_address(address: str) -> str:
    """`平安里 12 号楼 3 单元 502` as `平安里 **502`: enough for the neighbour to be told apart, never more than half.

    Blanks say nothing about what may be shown: people type them anywhere or not at all.
    """
    text = "".join(address.split())
    shown = min(6, len(text) // 2)
    head, tail = (shown + 1) // 2, shown // 2
    return f"{text[:head]} **{text[len(text) - tail :]}".strip()
