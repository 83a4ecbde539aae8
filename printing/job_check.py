"""The last look at a finished job: a byte-level reader that lets only the house's own commands through.

Rule: trust 4.2. It shares no code with the encoder and reads the bytes as a printer would; a drawer pulse, a foreign
command, a control byte or a cut too many makes the job unsafe, whatever the text was. Must not know: papers, layouts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


class UnsafeJob(ValueError):
    """A job contains something the house never sends. It is a bug or an attack; nothing has been printed.

    Attributes:
        offset: position of the first bad byte.
    """

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(f"{reason} at byte {offset}")
        self.offset = offset


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What a checked job does. Attributes: cuts, lines (line feeds), rasters, qr_codes."""

    cuts: int
    lines: int
    rasters: int
    qr_codes: int


_ASCII = re.compile(rb"[ -~]+")
_HANZI = re.compile(rb"(?:[ -~]|[\x81-\xfe][\x40-\x7e\x80-\xfe])+")
_SETTING = re.compile(rb"\x1ba[\x00-\x02]|\x1bE[\x00\x01]|\x1d!(?:\x00|\x01|\x11)|\x1bd[\x00-\x0a]|\x1b@")
_CUT = re.compile(rb"\x1dV[AB]\x00")
_TEAR = re.compile(rb"\x1bd[\x01-\x0a]")
_QR = re.compile(rb"\x1d\(k(?:\x04\x001A2\x00|\x03\x001C[\x03-\x08]|\x03\x001E1|\x03\x001Q0)")
_QR_STORE = re.compile(rb"\x1d\(k(..)1P0", re.DOTALL)
_RASTER = re.compile(rb"\x1dv0\x00(..)(..)", re.DOTALL)
_MAX_ROW_BYTES, _MAX_ROWS = 72, 96


def check_job(job_bytes: bytes, *, cuts: int) -> JobFacts:
    """Read the whole job; returns what it does.

    `cuts`: one for each copy, 0 for a printer without a cutter, whose job ends with a feed to the tear bar.

    Raises:
        UnsafeJob: anything but the whitelisted commands, or not exactly these cuts with the last at the end.
    """
    reader = _Reader(job_bytes)
    if not job_bytes.startswith(b"\x1b@"):
        raise UnsafeJob(0, "job does not begin with initialise")
    while reader.at < len(job_bytes):
        reader.step()
    end = _CUT if cuts else _TEAR
    if reader.cuts != cuts or not end.match(job_bytes, reader.last_at):
        raise UnsafeJob(reader.at, f"{reader.cuts} cuts instead of {cuts}, or something after the last")
    return JobFacts(reader.cuts, reader.lines, reader.rasters, reader.qr_codes)


class _Reader:
    """Position and state while reading."""

    def __init__(self, job_bytes: bytes) -> None:
        self.job = job_bytes
        self.at = 0
        self.in_hanzi = False
        self.last_at = 0
        self.cuts = self.lines = self.rasters = self.qr_codes = 0

    def step(self) -> None:
        """Consume one run of text or one command."""
        self.last_at = self.at
        if text := (_HANZI if self.in_hanzi else _ASCII).match(self.job, self.at):
            self.at = text.end()
        elif self.job.startswith(b"\x1c&", self.at) or self.job.startswith(b"\x1c.", self.at):
            turn_on = self.job[self.at + 1] == 0x26
            if turn_on == self.in_hanzi:
                raise UnsafeJob(self.at, "Hanzi mode switched twice")
            self.in_hanzi = turn_on
            self.at += 2
        elif self.in_hanzi:
            raise UnsafeJob(self.at, "command inside Hanzi text")
        elif self.job[self.at] == 0x0A:
            self.lines += 1
            self.at += 1
        else:
            self._command()

    def _command(self) -> None:
        if setting := _SETTING.match(self.job, self.at) or _QR.match(self.job, self.at):
            self.qr_codes += setting.group().endswith(b"1Q0")
            self.at = setting.end()
        elif cut := _CUT.match(self.job, self.at):
            self.cuts += 1
            self.at = cut.end()
        elif store := _QR_STORE.match(self.job, self.at):
            end = store.end() + int.from_bytes(store[1], "little") - 3
            if not _ASCII.fullmatch(self.job, store.end(), min(end, len(self.job))) or end > len(self.job):
                raise UnsafeJob(self.at, "QR content is not plain ASCII")
            self.at = end
        elif raster := _RASTER.match(self.job, self.at):
            row_bytes, rows = int.from_bytes(raster[1], "little"), int.from_bytes(raster[2], "little")
            end = raster.end() + row_bytes * rows
            if row_bytes > _MAX_ROW_BYTES or rows > _MAX_ROWS or end > len(self.job):
                raise UnsafeJob(self.at, "raster of unbelievable size")
            self.rasters += 1
            self.at = end
        else:
            raise UnsafeJob(self.at, "byte or command the house never sends")
