"""`pos.ports.card.CardReader` over a reader maker's library, which runs in a process of its own.

Many readers are spoken to by their maker's library alone (32-bit as often as not). Whatever it does, the counter goes
on: a call that does not come back in time is ended with its process, and what became of the command is unknown. Cards,
keys and proofs stay ours: the library only carries APDUs. It must not know card files, keys or books.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Final

from devices.cards import library_worker
from devices.cards.families import LayoutSource, MatrixSource, open_card
from devices.cards.hall_profiles import built_in_layouts
from devices.cards.memory_chip import MEMORY_FAMILIES
from devices.cards.reader_matrix import built_in_matrix
from devices.cards.recognition import recognise
from pos.domain.errors import DeviceUnavailable, OutcomeUnknown
from pos.ports.card import CardSession, ReaderState, ReaderStatus
from pos.ports.keys import KeyAuthority

_OK, _NO_READER = 0, 1
_STATES: Final = {
    _NO_READER: ReaderState.NO_READER,
    2: ReaderState.NO_CARD,
    3: ReaderState.CARD_MUTE,
    4: ReaderState.CARD_BUSY,
}
_REFUSALS: Final = {_NO_READER: "reader.no_reader", 2: "reader.no_card", 3: "reader.card_mute", 4: "reader.busy"}
_START_TIMEOUT_S: Final = 10.0
_STATE_TIMEOUT_S: Final = 2.0
_REST_S: Final = 5.0  # the lamp does not start a library again at once that hung, crashed or cannot be loaded
_DYING_S: Final = 1.0


class LibraryLost(Exception):
    """The library cannot be used. Attributes: reason (for people who look after the machine)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Worker:
    """One run of the library's process. Raises LibraryLost from every call once it is gone."""

    def __init__(self, python: str, library: Path, port: str) -> None:
        command = [python, "-I", str(Path(library_worker.__file__)), str(library), port]
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows: no black window beside the counter
        try:
            self._run = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="ascii",
                creationflags=flags,
            )
        except OSError as missing:
            raise LibraryLost(str(missing)) from missing
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(self._run, self._answers), daemon=True).start()
        self.end = weakref.finalize(self, _end, self._run)
        told = self._next(_START_TIMEOUT_S)
        if told["result"] == library_worker.NOT_LOADED:
            self.end()
            raise LibraryLost(str(told["text"]))
        self.opened = int(told["result"])

    def call(self, timeout_s: float, **request: object) -> dict[str, Any]:
        """Ask and wait. A call that is not answered in time ends the process, with whatever it was doing."""
        if self._run.stdin is None or not self.end.alive:
            raise LibraryLost("ended")
        try:
            self._run.stdin.write(json.dumps(request) + "\n")
            self._run.stdin.flush()
        except OSError as gone:
            self.end()
            raise LibraryLost("ended") from gone
        return self._next(timeout_s)

    def _next(self, timeout_s: float) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=timeout_s)
        except queue.Empty:
            self.end()
            raise LibraryLost("hangs") from None
        if not line:
            self.end()
            raise LibraryLost("ended")
        told: dict[str, Any] = json.loads(line)
        return told


def _listen(run: subprocess.Popen[str], answers: queue.SimpleQueue[str]) -> None:
    """Answers as they come, then one empty line for ever gone."""
    for line in run.stdout or ():
        answers.put(line)
    answers.put("")


def _end(run: subprocess.Popen[str]) -> None:
    run.kill()
    try:
        run.wait(_DYING_S)
    except subprocess.TimeoutExpired:
        return  # it hangs inside a driver of the system; nobody waits for it
    for pipe in (run.stdin, run.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                continue  # what it did not read any more


class LibraryReader:
    """One reader behind a library.

    Attributes: name: what the table of readers is asked by; the library's file name where none is given.
    """

    def __init__(
        self,
        keys: KeyAuthority,
        library: Path,
        port: str = "",
        *,
        name: str = "",
        python: str = "",
        timeout_s: float = 10.0,
        matrix: MatrixSource = built_in_matrix,
        layouts: LayoutSource = built_in_layouts,
    ) -> None:
        """`python`: the interpreter that loads the library, a 32-bit one for a 32-bit library; "" = this one."""
        self.name = name or library.stem
        self._keys, self._library, self._port = keys, library, port
        self._python, self._timeout_s = python or sys.executable, timeout_s
        self._matrix, self._layouts = matrix, layouts
        self._claimed = threading.Lock()
        self._worker: _Worker | None = None
        self._rests_until_s, self._reason = 0.0, ""

    def status(self) -> ReaderStatus:
        """See `CardReader.status`. A hanging library blocks for 2 s once, then rests for 5."""
        if monotonic() < self._rests_until_s:
            return ReaderStatus(ReaderState.NO_SERVICE, self.name, service=self._reason)
        if not self._claimed.acquire(blocking=False):
            return ReaderStatus(ReaderState.CARD_BUSY, self.name, service=self._library.name)
        try:
            told = self._call("state", _STATE_TIMEOUT_S)
        except LibraryLost as lost:
            return ReaderStatus(ReaderState.NO_SERVICE, self.name, service=lost.reason)
        finally:
            self._claimed.release()
        if told["result"] == _OK:
            atr = str(told["answer"]).upper()
            return ReaderStatus(ReaderState.CARD_PRESENT, self.name, atr, self._library.name)
        state = _STATES.get(told["result"], ReaderState.NO_READER)
        return ReaderStatus(state, self.name, service=self._library.name)

    def session(self) -> AbstractContextManager[CardSession]:
        """See `CardReader.session`. Raises besides: DeviceUnavailable `reader.library`."""
        return self._hold()

    @contextmanager
    def _hold(self) -> Iterator[CardSession]:
        if not self._claimed.acquire(blocking=False):
            raise DeviceUnavailable("reader.busy", reader=self.name)
        try:
            connection = self._connect()
            try:
                yield open_card(connection, self._keys, reader=self.name, matrix=self._matrix, layouts=self._layouts)
            finally:
                connection.close(power_down=recognise(connection.atr).family in MEMORY_FAMILIES)
        finally:
            self._claimed.release()

    def _connect(self) -> _LibraryConnection:
        try:
            told = self._call("connect", self._timeout_s)
        except LibraryLost as lost:
            raise DeviceUnavailable("reader.library", reason=lost.reason) from lost
        result = told["result"]
        if result != _OK or self._worker is None:
            code = _REFUSALS.get(result, "reader.library")
            raise DeviceUnavailable(code, reader=self.name, reason=f"csr_connect {result}")
        atr = bytes.fromhex(told["answer"])
        return _LibraryConnection(self._worker, atr, int(told["protocol"]), self._timeout_s, self._lose)

    def _call(self, call: str, timeout_s: float) -> dict[str, Any]:
        """On the running process, or on a fresh one. A reader that was not there is looked for anew each time."""
        try:
            if self._worker is None:
                self._worker = _Worker(self._python, self._library, self._port)
                self._rests_until_s = 0.0
            if self._worker.opened != _OK:
                opened, worker = self._worker.opened, self._worker
                self._worker = None
                worker.end()
                return {"result": opened, "answer": ""}
            return self._worker.call(timeout_s, call=call)
        except LibraryLost as lost:
            self._lose(lost)
            raise

    def _lose(self, lost: LibraryLost) -> None:
        """The process is gone; the next session starts another one, the next look at the lamp waits."""
        self._worker = None
        self._rests_until_s, self._reason = monotonic() + _REST_S, lost.reason


class _LibraryConnection:
    """`CardConnection` of one csr_connect. Whatever csr_transmit says but CSR_OK, the outcome is unknown."""

    def __init__(
        self, worker: _Worker, atr: bytes, protocol: int, timeout_s: float, lose: Callable[[LibraryLost], None]
    ) -> None:
        self._worker, self._atr, self._protocol = worker, atr, protocol
        self._timeout_s, self._lose = timeout_s, lose
        self._dead = False

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return self._atr

    @property
    def is_block_protocol(self) -> bool:
        """See `CardConnection`."""
        return self._protocol == 1

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """See `CardConnection.transmit`."""
        if self._dead:
            raise DeviceUnavailable("card.connection_lost")
        try:
            told = self._worker.call(self._timeout_s, call="transmit", command=command.hex())
        except LibraryLost as lost:
            self._dead = True
            self._lose(lost)
            raise OutcomeUnknown("card.answer_lost", reason=lost.reason) from lost
        answer = bytes.fromhex(told["answer"])
        if told["result"] != _OK or len(answer) < 2:
            self._dead = True
            raise OutcomeUnknown("card.answer_lost", reason=f"csr_transmit {told['result']}")
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def close(self, *, power_down: bool) -> None:
        """A session that somebody kept must not reach the card once it was given back."""
        self._dead = True
        if not self._worker.end.alive:
            return
        try:
            self._worker.call(self._timeout_s, call="disconnect", power_down=power_down)
        except LibraryLost as lost:
            self._lose(lost)
