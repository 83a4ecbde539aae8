"""The simulated printer behind a real TCP port, as raw port 9100 printers are.

The network adapter is tested against it, and a demonstration can show a printer on the line.
One connection at a time, as real ones. It listens on 127.0.0.1 only. A stalled machine stops reading, so that the
sender's window fills; a dead one resets the connection. Must not know: papers, adapters.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import Self

from devices.printer.machine import PrinterMachine

_POLL_S = 0.02


class TcpPrinter:
    """Serves one `PrinterMachine`; use it as a context manager."""

    def __init__(self, machine: PrinterMachine, port: int = 0) -> None:
        """`port` 0 takes any free one; see `port`."""
        self.machine = machine
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(_POLL_S)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="tcp-printer", daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._closing.set()
        self._thread.join(timeout=2)
        self._listener.close()

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _address = self._listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            with connection:
                if self.machine.is_on:
                    self._talk(connection)
                else:
                    _reset(connection)

    def _talk(self, connection: socket.socket) -> None:
        """Until the other side closes or the power goes."""
        connection.settimeout(_POLL_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while not self._closing.is_set():
            if self.machine.is_stalled:
                self._closing.wait(_POLL_S)
                continue
            try:
                arrived = connection.recv(4096)
            except TimeoutError:
                arrived = None
            except OSError:
                return
            if arrived == b"":
                return
            if arrived:
                self.machine.receive(arrived)
            with contextlib.suppress(OSError):
                if answers := self.machine.take_answers():
                    connection.sendall(answers)
            if not self.machine.is_on:
                _reset(connection)
                return


def _reset(connection: socket.socket) -> None:
    """Close with RST: what a printer without power looks like after it comes back."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
