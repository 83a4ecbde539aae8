"""The program's log: one rotating file per hall, with a level of its own for raw bytes.

It says when the program started, how it ended, which device failed and the numbers of crashes; a start without an end
was killed. Rule: design, Money rules 14 (no personal data in logs), style 2.6 (raw traffic only below DEBUG, so that
nobody leaks card bytes by switching on debug). Nothing of ours logs a value; what a library or Qt says may hold one, so
names, long figures and keys are masked on the way into the file. Set up before python-escpos is imported: that
library configures the root logger and makes a folder when it is imported. Must not know: money, names, keys.
"""

from __future__ import annotations

import logging
import os
import re
import time
from copy import copy
from logging.handlers import RotatingFileHandler

from ui.app.places import Places

TRAFFIC = 5
"""Below DEBUG: bytes to and from devices. Never on by default and never by `CHANGSHOU_LOG=DEBUG`."""

LEVEL_VARIABLE = "CHANGSHOU_LOG"
_MOST_BYTES = 1_000_000
_OLD_FILES = 5
_VALUES = re.compile(r"[0-9A-Fa-f]{16,}|[0-9][0-9 -]{5,}[0-9]|[^\x00-\x7f]+")
"""Keys and digests, numbers of persons, phones and cards, names: what stands in a message by mistake."""
_log = logging.getLogger("changshou")
_LINE = "%(asctime)s.%(msecs)03dZ %(levelname)s %(threadName)s %(name)s %(message)s"


class OneLine(logging.Formatter):
    """A record is one line: what came from outside cannot fake a second one (ASVS 16.4.1)."""

    def __init__(self) -> None:
        super().__init__(_LINE, "%Y-%m-%dT%H:%M:%S")
        self.converter = _utc

    def format(self, record: logging.LogRecord) -> str:
        """The line; control characters become spaces, values become #, a traceback is left to the crash file."""
        record.exc_info, record.exc_text, record.stack_info = None, None, None
        if record.levelno > TRAFFIC:
            record = copy(record)  # other handlers get theirs as it is
            record.msg, record.args = _VALUES.sub("#", record.getMessage()), None
        return "".join(character if character.isprintable() else " " for character in super().format(record))


def start_log(at: Places) -> logging.Handler:
    """Log to the hall's file from now on; returns the handler (tests take it off again).

    The level is INFO, or the one that CHANGSHOU_LOG names (DEBUG, TRAFFIC).
    Raises: OSError if the folder cannot be written.
    """
    logging.addLevelName(TRAFFIC, "TRAFFIC")
    at.log.parent.mkdir(parents=True, exist_ok=True)
    # Where python-escpos may keep what it computes when imported, instead of a new temporary folder each time.
    os.environ.setdefault("ESCPOS_CAPABILITIES_PICKLE_DIR", str(at.log.parent))
    handler = RotatingFileHandler(at.log, maxBytes=_MOST_BYTES, backupCount=_OLD_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    root.addHandler(handler)
    level = logging.getLevelNamesMapping().get(os.environ.get(LEVEL_VARIABLE, "").upper(), logging.INFO)
    root.setLevel(level)
    return handler


def say_started(*, version: str, demo: bool) -> None:
    """The first line of a run."""
    _log.info("started, version %s%s", version, ", demo" if demo else "")


def say_ended(how: int | str) -> None:
    """The last line of a run: its exit code, or the code of the error that ended it."""
    _log.info("ended: %s", how)


def say_device(device: str, state: str, detail_code: str) -> None:
    """A device's lamp has changed."""
    _log.info("device %s: %s %s", device, state, detail_code)


def _utc(seconds: float | None) -> time.struct_time:
    return time.gmtime(seconds)
