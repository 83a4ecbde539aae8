"""The lowest layer: bytes to a card and bytes back. Every transport (PC/SC, simulated) speaks this Protocol.

It must not know what a command means, nor any status word; it never retries and never resets a card.
"""

from __future__ import annotations

from typing import Protocol


class CardConnection(Protocol):
    """One powered card, held exclusively until its reader takes it back."""

    @property
    def atr(self) -> bytes:
        """Answer to reset of the card that was powered when the connection was made."""

    @property
    def is_block_protocol(self) -> bool:
        """True for T=1: a command with a field that wants an answer carries Le, or the card gives nothing back."""

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Send one command; return the answer's data and its status word (SW1 << 8 | SW2).

        After the first failure the connection is dead and every further call raises: a card that has been away may
        have been another one.

        Blocking: 1-300 ms with a healthy card; for ever with one that hangs (PC/SC has no time-out).
        Raises: DeviceUnavailable `card.connection_lost` (the connection was dead before, nothing sent);
            OutcomeUnknown `card.answer_lost` (sent, or perhaps sent, and no believable answer).
        """
