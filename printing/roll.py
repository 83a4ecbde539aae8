"""What a receipt printer can put on paper, as far as a job must know it: width, characters, cutter, feeds.

Models differ and none is asked: the workstation's configuration says it (`ui.app.config`). Must not know: how a job
travels, what the printer answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

COLUMN_DOTS = 12
"""Dots of one ASCII character; a Hanzi cell is two columns of 24 x 24 dots."""
LEAST_DOTS, MOST_DOTS = 384, 576
MOST_FEED_LINES = 10
TEAR_LINES = 4
"""From the last line to the tear bar, where nothing cuts."""


class Characters(StrEnum):
    """What the printer's own font can print; every other line goes as a picture."""

    GB18030 = "gb18030"  # all two-byte cells, about 21,000 Hanzi
    GB2312 = "gb2312"  # 6,763 Hanzi, as cheap models have
    NONE = "none"  # no Chinese font: whatever is not ASCII is a picture


class Cutter(StrEnum):
    """What ends a copy; without a cutter the paper is fed to the tear bar."""

    PARTIAL = "partial"
    FULL = "full"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Roll:
    """Attributes: dots, printable width; characters; cutter; feed_top and feed_bottom, empty lines of each copy."""

    dots: int = MOST_DOTS
    characters: Characters = Characters.GB18030
    cutter: Cutter = Cutter.PARTIAL
    feed_top: int = 0
    feed_bottom: int = 1

    @property
    def width_chars(self) -> int:
        """Columns of a line."""
        return self.dots // COLUMN_DOTS


ROLL_80, ROLL_58 = Roll(MOST_DOTS), Roll(LEAST_DOTS)
