"""AES-256-GCM under a data key file outside the database: ID numbers at rest (design, Money rules 14; trust 4.3).

The account number is authenticated with the text, so a ciphertext cannot be moved to another account. Losing the key
file loses the ID numbers and nothing else. Must not know: who may read them.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.errors import StoreDamaged

KEY_BYTES = 32
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class DataKey:
    """A loaded data key; implements `pos.ports.personal_cipher.PersonalCipher`."""

    _key: bytes = field(repr=False)

    def encrypt(self, account_no: str, text: str) -> bytes:
        """Nonce, ciphertext and tag; bound to the account."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, text.encode(), account_no.encode())

    def decrypt(self, account_no: str, sealed: bytes) -> str:
        """The text again. Raises StoreDamaged `personal.damaged`."""
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return AESGCM(self._key).decrypt(nonce, body, account_no.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise StoreDamaged("personal.damaged", account_no=account_no) from error


class MissingDataKey:
    """The key file is not there although the hall is: ID numbers can be neither read nor written, selling goes on."""

    def encrypt(self, account_no: str, text: str) -> bytes:
        """Raises StoreDamaged `personal.key_missing`: under a new key the old numbers would be lost unnoticed."""
        raise StoreDamaged("personal.key_missing", account_no=account_no)

    def decrypt(self, account_no: str, sealed: bytes) -> str:
        """Raises StoreDamaged `personal.key_missing`."""
        raise StoreDamaged("personal.key_missing", account_no=account_no)


def create_data_key(path: Path) -> DataKey:
    """Make a new key file, mode 0600. Raises FileExistsError: a key is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(KEY_BYTES)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key.hex().encode())
        file.flush()
        os.fsync(file.fileno())
    return DataKey(key)


def load_data_key(path: Path) -> DataKey:
    """Read the key file. Raises FileNotFoundError; StoreDamaged `key.damaged`."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise StoreDamaged("key.damaged", path=str(path)) from error
    if len(key) != KEY_BYTES:
        raise StoreDamaged("key.damaged", path=str(path))
    return DataKey(key)
