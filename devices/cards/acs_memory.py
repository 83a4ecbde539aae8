"""Memory cards behind ACS readers (ACR38, ACR39, ACR3801, ACR1281U contact slot): their pseudo-APDUs.

Source: ACS reference manuals. The trap of this dialect: a right code answers `90 07` (4442) or `90 FF` (4428), and
`90 00` means that the card is locked for ever. So no status word of a presentation is ever compared with 9000 here.
It must not know layouts, keys or when a code may be presented.
"""

from __future__ import annotations

from typing import Final

from devices.cards.apdu import ApduChannel, Command
from devices.cards.memory_chip import SLE4442, MemoryFamily, in_parts
from devices.cards.status_words import StatusWord, error_for
from pos.domain.errors import DeviceProtocolError, DeviceRefused

_PROTECTION_BYTES: Final = 4  # older firmware appends them to what is read of a 4442
_CARD_TYPE: Final = {"memory-4442": 0x06, "memory-4428": 0x05}
_CODE_OF_4428: Final = 0x03FE


class AcsMemoryChip:
    """`MemoryChip` in ACS's dialect."""

    def __init__(self, channel: ApduChannel, family: MemoryFamily) -> None:
        self._channel = channel
        self._family = family

    @property
    def family(self) -> MemoryFamily:
        """See `MemoryChip`."""
        return self._family

    def begin(self) -> None:
        """Select the card type: needed after every connection and reset. It powers the card anew."""
        header = bytes([0xFF, 0xA4, 0x00, 0x00])
        self._channel.run(Command("SELECT CARD TYPE", header, bytes([_CARD_TYPE[self._family.name]])))

    def read(self, address: int, length: int) -> bytes:
        """See `MemoryChip.read`."""
        parts = []
        for place, part in in_parts(address, length):
            command = Command("READ MEMORY CARD", bytes([0xFF, 0xB0]) + place.to_bytes(2, "big"), expected=part)
            parts.append(self._answer(command, part))
        return b"".join(parts)

    def write(self, address: int, fresh: bytes) -> None:
        """See `MemoryChip.write`. ACS readers answer 9000 whether or not the chip stored anything."""
        for place, part in in_parts(address, len(fresh)):
            start = place - address
            header = bytes([0xFF, 0xD0]) + place.to_bytes(2, "big")
            self._channel.run(Command("WRITE MEMORY CARD", header, fresh[start : start + part]))

    def tries(self) -> int:
        """See `MemoryChip.tries`: the counter's remaining one-bits."""
        length = self._family.code_length + 1
        counter = self._answer(Command("READ COUNTER", bytes([0xFF, 0xB1, 0x00, 0x00]), expected=length), length)[0]
        return (counter & ((1 << self._family.tries) - 1)).bit_count()

    def present(self, code: bytes) -> None:
        """See `MemoryChip.present`."""
        command = Command("PRESENT CODE", bytes([0xFF, 0x20, 0x00, 0x00]), code, secret=True)
        _answer, status = self._channel.exchange(command)
        if status >> 8 != 0x90:
            raise error_for(status, command.name)
        counter = status & 0xFF
        if counter == (1 << self._family.tries) - 1:
            return
        if counter == 0:
            raise DeviceRefused("card.key_locked", sw=f"{status:04X}", command=command.name)
        raise DeviceRefused(
            "card.authentication_refused", sw=f"{status:04X}", command=command.name, tries_left=counter.bit_count()
        )

    def change_code(self, old: bytes, fresh: bytes) -> None:
        """See `MemoryChip.change_code`. The 4428 keeps its code in main memory, where it is written like any byte."""
        if self._family is SLE4442:
            header = bytes([0xFF, 0xD2, 0x00, 0x01])
        else:
            header = bytes([0xFF, 0xD0]) + _CODE_OF_4428.to_bytes(2, "big")
        self._channel.run(Command("CHANGE CODE", header, fresh, secret=True))

    def _answer(self, command: Command, length: int) -> bytes:
        """The first `length` bytes of an answer; by length, because older firmware says more or has no Le for it."""
        answer, status = self._channel.exchange(command)
        if status != StatusWord.DONE:
            raise error_for(status, command.name)
        if len(answer) not in (length, length + _PROTECTION_BYTES):
            raise DeviceProtocolError(
                "card.wrong_answer_length", command=command.name, expected=length, received=len(answer)
            )
        return answer[:length]
