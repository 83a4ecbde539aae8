"""A child process of bench_start: begins like the program (or like a bare window), says `painted`, and dies.

    python -m bench.first_paint bare
    python -m bench.first_paint program
    python -m bench.first_paint frame
    python -m bench.first_paint ready

A paint counts when the pass that contained it has ended and the event loop is back. `program` is the window with the
product's name, `frame` the same window with its bars and in its look, `ready` the sign-in page with its people, painted
with the books open. All watch with the program's own `FirstPaint`; an application class that
looks at every event would itself cost 20 ms in the program and nothing in the bare window.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ui.desktop.first_paint import FirstPaint

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication, QWidget

    from ui.app.program import Program


def painted() -> None:
    """Say so and end."""
    os.write(1, b"painted\n")
    os._exit(0)


def bare() -> None:
    """A QApplication and a QMainWindow."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    FirstPaint(window, painted)
    window.show()
    app.exec()


def program(wanted: str) -> None:
    """What `changshou run --demo` does, with every import where it is."""
    from ui.app import start
    from ui.cli.main import main

    make = start.application

    def watched() -> QApplication:
        app = make()
        if wanted == "program":
            from ui.desktop import first_paint

            first_paint.FirstPaint = _SayPainted  # type: ignore[misc,assignment]
            return app
        from ui.app.program import Program

        if wanted == "frame":
            Program.open_books = _say_painted  # type: ignore[method-assign,assignment]
        else:
            _watch_ready(Program)
        return app

    start.application = watched
    main(["run", "--demo"])


def _say_painted(_self: Program) -> None:
    painted()


class _SayPainted(FirstPaint):
    """The first thing that anybody waits to see painted is the end."""

    def __init__(self, window: QWidget, _act: Callable[[], None]) -> None:
        super().__init__(window, painted)


def _watch_ready(kind: type[Program]) -> None:
    open_hall = kind.open_hall

    def then_watch(self: Program) -> None:
        open_hall(self)
        FirstPaint(self.window.pages["sign_in"], painted)

    kind.open_hall = then_watch  # type: ignore[method-assign]


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare()
    else:
        program(sys.argv[1])
