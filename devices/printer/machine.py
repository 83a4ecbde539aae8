"""The simulated receipt printer with a cash drawer: real behaviour, scripted faults, no window, no files, no sockets.

It executes the bytes of a job on a paper roll, answers questions, goes offline when paper ends and continues when paper
is put in, and loses its buffer when power goes (trust F12-F15). Product quality: demo and practice run on it.
Must not know: how bytes arrive; see `simulated` and `tcp_printer`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from devices.printer.commands import Command, CommandReader, Kind
from devices.printer.roll import PaperRoll, PrintedCut, PrintedLine, PrintedQr, PrintedRaster

_FIXED = 0x12
_SIZES = {0x00: (1, 1), 0x01: (1, 2), 0x10: (2, 1), 0x11: (2, 2)}


@dataclass(slots=True)
class DrawerBox:
    """The metal box: whether it is open, how often it was opened, who closes it is the test or the demo.

    pin: the one it is wired to; on_ms, off_ms: of the last pulse.
    """

    is_open: bool = False
    openings: int = 0
    is_jammed: bool = False
    pin: int = 2
    on_ms: int = 0
    off_ms: int = 0

    def kick(self, pin: int, on_ms: int, off_ms: int) -> None:
        """A pulse arrives on a pin of the connector; the box hears only the pin it is wired to."""
        self.on_ms, self.off_ms = on_ms, off_ms
        if pin == self.pin and not self.is_jammed:
            self.is_open = True
            self.openings += 1

    def close(self) -> None:
        """Somebody pushes it shut."""
        self.is_open = False


@dataclass(slots=True)
class PrinterMachine:
    """The device.

    Attributes:
        roll: the paper. drawer: the box on its connector. violations: commands nobody allowed, with their offset.
        knows_process_id, knows_paper_status: whether the model answers GS ( H and GS r.
        is_on, is_cover_open, is_mute, is_stalled, is_paper_low: conditions, also set by the fault methods.
    """

    roll: PaperRoll = field(default_factory=PaperRoll)
    drawer: DrawerBox = field(default_factory=DrawerBox)
    violations: list[Command] = field(default_factory=list)
    knows_process_id: bool = True
    knows_paper_status: bool = True
    is_on: bool = True
    is_cover_open: bool = False
    is_mute: bool = False
    is_stalled: bool = False
    is_paper_low: bool = False
    bytes_received: int = 0
    kept_bytes: bytearray | None = None
    _lines_left: int | None = None
    _bytes_until_death: int | None = None
    _answers_to_lose: int = 0
    _reader: CommandReader = field(default_factory=CommandReader)
    _waiting: list[Command] = field(default_factory=list)
    _answers: bytearray = field(default_factory=bytearray)
    _align: int = 0
    _bold: bool = False
    _size: int = 0
    _line: str = ""
    _qr: bytes = b""

    # -- what a person or a script does to it ------------------------------------------------------------------

    def paper_out_after(self, n_lines: int) -> None:
        """Paper ends after `n_lines` more lines; the rest waits in the buffer."""
        self._lines_left = n_lines

    def load_paper(self) -> None:
        """A new roll: what waits is printed."""
        self._lines_left = None
        self._execute_waiting()

    def open_cover(self) -> None:
        """Offline until the cover is closed."""
        self.is_cover_open = True

    def close_cover(self) -> None:
        """Online again; what waits is printed."""
        self.is_cover_open = False
        self._execute_waiting()

    def die_after_bytes(self, n_bytes: int) -> None:
        """Power fails when `n_bytes` more bytes have arrived."""
        self._bytes_until_death = n_bytes
        if n_bytes <= 0:
            self._die()

    def lose_next_answer(self) -> None:
        """The next answer is lost on the line."""
        self._answers_to_lose += 1

    def power_cycle(self) -> None:
        """Off and on: buffer and half a line are gone, the paper stays where it is."""
        self._forget()
        self.is_on = True
        self._bytes_until_death = None

    # -- what the line does -----------------------------------------------------------------------------------

    @property
    def is_paper_out(self) -> bool:
        """Whether the paper has ended."""
        return self._lines_left is not None and self._lines_left <= 0

    def receive(self, arrived: bytes) -> None:
        """Bytes come in. A stalled or dead printer takes nothing."""
        if not self.is_on or self.is_stalled:
            return
        dies = self._bytes_until_death is not None and len(arrived) >= self._bytes_until_death
        if self._bytes_until_death is not None:
            arrived = arrived[: self._bytes_until_death]
            self._bytes_until_death -= len(arrived)
        self.bytes_received += len(arrived)
        if self.kept_bytes is not None:
            self.kept_bytes += arrived
        for command in self._reader.feed(arrived):
            if command.kind is Kind.ASK_NOW:
                self._answer(bytes([self._status(command.argument)]))
            else:
                self._waiting.append(command)
        self._execute_waiting()
        if dies:
            self._die()

    def take_answers(self) -> bytes:
        """What it sends back, once."""
        answers = bytes(self._answers)
        self._answers.clear()
        return answers

    # -- inside -----------------------------------------------------------------------------------------------

    def _die(self) -> None:
        self.is_on = False
        self._forget()

    def _forget(self) -> None:
        self._reader = CommandReader()
        self._waiting.clear()
        self._answers.clear()
        self._line = ""
        self._align, self._bold, self._size = 0, False, 0

    def _answer(self, content: bytes) -> None:
        if self.is_mute:
            return
        if self._answers_to_lose:
            self._answers_to_lose -= 1
            return
        self._answers += content

    def _status(self, question: int) -> int:
        """DLE EOT 1 printer, 2 cause of being offline, 3 error, 4 paper; fixed bits as the reference says."""
        is_offline = self.is_cover_open or self.is_paper_out
        bits = {
            1: (0x04 if self.drawer.is_open else 0) | (0x08 if is_offline else 0),
            2: (0x04 if self.is_cover_open else 0) | (0x20 if self.is_paper_out else 0),
            3: 0,
            4: (0x0C if self.is_paper_low or self.is_paper_out else 0) | (0x60 if self.is_paper_out else 0),
        }
        return _FIXED | bits.get(question, 0)

    def _execute_waiting(self) -> None:
        while self._waiting and self.is_on and not (self.is_cover_open or self.is_paper_out):
            self._execute(self._waiting.pop(0))

    def _execute(self, command: Command) -> None:
        match command.kind:
            case Kind.TEXT:
                self._line += command.content.decode("gb18030" if command.argument else "ascii")
            case Kind.LINE_FEED:
                self._end_line()
            case Kind.INITIALISE:
                self._align, self._bold, self._size, self._line = 0, False, 0, ""
            case Kind.ALIGN:
                self._align = command.argument if command.argument < 3 else 0
            case Kind.BOLD:
                self._bold = bool(command.argument & 1)
            case Kind.SIZE:
                self._size = command.argument
            case Kind.FEED:
                for _ in range(command.argument):
                    self._end_line()
            case Kind.VIOLATION:
                self.violations.append(command)
            case Kind.PULSE:
                on, off = command.content
                self.drawer.kick(2 if command.argument == 0 else 5, on * 2, off * 2)
            case _:
                self._execute_picture_or_question(command)

    def _execute_picture_or_question(self, command: Command) -> None:
        match command.kind:
            case Kind.CUT:
                self.roll.printed.append(PrintedCut())
            case Kind.RASTER:
                self.roll.printed.append(PrintedRaster(command.argument, command.content))
                self._use_paper()
            case Kind.QR_STORE:
                self._qr = command.content
            case Kind.QR_PRINT:
                self.roll.printed.append(PrintedQr(self._qr.decode("ascii", "replace")))
            case Kind.ASK_IN_ORDER if self.knows_paper_status:
                self._answer(bytes([self._requested(command.argument)]))
            case Kind.ASK_PROCESS_ID if self.knows_process_id:
                self._answer(b"\x37\x22" + command.content + b"\x00")

    def _requested(self, question: int) -> int:
        """GS r 1 paper, GS r 2 drawer."""
        if question == 2:
            return 1 if self.drawer.is_open else 0
        return 0x03 if self.is_paper_low else 0

    def _end_line(self) -> None:
        across, down = _SIZES.get(self._size, (1, 1))
        self.roll.printed.append(PrintedLine(self._line, self._align, self._bold, across, down))
        self._line = ""
        self._use_paper()

    def _use_paper(self) -> None:
        if self._lines_left is not None:
            self._lines_left -= 1
