"""A paper as the JSON that the outbox keeps, and back, from every version there ever was (`paper_versions`).

Rule: design Money rules 9: the document is frozen at the commit and keeps its version. Must not know: layouts, storage.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from ledger.canonical import compact, plain
from pos.domain.paper_versions import PAPER_VERSION, PaperTooNew, upgraded
from pos.domain.papers import Paper

_BY_TEMPLATE: dict[str, type[Any]] = {cls.TEMPLATE: cls for cls in get_args(Paper)}


def to_json(paper: Paper) -> str:
    """The paper as canonical JSON: template, version, content."""
    document = {"template": paper.TEMPLATE, "version": PAPER_VERSION, "content": plain(paper)}
    return compact(document)


def from_json(text: str) -> Paper:
    """The paper back from `to_json`, brought up to today's form.

    Raises: PaperTooNew `print.paper_too_new`: a template, version or field that only a newer program knows; nothing of
        it may be printed, because what was left out could matter.
    """
    document = json.loads(text)
    template, version = str(document["template"]), int(document["version"])
    cls = _BY_TEMPLATE.get(template)
    if cls is None:
        raise PaperTooNew(template, version)
    try:
        paper: Paper = _build(cls, upgraded(template, version, document["content"]))
    except _UnknownField as newer:
        raise PaperTooNew(template, version) from newer
    return paper


class _UnknownField(Exception):
    """A stored document says something this program has no place for."""


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """The types of a paper's parts, evaluated once for each class."""
    return get_type_hints(kind)


def _build(kind: Any, value: Any) -> Any:
    """Rebuild nested frozen dataclasses and tuples from JSON values."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return None if value is None else _build(next(a for a in get_args(kind) if a is not type(None)), value)
    if origin is tuple:
        return tuple(_build(get_args(kind)[0], item) for item in value)
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        known = {f.name for f in fields(kind)}
        if unknown := value.keys() - known:
            raise _UnknownField(min(unknown))
        return kind(**{name: _build(hints[name], value[name]) for name in known & value.keys()})  # type: ignore[operator]
    return value
