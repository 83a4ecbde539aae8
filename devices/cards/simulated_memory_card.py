"""A simulated memory card in the slot of a simulated reader: the maker's pseudo-APDUs over a chip that knows none.

One class per dialect, exactly as the makers print them; each answers what its reader answers, traps included (ACS: a
right code is `90 07`, a dead card `90 00`, and a write is answered 9000 whether or not anything was stored). It must
not know our layout, the session layer or any port.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Protocol

from devices.cards.memory_chip import SLE4442
from devices.cards.simulated_memory_chip import SimulatedMemoryChip
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.status_words import StatusWord

FORMAT = "changshou-simulated-memory-card-1"
_ACS_TYPES = {0x06: "memory-4442", 0x05: "memory-4428"}


def _word(status: int) -> bytes:
    return status.to_bytes(2, "big")


class ReaderDialect(Protocol):
    """What a maker's reader does with a command while a memory card is in it."""

    def power_on(self) -> None:
        """The card was powered anew."""

    def carry_out(self, chip: SimulatedMemoryChip, raw: bytes) -> bytes:
        """One command; the answer with its status word."""


class AcsDialect:
    """ACR38, ACR39, ACR3801, ACR1281U. Attributes: appends_protection: older firmware adds it to each read."""

    def __init__(self, *, appends_protection: bool = False) -> None:
        self.appends_protection = appends_protection
        self._is_selected = False

    def power_on(self) -> None:
        """The card type has to be selected again after every connection and reset."""
        self._is_selected = False

    def carry_out(self, chip: SimulatedMemoryChip, raw: bytes) -> bytes:
        """See `ReaderDialect`."""
        if raw[:5] == b"\xff\xa4\x00\x00\x01" and len(raw) == 6:
            self._is_selected = _ACS_TYPES.get(raw[5]) == chip.family.name
            chip.power_on()
            return _word(StatusWord.DONE if self._is_selected else StatusWord.FAILURE)
        if not self._is_selected:
            return _word(StatusWord.CONDITIONS_NOT_SATISFIED)
        if raw[0] != 0xFF:
            return _word(StatusWord.WRONG_CLA)
        place, field = int.from_bytes(raw[2:4], "big"), raw[5:]
        if raw[1] in (0x20, 0xD0, 0xD1, 0xD2) and (not field or len(field) != raw[4]):
            return _word(StatusWord.WRONG_LENGTH)
        verb = self._verbs().get(raw[1])
        return _word(StatusWord.WRONG_INS) if verb is None else verb(chip, place, raw[4], field)

    def _verbs(self) -> dict[int, Callable[[SimulatedMemoryChip, int, int, bytes], bytes]]:
        return {
            0xB0: self._read,
            0xB1: self._counter,
            0xB2: self._protection,
            0xD0: self._write,
            0xD1: self._protect,
            0x20: self._present,
            0xD2: self._change_code,
        }

    def _read(self, chip: SimulatedMemoryChip, place: int, length: int, _field: bytes) -> bytes:
        stored = chip.read(place, length)
        if len(stored) != length:
            return _word(StatusWord.OFFSET_OUTSIDE)
        extra = chip.protection_bits() if self.appends_protection and chip.family is SLE4442 else b""
        return stored + extra + _word(StatusWord.DONE)

    def _counter(self, chip: SimulatedMemoryChip, _place: int, length: int, _field: bytes) -> bytes:
        if length not in (0, chip.family.code_length + 1):
            return _word(StatusWord.WRONG_LENGTH)
        return bytes([chip.counter]) + bytes(chip.family.code_length) + _word(StatusWord.DONE)

    def _protection(self, chip: SimulatedMemoryChip, place: int, length: int, _field: bytes) -> bytes:
        if chip.family is SLE4442 and (place, length) != (0, 4):
            return _word(StatusWord.WRONG_LENGTH)
        return chip.protection_bits(place, length) + _word(StatusWord.DONE)

    def _write(self, chip: SimulatedMemoryChip, place: int, _length: int, field: bytes) -> bytes:
        chip.write(place, field)
        return _word(StatusWord.DONE)

    def _protect(self, chip: SimulatedMemoryChip, place: int, _length: int, field: bytes) -> bytes:
        chip.protect(place, field)
        return _word(StatusWord.DONE)

    def _present(self, chip: SimulatedMemoryChip, _place: int, length: int, field: bytes) -> bytes:
        if length != chip.family.code_length:
            return _word(StatusWord.WRONG_LENGTH)
        chip.present(field)
        return bytes([0x90, chip.counter])

    def _change_code(self, chip: SimulatedMemoryChip, place: int, length: int, field: bytes) -> bytes:
        if chip.family is not SLE4442 or place != 0x0001 or length != 3:
            return _word(StatusWord.WRONG_LENGTH)
        chip.change_code(field)
        return _word(StatusWord.DONE)


class OmnikeyDialect:
    """HID OMNIKEY 3x21. Attributes: tells_counter: it answers VERIFY without a code in the ISO way."""

    def __init__(self, *, tells_counter: bool = True) -> None:
        self.tells_counter = tells_counter

    def power_on(self) -> None:
        """Nothing to forget: the reader knows the chip by its answer to reset."""

    def carry_out(self, chip: SimulatedMemoryChip, raw: bytes) -> bytes:
        """See `ReaderDialect`."""
        if raw[0] != 0xFF:
            return _word(StatusWord.WRONG_CLA)
        place, length, field = int.from_bytes(raw[2:4], "big"), raw[4], raw[5:]
        if raw[1] in (0x21, 0x30, 0xD6) and (not field or len(field) != length):
            return _word(StatusWord.WRONG_LENGTH)
        match raw[1]:
            case 0xB0:
                stored = chip.read(place, length or 256)
                return stored + _word(StatusWord.DONE if len(stored) == (length or 256) else StatusWord.OFFSET_OUTSIDE)
            case 0xD6:
                return self._update(chip, place, field)
            case 0x20:
                return self._verify(chip, field) if field or self.tells_counter else _word(StatusWord.WRONG_LENGTH)
            case 0x21:
                return self._modify(chip, field)
            case 0x3A:
                return chip.protection_bits(place, length or 4) + _word(StatusWord.DONE)
            case 0x30:
                return self._compare_and_protect(chip, place, field)
            case _:
                return _word(StatusWord.WRONG_INS)

    def _update(self, chip: SimulatedMemoryChip, place: int, field: bytes) -> bytes:
        if not chip.is_open:
            return _word(StatusWord.SECURITY_NOT_SATISFIED)
        return _word(StatusWord.DONE if chip.write(place, field) else StatusWord.MEMORY_FAILURE)

    def _verify(self, chip: SimulatedMemoryChip, code: bytes) -> bytes:
        if code and len(code) != chip.family.code_length:
            return _word(StatusWord.WRONG_LENGTH)
        if code and chip.present(code):
            return _word(StatusWord.DONE)
        return _word(StatusWord.KEY_LOCKED if chip.counter == 0 else 0x63C0 | chip.counter.bit_count())

    def _modify(self, chip: SimulatedMemoryChip, codes: bytes) -> bytes:
        length = chip.family.code_length
        if len(codes) != 2 * length:
            return _word(StatusWord.WRONG_LENGTH)
        answer = self._verify(chip, codes[:length])
        if answer == _word(StatusWord.DONE):
            chip.change_code(codes[length:])
        return answer

    def _compare_and_protect(self, chip: SimulatedMemoryChip, place: int, field: bytes) -> bytes:
        if place != 0x0003 or len(field) < 5 or field[:2] != b"\x01\x00":
            return _word(StatusWord.WRONG_P1P2)
        if not chip.is_open:
            return _word(StatusWord.SECURITY_NOT_SATISFIED)
        fixed = chip.protect(int.from_bytes(field[2:4], "big"), field[4:])
        return _word(StatusWord.DONE if fixed else StatusWord.MEMORY_FAILURE)


class SimulatedMemoryCard(SimulatedPlastic):
    """One memory card. Attributes: chip; dialect of the reader it lies in; those of every `SimulatedPlastic`."""

    def __init__(self, chip: SimulatedMemoryChip, dialect: ReaderDialect) -> None:
        super().__init__(chip.atr, chip.memory)
        self.chip = chip
        self.dialect = dialect
        self.power_on()

    @property
    def atr(self) -> bytes:
        """See `SimulatedPlastic`; read from the chip, where a wrong write could destroy it."""
        return self.chip.atr

    def power_on(self) -> bytes:
        """See `SimulatedPlastic`."""
        self.chip.power_on()
        self.dialect.power_on()
        return self.atr

    def tries_are_full(self) -> bool:
        """See `SimulatedPlastic`."""
        return self.chip.counter == self.chip.full_counter

    def to_json(self) -> str:
        """See `SimulatedPlastic`. The reader is no part of a card."""
        return json.dumps({"format": FORMAT, **self.chip.to_document()})

    @classmethod
    def from_json(cls, text: str, dialect: ReaderDialect) -> SimulatedMemoryCard:
        """Inverse of `to_json`. Raises ValueError for anything else."""
        document = json.loads(text)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ValueError("not a simulated memory card")
        try:
            return cls(SimulatedMemoryChip.from_document(document), dialect)
        except KeyError as missing:
            raise ValueError("not a simulated memory card") from missing

    def _carry_out(self, raw: bytes) -> bytes:
        if len(raw) < 5:
            return _word(StatusWord.WRONG_LENGTH)
        return self.dialect.carry_out(self.chip, raw)
