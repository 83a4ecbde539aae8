"""Our sectors on a connected MIFARE Classic, step by step: what reading, selling and issuing share.

Carries out two rules: a key goes to the reader right before the sector it opens and is kept nowhere, and every block
that was written is read back and compared. Nothing on the chip counts wrong keys. It must not know purchases' meaning,
readers or books.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from devices.cards import mifare_commands as mf
from devices.cards.apdu import ApduChannel
from devices.cards.mifare_access import SectorAccess, access_word
from devices.cards.mifare_profile import GENERAL_PURPOSE_BYTE, KEY_A, SectorPlan
from devices.cards.status_words import StatusWord, error_for
from pos.domain.errors import DeviceProtocolError, DeviceRefused, DeviceUnavailable
from pos.ports.keys import KeyAuthority

TRANSPORT: Final = "sector_transport"
_REFUSED = frozenset({StatusWord.REFUSED_BY_READER, StatusWord.SECURITY_NOT_SATISFIED})
_UID_LENGTHS = frozenset({4, 7, 10})


class MifareSectors:
    """Steps on one card. Raises what `ApduChannel.run` raises unless a method says more."""

    def __init__(self, channel: ApduChannel, keys: KeyAuthority) -> None:
        self.channel = channel
        self._keys = keys
        self._uid = b""
        self._slots: tuple[int, int] | None = None

    def uid(self) -> bytes:
        """Number of the chip that answers now. Raises DeviceRefused, DeviceProtocolError."""
        uid = self.channel.run(mf.get_uid())
        if len(uid) not in _UID_LENGTHS:
            raise DeviceProtocolError("card.wrong_answer_length", command="GET UID", expected=4, received=len(uid))
        self._uid = uid
        return uid

    def check_still_there(self) -> None:
        """After a refusal that may mean an empty reader. Raises DeviceUnavailable `card.removed_while_reading`."""
        answer, status = self.channel.exchange(mf.get_uid())
        if status != StatusWord.DONE or answer != self._uid:
            raise DeviceUnavailable("card.removed_while_reading")

    def has_keys(self) -> bool:
        """False in a hall whose key authority knows no sector keys. Sends nothing. Raises what the authority raises."""
        try:
            self._keys.sector_key(KEY_A, factor_of(self._uid))
        except DeviceRefused as refused:
            if refused.code != "keys.unknown":
                raise
            return False
        return True

    def opens(self, plan: SectorPlan, purpose: str, *, key_b: bool = False) -> bool:
        """Present one key once. True if the sector is open, False if the reader or the card refused."""
        slot = self._load(self._keys.sector_key(purpose, factor_of(self._uid)), key_b=key_b)
        key_type = mf.KEY_B if key_b else mf.KEY_A
        _answer, status = self.channel.exchange(mf.authenticate(plan.first_block, key_type, slot))
        if status == StatusWord.DONE:
            return True
        if status in _REFUSED:
            return False
        raise error_for(status, "AUTHENTICATE")

    def open_to_write(self, plan: SectorPlan) -> None:
        """Open a sector of ours with its key B. Raises DeviceRefused `card.keys_do_not_match`."""
        if not self.opens(plan, plan.key_b, key_b=True):
            raise DeviceRefused("card.keys_do_not_match")

    def read(self, plan: SectorPlan, purpose: str = KEY_A) -> bytes | None:
        """The three data blocks, or None if the sector does not open with this key A or does not let itself be read."""
        for _attempt in range(2):  # a key that opened may be presented again: the card only moved
            if not self.opens(plan, purpose):
                return None
            with suppress(DeviceRefused):
                return b"".join(
                    self.channel.run(mf.read_block(block)) for block in range(plan.first_block, plan.trailer)
                )
        return None

    def read_surely(self, plan: SectorPlan) -> bytes | None:
        """Like `read` for a card that is known to be ours: a refusal is asked for a second time."""
        first = self.read(plan)
        return first if first is not None else self.read(plan)

    def access_of(self, plan: SectorPlan) -> bytes | None:
        """The access word of the opened sector, None if it may not be read."""
        try:
            return self.channel.run(mf.read_block(plan.trailer))[mf.ACCESS_BITS]
        except DeviceRefused:
            return None

    def write(self, block: int, content: bytes) -> None:
        """Write a data block of the opened sector and verify. Raises DeviceProtocolError `card.copy_differs`."""
        self.channel.run(mf.write_block(block, content))
        if self.channel.run(mf.read_block(block)) != content:
            raise DeviceProtocolError("card.copy_differs", file=f"{block:02X}")

    def write_trailer(self, plan: SectorPlan, access: SectorAccess, *, key_a: str) -> bytes:
        """Write the trailer of the opened sector: key A of a purpose, these access bits, our key B. Returns it."""
        factor = factor_of(self._uid)
        first, second = self._keys.sector_key(key_a, factor), self._keys.sector_key(plan.key_b, factor)
        trailer = first + access_word(access) + bytes([GENERAL_PURPOSE_BYTE]) + second
        self.channel.run(mf.write_block(plan.trailer, trailer))
        return trailer

    def _load(self, key: bytes, *, key_b: bool) -> int:
        """Put a key into the reader; the first time find out which slots it has. Loading asks nothing of the card."""
        pairs = mf.KEY_SLOTS if self._slots is None else (self._slots,)
        status = 0
        for pair in pairs:
            _answer, status = self.channel.exchange(mf.load_key(pair[key_b], key))
            if status == StatusWord.DONE:
                self._slots = pair
                return pair[key_b]
        raise DeviceProtocolError("card.command_not_understood", sw=f"{status:04X}", command="LOAD KEY")


def factor_of(uid: bytes) -> bytes:
    """Diversification factor of a storage card: its chip number, filled up to seven bytes, and how long it was."""
    return uid[:7].ljust(7, b"\x00") + bytes([len(uid)])
