"""Turning a frozen paper into the bytes of one print job; `printing` implements it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pos.domain.papers import Paper


@dataclass(frozen=True, slots=True)
class PrintRequest:
    """One paper to render.

    Attributes: paper; copy_no (0 = original); fact_key and fact_hash for the anchor line; language of the words.
    """

    paper: Paper
    copy_no: int
    fact_key: str
    fact_hash: str
    language: str


class PaperRenderer(Protocol):
    """Pure: the same request gives the same bytes."""

    def render(self, request: PrintRequest) -> bytes:
        """ESC/POS bytes of a whole job, already checked against the command whitelist."""
