"""One record of a profile file, field by field: what may stand there, and what must. It must not know other records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

from devices.cards.profile_kinds import Kind
from devices.cards.profile_lines import ProfileLines
from devices.cards.record_layout import CHECKSUMS, NAMELESS, UNITS_L, Field, FieldType, RecordLayout, is_quantity

_LENGTHS: Final[Mapping[FieldType, tuple[int, int]]] = {
    FieldType.UINT: (1, 8),
    FieldType.INT: (1, 8),
    FieldType.TIME_MS: (5, 8),
    FieldType.DATE: (3, 4),
    FieldType.BCD: (1, 16),
    FieldType.ASCII: (1, 32),
    FieldType.BYTES: (1, 32),
    FieldType.UNUSED: (1, 200),
}
_ALWAYS: Final = ("name", "type", "bytes")
_EXTRAS: Final[Mapping[FieldType, tuple[str, ...]]] = {
    FieldType.CONST: ("type", "value"),
    FieldType.UNUSED: ("type", "bytes"),
    FieldType.BCD: (*_ALWAYS, "digits"),
    FieldType.UINT: (*_ALWAYS, "wraps", "saturates", "unit"),
    FieldType.INT: (*_ALWAYS, "unit"),
    FieldType.TIME_MS: (*_ALWAYS, "epoch"),
}
_FIXED_BYTES: Final = {"mark": 4, "card_no": 5, "area_code": 2}
_FIXED_DIGITS: Final = {"card_no": 10, "area_code": 4}
"""The hall's own numbers have so many digits, and a card's keys are derived from them."""
_HEAD_BYTES: Final = 2
_LASTING_GENERATION: Final = 4


class Teller(Protocol):
    """Where problems go."""

    def __call__(self, line: int, place: str, code: str, found: object = "", allowed: str = "") -> None:
        """Keep a problem."""


class RecordReader:
    """Reads records of one file."""

    def __init__(self, lines: ProfileLines, kind: Kind, tell: Teller, unit_l: int = 1) -> None:
        """`unit_l`: what quantities count where their field does not say otherwise."""
        self._unit_l = unit_l
        self._lines = lines
        self._kind = kind
        self._tell = tell

    def read(self, record: str, table: Mapping[str, Any]) -> RecordLayout:
        """The record, as far as it is right; what is not right is told."""
        required = self._kind.records[record]
        told = table.get("fields")
        if not isinstance(told, list) or not told:
            self._tell(self._lines.of(record), f"[{record}]", "missing", allowed="fields = [ { … }, … ]")
            told = []
        for key in table:
            if key not in ("checksum", "fields"):
                self._tell(self._lines.of(record, key), f"[{record}] {key}", "unknown", allowed="checksum | fields")
        checksum = str(table.get("checksum", ""))
        if checksum not in CHECKSUMS:
            code = "wrong" if checksum else "missing"
            allowed = " | ".join(f'"{name}"' for name in CHECKSUMS)
            self._tell(self._lines.of(record, "checksum"), f"[{record}] checksum", code, checksum, allowed)
            checksum = next(iter(CHECKSUMS))
        fields = [self._field(record, index, each) for index, each in enumerate(told)]
        layout = RecordLayout(tuple(each for each in fields if each is not None), checksum)
        names = [each.name for each in layout.fields if each.name]
        if None not in fields:
            for name in required:
                if name not in names:
                    self._tell(self._lines.of(record), f"[{record}] {name}", "missing", allowed=" | ".join(required))
        for name in {name for name in names if names.count(name) > 1}:
            self._tell(self._lines.of(record), f"[{record}] {name}", "twice", name)
        if record == "identity" and len(layout.head) < _HEAD_BYTES:
            self._tell(self._lines.of(record, "fields"), f"[{record}] 1", "no_head", allowed=str(_HEAD_BYTES))
        if record == "purchase":
            self._check_generation(layout)
        if layout.length > self._kind.max_record[record]:
            room = f"1 … {self._kind.max_record[record]}"
            self._tell(self._lines.of(record), f"[{record}]", "too_long", layout.length, room)
        return layout

    def _check_generation(self, layout: RecordLayout) -> None:
        """A copy is told from the older one by its generation for as long as the card lives."""
        for index, field in enumerate(layout.fields):
            may_wrap = field.wraps and not self._kind.counts_in_values
            if field.name == "generation" and not may_wrap and (field.wraps or field.length < _LASTING_GENERATION):
                allowed = f"bytes = {_LASTING_GENERATION}"
                if not self._kind.counts_in_values:
                    allowed += " | wraps = true"
                line = self._lines.of_field("purchase", index)
                self._tell(line, "[purchase] generation", "wrong", f"bytes = {field.length}", allowed)

    def _field(self, record: str, index: int, told: Any) -> Field | None:
        line = self._lines.of_field(record, index)
        place = f"[{record}] {index + 1}"
        if not isinstance(told, dict) or told.get("type") not in set(FieldType):
            found = told.get("type", "") if isinstance(told, dict) else told
            self._tell(line, f"{place} type", "wrong" if found else "missing", found, " | ".join(FieldType))
            return None
        type_ = FieldType(told["type"])
        known = _EXTRAS.get(type_, _ALWAYS)
        for key in told:
            if key not in known:
                self._tell(line, f"{place} {key}", "unknown", allowed=" | ".join(known))
                return None
        if type_ is FieldType.CONST:
            return self._constant(line, place, told)
        name = "" if type_ in NAMELESS else self._name(record, line, place, type_, told)
        length = self._length(line, f"[{record}] {name}" if name else place, type_, name, told)
        if name is None or length is None:
            return None
        return self._with_extras(line, f"[{record}] {name}", told, Field(name, type_, length))

    def _constant(self, line: int, place: str, told: Mapping[str, Any]) -> Field | None:
        try:
            value = bytes.fromhex(str(told.get("value", "")))
        except ValueError:
            value = b""
        if not value:
            self._tell(line, f"{place} value", "wrong", told.get("value", ""), 'hex, "4353"')
            return None
        return Field("", FieldType.CONST, len(value), value=value)

    def _name(self, record: str, line: int, place: str, type_: FieldType, told: Mapping[str, Any]) -> str | None:
        """A name that the drivers know, with a type it may take."""
        known = self._kind.field_types(record)
        name = told.get("name", "")
        if name not in known:
            self._tell(line, f"{place} name", "unknown" if name else "missing", name, " | ".join(known))
            return None
        if type_ not in known[name]:
            allowed = " | ".join(f'"{each}"' for each in known[name])
            self._tell(line, f"[{record}] {name} type", "wrong", type_.value, allowed)
            return None
        return str(name)

    def _length(self, line: int, place: str, type_: FieldType, name: str | None, told: Mapping[str, Any]) -> int | None:
        least, greatest = _LENGTHS[type_]
        if name in _FIXED_BYTES:
            least = greatest = _FIXED_BYTES[name]
        length = told.get("bytes")
        if isinstance(length, int) and not isinstance(length, bool) and least <= length <= greatest:
            return length
        allowed = f"{least} … {greatest}" if least != greatest else str(least)
        self._tell(line, f"{place} bytes", "missing" if length is None else "wrong", length or "", allowed)
        return None

    def _with_extras(self, line: int, place: str, told: Mapping[str, Any], plain: Field) -> Field | None:
        digits, epoch = told.get("digits", 0), told.get("epoch")
        flags = {key: told.get(key, False) for key in ("wraps", "saturates")}
        for key, value in flags.items():
            if not isinstance(value, bool):
                self._tell(line, f"{place} {key}", "wrong", value, "true | false")
                return None
        fixed = _FIXED_DIGITS.get(plain.name)
        if fixed is not None and digits != fixed:
            self._tell(line, f"{place} digits", "wrong" if digits else "missing", digits or "", str(fixed))
            return None
        if not isinstance(digits, int) or isinstance(digits, bool) or not 0 <= digits <= 2 * plain.length:
            self._tell(line, f"{place} digits", "wrong", digits, f"1 … {2 * plain.length}")
            return None
        if epoch is not None and (not isinstance(epoch, date) or isinstance(epoch, datetime)):
            self._tell(line, f"{place} epoch", "wrong", epoch, "2020-01-01")
            return None
        unit_l = self._unit_of(line, place, told, plain.name)
        if unit_l is None:
            return None
        return Field(
            plain.name,
            plain.type,
            plain.length,
            unit_l=unit_l,
            digits=digits,
            wraps=flags["wraps"],
            saturates=flags["saturates"],
            epoch_ms=0 if epoch is None else _first_ms(epoch),
        )

    def _unit_of(self, line: int, place: str, told: Mapping[str, Any], name: str) -> int | None:
        """Litres in one that the field counts; 1 for what is no quantity, and there no unit may stand."""
        unit = told.get("unit")
        if unit is None:
            return self._unit_l if is_quantity(name) else 1
        if not is_quantity(name):
            self._tell(line, f"{place} unit", "unknown", allowed=" | ".join(_EXTRAS[FieldType.UINT][:-1]))
            return None
        if unit not in UNITS_L:
            self._tell(line, f"{place} unit", "wrong", unit, " | ".join(f'"{each}"' for each in UNITS_L))
            return None
        return UNITS_L[unit]


def _first_ms(day: date) -> int:
    """The first millisecond of a day, UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
