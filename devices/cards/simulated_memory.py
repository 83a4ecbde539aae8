"""Non-volatile memory of the simulated card: what survives when the power goes, and where it can be torn.

Every lasting change of the card goes through `Memory`, byte by byte, so a tear can be planted before any of them.
Worst case by design: bytes are stored singly, and the byte in flight can be left as a mixture. It must not know
commands or files.
"""

from __future__ import annotations


class CardGone(Exception):
    """The card lost contact in the middle of a command.

    Attributes:
        pulled: the plastic has left the reader; False means a bad contact that will answer again after a reset.
    """

    def __init__(self, *, pulled: bool) -> None:
        super().__init__("pulled" if pulled else "contact lost")
        self.pulled = pulled


class Memory:
    """Counts lasting byte writes and tears where told.

    Attributes: written: lasting bytes since the card was made. changed: bytes were written since whoever keeps the card
    set this to False.
    """

    def __init__(self) -> None:
        self.written = 0
        self.changed = False
        self._left: int | None = None
        self._mixture: int | None = None
        self._pulled = True

    def tear_after(self, n_bytes: int, *, mixture: int | None = None, pulled: bool = True) -> None:
        """Let the power go after `n_bytes` more lasting bytes.

        `mixture`: None leaves the next byte untouched; a mask mixes it: bits set take the new value, others keep the
        old one, as a cell does that was half written.
        """
        self._left, self._mixture, self._pulled = n_bytes, mixture, pulled

    def disarm(self) -> None:
        """Forget a tear that has not happened."""
        self._left = None

    def store(self, target: bytearray, offset: int, fresh: bytes) -> None:
        """Overwrite bytes one after the other. Raises CardGone at the planted byte."""
        for position, byte in enumerate(fresh, start=offset):
            if self._left == 0:
                if self._mixture is not None:
                    self.changed = True
                    target[position] = (target[position] & ~self._mixture & 0xFF) | (byte & self._mixture)
                self._tear()
            target[position] = byte
            self._count()

    def spend(self, n_bytes: int) -> None:
        """Bytes of a directory entry that only counts once it is complete. Raises CardGone before that."""
        for _byte in range(n_bytes):
            if self._left == 0:
                self._tear()
            self._count()

    def _count(self) -> None:
        self.written += 1
        self.changed = True
        if self._left is not None:
            self._left -= 1

    def _tear(self) -> None:
        self._left = None
        raise CardGone(pulled=self._pulled)
