"""A simulated CPU card that really is one: files, access rights, keys that lock, secure messaging, tears, faults.

Behaves as the FMCOS manual prescribes; where the manual is silent it takes the worst case (try counted before the
cryptogram is compared, every byte stored singly). It is product code for the demo hall and for every test, speaks raw
bytes like a chip, and can stand behind the real pcscd. Of our profiles
it knows one name only, that of the directory a maker prepares; it must not know the session layer or any port.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Final

from devices.cards import fmcos_commands as fm
from devices.cards.reference_profile import CpuLayout
from devices.cards.simulated_authority import SecurityState
from devices.cards.simulated_commands import CommandSet
from devices.cards.simulated_filesystem import FileSystem, SimulatedDirectory, SimulatedKey
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_request import Reply
from devices.cards.status_words import StatusWord
from devices.cards.wallet_profile import WALLET

TRANSPORT_KEY = b"\xff" * 16
FORMAT: Final = "changshou-simulated-card-1"


def contactless_atr(chip_uid: bytes) -> bytes:
    """Answer to reset of a contactless chip with this serial number (T=1, with its check byte)."""
    atr = bytes.fromhex("3B8B8001") + bytes.fromhex("20900000000000") + chip_uid
    check = 0
    for byte in atr[1:]:
        check ^= byte
    return atr + bytes([check])


def contact_atr(chip_uid: bytes) -> bytes:
    """Answer to reset of a contact chip with this serial number (T=0)."""
    return bytes.fromhex("3B6B0000") + bytes.fromhex("20900000000000") + chip_uid


class SimulatedCpuCard(SimulatedPlastic):
    """One CPU card. Attributes besides those of `SimulatedPlastic`: files."""

    def __init__(
        self,
        atr: bytes,
        files: FileSystem | None = None,
        *,
        challenge_source: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        super().__init__(atr)
        self.files = files if files is not None else FileSystem()
        self._challenge_source = challenge_source
        self._pending = b""
        self.power_on()

    def power_on(self) -> bytes:
        """Reset: everything that does not last is gone. Returns the answer to reset."""
        self._pending = b""
        self._commands = CommandSet(self.files, SecurityState(self.files), self.memory, self._challenge_source)
        return self.atr

    def _carry_out(self, raw: bytes) -> bytes:
        if len(raw) < 4:
            return StatusWord.WRONG_LENGTH.to_bytes(2, "big")
        if raw[:4] == b"\x00\xc0\x00\x00":
            pending, self._pending = self._pending[: raw[4] or 256], b""
            return pending + (StatusWord.DONE if pending else StatusWord.CONDITIONS_NOT_SATISFIED).to_bytes(2, "big")
        self._pending = b""
        return self._packed(self._commands.execute(raw), raw)

    def _packed(self, reply: Reply, raw: bytes) -> bytes:
        """What a command with a field gives back: on T=0 announced with 61xx, on T=1 only where Le asked for it."""
        has_field = len(raw) > 5
        if has_field and reply.content and reply.status == StatusWord.DONE:
            if self.uses_t0:
                self._pending = reply.content
                return bytes([0x61, len(reply.content)])
            if len(raw) == 5 + raw[4]:
                return reply.status.to_bytes(2, "big")
        return reply.content + reply.status.to_bytes(2, "big")

    # ---- what a laboratory could see -----------------------------------------------------------------------------

    def tries_left(self) -> list[tuple[int, int, int, int]]:
        """Directory, key type, key identifier and remaining tries of every counted key."""
        return [
            (directory.file_id, key.key_type, key.key_id, key.tries_left)
            for directory in self.files.directories.values()
            for key in directory.keys
            if key.has_counter
        ]

    def tries_are_full(self) -> bool:
        """See `SimulatedPlastic`."""
        keys = [key for directory in self.files.directories.values() for key in directory.keys]
        return all(key.tries_left == key.tries_maximum for key in keys)

    def to_json(self) -> str:
        """Everything that lasts, so that a demo hall keeps its cards. Contains the keys of a simulated card."""
        return json.dumps({"format": FORMAT, "atr": self.atr.hex(), "directories": self.files.to_document()})

    @classmethod
    def from_json(cls, text: str) -> SimulatedCpuCard:
        """Inverse of `to_json`. Raises ValueError for anything else."""
        document = json.loads(text)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ValueError("not a simulated card")
        return cls(bytes.fromhex(document["atr"]), FileSystem.from_document(document["directories"]))


def blank_development_card(chip_uid: bytes, *, contact: bool = False) -> SimulatedCpuCard:
    """A card as the maker delivers it for development: a master file opened by the public transport key, no more."""
    master = SimulatedDirectory(fm.MASTER_FILE, b"1PAY.SYS.DDF01", create_right=0x0A, erase_right=0x0A)
    master.key_add_right = 0x0A
    master.keys.append(
        SimulatedKey(fm.KEY_EXTERNAL, 0x00, fm.ALWAYS, 0xAA, 0xAA, bytearray([0x33]), bytearray(TRANSPORT_KEY))
    )
    atr = contact_atr(chip_uid) if contact else contactless_atr(chip_uid)
    return SimulatedCpuCard(atr, FileSystem({fm.MASTER_FILE: master}))


def blank_wallet_card(chip_uid: bytes, *, contact: bool = False, profile: CpuLayout = WALLET) -> SimulatedCpuCard:
    """The same with the empty directory of a wallet profile: by its name the counter knows what it is to become."""
    card = blank_development_card(chip_uid, contact=contact)
    card.files.directories[profile.df_file_id] = SimulatedDirectory(profile.df_file_id, profile.name, 0x0A, 0x0A)
    return card


def foreign_cpu_card(chip_uid: bytes) -> SimulatedCpuCard:
    """A CPU card of somebody else: the same chip with another company's application."""
    card = blank_development_card(chip_uid)
    card.files.directories[0x3F01] = SimulatedDirectory(0x3F01, bytes.fromhex("A00000000386980701"), 0xEF, 0xEF)
    return card
