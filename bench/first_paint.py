"""A child process of bench_start: begins like the program (or like a bare window), says `painted`, and dies.

    python -m bench.first_paint bare
    python -m bench.first_paint program DATA_FOLDER CONFIG_HOME

The first paint counts as done when the outermost Qt event that painted has been handled completely. Both kinds run
under the same application class, so its own cost is in both.
"""

from __future__ import annotations

import os
import sys

from PySide6 import QtWidgets
from PySide6.QtCore import QEvent, QObject


class WatchedApplication(QtWidgets.QApplication):
    """Notices the first finished paint."""

    _depth = 0
    _painted = False

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        """Deliver an event; after the outermost one that painted, say so and end."""
        self._depth += 1
        try:
            done = super().notify(receiver, event)
        finally:
            self._depth -= 1
        self._painted = self._painted or event.type() == QEvent.Type.Paint
        if self._painted and self._depth == 0:
            os.write(1, b"painted\n")
            os._exit(0)
        return done


def bare() -> None:
    """A QApplication and a QMainWindow."""
    app = WatchedApplication(sys.argv[:1])
    window = QtWidgets.QMainWindow()
    window.show()
    app.exec()


def program(data: str) -> None:
    """What `changshou run --demo --data DATA` does."""
    QtWidgets.QApplication = WatchedApplication  # type: ignore[misc]
    sys.argv = ["changshou", "run", "--demo", "--data", data]
    from ui.cli.main import main

    main()


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare()
    else:
        program(sys.argv[2])
