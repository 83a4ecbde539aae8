"""A simulated MIFARE Classic 1K lying on a contactless reader that speaks PC/SC part 3.

The reader's half translates pseudo-APDUs: it holds keys in volatile slots, and whatever the chip refuses it reports
as `63 00`, without a reason. It is product code for the demo hall and for every test and can stand behind the real
pcscd. It must not know our profile, the session layer or any port.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from devices.cards.mifare_access import By
from devices.cards.simulated_mifare_chip import (
    BLOCK_LENGTH,
    KEY_LENGTH,
    ChipRefused,
    MifareClassicChip,
    value_block,
)
from devices.cards.simulated_plastic import SimulatedPlastic

CLASSIC_1K, CLASSIC_4K, ULTRALIGHT = 0x0001, 0x0002, 0x0003
FORMAT: Final = "changshou-simulated-mifare-1"
_DONE, _REFUSED = 0x9000, 0x6300
_WRONG_LENGTH, _NOT_SUPPORTED, _WRONG_INS, _WRONG_CLA = 0x6700, 0x6A81, 0x6D00, 0x6E00
_KEY_TYPES = {0x60: By.KEY_A, 0x61: By.KEY_B}
_Handler = Callable[[bytes, bytes], bytes]


def storage_card_atr(card_name: int) -> bytes:
    """Answer to reset that a reader makes up for a storage card of this name (PC/SC part 3, ISO 14443 A)."""
    atr = bytes.fromhex("3B8F8001804F0CA00000030603") + card_name.to_bytes(2, "big") + bytes(4)
    check = 0
    for byte in atr[1:]:
        check ^= byte
    return atr + bytes([check])


class SimulatedMifareCard(SimulatedPlastic):
    """One card on its reader.

    Attributes besides those of `SimulatedPlastic`: chip; key_slots (those the reader has); knows_values (the reader
    has value commands); authentications (keys presented so far, right or wrong: nothing on the chip counts them).
    """

    def __init__(
        self,
        uid: bytes,
        *,
        atr: bytes | None = None,
        blocks: list[bytearray] | None = None,
        key_slots: tuple[int, ...] = (0x00, 0x01),
        knows_values: bool = True,
    ) -> None:
        super().__init__(storage_card_atr(CLASSIC_1K) if atr is None else atr)
        self.chip = MifareClassicChip(uid, self.memory, blocks)
        self.key_slots = key_slots
        self.knows_values = knows_values
        self.authentications = 0
        self._loaded: dict[int, bytes] = {}
        self._handlers: dict[int, _Handler] = {
            0xCA: self._get_number,
            0x82: self._load_key,
            0x86: self._authenticate,
            0xB0: self._read,
            0xD6: self._write,
        }
        if knows_values:
            self._handlers |= {0xB1: self._read_value, 0xD7: self._change_value}

    def power_on(self) -> bytes:
        """Field off and on; the worst reader forgets its volatile keys with it."""
        self._loaded.clear()
        self.chip.power_on()
        return self.atr

    def tries_are_full(self) -> bool:
        """See `SimulatedPlastic`. Nothing on such a chip counts wrong keys."""
        return True

    def to_json(self) -> str:
        """See `SimulatedPlastic.to_json`."""
        blocks = [bytes(block).hex() for block in self.chip.blocks]
        return json.dumps({"format": FORMAT, "atr": self.atr.hex(), "uid": self.chip.uid.hex(), "blocks": blocks})

    @classmethod
    def from_json(cls, text: str) -> SimulatedMifareCard:
        """Inverse of `to_json`. Raises ValueError for anything else."""
        document = json.loads(text)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ValueError("not a simulated MIFARE card")
        blocks = [bytearray.fromhex(block) for block in document["blocks"]]
        return cls(bytes.fromhex(document["uid"]), atr=bytes.fromhex(document["atr"]), blocks=blocks)

    def _carry_out(self, raw: bytes) -> bytes:
        """One pseudo-APDU: CLA INS P1 P2, then Le, or Lc and a field."""
        if len(raw) < 5:
            return _status(_WRONG_LENGTH)
        if raw[0] != 0xFF:
            return _status(_WRONG_CLA)
        handler = self._handlers.get(raw[1])
        if handler is None:
            return _status(_WRONG_INS)
        field = raw[5:]
        if field and len(field) != raw[4]:
            return _status(_WRONG_LENGTH)
        try:
            return handler(raw, field)
        except ChipRefused:
            return _status(_REFUSED)

    def _get_number(self, raw: bytes, field: bytes) -> bytes:
        """The chip's number; what a CPU card would answer to a selection, a storage card has not."""
        return self.chip.uid + _status(_DONE) if raw[2] == 0x00 else _status(_NOT_SUPPORTED)

    def _load_key(self, raw: bytes, field: bytes) -> bytes:
        if len(field) != KEY_LENGTH:
            return _status(_WRONG_LENGTH)
        if raw[2] != 0x00 or raw[3] not in self.key_slots:
            return _status(_REFUSED)
        self._loaded[raw[3]] = field
        return _status(_DONE)

    def _authenticate(self, raw: bytes, field: bytes) -> bytes:
        if len(field) != 5 or field[0] != 0x01:
            return _status(_WRONG_LENGTH)
        by, key = _KEY_TYPES.get(field[3]), self._loaded.get(field[4])
        if by is None or key is None:
            return _status(_REFUSED)
        self.authentications += 1
        self.chip.authenticate(field[2], by, key)
        return _status(_DONE)

    def _read(self, raw: bytes, field: bytes) -> bytes:
        if raw[4] not in (0, BLOCK_LENGTH):
            return _status(_WRONG_LENGTH)
        return self.chip.read(raw[3]) + _status(_DONE)

    def _write(self, raw: bytes, field: bytes) -> bytes:
        if len(field) != BLOCK_LENGTH:
            return _status(_WRONG_LENGTH)
        self.chip.write(raw[3], field)
        return _status(_DONE)

    def _read_value(self, raw: bytes, field: bytes) -> bytes:
        if raw[4] not in (0, 4):
            return _status(_WRONG_LENGTH)
        return self.chip.read_value(raw[3]).to_bytes(4, "big", signed=True) + _status(_DONE)

    def _change_value(self, raw: bytes, field: bytes) -> bytes:
        """Store, increment, decrement; or copy to another block of the sector."""
        block = raw[3]
        if len(field) == 2 and field[0] == 0x03:
            self.chip.copy_value(block, field[1])
            return _status(_DONE)
        if len(field) != 5 or field[0] > 0x02:
            return _status(_WRONG_LENGTH)
        value = int.from_bytes(field[1:], "big", signed=True)
        if field[0] == 0x00:
            self.chip.write(block, value_block(value, block))
        elif value < 0:
            raise ChipRefused
        else:
            self.chip.change_value(block, value if field[0] == 0x01 else -value)
        return _status(_DONE)


def _status(status: int) -> bytes:
    return status.to_bytes(2, "big")
