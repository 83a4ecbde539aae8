"""The guard rules of memory cards, in one place: every presentation of a code and every written byte passes here.

Carries out: read the counter first and refuse unless it is full; present one code once and never a second one on the
same card; write inside the open area only, only the bytes that differ; read back what was written. A wrong code costs
a try for ever and byte 0 kills the card, so nothing else in the program may reach `MemoryChip.write` or `.present`.
It must not know layouts, keys or readers.
"""

from __future__ import annotations

from collections.abc import Iterator

from devices.cards.memory_chip import MemoryChip
from pos.domain.errors import DeviceProtocolError, DeviceRefused


class GuardedChip:
    """One card for the length of one session. Raises what `MemoryChip` raises unless a method says more."""

    def __init__(self, chip: MemoryChip) -> None:
        self._chip = chip
        self._has_presented = False
        self.family = chip.family

    def read_all(self) -> bytes:
        """Everything that is free to read, after a fresh beginning."""
        self._chip.begin()
        return self._chip.read(0, self.family.readable)

    def tries_left(self) -> int | None:
        """The counter as it is, None where nobody can tell. Reads only."""
        try:
            return self._chip.tries()
        except DeviceRefused:
            return None

    def is_spent(self) -> bool:
        """True unless the counter is known to be full: such a card will not be written. Reads only."""
        return self.tries_left() != self.family.tries

    def open(self, code: bytes) -> None:
        """Counter, one presentation, counter again.

        Raises: DeviceRefused `card.tries_not_full` (nothing was presented), `card.key_locked`, `card.code_once`.
        """
        if self._has_presented:
            raise DeviceRefused("card.code_once")
        left = self._chip.tries()
        if left == 0:
            raise DeviceRefused("card.key_locked")
        if left != self.family.tries:
            raise DeviceRefused("card.tries_not_full", tries_left=left, full=self.family.tries)
        self._has_presented = True
        self._chip.present(code)
        left = self._chip.tries()
        if left != self.family.tries:
            raise DeviceRefused("card.authentication_refused", tries_left=left)

    def store(self, address: int, fresh: bytes) -> None:
        """Make the card hold these bytes; write only those that differ, read back and compare.

        Raises: DeviceRefused `card.address_forbidden`; DeviceProtocolError `card.copy_differs`.
        """
        self._allow(address, len(fresh))
        held = self._chip.read(address, len(fresh))
        for start, run in _differences(held, fresh):
            self._chip.write(address + start, run)
        if held != fresh and self._chip.read(address, len(fresh)) != fresh:
            raise DeviceProtocolError("card.copy_differs", file=f"{address:02X}")

    def flip(self, address: int, flag: int) -> None:
        """Write the one byte that counts; the caller reads everything afterwards, whatever the answer was."""
        self._allow(address, 1)
        self._chip.write(address, bytes([flag]))

    def change_code(self, old: bytes, fresh: bytes) -> None:
        """See `MemoryChip.change_code`. Only the code that opened this card may be replaced."""
        if not self._has_presented:
            raise DeviceRefused("card.not_authenticated")
        self._chip.change_code(old, fresh)

    def _allow(self, address: int, length: int) -> None:
        if address < self.family.writable_from or address + length > self.family.writable_to:
            raise DeviceRefused("card.address_forbidden", address=f"{address:04X}")


def _differences(held: bytes, fresh: bytes) -> Iterator[tuple[int, bytes]]:
    """Runs of bytes that differ: where each begins and what it must become."""
    start = None
    for position, (old, new) in enumerate(zip(held, fresh, strict=True)):
        if old != new and start is None:
            start = position
        if old == new and start is not None:
            yield start, fresh[start:position]
            start = None
    if start is not None:
        yield start, fresh[start:]
