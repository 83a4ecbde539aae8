"""Reader × card family as data: which dialect a reader of this name speaks for cards without commands of their own.

The built-in rows lie in readers.toml beside this file; a hall's own rows, same form, are asked first. It must not know
what a dialect does, only its name.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from devices.cards.memory_chip import MEMORY_FAMILIES
from pos.domain.errors import DeviceRefused

DIALECTS: Final = ("acs", "omnikey")
FILE_NAME: Final = "readers.toml"


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """Attributes: pattern (of reader names, capital letters, only * is special); dialects (by family)."""

    pattern: str
    dialects: dict[str, str]

    def fits(self, reader: str) -> bool:
        """True for a reader of this name. Names hold brackets, so no other sign may mean anything but itself."""
        return re.fullmatch(".*".join(map(re.escape, self.pattern.split("*"))), reader.upper()) is not None


@dataclass(frozen=True, slots=True)
class ReaderMatrix:
    """Rows in the order they are asked."""

    rows: tuple[ReaderRow, ...]

    def dialect(self, reader: str, family: str) -> str:
        """Dialect of the first row that fits the reader and names the family; "" if none does."""
        return next((row.dialects[family] for row in self.rows if family in row.dialects and row.fits(reader)), "")


def parse_matrix(text: str) -> ReaderMatrix:
    """Rows of one file. Raises: DeviceRefused `readers.invalid` naming what does not fit."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise DeviceRefused("readers.invalid", found=str(broken)) from broken
    rows = document.get("reader", [])
    if set(document) - {"reader"} or not isinstance(rows, list):
        raise DeviceRefused("readers.invalid", found=", ".join(sorted(document)))
    return ReaderMatrix(tuple(_row(row) for row in rows))


def _row(row: Any) -> ReaderRow:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str) or not row["name"].strip():
        raise DeviceRefused("readers.invalid", found=str(row))
    dialects = {family: dialect for family, dialect in row.items() if family != "name"}
    for family, dialect in dialects.items():
        if family not in MEMORY_FAMILIES or dialect not in DIALECTS:
            raise DeviceRefused("readers.invalid", found=f"{row['name']}: {family} = {dialect}")
    return ReaderRow(row["name"].upper(), dialects)


def built_in_matrix() -> ReaderMatrix:
    """The rows that come with the program."""
    return parse_matrix(resources.files("devices.cards").joinpath(FILE_NAME).read_text(encoding="utf-8"))


def matrix_of_hall(folder: Path) -> ReaderMatrix:
    """The hall's own rows before the built-in ones. Raises: DeviceRefused `readers.invalid` for a wrong file."""
    own = folder / FILE_NAME
    if not own.exists():
        return built_in_matrix()
    try:
        text = own.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as unread:
        raise DeviceRefused("readers.invalid", found=str(unread)) from unread
    return ReaderMatrix(parse_matrix(text).rows + built_in_matrix().rows)
