"""Sentences by message code in the operator's language, read from gettext catalogues at run time.

Rule: design section 5 (the sentence lives in the UI by code) and section 7 (switch live). The .po files under
`ui/locale` are the only source; nothing compiled is kept beside them, so nothing can be stale.
Must not know: Qt, pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

LANGUAGES = ("zh_CN", "zh_TW", "en")
_LOCALE = Path(__file__).resolve().parent.parent / "locale"


class CatalogueError(ValueError):
    """A catalogue file cannot be read; names file and line."""


class Messages:
    """Texts of one language, with zh_CN behind it for what a catalogue lacks.

    Attributes:
        language: one of `LANGUAGES`.
    """

    def __init__(self, language: str = "zh_CN", folder: Path = _LOCALE) -> None:
        self._folder = folder
        self._loaded: dict[str, dict[str, str]] = {}
        self.language = ""
        self.use(language)

    def use(self, language: str) -> None:
        """Switch to another language at once. Raises CatalogueError if there is no such catalogue."""
        if language not in LANGUAGES:
            raise CatalogueError(f"no catalogue for {language!r}")
        for name in {language, "zh_CN"} - self._loaded.keys():
            self._loaded[name] = read_catalogue(self._folder / name / "LC_MESSAGES" / "ui.po")
        self.language = language

    def has(self, code: str) -> bool:
        """True if the code has a sentence in the present language."""
        return bool(self._loaded[self.language].get(code))

    def __call__(self, code: str, **params: int | str) -> str:
        """The sentence of `code` with its parameters; the code itself in ⟨⟩ if nobody wrote it, which tests refuse."""
        sentence = self._loaded[self.language].get(code) or self._loaded["zh_CN"].get(code) or f"⟨{code}⟩"
        return sentence.format_map(_Lenient(params)) if "{" in sentence else sentence

    def parts(self, code: str, params: Iterable[tuple[str, int | str]] = ()) -> tuple[str, str, str]:
        """What happened, what it means for the money, what to do now; absent parts are empty."""
        given = dict(params)
        known = [self(f"{code}.{part}", **given) if self.has(f"{code}.{part}") else "" for part in _PARTS]
        if not any(known):
            known = [self(f"error.unknown.{part}", **given) for part in _PARTS]
        return known[0], known[1], known[2]


_PARTS = ("what", "money", "do")


class _Lenient(dict[str, int | str]):
    """A missing parameter shows as `{name}` instead of breaking the screen in front of a customer."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def read_catalogue(path: Path) -> dict[str, str]:
    """msgid → msgstr of a .po file (no plurals, no contexts: the codes need neither).

    The window waits for this, so one expression walks over the whole file: 2 ms instead of 13 line by line.

    Raises:
        CatalogueError: the file is missing or a line is not PO syntax.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as reason:
        raise CatalogueError(f"{path}: {reason}") from reason
    found: dict[str, str] = {}
    at = 0
    while (part := _PART.match(text, at)) is not None:
        at = part.end()
        if part[1] and (code := _said(part[1])):
            found[code] = _said(part[2])
    if at != len(text):
        number = text.count("\n", 0, at) + 1
        raise CatalogueError(f"{path}:{number}: {text[at:].partition(chr(10))[0]!r}")
    return found


_STRINGS = r'((?:"(?:[^"\\\n]|\\.)*"(?:\n|\Z))+)'
_PART = re.compile(rf"msgid {_STRINGS}msgstr {_STRINGS}|#[^\n]*(?:\n|\Z)|\n")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


def _said(strings: str) -> str:
    """The text of one or more adjacent quoted strings."""
    text = strings.strip()[1:-1].replace('"\n"', "")
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text) if "\\" in text else text
