"""The day as one story, played in the real window by keys, on real parts: `changshou day` (issue: two commands).

With `real` the card lies behind a private PC/SC service and the printer is a TCP server; otherwise both are simulated
in the program. What comes out: a picture of every step, the roll as bytes, text and picture, the A4 papers, workbook
and CSV, the journal export and the outsider's verdict on it. Everything is invented and says 演示.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import NamedTuple, Protocol

from devices.cards.simulated_plastic import SimulatedPlastic
from devices.printer.machine import PrinterMachine
from ui.app.config import SIMULATED, Config, PrinterConfig, ReaderConfig
from ui.app.places import Places
from ui.app.surroundings import SystemClock

MARK = ".changshou-day"
"""Says that a folder was made by this command and may be made anew by it."""


class Slot(Protocol):
    """Where plastic goes: the simulated reader, or the virtual slot behind the real service."""

    def insert(self, card: SimulatedPlastic) -> None:
        """Put a card in."""

    def remove(self) -> None:
        """Take it out."""


class StoryClock(SystemClock):
    """The machine's clock, set forward by the story (the night between two days)."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def now_utc_ms(self) -> int:
        """Now, in the story."""
        return super().now_utc_ms() + self.ahead_ms


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts a story is played on. `slot` is None until the program has opened its own reader."""

    config: Config
    machine: PrinterMachine | None
    slot: Slot | None


class Played(NamedTuple):
    """How a day went. Attributes: pictures; seconds; verdict: 0 if the outsider found the books whole; stuck_at: ""
    or what the story waited for in vain."""

    pictures: int
    seconds: float
    verdict: int
    stuck_at: str = ""


def play(out: Path, *, real: bool) -> Played:
    """Play the story into a folder.

    Blocking: about 30 s. Raises: OSError for a folder that cannot be written; RuntimeError if a real part is missing.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    started = monotonic()
    _clear(out)
    at = Places(out / "work" / "data", out / "work" / "keys")
    at.data.mkdir(parents=True)
    (out / MARK).touch()
    with _parts(real) as parts:
        from PySide6.QtWidgets import QApplication

        from ui.app.day_story import Story
        from ui.app.program import Program
        from ui.app.stage import Stage, StoryStuck
        from ui.app.start import application

        app = QApplication.instance() or application()
        if not isinstance(app, QApplication):
            raise RuntimeError("the story needs a QApplication")
        clock = StoryClock()
        program = Program(app, at, demo=True, config=parts.config, clock=clock)
        stage = Stage(program, out / "screens")
        story = Story(stage, parts, clock)
        try:
            story.play()
        except StoryStuck as stuck:
            program.close()
            return Played(len(stage.taken), monotonic() - started, 1, str(stuck))
        from ui.app.day_papers import write_papers

        verdict = write_papers(out, program, story.machine)
        program.close()
    return Played(len(stage.taken), monotonic() - started, verdict)


def _clear(out: Path) -> None:
    """Make room for a new day; only what an earlier day left is ever removed. Raises OSError (ENOTEMPTY)."""
    if out.exists() and any(out.iterdir()):
        if not (out / MARK).exists():
            raise OSError(errno.ENOTEMPTY, "not made by an earlier day", str(out))
        shutil.rmtree(out)


@contextmanager
def _parts(real: bool) -> Iterator[Parts]:
    """Simulated parts inside the program, or a private PC/SC service and a socket printer."""
    if not real:
        yield Parts(SIMULATED, None, None)
        return
    from devices.cards.private_pcscd import PrivatePcscd
    from devices.cards.vpcd import VirtualSlot
    from devices.printer.roll import PaperRoll
    from devices.printer.tcp_printer import TcpPrinter

    machine = PrinterMachine(roll=PaperRoll(48))
    with PrivatePcscd() as service, TcpPrinter(machine) as printer:
        slot = VirtualSlot(service.ports[0])
        config = Config(
            ReaderConfig("pcsc", service.reader_names[0]),
            PrinterConfig("network", host="127.0.0.1", port=printer.port),
        )
        try:
            yield Parts(config, machine, slot)
        finally:
            slot.remove()
