"""A simulated PSAM: a module that computes with its keys, gives none away and can be locked, torn out and mixed up.

Product code for tests and for trying a second slot out; speaks raw bytes like a module, so it can stand behind the real
pcscd. It must not know the authority that asks it, nor any port.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from devices.cards import crypto
from devices.cards import psam_profile as module
from devices.cards.simulated_plastic import SimulatedChip
from devices.cards.status_words import StatusWord

ATR: Final = bytes.fromhex("3B680000") + b"PSAM0001"
_DONE = StatusWord.DONE


class SimulatedPsam(SimulatedChip):
    """One module.

    Attributes: number (6 bytes); is_locked: its application was locked for good and computes nothing any more.
    """

    def __init__(
        self, keys: Mapping[str, bytes], *, number: bytes = b"\x00\x00\x00\x00\x51\x01", test: bool = True
    ) -> None:
        """keys: 16-byte masters by purpose; those that have no place in a module stay out of it."""
        super().__init__(ATR)
        self.number = number
        self.is_locked = False
        self._keys = {module.PLACES[purpose]: key for purpose, key in keys.items() if purpose in module.PLACES}
        self._mark = bytes([module.TEST_MARK if test else 0x00])
        self.power_on()

    def power_on(self) -> bytes:
        """Reset: selection and chosen key are gone."""
        self._selected = False
        self._chosen = b""
        self._pending = b""
        return self.atr

    def keep(self) -> None:
        """Nothing that it computes changes it; its keys are nowhere but in it."""

    def _carry_out(self, raw: bytes) -> bytes:
        if len(raw) < 4:
            return _words(StatusWord.WRONG_LENGTH)
        if raw[:4] == b"\x00\xc0\x00\x00":
            pending, self._pending = self._pending[: raw[4] or 256], b""
            return pending + _words(_DONE if pending else StatusWord.CONDITIONS_NOT_SATISFIED)
        self._pending = b""
        status, answer = self._execute(raw[:4], raw[5 : 5 + raw[4]] if len(raw) > 5 else b"")
        if answer and len(raw) > 5:  # T=0: what answers a command with a field is announced and fetched
            self._pending = answer
            return bytes([0x61, len(answer)])
        return answer + _words(status)

    def _execute(self, header: bytes, field: bytes) -> tuple[int, bytes]:
        if header[:2] == b"\x00\xa4":
            self._selected, self._chosen = field == module.APPLICATION, b""
            return (_DONE if self._selected else StatusWord.FILE_NOT_FOUND), b""
        if not self._selected:
            return StatusWord.FILE_NOT_FOUND, b""
        if header[:2] == b"\x00\xb0":
            content = {module.NUMBER_FILE: self.number, module.MARK_FILE: self._mark}.get(header[2] & 0x1F)
            return (StatusWord.FILE_NOT_FOUND, b"") if content is None else (_DONE, content)
        if self.is_locked:
            return StatusWord.APPLICATION_DEAD, b""
        if header[:2] == b"\x80\x1a":
            return self._choose(module.KeyPlace(header[2], header[3]), field), b""
        if header[:2] == b"\x80\xfa":
            return self._compute(header[2], field)
        return StatusWord.WRONG_INS, b""

    def _choose(self, place: module.KeyPlace, factors: bytes) -> int:
        self._chosen = b""
        key = self._keys.get(place)
        if key is None:
            return StatusWord.KEY_INDEX_UNKNOWN
        if len(factors) != place.levels * crypto.BLOCK:
            return StatusWord.WRONG_LENGTH
        for at in range(0, len(factors), crypto.BLOCK):
            key = crypto.diversify(key, factors[at : at + crypto.BLOCK])
        self._chosen = key
        return _DONE

    def _compute(self, mode: int, data: bytes) -> tuple[int, bytes]:
        """One computation with the chosen key, which is forgotten by it."""
        key, self._chosen = self._chosen, b""
        if not key:
            return StatusWord.CONDITIONS_NOT_SATISFIED, b""
        if not data or len(data) % crypto.BLOCK:
            return StatusWord.WRONG_LENGTH, b""
        if mode == module.ENCRYPT:
            return _DONE, crypto.ecb_encrypt(key, data)
        if mode == module.MAC and len(data) > crypto.BLOCK:
            return _DONE, crypto.blocks_mac(key, data[crypto.BLOCK :], data[: crypto.BLOCK])
        return StatusWord.WRONG_P1P2, b""


def _words(status: int) -> bytes:
    return status.to_bytes(2, "big")
