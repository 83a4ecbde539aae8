"""PySide6 6.12.0 loses one reference to None per void call and aborts Python 3.11 after some thousand calls.

Python 3.12 and later hide it (None is immortal there), so the pin is held by docs/decisions/0002 and by this test.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject

CALLS = 1000


def test_the_pyside_wheel_keeps_the_references_to_none() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("x")
    assert before - sys.getrefcount(None) < CALLS // 10
