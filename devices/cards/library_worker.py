"""A process of its own for a reader maker's library: it may hang, crash or print, and the counter goes on.

Runs by itself (`python library_worker.py LIBRARY PORT`) and imports nothing of ours, so that a 32-bit Python can load a
32-bit library for a 64-bit program. One request a line on standard input, one answer a line on standard output, JSON.
The functions are those of changshou_reader.h. It must not know cards, keys or what a command means.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from typing import IO, Any

VERSION = 1
ROOM = 512  # bytes for an answer; the longest a card gives is 258
FAILED = 5
NOT_LOADED = -1


class ReaderLibrary:
    """The seven functions. Raises OSError where the library cannot be loaded, AttributeError where one is missing."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)
        number, pointer, raw = ctypes.c_int32, ctypes.POINTER(ctypes.c_int32), ctypes.POINTER(ctypes.c_uint8)
        for name, arguments in {
            "csr_version": [],
            "csr_open": [ctypes.c_char_p],
            "csr_state": [raw, number, pointer],
            "csr_connect": [raw, number, pointer, pointer],
            "csr_transmit": [raw, number, raw, number, pointer],
            "csr_disconnect": [number],
            "csr_close": [],
        }.items():
            function = getattr(self._library, name)
            function.argtypes, function.restype = arguments, number

    def version(self) -> int:
        """Which interface it keeps."""
        return int(self._library.csr_version())

    def open(self, port: str) -> int:
        """Result code."""
        return int(self._library.csr_open(port.encode()))

    def state(self) -> dict[str, Any]:
        """Result and answer to reset."""
        room, length = (ctypes.c_uint8 * ROOM)(), ctypes.c_int32(0)
        result = self._library.csr_state(room, ROOM, ctypes.byref(length))
        return _answer(result, room, length)

    def connect(self) -> dict[str, Any]:
        """Result, answer to reset, protocol."""
        room, length, protocol = (ctypes.c_uint8 * ROOM)(), ctypes.c_int32(0), ctypes.c_int32(0)
        result = self._library.csr_connect(room, ROOM, ctypes.byref(length), ctypes.byref(protocol))
        return _answer(result, room, length) | {"protocol": protocol.value}

    def transmit(self, command: bytes) -> dict[str, Any]:
        """Result and answer."""
        room, length = (ctypes.c_uint8 * ROOM)(), ctypes.c_int32(0)
        sent = (ctypes.c_uint8 * len(command)).from_buffer_copy(command)
        result = self._library.csr_transmit(sent, len(command), room, ROOM, ctypes.byref(length))
        return _answer(result, room, length)

    def disconnect(self, *, power_down: bool) -> dict[str, Any]:
        """Result."""
        return {"result": int(self._library.csr_disconnect(int(power_down)))}

    def close(self) -> None:
        """The reader is free for others."""
        self._library.csr_close()


def _answer(result: int, room: ctypes.Array[ctypes.c_uint8], length: ctypes.c_int32) -> dict[str, Any]:
    """A length that cannot be true makes the whole answer a failure: it was written past its room."""
    if result == 0 and not 0 <= length.value <= ROOM:
        return {"result": FAILED, "answer": ""}
    return {"result": result, "answer": bytes(room[: length.value]).hex() if result == 0 else ""}


def serve(library: ReaderLibrary, requests: IO[str], answers: IO[str]) -> None:
    """Until the program closes its end."""
    for line in requests:
        request = json.loads(line)
        if request["call"] == "transmit":
            told = library.transmit(bytes.fromhex(request["command"]))
        elif request["call"] == "connect":
            told = library.connect()
        elif request["call"] == "disconnect":
            told = library.disconnect(power_down=bool(request["power_down"]))
        else:
            told = library.state()
        print(json.dumps(told), file=answers, flush=True)


def main(path: str, port: str) -> int:
    """Load, open, say how that went, serve. What the library prints goes to standard error, not between the answers."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    try:
        library = ReaderLibrary(path)
        version = library.version()
        if version != VERSION:
            raise OSError(f"interface {version}, not {VERSION}")
    except (OSError, AttributeError) as unusable:
        told = {"result": NOT_LOADED, "text": str(unusable)}
        print(json.dumps(told), file=answers, flush=True)
        return 1
    print(json.dumps({"result": library.open(port)}), file=answers, flush=True)
    serve(library, sys.stdin, answers)
    library.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
