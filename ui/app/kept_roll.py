"""A simulated printer keeps what comes out of it: a text and a picture of each paper, below the data folder.

A roll in memory is gone with the program, and whoever tries it wants to look at yesterday's papers. The text is written
with the paper; the picture takes a tenth of a second and is drawn when the printer is next asked how it is and nothing
was printed for a moment, or by a later start. Must not know: papers, what a job says.
"""

from __future__ import annotations

import logging
from pathlib import Path
from time import monotonic

from devices.printer.machine import PrinterMachine
from devices.printer.roll import PaperRoll, Printed, PrintedCut
from devices.printer.roll_picture import roll_to_png
from pos.ports.printer import PrinterState, PrintOutcome, ReceiptPrinter

QUIET_S = 2.0
_TEXT, _PICTURE, _JOB = ".txt", ".png", ".job"
_log = logging.getLogger(__name__)


class KeptRoll:
    """A simulated printer whose papers stay: `0001.txt`, `0001.png` and so on. A disk that refuses stops no printing.

    Args:
        printer, machine: the simulated one. folder: made with the first paper. font: of the pictures.
        quiet_s: from the last paper until a picture may be drawn.
    """

    def __init__(
        self, printer: ReceiptPrinter, machine: PrinterMachine, folder: Path, font: Path, *, quiet_s: float = QUIET_S
    ) -> None:
        self._printer = printer
        self._machine = machine
        self._folder = folder
        self._font = font
        self._quiet_s = quiet_s
        self._last_paper_s = float("-inf")

    def status(self) -> PrinterState:
        """The printer's own; a picture that is due is drawn on the way."""
        state = self._printer.status()
        if monotonic() - self._last_paper_s >= self._quiet_s:
            self._draw_next()
        return state

    def print_job(self, job_id: str, data: bytes) -> PrintOutcome:
        """Print, then keep what came out, also of a job that went wrong. Raises as the printer does."""
        before = len(self._machine.roll.printed)
        try:
            return self._printer.print_job(job_id, data)
        finally:
            self._keep(self._machine.roll.printed[before:], data)

    def _keep(self, came_out: list[Printed], data: bytes) -> None:
        self._last_paper_s = monotonic()
        paper = self._paper(came_out)
        if not paper.printed:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            numbers = [int(file.stem) for file in self._folder.glob(f"*{_TEXT}") if file.stem.isdecimal()]
            stem = self._folder / f"{max(numbers, default=0) + 1:04d}"
            stem.with_suffix(_TEXT).write_text(paper.text(), encoding="utf-8")
            stem.with_suffix(_JOB).write_bytes(data)
        except OSError as refused:
            _log.warning("a paper of the simulated printer was not kept: %s", refused.strerror)

    def _draw_next(self) -> None:
        """The oldest paper without a picture, from its job; half a paper has its text only."""
        job = min(self._folder.glob(f"*{_JOB}"), default=None)
        if job is None:
            return
        again = PrinterMachine(roll=PaperRoll(self._machine.roll.width_chars))
        try:
            again.receive(job.read_bytes())
            paper = self._paper(again.roll.printed)
            if paper.text() == job.with_suffix(_TEXT).read_text(encoding="utf-8"):
                job.with_suffix(_PICTURE).write_bytes(roll_to_png(paper, self._font))
            job.unlink()
        except OSError as refused:
            _log.warning("a picture of a paper was not kept: %s", refused.strerror)

    def _paper(self, printed: list[Printed]) -> PaperRoll:
        items: list[Printed] = [item for item in printed if not isinstance(item, PrintedCut)]
        return PaperRoll(self._machine.roll.width_chars, items)
