"""Starting the desktop program: a display, one program per data folder, crash files, then the window.

Rule: performance 5.2: the window is painted before anything else is imported, so nothing heavy is imported here. Two
programs on one hall would be two writers of one chain (fault F33): the second one says so and ends.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ledger.errors import KnownError
from ui.app.places import Places

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QMainWindow

    from pos.ports.keys import KeyAuthority
    from ui.app.program import Program

_OWN_SCREENS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")


class ProgramRunning(KnownError):
    """Another program works with this data folder."""


class NoDisplay(KnownError):
    """There is no screen to draw on."""


def require_display() -> None:
    """Raises NoDisplay `program.no_display` where Qt would abort for want of an X server or Wayland."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in _OWN_SCREENS:
        return
    if os.environ.get("WAYLAND_DISPLAY"):
        return
    display = os.environ.get("DISPLAY", "")
    if not display or not _x_answers(display):
        raise NoDisplay("program.no_display", display=display or "-")


def _x_answers(display: str) -> bool:
    """False only for a local X display that nobody serves; a remote one is left to Qt."""
    import socket

    host, _, number = display.partition(":")
    if host:
        return True
    name = f"/tmp/.X11-unix/X{number.partition('.')[0]}"
    for address in (f"\0{name}", name):
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(2.0)
            try:
                link.connect(address)
            except OSError:
                continue
            return True
    return False


class HallLock:
    """The one program that works with a data folder. A lock left by a dead program is taken over.

    Args:
        path: of the lock. refusal: code for whoever comes second; a command's work is not in the window that is open.
    """

    def __init__(self, path: Path, refusal: str = "program.running") -> None:
        from PySide6.QtCore import QLockFile

        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = QLockFile(str(path))
        self._file.setStaleLockTime(0)
        self._refusal = refusal

    def take(self) -> None:
        """Raises ProgramRunning `program.running` or what was given as `refusal` (pid of the other)."""
        if not self._file.tryLock(0):
            raise ProgramRunning(self._refusal, pid=str(self._file.getLockInfo()[0]))

    def give_back(self) -> None:
        """Let the next program in."""
        self._file.unlock()

    def __enter__(self) -> Self:
        """Take it for a block."""
        self.take()
        return self

    def __exit__(self, *_: object) -> None:
        """Give it back."""
        self.give_back()


def application() -> QApplication:
    """Qt's application, one for the process; Qt itself is imported here, after what is ours and small."""
    from PySide6.QtWidgets import QApplication

    # the style by argument: as an object it costs Python the whole table of styles before the window, 5 ms
    app = QApplication([*sys.argv[:1], "-style", "Fusion"])
    app.setApplicationName("changshou")
    return app


def run_program(at: Places, *, demo: bool, customer_screen: bool = True, keys: KeyAuthority | None = None) -> int:
    """Run the desktop program until it is closed; returns its exit code. keys: instead of the locked keystore's.

    Raises: NoDisplay, ProgramRunning; ConfigDamaged; OSError for folders that cannot be made.
    """
    require_display()
    from ui.app.crash import install

    at.log.parent.mkdir(parents=True, exist_ok=True)
    with _ended_by_ctrl_c(), HallLock(at.lock):
        crashes = install(at)
        app = application()
        from PySide6.QtCore import qInstallMessageHandler

        from ui.desktop.first_paint import FirstPaint
        from ui.desktop.fonts import REGULAR, load_font
        from ui.desktop.frame import MainWindow

        qInstallMessageHandler(crashes.qt_message)
        begun: list[Program] = []
        failed: list[Exception] = []

        def fail(error: Exception) -> None:
            failed.append(error)
            app.exit()

        def opening(error: KnownError) -> bool:
            """Books that cannot be opened end the program with their sentence; later errors are bugs here."""
            if begun[0].running is not None:
                return False
            fail(error)
            return True

        def begin() -> None:
            """The bare window is on the screen: all the rest."""
            try:
                from ui.app.logs import start_log
                from ui.app.program import Program
                from ui.app.stop_signals import StopSignals

                start_log(at)
                program = Program(app, at, demo=demo, customer_screen=customer_screen, window=window, keys=keys)
                StopSignals(app, program.close)
            except Exception as trouble:  # noqa: BLE001 - raised again below: inside Qt's loop nobody would hear of it
                fail(trouble)
                return
            begun.append(program)
            crashes.expected = opening
            crashes.told = program.crashed.emit
            program.start()

        load_font(REGULAR)  # all that the first picture needs
        window = MainWindow()
        FirstPaint(window, begin)
        show_over_screen(app, window)
        code = app.exec()
        from ui.app.crash import said_of
        from ui.app.logs import say_ended

        say_ended(said_of(failed[0]) if failed else begun[0].exit_code or code)
        if failed:
            for program in begun:
                program.close()
            raise failed[0]
        return begun[0].exit_code or code


@contextmanager
def _ended_by_ctrl_c() -> Iterator[None]:
    """Ctrl+C ends the process as long as nothing is open; inside Qt's loop Python's own would only be swallowed."""
    former = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


def show_over_screen(app: QApplication, window: QMainWindow) -> None:
    """Show a window as large as the screen lets it be."""
    if app.platformName() != "offscreen":
        window.setGeometry(app.primaryScreen().availableGeometry())
    window.show()
