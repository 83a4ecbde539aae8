"""The reference of the card benches: commands that were sent before, sent again over the plain function layer.

A card notes what it was asked and which challenges it gave; a copy of it as it was before answers the same commands
byte by byte with the same work. Nothing of the program is between the caller and the service.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from smartcard import scard

from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_filesystem import FileSystem


@dataclass
class Tape:
    """What a card was asked and what it answered. Attributes: files (before the first command); challenges."""

    files: list[dict[str, Any]]
    challenges: list[bytes] = field(default_factory=list)
    exchanges: list[tuple[bytes, bytes]] = field(default_factory=list)


class TapedCard(SimulatedCpuCard):
    """Attributes: tape (where it notes, None = nowhere); pace_s: how long each command takes at least."""

    def __init__(self, atr: bytes, files: FileSystem, pace_s: float = 0.0, given: list[bytes] | None = None) -> None:
        self.tape: Tape | None = None
        self.pace_s = pace_s
        self._given = iter(given or [])
        super().__init__(atr, files, challenge_source=self._challenge)

    def transmit(self, raw: bytes) -> bytes:
        """One command, noted."""
        until = time.perf_counter() + self.pace_s
        answer = super().transmit(raw)
        if self.tape is not None:
            self.tape.exchanges.append((raw, answer))
        if self.pace_s:
            time.sleep(max(0.0, until - time.perf_counter()))
        return answer

    def record(self) -> None:
        """Begin a new tape with the card as it is."""
        self.tape = Tape(self.files.to_document())

    def as_before(self) -> TapedCard:
        """A copy as the card was when the tape began, which will give the same challenges."""
        if self.tape is None:
            raise ValueError("nothing was recorded")
        files = FileSystem.from_document(self.tape.files)
        return TapedCard(self.atr, files, self.pace_s, list(self.tape.challenges))

    def _challenge(self, length: int) -> bytes:
        challenge = next(self._given, None) or secrets.token_bytes(length)
        if self.tape is not None:
            self.tape.challenges.append(challenge)
        return challenge


@contextmanager
def bare_connection(reader_name: str) -> Iterator[tuple[int, int]]:
    """Handle and protocol of an exclusive connection."""
    _result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    result, handle, protocol = scard.SCardConnect(context, reader_name, scard.SCARD_SHARE_EXCLUSIVE, 3)
    if result != 0:
        raise AssertionError(f"no card: {result & 0xFFFFFFFF:08X}")
    try:
        yield handle, scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
    finally:
        scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
        scard.SCardReleaseContext(context)


def play(reader_name: str, exchanges: list[tuple[bytes, bytes]]) -> None:
    """Send the commands again; every answer must be the one that was noted."""
    with bare_connection(reader_name) as (handle, protocol):
        for command, noted in exchanges:
            _result, answer = scard.SCardTransmit(handle, protocol, list(command))
            if bytes(byte & 0xFF for byte in answer) != noted:
                raise AssertionError(f"the card answered otherwise to {command.hex()}")


@contextmanager
def watched_slot(reader_name: str) -> Iterator[Any]:
    """A function that says whether the service reports a card."""
    _result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)

    def has_card() -> bool:
        _result, states = scard.SCardGetStatusChange(context, 0, [(reader_name, scard.SCARD_STATE_UNAWARE)])
        return bool(states[0][1] & scard.SCARD_STATE_PRESENT)

    try:
        yield has_card
    finally:
        scard.SCardReleaseContext(context)
