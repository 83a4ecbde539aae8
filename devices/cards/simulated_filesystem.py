"""Directories, files and keys inside the simulated CPU card, as the manual describes them.

Carries out the access byte (XY: state between Y and X of the directory; X = 0: state of the master file), keys with
try counters that lock for ever, and files that can be saved and loaded. It must not know commands or faults.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Final

from devices.cards.fmcos_commands import MASTER_FILE, TYPE_CYCLIC, TYPE_FIXED_RECORDS, TYPE_WALLET

WALLET_BODY: Final = 2 * 19 + 1
"""Two states of a wallet and the byte that says which of them is true (`simulated_wallet`)."""


@dataclass(slots=True)
class SimulatedKey:
    """One key record. `tries` holds maximum in the high nibble and what is left in the low one (one lasting byte)."""

    key_type: int
    key_id: int
    use_right: int
    change_right: int
    follow_up: int
    tries: bytearray
    secret: bytearray = field(repr=False)

    @property
    def has_counter(self) -> bool:
        """Only PIN, line and external keys count tries (types 36-3A)."""
        return 0x36 <= self.key_type <= 0x3A

    @property
    def tries_left(self) -> int:
        """Remaining tries; 15 where the type has no counter."""
        return self.tries[0] & 0x0F if self.has_counter else 0x0F

    @property
    def tries_maximum(self) -> int:
        """Tries of a fresh key."""
        return self.tries[0] >> 4 if self.has_counter else 0x0F


@dataclass(slots=True)
class SimulatedFile:
    """One elementary file. Record files keep `record_length`; a cyclic one also the slot of its newest record."""

    file_id: int
    file_type: int
    read_right: int
    write_right: int
    access: int
    body: bytearray
    record_length: int = 0
    newest: bytearray = field(default_factory=lambda: bytearray(2))  # count of records written, big-endian

    @property
    def kind(self) -> int:
        """Type without the protection bits."""
        return self.file_type & 0x3F

    @property
    def needs_line_mac(self) -> bool:
        """Writes must carry a MAC."""
        return self.file_type & 0x80 != 0

    @property
    def needs_cipher(self) -> bool:
        """Writes must be encrypted as well."""
        return self.file_type & 0xC0 == 0xC0

    @property
    def write_line_key(self) -> int:
        """Identifier of the key that protects writes; stored inverted in the two lowest bits."""
        return ~self.access & 0x03

    @property
    def capacity(self) -> int:
        """Records the file can hold."""
        return len(self.body) // self.record_length if self.record_length else 0

    def slot_of(self, record: int) -> int | None:
        """Slot (0..) of a record number (1..), None if there is none. Cyclic files count from the newest."""
        count = int.from_bytes(self.newest, "big")
        if not 1 <= record <= min(count, self.capacity):
            return None
        if self.kind == TYPE_CYCLIC:
            return (count - record) % self.capacity
        return record - 1


@dataclass(slots=True)
class SimulatedDirectory:
    """The master file or an application directory.

    Attributes:
        key_add_right: right to add keys, None while there is no key file.
        keys: in order of creation.
        files: elementary files by identifier.
    """

    file_id: int
    name: bytes
    create_right: int
    erase_right: int
    key_add_right: int | None = None
    keys: list[SimulatedKey] = field(default_factory=list)
    files: dict[int, SimulatedFile] = field(default_factory=dict)

    def key(self, key_type: int, key_id: int) -> SimulatedKey | None:
        """The key of that type and identifier; the two high bits of the type do not matter."""
        for candidate in self.keys:
            if candidate.key_type == (key_type & 0x3F) and candidate.key_id == key_id:
                return candidate
        return None

    def file_by_short_id(self, short_id: int) -> SimulatedFile | None:
        """File whose identifier ends in these five bits."""
        for file_id, candidate in self.files.items():
            if file_id & 0x1F == short_id:
                return candidate
        return None


@dataclass(slots=True)
class FileSystem:
    """All directories by identifier; the master file is 3F00."""

    directories: dict[int, SimulatedDirectory] = field(default_factory=dict)

    @property
    def master(self) -> SimulatedDirectory | None:
        """The root, None on a chip without one."""
        return self.directories.get(MASTER_FILE)

    def by_name(self, name: bytes) -> SimulatedDirectory | None:
        """Directory whose application name starts with `name`."""
        for directory in self.directories.values():
            if directory.name.startswith(name):
                return directory
        return None

    def to_document(self) -> list[dict[str, Any]]:
        """JSON form of everything that lasts."""
        return [_directory_out(directory) for directory in self.directories.values()]

    @classmethod
    def from_document(cls, document: list[dict[str, Any]]) -> FileSystem:
        """Inverse of `to_document`."""
        directories = [_directory_in(entry) for entry in document]
        return cls({directory.file_id: directory for directory in directories})


def new_file(file_id: int, file_type: int, size: int, read_right: int, write_right: int, access: int) -> SimulatedFile:
    """An empty file; for fixed and cyclic records `size` is count << 8 | length."""
    fresh = SimulatedFile(file_id, file_type, read_right, write_right, access, bytearray(size))
    if fresh.kind in (TYPE_CYCLIC, TYPE_FIXED_RECORDS):
        fresh.record_length = size & 0xFF
        fresh.body = bytearray((size >> 8) * (size & 0xFF))
    if fresh.kind == TYPE_WALLET:
        fresh.body = bytearray(WALLET_BODY)
    return fresh


def _directory_out(directory: SimulatedDirectory) -> dict[str, Any]:
    return {
        "file_id": directory.file_id,
        "name": directory.name.hex(),
        "create_right": directory.create_right,
        "erase_right": directory.erase_right,
        "key_add_right": directory.key_add_right,
        "keys": [_fields_out(key) for key in directory.keys],
        "files": [_fields_out(entry) for entry in directory.files.values()],
    }


def _fields_out(record: SimulatedKey | SimulatedFile) -> dict[str, Any]:
    """Numbers as they are, memory as hex."""
    shown: dict[str, Any] = {}
    for entry in fields(record):
        stored = getattr(record, entry.name)
        shown[entry.name] = stored.hex() if isinstance(stored, bytearray) else stored
    return shown


def _fields_in(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: bytearray.fromhex(stored) if isinstance(stored, str) else stored for name, stored in entry.items()}


def _directory_in(entry: dict[str, Any]) -> SimulatedDirectory:
    files = [SimulatedFile(**_fields_in(stored)) for stored in entry["files"]]
    return SimulatedDirectory(
        file_id=entry["file_id"],
        name=bytes.fromhex(entry["name"]),
        create_right=entry["create_right"],
        erase_right=entry["erase_right"],
        key_add_right=entry["key_add_right"],
        keys=[SimulatedKey(**_fields_in(stored)) for stored in entry["keys"]],
        files={stored.file_id: stored for stored in files},
    )
