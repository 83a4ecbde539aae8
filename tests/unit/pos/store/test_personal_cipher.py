"""ID numbers at rest: bound to their account, useless without the key file."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.errors import StoreDamaged
from pos.store.personal_cipher import create_data_key, load_data_key

ID_NUMBER = "11010519491231002X"


def test_text_comes_back_under_the_same_key_and_account(tmp_path: Path) -> None:
    sealed = create_data_key(tmp_path / "data.key").encrypt("1000204471", ID_NUMBER)
    assert ID_NUMBER.encode() not in sealed
    assert load_data_key(tmp_path / "data.key").decrypt("1000204471", sealed) == ID_NUMBER


def test_same_text_twice_gives_different_bytes(tmp_path: Path) -> None:
    key = create_data_key(tmp_path / "data.key")
    assert key.encrypt("1", ID_NUMBER) != key.encrypt("1", ID_NUMBER)


def test_ciphertext_moved_to_another_account_is_refused(tmp_path: Path) -> None:
    key = create_data_key(tmp_path / "data.key")
    with pytest.raises(StoreDamaged, match=r"personal\.damaged"):
        key.decrypt("1000204472", key.encrypt("1000204471", ID_NUMBER))


def test_any_changed_bit_is_refused(tmp_path: Path) -> None:
    key = create_data_key(tmp_path / "data.key")
    sealed = key.encrypt("1", ID_NUMBER)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(StoreDamaged):
            key.decrypt("1", bytes(changed))


def test_other_key_and_short_ciphertext_are_refused(tmp_path: Path) -> None:
    sealed = create_data_key(tmp_path / "a.key").encrypt("1", ID_NUMBER)
    other = create_data_key(tmp_path / "b.key")
    for content in (sealed, sealed[:5], b""):
        with pytest.raises(StoreDamaged):
            other.decrypt("1", content)


def test_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "data.key"
    key = create_data_key(path)
    assert path.stat().st_mode & 0o077 == 0
    assert repr(key) == "DataKey()"
    with pytest.raises(FileExistsError):
        create_data_key(path)


@pytest.mark.parametrize("content", ["", "zz", "00" * 31])
def test_damaged_key_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "data.key"
    path.write_text(content, encoding="ascii")
    with pytest.raises(StoreDamaged, match=r"key\.damaged"):
        load_data_key(path)
