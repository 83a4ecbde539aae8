"""Canonical JSON: one value, one sequence of bytes (docs/journal-format.md, Body).

UTF-8, keys sorted by code point, no spaces, NFC text, integers and strings only: a float or a NaN is a bug, not a
value.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

_TEXT = {str}
MAX_INTEGER = 2**53 - 1
"""Integers beyond this are not exact in every JSON reader; an outsider's verifier must be able to use any."""


compact = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
"""JSON with sorted keys and no spaces, unchecked: for values made of nothing but JSON."""


def canonical(value: Any) -> str:
    """The canonical text of a JSON value.

    Raises:
        TypeError: a float, bytes or other non-JSON value.
        ValueError: an integer beyond 2**53 - 1.
    """
    text = compact(value if _is_plain(value) else _checked(value))
    if text.isascii() or unicodedata.is_normalized("NFC", text):  # one look: quotes part the texts
        return text
    return compact(_checked(value))


def sha256_hex(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, 64 lower-case hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """Frozen dataclasses, tuples and scalars as JSON values: `dataclasses.asdict` without its deep copies.

    Nothing is checked here; `canonical` does that.
    """
    kind = type(value)
    if kind is tuple or kind is list:
        return [plain(item) for item in value]
    names = _field_names(kind)  # type: ignore[arg-type]
    return value if names is None else {name: plain(getattr(value, name)) for name in names}


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass, None for another type; asked for once a type."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


def _is_plain(value: Any) -> bool:
    """True if the value is built of dict, list, tuple, str, int, bool and None only, with integers in range."""
    waiting = [[value]]
    while waiting:
        for item in waiting.pop():
            kind = type(item)
            if kind is str or item is None or kind is bool:
                continue
            if kind is dict:
                if set(map(type, item)) != _TEXT and not all(isinstance(key, str) for key in item):
                    return False
                waiting.append(item.values())
            elif kind is list or kind is tuple:
                waiting.append(item)
            elif kind is int:
                if abs(item) > MAX_INTEGER:
                    return False
            elif not isinstance(item, str):  # StrEnum members are texts
                return False
    return True


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
