"""A child process of bench_start: begins like the program (or like a bare window), says `painted`, and dies.

    python -m bench.first_paint bare
    python -m bench.first_paint program
    python -m bench.first_paint ready

A paint counts when the pass that contained it has ended and the event loop is back. `ready` is the sign-in page with
its people, painted with the books open. All three watch with the program's own `FirstPaint`; an application class that
looks at every event would itself cost 20 ms in the program and nothing in the bare window.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from ui.app.program import Program


def painted() -> None:
    """Say so and end."""
    os.write(1, b"painted\n")
    os._exit(0)


def bare() -> None:
    """A QApplication and a QMainWindow."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    from ui.desktop.first_paint import FirstPaint

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
        from ui.app.program import Program

        if wanted == "program":
            Program.open_books = _say_painted  # type: ignore[method-assign,assignment]
        else:
            _watch_ready(Program)
        return app

    start.application = watched
    main(["run", "--demo"])


def _say_painted(_self: Program) -> None:
    painted()


def _watch_ready(kind: type[Program]) -> None:
    open_hall = kind.open_hall

    def then_watch(self: Program) -> None:
        from ui.desktop.first_paint import FirstPaint

        open_hall(self)
        FirstPaint(self.window.pages["sign_in"], painted)

    kind.open_hall = then_watch  # type: ignore[method-assign]


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare()
    else:
        program(sys.argv[1])
