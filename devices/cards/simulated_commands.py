"""The command set of the simulated CPU card: what each instruction checks, changes and answers.

Source: FMCOS 2.0 manual and ISO 7816-4. Rights are checked before anything changes, and everything that lasts goes
through `Memory`. It must not know transports, faults or our card profile.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.cards import crypto
from devices.cards import fmcos_commands as fm
from devices.cards.simulated_authority import SecurityState, open_line, present
from devices.cards.simulated_filesystem import (
    FileSystem,
    SimulatedDirectory,
    SimulatedFile,
    SimulatedKey,
    new_file,
)
from devices.cards.simulated_memory import Memory
from devices.cards.simulated_request import Reply, Request
from devices.cards.simulated_wallet import WalletCommands
from devices.cards.status_words import StatusWord

_HEADER_COST = 11  # bytes of a directory entry, as the manual counts them
_KEY_COST = 8
_PIN = 0x3A


class CommandSet:
    """Carries out commands between two resets."""

    def __init__(
        self,
        files: FileSystem,
        security: SecurityState,
        memory: Memory,
        challenge_source: Callable[[int], bytes],
    ) -> None:
        self._files = files
        self._security = security
        self._memory = memory
        self._challenge_source = challenge_source
        self._wallet = WalletCommands(security, memory, challenge_source)
        self._handlers: dict[int, Callable[[Request], Reply]] = {
            0xA4: self._select,
            0xB0: self._read_binary,
            0xD6: self._update_binary,
            0xB2: self._read_record,
            0xDC: self._update_record,
            0xE2: self._append_record,
            0x84: self._get_challenge,
            0x82: self._external_authenticate,
            0x88: self._internal_authenticate,
            0x20: self._verify_pin,
            0x0E: self._erase,
            0xE0: self._create,
            0xD4: self._write_key,
            **self._wallet.handlers,
        }

    def execute(self, raw: bytes) -> Reply:
        """Carry out one command. Raises CardGone where a tear was planted."""
        challenge = self._security.take_challenge()
        self._wallet.begin_command()
        header, rest = raw[:4], raw[4:]
        field, expected = b"", rest[0] if rest else 0
        if len(rest) > 1:
            field, tail = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
            if len(field) != rest[0] or len(tail) > 1:
                return Reply(StatusWord.WRONG_LENGTH)
            expected = tail[0] if tail else 0
        if header[0] not in (0x00, 0x04, 0x80, 0x84):
            return Reply(StatusWord.WRONG_CLA)
        handler = self._handlers.get(header[1])
        if handler is None:
            return Reply(StatusWord.WRONG_INS)
        return handler(Request(header, field, expected, challenge))

    # ---- selecting and reading -----------------------------------------------------------------------------------

    def _select(self, request: Request) -> Reply:
        by_name = request.header[2] == 0x04
        if by_name:
            directory = self._files.by_name(request.field) if request.field else None
        else:
            directory = self._files.directories.get(int.from_bytes(request.field, "big"))
        if self._files.master is None:
            return Reply(StatusWord.NOT_SUPPORTED)
        if directory is None:
            return Reply(StatusWord.FILE_NOT_FOUND)
        self._security.select(directory)
        name = bytes([0x84, len(directory.name)]) + directory.name
        return Reply(StatusWord.DONE, bytes([0x6F, len(name)]) + name)

    def _addressed(self, request: Request) -> tuple[SimulatedFile | None, int]:
        """File and offset of READ and UPDATE BINARY; only short identifiers are in use."""
        directory, first = self._security.current, request.header[2]
        if directory is None or not first & 0x80:
            return None, 0
        return directory.file_by_short_id(first & 0x1F), request.header[3]

    def _read_binary(self, request: Request) -> Reply:
        stored, offset = self._addressed(request)
        if stored is None:
            return Reply(StatusWord.FILE_NOT_FOUND)
        if stored.kind != fm.TYPE_BINARY:
            return Reply(StatusWord.WRONG_FILE_TYPE)
        if not stored.access & 0x80:
            return Reply(StatusWord.LINE_PROTECTION_MISMATCH)
        if not self._security.satisfies(stored.read_right):
            return Reply(StatusWord.SECURITY_NOT_SATISFIED)
        if offset > len(stored.body):
            return Reply(StatusWord.OFFSET_OUTSIDE)
        left = len(stored.body) - offset
        if request.expected > left:
            return Reply(0x6C00 | left)
        return Reply(StatusWord.DONE, bytes(stored.body[offset : offset + (request.expected or left)]))

    def _record_file(self, request: Request) -> SimulatedFile | None:
        directory = self._security.current
        stored = directory.file_by_short_id(request.header[3] >> 3) if directory is not None else None
        return stored if stored is not None and stored.record_length else None

    def _read_record(self, request: Request) -> Reply:
        stored = self._record_file(request)
        if stored is None:
            return Reply(StatusWord.FILE_NOT_FOUND)
        if not self._security.satisfies(stored.read_right):
            return Reply(StatusWord.SECURITY_NOT_SATISFIED)
        slot = stored.slot_of(request.header[2])
        if slot is None:
            return Reply(StatusWord.RECORD_NOT_FOUND)
        start = slot * stored.record_length
        return Reply(StatusWord.DONE, bytes(stored.body[start : start + stored.record_length]))

    # ---- writing -------------------------------------------------------------------------------------------------

    def _plain_field(self, request: Request, stored: SimulatedFile) -> Reply:
        """Rights and line protection of a write; the reply carries the plain bytes if all is well."""
        if stored.needs_line_mac != request.protected:
            return Reply(StatusWord.LINE_PROTECTION_MISMATCH)
        if not self._security.satisfies(stored.write_right):
            return Reply(StatusWord.SECURITY_NOT_SATISFIED)
        if not stored.needs_line_mac:
            return Reply(StatusWord.DONE, request.field)
        directory = self._security.current
        key = directory.key(fm.KEY_LINE, stored.write_line_key) if directory is not None else None
        if key is None:
            return Reply(StatusWord.KEY_NOT_FOUND)
        return Reply(
            *open_line(
                key, self._memory, request.challenge, request.header, request.field, encrypted=stored.needs_cipher
            )
        )

    def _update_binary(self, request: Request) -> Reply:
        stored, offset = self._addressed(request)
        if stored is None:
            return Reply(StatusWord.FILE_NOT_FOUND)
        if stored.kind != fm.TYPE_BINARY:
            return Reply(StatusWord.WRONG_FILE_TYPE)
        checked = self._plain_field(request, stored)
        if checked.status != StatusWord.DONE:
            return checked
        if offset + len(checked.content) > len(stored.body):
            return Reply(StatusWord.OFFSET_OUTSIDE)
        self._memory.store(stored.body, offset, checked.content)
        return Reply(StatusWord.DONE)

    def _update_record(self, request: Request) -> Reply:
        stored = self._record_file(request)
        slot = stored.slot_of(request.header[2]) if stored is not None else None
        if stored is None or slot is None:
            return Reply(StatusWord.RECORD_NOT_FOUND if stored is not None else StatusWord.FILE_NOT_FOUND)
        return self._store_record(request, stored, slot, appended=False)

    def _append_record(self, request: Request) -> Reply:
        stored = self._record_file(request)
        if stored is None:
            return Reply(StatusWord.FILE_NOT_FOUND)
        count = int.from_bytes(stored.newest, "big")
        if stored.kind != fm.TYPE_CYCLIC and count >= stored.capacity:
            return Reply(StatusWord.NO_ROOM)
        return self._store_record(request, stored, count % stored.capacity, appended=True)

    def _store_record(self, request: Request, stored: SimulatedFile, slot: int, *, appended: bool) -> Reply:
        checked = self._plain_field(request, stored)
        if checked.status != StatusWord.DONE:
            return checked
        if len(checked.content) != stored.record_length:
            return Reply(StatusWord.WRONG_LENGTH)
        self._memory.store(stored.body, slot * stored.record_length, checked.content)
        if appended:
            count = int.from_bytes(stored.newest, "big") + 1
            self._memory.store(stored.newest, 0, count.to_bytes(2, "big"))
        return Reply(StatusWord.DONE)

    # ---- keys ----------------------------------------------------------------------------------------------------

    def _get_challenge(self, request: Request) -> Reply:
        if request.expected not in (4, 8):
            return Reply(StatusWord.WRONG_LENGTH)
        number = self._challenge_source(request.expected)
        self._security.remember_challenge(number)
        return Reply(StatusWord.DONE, number)

    def _usable_key(self, key_type: int, key_id: int) -> SimulatedKey | int:
        """The key, or the status word that says why not."""
        directory = self._security.current
        key = directory.key(key_type, key_id) if directory is not None else None
        if key is None:
            return StatusWord.KEY_NOT_FOUND
        return key if self._security.satisfies(key.use_right) else StatusWord.SECURITY_NOT_SATISFIED

    def _external_authenticate(self, request: Request) -> Reply:
        key = self._usable_key(fm.KEY_EXTERNAL, request.header[3])
        if isinstance(key, int):
            return Reply(key)
        if len(request.challenge) not in (4, 8) or len(request.field) != 8:
            return Reply(StatusWord.CONDITIONS_NOT_SATISFIED)
        expected = crypto.ecb_encrypt(bytes(key.secret), request.challenge.ljust(8, b"\x00"))
        return self._entered(key, present(key, self._memory, expected, request.field))

    def _verify_pin(self, request: Request) -> Reply:
        key = self._usable_key(_PIN, request.header[3])
        if isinstance(key, int):
            return Reply(key)
        offered = request.field.rstrip(b"\xff")
        return self._entered(key, present(key, self._memory, bytes(key.secret).rstrip(b"\xff"), offered))

    def _entered(self, key: SimulatedKey, status: int) -> Reply:
        if status == StatusWord.DONE:
            self._security.enter(key.follow_up)
        return Reply(status)

    def _internal_authenticate(self, request: Request) -> Reply:
        key = self._usable_key(fm.KEY_INTERNAL, request.header[3])
        if isinstance(key, int):
            return Reply(key)
        mode, secret = request.header[2], bytes(key.secret)
        if mode != 0x02 and (not request.field or len(request.field) % crypto.BLOCK):
            return Reply(StatusWord.WRONG_LENGTH)
        if mode == 0x00:
            return Reply(StatusWord.DONE, crypto.ecb_encrypt(secret, request.field))
        if mode == 0x01:
            return Reply(StatusWord.DONE, crypto.ecb_decrypt(secret, request.field))
        if mode == 0x02:
            return Reply(StatusWord.DONE, crypto.line_mac(secret, request.field, crypto.ZERO_IV))
        return Reply(StatusWord.WRONG_P1P2)

    def _write_key(self, request: Request) -> Reply:
        directory = self._security.current
        if directory is None or directory.key_add_right is None:
            return Reply(StatusWord.FILE_NOT_FOUND)
        body = request.field
        if request.protected:
            guard = self._security.transport_key()
            if guard is None:
                return Reply(StatusWord.KEY_NOT_FOUND)
            status, body = open_line(
                guard, self._memory, request.challenge, request.header, request.field, encrypted=True
            )
            if status != StatusWord.DONE:
                return Reply(status)
        if len(body) < 7:
            return Reply(StatusWord.WRONG_DATA)
        if body[0] & fm.KEY_ENCRYPTED_ONLY == fm.KEY_ENCRYPTED_ONLY and not request.protected:
            return Reply(StatusWord.LINE_PROTECTION_MISMATCH)
        if request.header[2] == 0x01:
            return self._add_key(directory, request.header[3], body)
        return self._change_key(directory, request.header[3], body)

    def _add_key(self, directory: SimulatedDirectory, key_id: int, body: bytes) -> Reply:
        right = directory.key_add_right
        if right is None or not (self._security.is_fresh(directory) or self._security.satisfies(right)):
            return Reply(StatusWord.SECURITY_NOT_SATISFIED)
        if directory.key(body[0], key_id) is not None:
            return Reply(StatusWord.WRONG_P1P2)
        key_type, use_right, change_right, third, fourth = body[:5]
        self._memory.spend(_KEY_COST + len(body) - 5)
        directory.keys.append(
            SimulatedKey(
                key_type & 0x3F, key_id, use_right, change_right, third, bytearray([fourth]), bytearray(body[5:])
            )
        )
        return Reply(StatusWord.DONE)

    def _change_key(self, directory: SimulatedDirectory, key_id: int, body: bytes) -> Reply:
        key = directory.key(body[0], key_id)
        if key is None:
            return Reply(StatusWord.KEY_NOT_FOUND)
        if not self._security.satisfies(key.change_right):
            return Reply(StatusWord.SECURITY_NOT_SATISFIED)
        if len(body) - 5 != len(key.secret):
            return Reply(StatusWord.WRONG_LENGTH)
        self._memory.store(key.secret, 0, body[5:])
        key.use_right, key.change_right, key.follow_up = body[1], body[2], body[3]
        self._memory.store(key.tries, 0, body[4:5])
        return Reply(StatusWord.DONE)

    # ---- making and erasing --------------------------------------------------------------------------------------

    def _erase(self, request: Request) -> Reply:
        """Empty the current directory. The key file goes last, so that a torn erasure can be repeated."""
        directory = self._security.current
        if directory is None:
            return Reply(StatusWord.NOT_SUPPORTED)
        if not self._security.satisfies(directory.erase_right):
            return Reply(StatusWord.SECURITY_NOT_SATISFIED)
        for file_id in list(directory.files):
            self._memory.spend(_HEADER_COST)
            del directory.files[file_id]
        self._memory.spend(_HEADER_COST)
        directory.keys.clear()
        directory.key_add_right = None
        if directory.file_id == fm.MASTER_FILE:
            for file_id in [known for known in self._files.directories if known != fm.MASTER_FILE]:
                del self._files.directories[file_id]
        return Reply(StatusWord.DONE)

    def _create(self, request: Request) -> Reply:
        field, file_id = request.field, int.from_bytes(request.header[2:4], "big")
        if len(field) < 7:
            return Reply(StatusWord.WRONG_LENGTH)
        directory = self._security.current
        if directory is None:
            return Reply(StatusWord.NOT_SUPPORTED)
        if not self._security.satisfies(directory.create_right):
            return Reply(StatusWord.SECURITY_NOT_SATISFIED)
        if field[0] == fm.TYPE_DF:
            return self._create_directory(file_id, field)
        if field[0] == fm.TYPE_KEY_FILE:
            return self._create_key_file(directory, field)
        if directory.key_add_right is None:
            return Reply(StatusWord.CONDITIONS_NOT_SATISFIED)  # the key file has to be the first of its directory
        if file_id in directory.files:
            return Reply(StatusWord.WRONG_P1P2)
        fresh = new_file(file_id, field[0], int.from_bytes(field[1:3], "big"), field[3], field[4], field[6])
        self._memory.spend(_HEADER_COST)
        directory.files[file_id] = fresh
        return Reply(StatusWord.DONE)

    def _create_directory(self, file_id: int, field: bytes) -> Reply:
        name = field[8:]
        if file_id in self._files.directories or self._files.by_name(name or b"?") is not None:
            return Reply(StatusWord.WRONG_P1P2)
        if not 5 <= len(name) <= 16:
            return Reply(StatusWord.WRONG_DATA)
        self._memory.spend(_HEADER_COST + len(name))
        self._files.directories[file_id] = SimulatedDirectory(file_id, name, field[3], field[4])
        return Reply(StatusWord.DONE)

    def _create_key_file(self, directory: SimulatedDirectory, field: bytes) -> Reply:
        if directory.key_add_right is not None or directory.files:
            return Reply(StatusWord.WRONG_P1P2)
        self._memory.spend(_HEADER_COST)
        directory.key_add_right = field[4]
        self._security.mark_fresh(directory)
        return Reply(StatusWord.DONE)
