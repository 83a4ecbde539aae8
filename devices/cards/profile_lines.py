"""Where a field stands in the text of a profile file, so that an error names its line; the TOML library does not tell.

Good for files written as the page shows them, one field a line; for any other the line of its section is named.
"""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")


class ProfileLines:
    """The lines of one file, counted from 1."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, str], int] = {}
        self._fields: dict[str, list[int]] = {}
        section = ""
        for line, written in enumerate(text.splitlines(), start=1):
            header, key = _HEADER.match(written), _KEY.match(written)
            if header is not None:
                section = header[1]
                self._lines.setdefault((section, ""), line)
            elif key is not None:
                self._lines.setdefault((section, key[1]), line)
            elif written.lstrip().startswith("{"):
                self._fields.setdefault(section, []).append(line)

    def of(self, section: str, key: str = "") -> int:
        """Line of a key, else of its section, else the first of the file."""
        return self._lines.get((section, key), self._lines.get((section, ""), 1))

    def of_field(self, section: str, index: int) -> int:
        """Line of the field at this place of a record, else of the record."""
        fields = self._fields.get(section, [])
        return fields[index] if index < len(fields) else self.of(section, "fields")
