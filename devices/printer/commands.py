"""Reader of ESC/POS bytes as a printer receives them: stateful, incremental, knowing only the commands we allow.

It shares no code with the encoder in `printing`. A byte or command that is not known becomes a `VIOLATION`, so that a
test, or the demonstration, sees what a hostile text would have done. Picture data are skipped as data: `10 04` inside
a raster is no question. Must not know: paper, sockets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a command does."""

    TEXT = "text"
    LINE_FEED = "line_feed"
    INITIALISE = "initialise"
    ALIGN = "align"
    BOLD = "bold"
    SIZE = "size"
    FEED = "feed"
    CUT = "cut"
    RASTER = "raster"
    QR_SETTING = "qr_setting"
    QR_STORE = "qr_store"
    QR_PRINT = "qr_print"
    PULSE = "pulse"
    ASK_NOW = "ask_now"
    ASK_IN_ORDER = "ask_in_order"
    ASK_PROCESS_ID = "ask_process_id"
    VIOLATION = "violation"


@dataclass(frozen=True, slots=True)
class Command:
    """One command. Attributes: kind; argument, a number; content, text, dots or ids; offset in the stream."""

    kind: Kind
    argument: int = 0
    content: bytes = b""
    offset: int = 0


_TEXT = re.compile(rb"[ -~]+")
_CELLS = re.compile(rb"(?:[ -~]|[\x81-\xfe][\x40-\x7e\x80-\xfe])+")
_ONE_BYTE = {  # prefix: kind, the one argument byte follows
    b"\x1ba": Kind.ALIGN,
    b"\x1bE": Kind.BOLD,
    b"\x1d!": Kind.SIZE,
    b"\x1bd": Kind.FEED,
    b"\x10\x04": Kind.ASK_NOW,
    b"\x1dr": Kind.ASK_IN_ORDER,
}
_QR_PART = {b"1P": Kind.QR_STORE, b"1Q": Kind.QR_PRINT}


class CommandReader:
    """Turns arriving bytes, cut anywhere, into commands."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._offset = 0
        self._hanzi = False

    def feed(self, arrived: bytes) -> list[Command]:
        """The commands completed by these bytes; an incomplete one waits for more."""
        self._pending += arrived
        commands: list[Command] = []
        while self._pending:
            used, command = self._next()
            if used == 0:
                break
            if command is not None:
                commands.append(command)
            del self._pending[:used]
            self._offset += used
        return commands

    def _next(self) -> tuple[int, Command | None]:
        """Bytes used and what they say; 0 bytes = incomplete."""
        waiting = bytes(self._pending[:2])
        if run := (_CELLS if self._hanzi else _TEXT).match(self._pending):
            return run.end(), self._command(Kind.TEXT, 1 if self._hanzi else 0, run.group())
        if self._hanzi and 0x81 <= waiting[0] <= 0xFE and len(waiting) == 1:
            return 0, None
        if waiting[0] == 0x0A:
            return 1, self._command(Kind.LINE_FEED)
        if waiting[0] not in (0x10, 0x1B, 0x1C, 0x1D):
            return self._violation(1)
        if len(waiting) < 2:
            return 0, None
        return self._escape(waiting)

    def _escape(self, prefix: bytes) -> tuple[int, Command | None]:
        if prefix in (b"\x1c&", b"\x1c."):
            self._hanzi = prefix == b"\x1c&"
            return 2, None
        if prefix == b"\x1b@":
            self._hanzi = False
            return 2, self._command(Kind.INITIALISE)
        if prefix in _ONE_BYTE:
            return self._sized(3, lambda raw: self._command(_ONE_BYTE[prefix], raw[2]))
        if prefix == b"\x1bp":
            return self._sized(5, lambda raw: self._command(Kind.PULSE, raw[2], bytes(raw[3:5])))
        if prefix == b"\x1dV":
            return self._cut()
        if prefix == b"\x1dv":
            return self._raster()
        if prefix == b"\x1d(":
            return self._function()
        return self._violation(2)

    def _cut(self) -> tuple[int, Command | None]:
        if len(self._pending) < 3:
            return 0, None
        if self._pending[2] in (65, 66):
            return self._sized(4, lambda raw: self._command(Kind.CUT, raw[3]))
        return 3, self._command(Kind.CUT)

    def _raster(self) -> tuple[int, Command | None]:
        """GS v 0 m xL xH yL yH and the dots; argument is the bytes of one row."""
        if len(self._pending) < 8:
            return 0, None
        row_bytes = int.from_bytes(self._pending[4:6], "little")
        rows = int.from_bytes(self._pending[6:8], "little")
        return self._sized(8 + row_bytes * rows, lambda raw: self._command(Kind.RASTER, row_bytes, bytes(raw[8:])))

    def _function(self) -> tuple[int, Command | None]:
        """GS ( k and GS ( H with their length."""
        if len(self._pending) < 5:
            return 0, None
        size = 5 + int.from_bytes(self._pending[3:5], "little")
        if len(self._pending) < size:
            return 0, None
        which, body = bytes(self._pending[2:3]), bytes(self._pending[5:size])
        if which == b"H" and body[:2] == b"00" and len(body) == 6:
            return size, self._command(Kind.ASK_PROCESS_ID, 0, body[2:])
        if which == b"k" and body[:1] == b"1":
            kind = _QR_PART.get(body[:2], Kind.QR_SETTING)
            return size, self._command(kind, 0, body[3:])
        return self._violation(size)

    def _sized(self, size: int, make: Callable[[bytearray], Command]) -> tuple[int, Command | None]:
        if len(self._pending) < size:
            return 0, None
        return size, make(self._pending[:size])

    def _command(self, kind: Kind, argument: int = 0, content: bytes = b"") -> Command:
        return Command(kind, argument, content, self._offset)

    def _violation(self, used: int) -> tuple[int, Command]:
        return used, self._command(Kind.VIOLATION, 0, bytes(self._pending[:used]))
