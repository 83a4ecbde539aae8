"""The words of papers: the template's own sentences, and words for the stable codes that stand in papers.

Rule: design section 2 (printing keeps its own catalogue). Amounts in capitals are Chinese by law and have no entry; in
English a title has two lines, the legal Chinese name first. A code without a word is printed as it is, never dropped,
so that an old program shows a new matter rather than hiding it. Must not know: layouts.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pos.domain.catalogue import Catalogue

_LOCALE = Path(__file__).resolve().parent / "locale"


class Words(Catalogue):
    """The papers' catalogue in one language."""

    def __init__(self, language: str = "zh_CN") -> None:
        super().__init__(_LOCALE, "printing", language)

    def said(self, code: str) -> str:
        """The word for a code; a text that is no known code is returned unchanged."""
        return self(f"word.{code}") if code and self.has(f"word.{code}") else code

    def one_line(self, code: str) -> str:
        """A title where there is room for one line only."""
        return self(code).replace("\n", " ")


@cache
def words_in(language: str) -> Words:
    """The catalogue of a language, read once (about 2 ms). Raises CatalogueError for a language nobody wrote."""
    return Words(language)
