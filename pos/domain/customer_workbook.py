"""Cells of an .xlsx file as plain text, from a file nobody vouches for.

What it may unpack to is bounded before anything is unpacked; formulas stay text, numbers lose no digit that was shown,
dates become ISO. Must not know: what the columns mean.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from pos.domain.errors import RuleViolation

MAX_MEMBERS = 200
MAX_UNPACKED_BYTES = 64 * 1024 * 1024


def workbook_rows(content: bytes, *, columns: int, rows: int) -> Iterator[list[str]]:
    """Rows of the first sheet as trimmed text.

    Args:
        content: the file.
        columns, rows: no more than these are looked at; one row more than allowed tells the caller of the excess.

    Raises: RuleViolation `import.not_a_table`, `import.too_large`.
    """
    _assert_bounded(content)
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = workbook.worksheets[0]
        for row in sheet.iter_rows(max_row=rows + 1, max_col=columns, values_only=True):
            yield [_text(cell) for cell in row]
        workbook.close()
    except (
        InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, IndexError, TypeError,
        AttributeError, OSError, EOFError, SyntaxError, zipfile.LargeZipFile, NotImplementedError, zlib.error,
    ) as error:  # fmt: skip  # what the library lets through on damaged files; found by cutting and flipping bytes
        raise RuleViolation("import.not_a_table") from error


def _assert_bounded(content: bytes) -> None:
    """Refuse archives that unpack to too much, by their own directory and before reading any member."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise RuleViolation("import.not_a_table") from error
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise RuleViolation("import.too_large", limit=MAX_UNPACKED_BYTES)


def _text(cell: Any) -> str:
    """A cell as it was meant to be read."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    text = str(cell).strip()
    return text if isinstance(cell, str) else text.removesuffix(".0")
