"""Canonical JSON: one value, one sequence of bytes (docs/journal-format.md, Body).

UTF-8, keys sorted by code point, no spaces, NFC text, integers and strings only: a float or a NaN is a bug, not a
value.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import fields
from typing import Any

MAX_INTEGER = 2**53 - 1
"""Integers beyond this are not exact in every JSON reader; an outsider's verifier must be able to use any."""


def canonical(value: Any) -> str:
    """The canonical text of a JSON value.

    Raises:
        TypeError: a float, bytes or other non-JSON value.
        ValueError: an integer beyond 2**53 - 1.
    """
    return json.dumps(_checked(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_hex(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, 64 lower-case hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """Frozen dataclasses, tuples and scalars as JSON values: `dataclasses.asdict` without its deep copies.

    Nothing is checked here; `canonical` does that.
    """
    kind = type(value)
    if hasattr(kind, "__dataclass_fields__"):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if kind in {tuple, list}:
        return [plain(item) for item in value]
    return value


def _checked(value: Any) -> Any:
    """Refuse what has no canonical form; bring text to NFC."""
    kind = type(value)
    if kind is str:
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if kind is int:
        if abs(value) > MAX_INTEGER:
            raise ValueError(f"integer out of the exact range: {value}")
        return value
    if value is None or kind is bool:
        return value
    if kind is dict or hasattr(value, "items"):
        return {_text_key(k): _checked(v) for k, v in value.items()}
    if kind in (list, tuple):
        return [_checked(item) for item in value]
    if isinstance(value, str):  # StrEnum members
        return str(value)
    raise TypeError(f"no canonical form for {kind.__name__}")


def _text_key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError("object keys are text")
    return key if key.isascii() else unicodedata.normalize("NFC", key)
