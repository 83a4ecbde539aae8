"""Memory cards behind HID OMNIKEY readers (3x21): their pseudo-APDUs, which look like ISO 7816-4 and are not ACS's.

Source: HID's developer guide. It prints no command for the counter of a 4442: the question form of VERIFY (no code)
is used, and a reader that does not answer it in the ISO way leaves the counter unknown, which forbids writing. It must
not know layouts, keys or when a code may be presented.
"""

from __future__ import annotations

from typing import Final

from devices.cards.apdu import ApduChannel, Command
from devices.cards.memory_chip import SLE4428, MemoryFamily, in_parts
from devices.cards.status_words import StatusWord, error_for, tries_left
from pos.domain.errors import DeviceRefused

_COUNTER_OF_4428: Final = 0x03FD
_VERIFY: Final = bytes([0xFF, 0x20, 0x00, 0x00])


class OmnikeyMemoryChip:
    """`MemoryChip` in OMNIKEY's dialect."""

    def __init__(self, channel: ApduChannel, family: MemoryFamily) -> None:
        self._channel = channel
        self._family = family

    @property
    def family(self) -> MemoryFamily:
        """See `MemoryChip`."""
        return self._family

    def begin(self) -> None:
        """Nothing to send: the reader knows the chip by its answer to reset. Only power closes an opened chip."""

    def read(self, address: int, length: int) -> bytes:
        """See `MemoryChip.read`."""
        parts = []
        for place, part in in_parts(address, length):
            command = Command("READ MEMORY", bytes([0xFF, 0xB0]) + place.to_bytes(2, "big"), expected=part)
            parts.append(self._channel.run(command))
        return b"".join(parts)

    def write(self, address: int, fresh: bytes) -> None:
        """See `MemoryChip.write`. 6982 = the code was not presented, 6581 = protected or failed byte."""
        for place, part in in_parts(address, len(fresh)):
            start = place - address
            header = bytes([0xFF, 0xD6]) + place.to_bytes(2, "big")
            self._channel.run(Command("UPDATE MEMORY", header, fresh[start : start + part]))

    def tries(self) -> int:
        """See `MemoryChip.tries`. The 4428 keeps its counter in a readable byte."""
        if self._family is SLE4428:
            return self.read(_COUNTER_OF_4428, 1)[0].bit_count()
        _answer, status = self._channel.exchange(Command("READ COUNTER", _VERIFY))
        if status == StatusWord.KEY_LOCKED:
            return 0
        left = tries_left(status)
        if left is None:
            raise DeviceRefused("card.tries_unknown", sw=f"{status:04X}")
        return left

    def present(self, code: bytes) -> None:
        """See `MemoryChip.present`."""
        self._verified(Command("PRESENT CODE", _VERIFY, code, secret=True))

    def change_code(self, old: bytes, fresh: bytes) -> None:
        """See `MemoryChip.change_code`. The reader presents the old code once more by itself."""
        self._verified(Command("CHANGE CODE", bytes([0xFF, 0x21, 0x00, 0x00]), old + fresh, secret=True))

    def _verified(self, command: Command) -> None:
        _answer, status = self._channel.exchange(command)
        if status != StatusWord.DONE:
            raise error_for(status, command.name)
