"""The installation's signing key: Ed25519, one per installation, outside the data folder (design, Money rules 4).

Readable by the program's user only. It does not stop the PC's own administrator: anchors on paper do. Its
fingerprint is printed at commissioning and given to the verifier.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import StoreDamaged

SUITE = "std"
"""SHA-256 and Ed25519. A `gm` suite (SM3, SM2) is reserved by the format."""


class Signer(Protocol):
    """Signs record hashes; may be out of order (the record then says so and the next signed one covers it)."""

    @property
    def key_id(self) -> str:
        """Fingerprint of the public key: first 16 hex digits of its SHA-256."""

    @property
    def public_hex(self) -> str:
        """The raw public key, 64 hex digits."""

    def sign(self, record_hash: str) -> str | None:
        """Signature (128 hex digits) over the ASCII bytes of a record hash, or None if the key is out of order."""


@dataclass(frozen=True, slots=True)
class InstallationKey:
    """A loaded private key."""

    _private: Ed25519PrivateKey
    public_hex: str
    key_id: str

    def sign(self, record_hash: str) -> str | None:
        """See `Signer.sign`; about 30 microseconds."""
        return self._private.sign(record_hash.encode("ascii")).hex()

    def __repr__(self) -> str:
        return f"InstallationKey({self.key_id})"


@dataclass(frozen=True, slots=True)
class MissingKey:
    """Stands in when the key file is lost: the counter sells on, records are marked unsigned."""

    key_id: str
    public_hex: str = ""

    def sign(self, record_hash: str) -> str | None:
        """Never signs."""
        return None


def fingerprint(public_hex: str) -> str:
    """Key id of a raw public key."""
    return hashlib.sha256(bytes.fromhex(public_hex)).hexdigest()[:16]


def create_key(path: Path) -> InstallationKey:
    """Make a new key file, mode 0600. Raises FileExistsError: a key is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return _loaded(private)


def load_key(path: Path) -> InstallationKey:
    """Read the key file. Raises FileNotFoundError; StoreDamaged `key.damaged` if it is no Ed25519 key."""
    pem = path.read_bytes()
    try:
        private = serialization.load_pem_private_key(pem, None)
    except ValueError as error:
        raise StoreDamaged("key.damaged", path=str(path)) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise StoreDamaged("key.damaged", path=str(path))
    return _loaded(private)


def _loaded(private: Ed25519PrivateKey) -> InstallationKey:
    raw = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return InstallationKey(private, raw.hex(), fingerprint(raw.hex()))
