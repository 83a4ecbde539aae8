"""The installation key: made once, readable by its user only, told from a damaged file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.errors import StoreDamaged
from ledger.keys import MissingKey, create_key, fingerprint, load_key


def test_a_loaded_key_signs_like_the_created_one(tmp_path: Path) -> None:
    created = create_key(tmp_path / "keys" / "installation.pem")
    loaded = load_key(tmp_path / "keys" / "installation.pem")
    assert (loaded.key_id, loaded.public_hex) == (created.key_id, created.public_hex)
    signature = loaded.sign("ab" * 32)
    assert signature == created.sign("ab" * 32)
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(loaded.public_hex)).verify(
        bytes.fromhex(signature or ""), b"ab" * 32
    )


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_only_its_user_may_read_it(tmp_path: Path) -> None:
    create_key(tmp_path / "keys" / "installation.pem")
    assert (tmp_path / "keys" / "installation.pem").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    first = create_key(tmp_path / "installation.pem")
    with pytest.raises(FileExistsError):
        create_key(tmp_path / "installation.pem")
    assert load_key(tmp_path / "installation.pem").key_id == first.key_id


@pytest.mark.parametrize(
    "content", [b"", b"nothing", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_damaged_file_is_a_known_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "installation.pem"
    path.write_bytes(content)
    with pytest.raises(StoreDamaged, match=r"key\.damaged"):
        load_key(path)


def test_a_missing_file_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_key(tmp_path / "installation.pem")


def test_the_private_part_does_not_show_in_text(tmp_path: Path) -> None:
    key = create_key(tmp_path / "installation.pem")
    assert repr(key) == f"InstallationKey({key.key_id})"


def test_the_fingerprint_is_of_the_raw_public_key(tmp_path: Path) -> None:
    key = create_key(tmp_path / "installation.pem")
    assert fingerprint(key.public_hex) == key.key_id
    assert len(key.key_id) == 16


def test_a_missing_key_never_signs() -> None:
    assert MissingKey("0" * 16).sign("ab" * 32) is None
