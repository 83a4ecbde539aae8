"""Bugs become a crash file with a short number to tell support (design section 5: everything unknown goes here).

A crash file says where in the code it happened, never what the values were: exceptions quote what they stumbled
over, and that may be a name or a password. The message is kept only of error types that speak about code.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TextIO

from ledger.errors import KnownError
from ui.app.places import Places

_log = logging.getLogger(__name__)
_ABOUT_CODE = (TypeError, AttributeError, NameError, ImportError, RecursionError, RuntimeError)
_KEPT_FILES = 50
_QT_LEVELS = {"QtDebugMsg": logging.DEBUG, "QtInfoMsg": logging.INFO, "QtWarningMsg": logging.WARNING}
_HOUSE = Path(__file__).resolve().parents[2]


class CrashHandler:
    """Takes every bug of the program.

    Attributes:
        folder: where crash files go.
        told: called with the number of each crash on the thread it happened on; the program shows it.
        expected: asked first about a known error nobody caught; True = it was taken care of and is no crash.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: Callable[[str], None] = _log_number
        self.expected: Callable[[KnownError], bool] = lambda _error: False
        self._fault_file: TextIO | None = None

    def install(self) -> None:
        """Take over the hooks of the interpreter and its threads, and write down hard faults."""
        self.folder.mkdir(parents=True, exist_ok=True)
        sys.excepthook = self._excepthook
        threading.excepthook = self._thread_hook
        self._fault_file = (self.folder / "faults.txt").open("a", encoding="utf-8")
        faulthandler.enable(self._fault_file)

    def take(self, bug: BaseException) -> str:
        """Write the crash file of a bug and tell its number, eight characters. Never raises."""
        number = f"C{os.urandom(4).hex().upper()[:7]}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{number}.txt"
            (self.folder / name).write_text(report_of(bug, number), encoding="utf-8")
            self._forget_old()
        except OSError:
            _log.error("crash %s could not be written down", number)
        _log.error("crash %s: %s", number, type(bug).__name__)
        self.told(number)
        return number

    def qt_message(self, mode: object, _context: object, message: str) -> None:
        """For `qInstallMessageHandler`: Qt's own complaints go to the log, a fatal one becomes a crash file."""
        name = getattr(mode, "name", "")
        if name == "QtFatalMsg":
            self.take(RuntimeError(message))
            return
        logging.getLogger("qt").log(_QT_LEVELS.get(name, logging.ERROR), "%s", message)

    def _excepthook(self, kind: type[BaseException], bug: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        if isinstance(bug, KnownError) and self.expected(bug):
            return
        self.take(bug)

    def _thread_hook(self, thrown: threading.ExceptHookArgs) -> None:
        if thrown.exc_value is not None:
            self.take(thrown.exc_value)

    def _forget_old(self) -> None:
        for old in sorted(self.folder.glob("*-C*.txt"))[:-_KEPT_FILES]:
            old.unlink(missing_ok=True)


def install(at: Places) -> CrashHandler:
    """Install the handler of a hall. Raises OSError if its folder cannot be made."""
    handler = CrashHandler(at.crashes)
    handler.install()
    return handler


def report_of(bug: BaseException, number: str) -> str:
    """The text of a crash file: program, system, and the way through the code, innermost cause last."""
    import platform

    lines = [
        f"crash {number}",
        f"at {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}",
        f"changshou {version()}, Python {platform.python_version()}, {platform.system()} {platform.release()}",
        f"thread {threading.current_thread().name}",
    ]
    seen: set[int] = set()
    step: BaseException | None = bug
    while step is not None and id(step) not in seen:
        seen.add(id(step))
        lines += ["", said_of(step), *_frames(step)]
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    return "\n".join(lines) + "\n"


def said_of(bug: BaseException) -> str:
    """Type and, where it holds no value of ours, the message: a known error's code, an I/O error's kind."""
    name = type(bug).__qualname__
    if isinstance(bug, KnownError):
        return f"{name} {bug.code}"
    if isinstance(bug, OSError):
        return f"{name} errno {bug.errno} {os.strerror(bug.errno) if bug.errno else ''}".rstrip()
    if isinstance(bug, _ABOUT_CODE):
        return f"{name} {masked(str(bug))}"
    return name


def masked(text: str) -> str:
    """A message without what might be a value: no Chinese characters, no figures of three digits and more."""
    plain = "".join(character if character.isascii() and character.isprintable() else "□" for character in text)
    return re.sub(r"[0-9]{3,}", "#", plain)[:500]


def version() -> str:
    """Version of the installed program, `unknown` from a bare source tree."""
    from importlib import metadata

    try:
        return metadata.version("changshou")
    except metadata.PackageNotFoundError:
        return "unknown"


def _frames(bug: BaseException) -> Iterator[str]:
    import linecache

    trace = bug.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        path = Path(code.co_filename)
        shown = path.relative_to(_HOUSE) if path.is_relative_to(_HOUSE) else Path(*path.parts[-3:])
        yield f"  {shown.as_posix()}:{trace.tb_lineno} {code.co_qualname}"
        source = linecache.getline(code.co_filename, trace.tb_lineno).strip()
        if source:
            yield f"    {source}"
        trace = trace.tb_next


def _log_number(_number: str) -> None:
    """Nobody to tell: the log has it."""
