"""What a repeat of a command must be: the same person asking for the same thing (design, Money rules 6, 12).

Every record keeps a mark of the command it came from (fact `command`). A known id with another mark is a mistake or a
trick, and never answered from somebody else's record. Moments do not count, for a key pressed twice is one wish;
neither do personal fields and passwords (`repr=False`), for nothing may follow from the mark about a person.
Must not know: any single command.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

from pos.domain.errors import RuleViolation

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from ledger.entry import Record, RecordDraft

FACT = "command"
_LEFT_OUT = frozenset(("command_id", "consent"))


def marked(draft: RecordDraft, command: DataclassInstance) -> RecordDraft:
    """The draft with the mark of its command in the facts."""
    return replace(draft, facts={**draft.facts, FACT: _mark(command)})


def require_same(record: Record, command: DataclassInstance) -> None:
    """Raises RuleViolation `command.reused` if the record came from another wish."""
    if record.facts.get(FACT) != _mark(command):
        raise RuleViolation("command.reused")


def _mark(command: DataclassInstance) -> str:
    text = _encode([type(command).__qualname__, command])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _said(value: Any) -> Any:
    """What JSON has no form of, as JSON, the same in every process."""
    names = _wished(type(value))  # type: ignore[arg-type]
    if names is not None:
        return {name: getattr(value, name) for name in names}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (set, frozenset)):
        return sorted(str(item.value if isinstance(item, Enum) else item) for item in value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"a command cannot carry {type(value).__name__}")


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=_said).encode


@cache
def _wished(kind: type[Any]) -> tuple[str, ...] | None:
    """The fields of a dataclass that make the wish, None for another type; asked for once a type."""
    if not is_dataclass(kind):
        return None
    names = [field.name for field in fields(kind) if field.repr and field.name not in _LEFT_OUT]
    return tuple(name for name in names if not name.endswith("_utc_ms"))
