"""How far something long is: told to whoever waits, about twice in a thousand rows."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told (rows done, rows in all) while it runs; must return at once and touch no store."""

STRIDE = 500
"""Rows between two words of a loop whose rows take microseconds."""
