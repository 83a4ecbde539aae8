"""The third rig of the card contract: the same card behind a reader's library, compiled here and run in its process."""

from __future__ import annotations

import functools
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from devices.cards import library_worker
from devices.cards.keystore import KeyRing
from devices.cards.library_reader import LibraryReader
from devices.cards.simulated_memory import CardGone
from devices.cards.simulated_plastic import SimulatedPlastic
from tests.contract.card_rigs import KEYS, CardFamily

OK, NO_CARD, BUSY, FAILED, DIE = 0, 2, 4, 5, 99


@functools.cache
def compiled_library(source: str = "fake_reader_library.c", *flags: str) -> Path:
    """The fake library, made with the machine's compiler. Fails, and does not skip, where there is none."""
    here, headers = Path(__file__).parent, Path(library_worker.__file__).parent
    made = Path(tempfile.mkdtemp(prefix="reader-library-")) / "libfakereader.so"
    command = [
        "cc",
        "-shared",
        "-fPIC",
        "-Wall",
        "-Werror",
        f"-I{headers}",
        *flags,
        "-o",
        str(made),
        str(here / source),
    ]
    subprocess.run(command, check=True)
    return made


class LibrarySlot:
    """The slot that the fake library is wired to. Attributes: port; card; hangs (set: commands wait for `released`)."""

    def __init__(self) -> None:
        self.card: SimulatedPlastic | None = None
        self.hangs_at = self.dies_at = -1
        self.released = threading.Event()
        self._insertion = 0
        self._holder: object = None
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = str(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def insert(self, card: SimulatedPlastic) -> None:
        self._insertion += 1
        self.card = card
        card.power_on()

    def remove(self) -> None:
        self._insertion += 1
        self.card = None

    def _accept(self) -> None:
        while True:
            line, _address = self._server.accept()
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        connected = -1
        me = object()
        with line, line.makefile("rb") as stream:
            while head := stream.read(3):
                sent = stream.read(int.from_bytes(head[1:], "big"))
                result, answer = FAILED, b""
                card = self.card
                if head[:1] in (b"S", b"C") and self._holder not in (None, me):
                    result = BUSY
                elif head[:1] in (b"S", b"C") and card is None:
                    result = NO_CARD
                elif head[:1] == b"S" and card is not None:
                    result, answer = OK, card.atr
                elif head[:1] == b"C" and card is not None:
                    result, answer, connected, self._holder = OK, card.power_on(), self._insertion, me
                elif head[:1] == b"T" and card is not None and connected == self._insertion:
                    result, answer = self._transmit(card, sent)
                elif head[:1] in (b"D", b"P"):
                    result, self._holder = OK, None
                    if head[:1] == b"P" and card is not None:
                        card.power_on()
                try:
                    line.sendall(bytes([result]) + len(answer).to_bytes(2, "big") + answer)
                except OSError:
                    break
        if self._holder is me:
            self._holder = None

    def _transmit(self, card: SimulatedPlastic, sent: bytes) -> tuple[int, bytes]:
        if self.dies_at == 0:
            self.dies_at = -1
            return DIE, b""
        try:
            answer = card.transmit(sent)
        except CardGone as gone:
            if gone.pulled:
                self.remove()
            self._insertion += 1
            return FAILED, b""
        if self.hangs_at == 0:
            self.hangs_at = -1
            self.released.wait(20)
        self.hangs_at -= self.hangs_at > 0
        self.dies_at -= self.dies_at > 0
        return OK, answer


@functools.cache
def library_slot() -> LibrarySlot:
    """One slot per process."""
    return LibrarySlot()


class LibraryRig:
    """A real library in a real process, the simulated card behind it."""

    def __init__(self, family: CardFamily) -> None:
        self.family = family
        self.slot = library_slot()
        self.reader = self.reader_with(KEYS)
        self.second = self.reader_with(KEYS)

    def insert(self, card: SimulatedPlastic) -> None:
        self.slot.insert(card)

    def remove(self) -> None:
        self.slot.remove()

    def reader_with(self, keys: KeyRing, *, timeout_s: float = 10.0) -> LibraryReader:
        return LibraryReader(
            keys, compiled_library(), self.slot.port, matrix=lambda: self.family.matrix, timeout_s=timeout_s
        )


@functools.cache
def library_rig(family: CardFamily) -> LibraryRig:
    """One rig, and its two processes, per family."""
    return LibraryRig(family)
