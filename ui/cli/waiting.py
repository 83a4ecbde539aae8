"""The sign of life of a long command: what it does now and how far it is, on standard error where that is a terminal.

The figures need no words, so that a verifier in a process of its own can go on writing on the same line.
"""

from __future__ import annotations

import sys
import time

from ui.cli.texts import Texts

_PAUSE_S = 0.2


class Waiting:
    """Implements `ledger.progress.Progress`; silent where nobody looks."""

    def __init__(self, say: Texts) -> None:
        self._say = say
        self._seen = sys.stderr.isatty()
        self._told_s = 0.0

    def stage(self, code: str) -> None:
        """What begins now, by the code of its sentence."""
        if self._seen:
            print(self._say(code), file=sys.stderr, flush=True)

    def __call__(self, done: int, total: int) -> None:
        """Rows done of all. The line is wiped when all are done."""
        now = time.monotonic()
        if not self._seen or (done < total and now - self._told_s < _PAUSE_S):
            return
        self._told_s = now
        line = f"  {done:,} / {total:,}"
        end = f"\r{' ' * len(line)}\r" if done >= total else ""
        print(f"\r{line}{end}", end="", file=sys.stderr, flush=True)
