"""Security state of the simulated card: current directory, authentications, the challenge, line protection.

Carries out: state falls to 0 on reset and on selecting another directory, the master file's own state stays while a
directory below it is selected; a challenge serves the next command only; a wrong cryptogram or MAC costs a try and the
last try locks for ever. It must not know files' contents or command bytes.
"""

from __future__ import annotations

from hmac import compare_digest

from devices.cards import crypto
from devices.cards.fmcos_commands import KEY_EXTERNAL, KEY_LINE, MASTER_FILE
from devices.cards.simulated_filesystem import FileSystem, SimulatedDirectory, SimulatedKey
from devices.cards.simulated_memory import Memory
from devices.cards.status_words import StatusWord


class SecurityState:
    """Everything a reset forgets. Attributes: current (selected directory, None on a chip without any)."""

    def __init__(self, files: FileSystem) -> None:
        self._files = files
        self.current: SimulatedDirectory | None = files.master
        self._master_state = 0
        self._directory_state = 0
        self._challenge = b""
        self._fresh_directory: int | None = None

    def select(self, directory: SimulatedDirectory) -> None:
        """Make a directory current; its state starts at 0, and a newly made one that is left is no longer open."""
        if self._fresh_directory is not None and directory.file_id != self._fresh_directory:
            self._fresh_directory = None
        self.current = directory
        self._directory_state = 0
        if directory.file_id == MASTER_FILE:
            self._master_state = 0

    def mark_fresh(self, directory: SimulatedDirectory) -> None:
        """Its key file was just made: keys may be added until the directory is left."""
        self._fresh_directory = directory.file_id

    def is_fresh(self, directory: SimulatedDirectory) -> bool:
        """True until the directory is left for the first time."""
        return self._fresh_directory == directory.file_id

    def satisfies(self, right: int) -> bool:
        """The access byte XY against the present states."""
        upper, lower = right >> 4, right & 0x0F
        if upper == 0:
            return self._master_state >= lower
        in_master = self.current is not None and self.current.file_id == MASTER_FILE
        state = self._master_state if in_master else self._directory_state
        return lower <= state <= upper

    def remember_challenge(self, number: bytes) -> None:
        """The random number the card just gave."""
        self._challenge = number

    def take_challenge(self) -> bytes:
        """The number for this command; gone afterwards whether it is used or not."""
        number, self._challenge = self._challenge, b""
        return number

    def enter(self, follow_up: int) -> None:
        """A key was presented rightly: its low nibble becomes the state of the current directory."""
        state = follow_up & 0x0F
        self._directory_state = state
        if self.current is not None and self.current.file_id == MASTER_FILE:
            self._master_state = state

    def transport_key(self) -> SimulatedKey | None:
        """The master file's first external key; it protects the loading of keys."""
        master = self._files.master
        return master.key(KEY_EXTERNAL, 0x00) if master is not None else None


def present(key: SimulatedKey, memory: Memory, expected: bytes, offered: bytes) -> int:
    """Compare under the try counter; the try is taken before the comparison. Returns a status word."""
    if key.has_counter and key.tries_left == 0:
        return StatusWord.KEY_LOCKED
    before = key.tries[0]
    if key.has_counter:
        memory.store(key.tries, 0, bytes([before - 1]))
    if not compare_digest(expected, offered):
        return (0x63C0 | key.tries_left) if key.has_counter else 0x6300
    if key.has_counter:
        memory.store(key.tries, 0, bytes([key.tries_maximum << 4 | key.tries_maximum]))
    return StatusWord.DONE


def open_line(
    key: SimulatedKey, memory: Memory, challenge: bytes, header: bytes, field: bytes, *, encrypted: bool
) -> tuple[int, bytes]:
    """Check the MAC of a protected field and undo its encryption. Returns status word and plain bytes."""
    if len(challenge) != 4 or len(field) < crypto.MAC_LENGTH:
        return StatusWord.MAC_MISSING, b""
    if key.has_counter and key.tries_left == 0:
        return StatusWord.APPLICATION_DEAD if key.key_type == KEY_LINE else StatusWord.KEY_LOCKED, b""
    sent, mac = field[: -crypto.MAC_LENGTH], field[-crypto.MAC_LENGTH :]
    covered = header + bytes([len(field)]) + sent
    if not compare_digest(crypto.line_mac(bytes(key.secret), covered, crypto.message_iv(challenge)), mac):
        if key.has_counter:
            memory.store(key.tries, 0, bytes([key.tries[0] - 1]))
        return StatusWord.PBOC_MAC_WRONG, b""
    if key.has_counter and key.tries_left < key.tries_maximum:
        memory.store(key.tries, 0, bytes([key.tries_maximum << 4 | key.tries_maximum]))
    if not encrypted:
        return StatusWord.DONE, sent
    if not sent or len(sent) % crypto.BLOCK:
        return StatusWord.WRONG_DATA, b""
    try:
        return StatusWord.DONE, crypto.decrypt_field(bytes(key.secret), sent)
    except ValueError:
        return StatusWord.WRONG_DATA, b""
