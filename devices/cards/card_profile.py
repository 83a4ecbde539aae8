"""Card profiles as files: what a card of one kind carries and where, read by the drivers and checked before use.

The built-in profiles lie in the folder `profiles` beside this module; the page for whoever writes another is
docs/card-profiles.md. A profile with any problem is no profile: every problem is told with its line, its field and what
is allowed. It must not know sessions, readers or keys.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final

from devices.cards.card_code import BUILT_IN as BUILT_IN_CODE
from devices.cards.card_code import known_ways
from devices.cards.profile_kinds import (
    APPLICATION,
    CAPS,
    CODE,
    KIND_OF,
    KINDS,
    KNOWN_PINS,
    KNOWN_RULES,
    NO_PIN,
    PIN,
    RULES,
    UNIT,
    WALLET,
    WALLET_UNIT,
    WITH_APPLICATION,
    Kind,
)
from devices.cards.profile_lines import ProfileLines
from devices.cards.profile_places import ranges_that_overlap
from devices.cards.profile_records import RecordReader
from devices.cards.record_layout import UNITS_L, RecordLayout

FORM: Final = 1
"""Version of the form that profile files are written in."""
BUILT_IN: Final = ("reference-fmcos", "reference-wallet", "reference-mifare", "reference-memory")
_TOP = ("profile", "name", "title", "families", "records_of", "rules", "places")
_FOLDER = "profiles"


@dataclass(frozen=True, slots=True)
class ProfileProblem:
    """One thing that is wrong with a profile file.

    Attributes: line (from 1); place (`[section] field`); code (of the sentence); found; allowed (as written there).
    """

    line: int
    place: str
    code: str
    found: str = ""
    allowed: str = ""


class ProfileInvalid(Exception):
    """A profile file that no driver may use. Attributes: problems, in the order of the file."""

    def __init__(self, problems: tuple[ProfileProblem, ...]) -> None:
        super().__init__("; ".join(f"{each.line}: {each.place}: {each.code} {each.found}" for each in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class CardProfile:
    """One profile.

    Attributes:
        kind: of card; families: which it serves.
        places: where everything lies: file, sector or address, by the kind.
        application: name a CPU card's application is selected by, empty elsewhere.
        records: identity, holder, purchase and feedback, as far as the kind has them.
        max_sequence, max_purchase_l: what one purchase may carry at most.
        code: name of the way a memory card's code is derived, empty elsewhere.
    """

    name: str
    title: str
    kind: Kind
    families: tuple[str, ...]
    places: Mapping[str, int]
    application: bytes
    records: Mapping[str, RecordLayout]
    max_sequence: int
    max_purchase_l: int
    code: str = ""


@cache
def built_in(name: str) -> CardProfile:
    """A profile that comes with the program."""
    text = resources.files("devices.cards").joinpath(_FOLDER, f"{name}.toml").read_text(encoding="utf-8")
    return parse_profile(text)


def parse_profile(text: str) -> CardProfile:
    """A profile from the text of its file. Raises: ProfileInvalid with every problem that was found."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise ProfileInvalid((ProfileProblem(_line_told_by(broken, text), "", "not_toml", str(broken)),)) from broken
    reading = _Reading(document, ProfileLines(text))
    profile = reading.profile()
    if reading.problems or profile is None:
        raise ProfileInvalid(tuple(sorted(reading.problems, key=lambda problem: problem.line)))
    return profile


def _line_told_by(broken: tomllib.TOMLDecodeError, text: str) -> int:
    """The line that the parser names, or the last one where it says `at end of document`."""
    words = str(broken).rpartition("line ")[2].partition(",")[0]
    return int(words) if words.isdecimal() else max(1, len(text.splitlines()))


@dataclass
class _Reading:
    """One reading of one file. Attributes: problems found so far."""

    document: Mapping[str, Any]
    lines: ProfileLines
    problems: list[ProfileProblem] = field(default_factory=list)

    def profile(self) -> CardProfile | None:
        """The profile, None where it cannot even be told what kind of card it is for."""
        self._expect("", "profile", FORM)
        name, title = self._text("name"), self._text("title")
        kind, families = self._kind()
        if kind is None:
            return None
        self._unknown("", self.document, (*_TOP, *kind.records))
        max_sequence, max_purchase_l = self._rules(kind)
        records = self._records(kind)
        places, application = self._places(kind)
        self._check_caps(kind, records, max_sequence, max_purchase_l)
        if not self.problems:
            self._check_overlaps(kind, places, records)
        return CardProfile(
            name=name,
            title=title,
            kind=kind,
            families=families,
            places=places,
            application=application,
            records=records,
            max_sequence=max_sequence,
            max_purchase_l=max_purchase_l,
            code=str(self._table("rules").get(CODE, "")),
        )

    def tell(self, line: int, place: str, code: str, found: object = "", allowed: str = "") -> None:
        """Keep a problem."""
        self.problems.append(ProfileProblem(line, place, code, _shown(found), allowed))

    def _expect(self, section: str, key: str, *allowed: object) -> None:
        table = self._table(section) if section else self.document
        shown = " | ".join(_shown(each) for each in allowed)
        if key not in table:
            self.tell(self.lines.of(section, key), _place(section, key), "missing", allowed=shown)
        elif table[key] not in allowed or isinstance(table[key], bool):
            self.tell(self.lines.of(section, key), _place(section, key), "wrong", table[key], shown)

    def _text(self, key: str) -> str:
        value = self.document.get(key)
        if isinstance(value, str) and value.strip():
            return value
        code = "missing" if key not in self.document else "wrong"
        self.tell(self.lines.of("", key), key, code, value or "", '"…"')
        return ""

    def _table(self, section: str) -> Mapping[str, Any]:
        table = self.document.get(section)
        return table if isinstance(table, dict) else {}

    def _unknown(self, section: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                line = self.lines.of(section, key) if section else max(self.lines.of("", key), self.lines.of(key))
                self.tell(line, _place(section, key), "unknown", allowed=" | ".join(known))

    def _kind(self) -> tuple[Kind | None, tuple[str, ...]]:
        """All families of a profile are of one kind."""
        told = self.document.get("families")
        families = tuple(told) if isinstance(told, list) and all(isinstance(each, str) for each in told) else ()
        kinds = {KIND_OF[family].name for family in families if family in KIND_OF}
        if families and len(kinds) == 1 and all(family in KIND_OF for family in families):
            return KIND_OF[families[0]], families
        allowed = " | ".join(str(list(kind.families)).replace("'", '"') for kind in KINDS)
        self.tell(self.lines.of("", "families"), "families", "wrong" if told else "missing", told or "", allowed)
        return None, ()

    def _rules(self, kind: Kind) -> tuple[int, int]:
        rules = self._table("rules")
        for rule, allowed in RULES.items():
            if rules.get(rule) in KNOWN_RULES[rule]:
                line, place = self.lines.of("rules", rule), _place("rules", rule)
                self.tell(line, place, "not_carried_out", rules[rule], " | ".join(f'"{each}"' for each in allowed))
            else:
                is_wallets = rule == UNIT and kind.name == WALLET
                self._expect("rules", rule, *((WALLET_UNIT,) if is_wallets else allowed))
        if kind.has_code:
            self._expect("rules", CODE, *((BUILT_IN_CODE,) if rules.get(CODE) == BUILT_IN_CODE else known_ways()))
        own = (CODE,) if kind.has_code else (PIN,) if kind.name == WALLET else ()
        if PIN in own and rules.get(PIN) in KNOWN_PINS:
            line, place = self.lines.of("rules", PIN), _place("rules", PIN)
            self.tell(line, place, "pin_not_asked", rules[PIN], f'"{NO_PIN}"')
        elif PIN in own and PIN in rules:
            self._expect("rules", PIN, NO_PIN)
        self._unknown("rules", rules, (*RULES, *CAPS, *own))
        max_sequence, max_purchase_l = (self._number("rules", cap, 1, 2**48 - 1) for cap in CAPS)
        return max_sequence, max_purchase_l

    def _number(self, section: str, key: str, least: int, greatest: int) -> int:
        table = self._table(section)
        value = table.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= greatest:
            return value
        code = "missing" if key not in table else "wrong"
        allowed = f"{least} … {greatest}" if section == "rules" else f"0x{least:02X} … 0x{greatest:02X}"
        self.tell(self.lines.of(section, key), _place(section, key), code, "" if value is None else value, allowed)
        return least

    def _records(self, kind: Kind) -> Mapping[str, RecordLayout]:
        """The records of this file, or those of a built-in profile that it names."""
        unit_l = UNITS_L.get(str(self._table("rules").get(UNIT)), 1)
        borrowed = self.document.get("records_of")
        if borrowed is not None:
            if borrowed not in BUILT_IN or set(built_in(borrowed).records) != set(kind.records):
                allowed = " | ".join(
                    f'"{name}"' for name in BUILT_IN if kind.name not in WITH_APPLICATION or name != "reference-memory"
                )
                self.tell(self.lines.of("", "records_of"), "records_of", "wrong", borrowed, allowed)
                return {}
            return {name: record.in_units(unit_l) for name, record in built_in(borrowed).records.items()}
        reader = RecordReader(self.lines, kind, self.tell, unit_l)
        return {name: reader.read(name, self._table(name)) for name in kind.records}

    def _places(self, kind: Kind) -> tuple[Mapping[str, int], bytes]:
        table = self._table("places")
        has_name = kind.name in WITH_APPLICATION
        self._unknown("places", table, (*((APPLICATION,) if has_name else ()), *kind.places))
        places = {place: self._number("places", place, *bounds) for place, bounds in kind.places.items()}
        application = b""
        if has_name:
            try:
                application = bytes.fromhex(str(table.get(APPLICATION, "")))
            except ValueError:
                application = b""
            if not 5 <= len(application) <= 16:
                line = self.lines.of("places", APPLICATION)
                code = "wrong" if APPLICATION in table else "missing"
                self.tell(line, _place("places", APPLICATION), code, table.get(APPLICATION, ""), "5 … 16 × hex")
        return places, application

    def _check_caps(
        self, kind: Kind, records: Mapping[str, RecordLayout], max_sequence: int, max_purchase_l: int
    ) -> None:
        """A cap beyond its field would let a purchase be paid that the card cannot carry."""
        purchase = records.get("purchase")
        if purchase is None:
            return
        for cap, figure, name in ((CAPS[0], max_sequence, "sequence"), (CAPS[1], max_purchase_l, "volume_l")):
            if not any(field.name == name for field in purchase.fields):
                continue
            greatest = min(purchase.most(name), kind.max_volume_l)
            if figure > greatest:
                self.tell(self.lines.of("rules", cap), _place("rules", cap), "wrong", figure, f"1 … {greatest}")

    def _check_overlaps(self, kind: Kind, places: Mapping[str, int], records: Mapping[str, RecordLayout]) -> None:
        for place, other in ranges_that_overlap(kind, places, records):
            self.tell(self.lines.of("places", place), _place("places", place), "overlap", places[place], other)


def _place(section: str, key: str) -> str:
    return f"[{section}] {key}" if section else key


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) and value else str(value)
