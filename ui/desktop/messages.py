"""Sentences by message code in the operator's language, for screens and the command line.

Rule: design section 5 (the sentence lives in the UI by code) and section 7 (switch live). A parameter whose name ends
in `_word` is a code itself and said in the same language. How a catalogue is read is `pos.domain.catalogue`. Must not
know: Qt, pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pos.domain.catalogue import LANGUAGES, Catalogue, CatalogueError, read_catalogue

__all__ = ["LANGUAGES", "CatalogueError", "Messages", "read_catalogue"]
_LOCALE = Path(__file__).resolve().parent.parent / "locale"
_PARTS = ("what", "money", "do")


class Messages(Catalogue):
    """The screen's catalogue; an error has up to three sentences."""

    def __init__(self, language: str = "zh_CN", folder: Path = _LOCALE) -> None:
        super().__init__(folder, "ui", language)

    def __call__(self, code: str, /, **params: int | str) -> str:
        """The sentence of `code`; what is meant as a word is looked up first."""
        for name, value in params.items():
            if name.endswith("_word"):
                params[name] = super().__call__(str(value))
        return super().__call__(code, **params)

    def parts(self, code: str, params: Iterable[tuple[str, int | str]] = ()) -> tuple[str, str, str]:
        """What happened, what it means for the money, what to do now; absent parts are empty."""
        given = dict(params)
        known = [self(f"{code}.{part}", **given) if self.has(f"{code}.{part}") else "" for part in _PARTS]
        if not any(known):
            known = [self(f"error.unknown.{part}", **given) for part in _PARTS]
        return known[0], known[1], known[2]
