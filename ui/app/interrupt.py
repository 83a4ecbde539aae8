"""Ctrl+C in the middle of a command that must not stop between two steps: held back, and looked at where it may stop.

Python raises KeyboardInterrupt between any two statements, so also just after a commit, when "nothing was done" would
be a lie. Must not know: what the steps are.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Certain = Callable[[], object]
"""Called just before the step that cannot be taken back: from here on nothing may say that nothing was done."""


def at_once() -> None:
    """Nobody can press anything."""


@contextmanager
def interrupt_held() -> Iterator[Callable[[], None]]:
    """Within it Ctrl+C waits; the function given raises KeyboardInterrupt if it was pressed.

    One that was pressed after the last look is dropped: what was asked for has been done.
    """
    pressed = threading.Event()

    def look() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield look
        return
    former = signal.signal(signal.SIGINT, lambda *_: pressed.set())
    try:
        yield look
    finally:
        signal.signal(signal.SIGINT, former)
