"""The middle layer: one command, its answer, an error where the card says no.

Does what the reader library leaves out: GET RESPONSE after 61xx, one resend after 6Cxx, and a table of status words.
It must not know files, keys or what a command is good for.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from dataclasses import field as hidden

from devices.cards.connection import CardConnection
from devices.cards.status_words import StatusWord, error_for
from pos.domain.errors import DeviceProtocolError

# Raw bytes are customers' data: they are written only at a level below DEBUG that nobody switches on by chance.
TRAFFIC = 5
MAX_FIELD = 239  # the card manual's limit for protected commands; used everywhere
_MAX_CHAIN = 8  # answers of a counter's card never need more; an endless 61xx is nonsense

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """One command APDU in its short form.

    Attributes:
        name: for logs and errors, for example `READ BINARY`.
        header: CLA INS P1 P2.
        field: command data, may be empty; left out of repr, it may be a key.
        expected: bytes wanted back, None if the command returns nothing or as much as it likes.
        answers: it gives data back whose length is not known before.
        secret: True keeps the bytes out of every log, whatever its level.

    Its repr is the name alone: a traceback may be written down, and the field of some commands is a secret.
    """

    name: str
    header: bytes
    field: bytes = hidden(default=b"", repr=False)
    expected: int | None = None
    secret: bool = False
    answers: bool = False

    def __post_init__(self) -> None:
        if len(self.header) != 4:
            raise ValueError("a command header has four bytes")
        if len(self.field) > MAX_FIELD or (self.expected or 0) > MAX_FIELD:
            raise ValueError(f"{self.name}: more than {MAX_FIELD} bytes in one command")

    def __repr__(self) -> str:
        return f"Command({self.name!r})"

    def encoded(self, *, is_block_protocol: bool = False) -> bytes:
        """Bytes as sent. After a data field Le goes out on T=1 only: on T=0 the card announces its answer with 61xx."""
        if not self.field:
            return self.header + bytes([self.expected or 0])
        wants_answer = self.answers or self.expected is not None
        le = bytes([self.expected or 0]) if is_block_protocol and wants_answer else b""
        return self.header + bytes([len(self.field)]) + self.field + le


class ApduChannel:
    """Commands over a connection. Attributes: sent: how many APDUs went out, GET RESPONSE included."""

    def __init__(self, connection: CardConnection) -> None:
        self._connection = connection
        self.sent = 0

    @property
    def atr(self) -> bytes:
        """Answer to reset of the connected card."""
        return self._connection.atr

    def run(self, command: Command) -> bytes:
        """Send and return the answer's data.

        Raises: DeviceRefused or DeviceProtocolError for every status but 9000, and what the connection raises.
        """
        answer, status = self.exchange(command)
        if status != StatusWord.DONE:
            raise error_for(status, command.name)
        if command.expected is not None and len(answer) != command.expected:
            raise DeviceProtocolError(
                "card.wrong_answer_length", command=command.name, expected=command.expected, received=len(answer)
            )
        return answer

    def exchange(self, command: Command) -> tuple[bytes, int]:
        """Send and return data and status word as they come, after 61xx and 6Cxx have been dealt with."""
        answer, status = self._transmit(command.encoded(is_block_protocol=self._connection.is_block_protocol), command)
        if status >> 8 == 0x6C and not command.field:
            answer, status = self._transmit(command.header + bytes([status & 0xFF]), command)
        chained = 0
        while status >> 8 == 0x61:
            chained += 1
            if chained > _MAX_CHAIN:
                raise DeviceProtocolError("card.endless_answer", command=command.name)
            more, status = self._transmit(bytes([0x00, 0xC0, 0x00, 0x00, status & 0xFF]), command)
            answer += more
        return answer, status

    def _transmit(self, raw: bytes, command: Command) -> tuple[bytes, int]:
        self.sent += 1
        answer, status = self._connection.transmit(raw)
        if _log.isEnabledFor(TRAFFIC):
            shown = "(secret)" if command.secret else f"{raw.hex()} -> {answer.hex()}"
            _log.log(TRAFFIC, "%s %s %04X", command.name, shown, status)
        return answer, status
