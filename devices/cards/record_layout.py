"""Records on a card as data: which field lies where and how it is written, with a checksum over the whole.

A profile file names the fields; this module turns values into bytes and back. A record whose bytes are all equal was
never written, and one whose checksum, constants or digits are wrong is torn or somebody else's: neither is valid.
It must not know what a field means, where a record lies, nor files.
"""

from __future__ import annotations

import binascii
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

Value = int | str | bytes | None

_CENTURY: Final = 2000  # of dates that lie on a card with two digits of the year


class FieldType(StrEnum):
    """How the bytes of a field are read."""

    UINT = "uint"
    INT = "int"
    BCD = "bcd"
    ASCII = "ascii"
    DATE = "date"
    TIME_MS = "time_ms"
    BYTES = "bytes"
    CONST = "const"
    UNUSED = "unused"


NAMELESS: Final = frozenset({FieldType.CONST, FieldType.UNUSED})
NUMBERS: Final = frozenset({FieldType.UINT, FieldType.INT, FieldType.TIME_MS})


def crc16(body: bytes) -> bytes:
    """Polynomial 1021, start FFFF, no reflection, no final XOR."""
    return binascii.crc_hqx(body, 0xFFFF).to_bytes(2, "big")


def crc32(body: bytes) -> bytes:
    """CRC-32 as in zip files."""
    return zlib.crc32(body).to_bytes(4, "big")


CHECKSUMS: Final[Mapping[str, Callable[[bytes], bytes]]] = {"crc16": crc16, "crc32": crc32}


UNITS_L: Final[Mapping[str, int]] = {"litre": 1, "centi_m3": 10, "deci_m3": 100, "m3": 1000}
"""Litres in one of a unit of quantity."""


class FieldDoesNotFit(Exception):
    """A value that its field cannot carry. Attributes: field; value."""

    def __init__(self, field: str, value: Value) -> None:
        super().__init__(field)
        self.field = field
        self.value = value


class FieldNotInUnits(FieldDoesNotFit):
    """A quantity that is no whole number of what its field counts. Attributes: unit_l."""

    def __init__(self, field: str, value: int, unit_l: int) -> None:
        super().__init__(field, value)
        self.unit_l = unit_l


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        name: "" for constants and unused bytes.
        value: of a constant.
        digits: of a bcd field: it always carries so many; 0 = up to its bytes, filled with F on the right.
        wraps: a number beyond the field starts at 0 again. saturates: it stays at the greatest the field can tell.
        epoch_ms: of a time: milliseconds since 1970 at which the field counts 0; 0 on the card means not told.
        unit_l: of a quantity: litres in one that the field counts. Outside a card quantities are litres.
    """

    name: str
    type: FieldType
    length: int
    value: bytes = b""
    digits: int = 0
    wraps: bool = False
    saturates: bool = False
    epoch_ms: int = 0
    unit_l: int = 1

    def encode(self, value: Value) -> bytes:
        """Raises: FieldDoesNotFit."""
        match self.type:
            case FieldType.CONST:
                return self.value
            case FieldType.UNUSED:
                return bytes(self.length)
            case FieldType.BCD:
                return self._packed(value)
            case FieldType.ASCII:
                return self._text(value)
            case FieldType.DATE:
                return self._day(value)
            case FieldType.BYTES:
                if not isinstance(value, bytes) or len(value) != self.length:
                    raise FieldDoesNotFit(self.name, value)
                return value
            case _:
                return self._number(value)

    def decode(self, stored: bytes) -> Value:
        """Raises: ValueError for bytes that this field never holds."""
        match self.type:
            case FieldType.CONST:
                if stored != self.value:
                    raise ValueError(self.name)
                return None
            case FieldType.BCD:
                digits = stored.hex().upper().rstrip("F")
                if not _is_decimal(digits) and digits:
                    raise ValueError(self.name)
                return digits
            case FieldType.ASCII:
                return stored.rstrip(b"\xff").decode("ascii", "replace")
            case FieldType.DATE:
                return _iso_day(stored)
            case FieldType.TIME_MS:
                told = int.from_bytes(stored, "big")
                return told + self.epoch_ms if told else 0
            case FieldType.UINT | FieldType.INT:
                return int.from_bytes(stored, "big", signed=self.type is FieldType.INT) * self.unit_l
            case _:
                return stored

    def _number(self, value: Value) -> bytes:
        if not isinstance(value, int):
            raise FieldDoesNotFit(self.name, value)
        figure, rest = divmod(value, self.unit_l)
        if rest:
            raise FieldNotInUnits(self.name, value, self.unit_l)
        if self.type is FieldType.TIME_MS and value:
            figure = value - self.epoch_ms
            if figure <= 0:
                raise FieldDoesNotFit(self.name, value)
        is_signed = self.type is FieldType.INT
        greatest = 2 ** (8 * self.length - is_signed) - 1
        if self.wraps:
            figure &= greatest
        elif self.saturates:
            figure = min(figure, greatest)
        try:
            return figure.to_bytes(self.length, "big", signed=is_signed)
        except OverflowError as too_great:
            raise FieldDoesNotFit(self.name, value) from too_great

    def _packed(self, value: Value) -> bytes:
        fits = isinstance(value, str) and (_is_decimal(value) or not value) and len(value) <= 2 * self.length
        if not isinstance(value, str) or not fits or (self.digits and len(value) != self.digits):
            raise FieldDoesNotFit(self.name, value)
        return bytes.fromhex(value.ljust(2 * self.length, "F"))

    def _text(self, value: Value) -> bytes:
        if not isinstance(value, str) or not (value.isascii() and value.isprintable()) or len(value) > self.length:
            raise FieldDoesNotFit(self.name, value)
        return value.encode("ascii").ljust(self.length, b"\xff")

    def _day(self, value: Value) -> bytes:
        if value is None:
            return bytes(self.length)
        if not isinstance(value, str):
            raise FieldDoesNotFit(self.name, value)
        return bytes.fromhex(value.replace("-", ""))[-self.length :]


@dataclass(frozen=True, slots=True)
class RecordLayout:
    """Fields in their order and a checksum after the last. Attributes: fields; checksum (a name of `CHECKSUMS`)."""

    fields: tuple[Field, ...]
    checksum: str

    @property
    def body_length(self) -> int:
        """Bytes under the checksum."""
        return sum(field.length for field in self.fields)

    @property
    def length(self) -> int:
        """Bytes on the card, checksum included."""
        return self.body_length + len(CHECKSUMS[self.checksum](b""))

    @property
    def head(self) -> bytes:
        """The constants that the record begins with; what tells its cards from all others."""
        head = b""
        for field in self.fields:
            if field.type is not FieldType.CONST:
                break
            head += field.value
        return head

    def most(self, name: str) -> int:
        """The greatest number that a field without a sign takes; of a quantity in litres."""
        field = next(field for field in self.fields if field.name == name)
        return int(2 ** (8 * field.length) - 1) * field.unit_l

    def unit_l(self, name: str) -> int:
        """Litres in one that a field counts."""
        return next((field.unit_l for field in self.fields if field.name == name), 1)

    def in_units(self, unit_l: int) -> RecordLayout:
        """The same record counting its quantities in another unit."""
        fields = tuple(replace(field, unit_l=unit_l) if is_quantity(field.name) else field for field in self.fields)
        return replace(self, fields=fields)

    def encode(self, values: Mapping[str, Value]) -> bytes:
        """The record with its checksum. Raises: FieldDoesNotFit for the first value that does not fit."""
        body = b"".join(field.encode(values.get(field.name)) for field in self.fields)
        return body + CHECKSUMS[self.checksum](body)

    def decode(self, stored: bytes) -> dict[str, Value] | None:
        """Values by name; None for a record that was never written, is torn or is not of this layout."""
        body, checksum = stored[: self.body_length], stored[self.body_length : self.length]
        if len(set(stored[: self.length])) <= 1 or CHECKSUMS[self.checksum](body) != checksum:
            return None
        values: dict[str, Value] = {}
        offset = 0
        for field in self.fields:
            try:
                value = field.decode(body[offset : offset + field.length])
            except ValueError:
                return None
            offset += field.length
            if field.name:
                values[field.name] = value
        return values


def is_quantity(name: str) -> bool:
    """Whether a field of this name holds a quantity of gas."""
    return name.endswith("_l")


def number(values: Mapping[str, Value], name: str, default: int = 0) -> int:
    """A field that is a number, `default` where the layout has none of this name."""
    value = values.get(name, default)
    return value if isinstance(value, int) else default


def text(values: Mapping[str, Value], name: str) -> str:
    """A field that is text, empty where the layout has none of this name."""
    value = values.get(name, "")
    return value if isinstance(value, str) else ""


def _is_decimal(digits: str) -> bool:
    return digits.isascii() and digits.isdecimal()


def _iso_day(packed: bytes) -> str | None:
    """A BCD day with two or four digits of the year; None for zeros and for what is no day of the calendar."""
    digits = packed.hex()
    if not _is_decimal(digits):
        return None
    year = int(digits[:-4]) + (_CENTURY if len(digits) == 6 else 0)
    try:
        return date(year, int(digits[-4:-2]), int(digits[-2:])).isoformat()
    except ValueError:
        return None
