"""Reader of what a printer sends back: real-time status, automatic status and process ids mixed in one byte stream.

The fixed bits of each kind tell them apart (ESC/POS command reference): real-time 0xx1xx10, automatic status 0xx1xx00
and three more bytes, GS r answers 0xx0xxxx, blocks 37h ... 00h. Must not know: sockets, jobs.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RealTime:
    """One byte that answers DLE EOT n."""

    value: int


@dataclass(frozen=True, slots=True)
class Requested:
    """One byte that answers GS r n, in order with the data."""

    value: int


@dataclass(frozen=True, slots=True)
class ProcessId:
    """The printer has finished everything before this id (GS ( H function 48)."""

    value: bytes


Answer = RealTime | Requested | ProcessId

_BLOCK_HEADER = 0x37
_PROCESS_ID = 0x22
_LONGEST_BLOCK = 80


@dataclass(slots=True)
class AnswerReader:
    """Feed it what arrives in any pieces; it gives complete answers and drops automatic status and line noise."""

    _pending: bytearray = field(default_factory=bytearray)

    def feed(self, arrived: bytes) -> list[Answer]:
        """The answers completed by these bytes."""
        self._pending += arrived
        answers: list[Answer] = []
        while self._pending:
            used, answer = self._next()
            if used == 0:
                break
            del self._pending[:used]
            if answer is not None:
                answers.append(answer)
        return answers

    def _next(self) -> tuple[int, Answer | None]:
        """Bytes used and the answer in them; 0 bytes = incomplete."""
        first = self._pending[0]
        if first == _BLOCK_HEADER:
            return self._block()
        if first & 0x93 == 0x12:
            return 1, RealTime(first)
        if first & 0x93 == 0x10:
            return (4, None) if len(self._pending) >= 4 else (0, None)
        if first & 0x90 == 0x00:
            return 1, Requested(first)
        return 1, None

    def _block(self) -> tuple[int, Answer | None]:
        end = self._pending.find(0)
        if end < 0:
            return (1, None) if len(self._pending) > _LONGEST_BLOCK else (0, None)
        body = bytes(self._pending[1:end])
        is_process_id = len(body) == 5 and body[0] == _PROCESS_ID
        return end + 1, ProcessId(body[1:]) if is_process_id else None
