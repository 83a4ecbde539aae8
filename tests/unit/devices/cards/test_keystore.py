"""The software keystore: encrypted, marked, and silent about its keys."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from devices.cards import crypto
from devices.cards.keystore import (
    PURPOSES,
    SECTOR_PURPOSES,
    KeyRing,
    KeySet,
    SoftwareKeystore,
    development_key_set,
    save_keystore,
)
from pos.domain.errors import DeviceRefused, DeviceUnavailable

FACTOR = bytes.fromhex("5101100000001700")
PASSPHRASE = "十一月的气表 correct horse"


@pytest.fixture(scope="module")
def key_set() -> KeySet:
    return development_key_set()


@pytest.fixture(scope="module")
def saved(key_set: KeySet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keystore.json"
    save_keystore(path, key_set, PASSPHRASE)
    return path


def test_unlocked_keystore_gives_the_same_cryptograms_as_the_keys(saved: Path, key_set: KeySet) -> None:
    store, ring = SoftwareKeystore(saved), KeyRing(key_set)
    store.unlock(PASSPHRASE)
    for purpose in PURPOSES:
        assert store.authenticate(purpose, FACTOR, bytes(8)) == ring.authenticate(purpose, FACTOR, bytes(8))
    arguments = ("line_protection", FACTOR, b"abcd", b"\x04\xd6\x86\x00", b"field")
    assert store.protect(*arguments, encrypt=False) == ring.protect(*arguments, encrypt=False)
    wrapped = ("issue_transport", FACTOR, "meter_auth", b"\xf9\xf0\xef\xbb\x33", b"abcd", b"\x84\xd4\x01\x01")
    assert store.wrap_key(*wrapped) == ring.wrap_key(*wrapped)
    assert store.card_code("memory_code", FACTOR, 3) == ring.card_code("memory_code", FACTOR, 3)


def test_locked_keystore_says_so(saved: Path) -> None:
    store = SoftwareKeystore(saved)
    with pytest.raises(DeviceUnavailable, match=r"keys\.locked"):
        store.authenticate("external_auth", FACTOR, bytes(8))
    store.unlock(PASSPHRASE)
    store.authenticate("external_auth", FACTOR, bytes(8))
    store.lock()
    with pytest.raises(DeviceUnavailable, match=r"keys\.locked"):
        store.authenticate("external_auth", FACTOR, bytes(8))


def test_wrong_passphrase_is_refused(saved: Path) -> None:
    with pytest.raises(DeviceRefused, match=r"keys\.wrong_passphrase"):
        SoftwareKeystore(saved).unlock(PASSPHRASE + " ")


def test_development_keys_are_marked_and_the_mark_cannot_be_edited_away(saved: Path, tmp_path: Path) -> None:
    assert SoftwareKeystore(saved).is_test_key
    document = json.loads(saved.read_text(encoding="utf-8"))
    assert "测试密钥" in document["label"]
    document["is_test_key"], document["label"] = False, ""
    edited = tmp_path / "edited.json"
    edited.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(DeviceRefused, match=r"keys\.wrong_passphrase"):
        SoftwareKeystore(edited).unlock(PASSPHRASE)


def test_no_key_is_found_in_the_file_in_any_spelling(saved: Path, key_set: KeySet) -> None:
    stored = saved.read_bytes()
    for key in key_set.keys.values():
        for spelling in (key, key.hex().encode(), key.hex().upper().encode(), key[::-1], key[:8], key[8:]):
            assert spelling not in stored


def test_no_key_is_shown_by_any_object(saved: Path, key_set: KeySet) -> None:
    store = SoftwareKeystore(saved)
    store.unlock(PASSPHRASE)
    shown = repr(store) + repr(key_set) + repr(KeyRing(key_set)) + str(store)
    for key in key_set.keys.values():
        assert key.hex() not in shown
        assert repr(key) not in shown


def test_file_is_the_users_own_and_never_overwritten(saved: Path, key_set: KeySet) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        save_keystore(saved, key_set, "other")


def test_missing_and_damaged_files_are_known_errors(tmp_path: Path) -> None:
    with pytest.raises(DeviceUnavailable, match=r"keys\.missing"):
        SoftwareKeystore(tmp_path / "none.json")
    for text in ("", "[]", "{}", '{"format": "other"}', "null"):
        broken = tmp_path / "broken.json"
        broken.write_text(text, encoding="utf-8")
        with pytest.raises(DeviceRefused, match=r"keys\.damaged"):
            SoftwareKeystore(broken)


def test_unknown_purpose_is_refused(key_set: KeySet) -> None:
    with pytest.raises(DeviceRefused, match=r"keys\.unknown"):
        KeyRing(key_set).authenticate("load", FACTOR, bytes(8))


def test_incomplete_key_set_is_a_bug_found_at_once() -> None:
    with pytest.raises(ValueError, match="meter_line"):
        KeySet(is_test=True, keys={"issue_transport": bytes(16)})


def test_keys_differ_by_card_and_by_installation(key_set: KeySet) -> None:
    other_card = bytes.fromhex("5101100000002500")
    ring = KeyRing(key_set)
    assert ring.authenticate("meter_auth", FACTOR, bytes(8)) != ring.authenticate("meter_auth", other_card, bytes(8))
    assert development_key_set().keys["meter_auth"] != key_set.keys["meter_auth"]


def test_key_loading_follows_the_published_vector() -> None:
    keys = dict.fromkeys(PURPOSES, b"\xff" * 16) | {"issue_transport": b"\xff" * 8}
    ring = KeyRing(KeySet(is_test=True, keys=keys))
    child = crypto.diversify(b"\xff" * 16, FACTOR)
    line = ring.wrap_key(
        "issue_transport", FACTOR, "meter_auth", b"\xf9\xf0\xf0\xaa\xff", bytes.fromhex("4C45BAB9"), b"\x84\xd4\x01\x02"
    )
    assert crypto.decrypt_field(b"\xff" * 8, line[:-4]) == b"\xf9\xf0\xf0\xaa\xff" + child


@pytest.mark.parametrize(("part", "content"), [("nonce", "AAAA"), ("salt", "AAAA")])
def test_keystore_with_a_part_of_the_wrong_length_is_damaged(
    saved: Path, tmp_path: Path, part: str, content: str
) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    (document if part == "nonce" else document["kdf"])[part] = content
    path = tmp_path / "keystore.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(DeviceRefused, match=r"keys\.damaged"):
        SoftwareKeystore(path).unlock(PASSPHRASE)


def test_sector_keys_differ_by_purpose_and_by_card_and_the_transport_key_does_not(saved: Path, key_set: KeySet) -> None:
    store, ring = SoftwareKeystore(saved), KeyRing(key_set)
    with pytest.raises(DeviceUnavailable, match=r"keys\.locked"):
        store.sector_key("sector_read", FACTOR)
    store.unlock(PASSPHRASE)
    other = bytes.fromhex("04A1B2C300000004")
    own = {store.sector_key(purpose, FACTOR) for purpose in SECTOR_PURPOSES}
    assert {len(key) for key in own} == {6}
    assert own == {ring.sector_key(purpose, FACTOR) for purpose in SECTOR_PURPOSES}
    assert len(own) == len(SECTOR_PURPOSES)
    assert own & {store.sector_key(purpose, other) for purpose in SECTOR_PURPOSES} == {b"\xff" * 6}


@pytest.mark.parametrize("purpose", [*PURPOSES, "nothing"])
def test_no_other_key_is_ever_answered(key_set: KeySet, purpose: str) -> None:
    with pytest.raises(DeviceRefused, match=r"keys\.unknown"):
        KeyRing(key_set).sector_key(purpose, FACTOR)
    with pytest.raises(DeviceRefused, match=r"keys\.unknown"):
        KeyRing(key_set).card_code(purpose, FACTOR, 3)


def test_keystore_from_before_storage_cards_serves_cpu_cards_and_says_what_it_lacks() -> None:
    ring = KeyRing(KeySet(is_test=True, keys=dict.fromkeys(PURPOSES, bytes(range(16)))))
    assert ring.authenticate("external_auth", FACTOR, bytes(8))
    with pytest.raises(DeviceRefused) as refused:
        ring.sector_key("sector_read", FACTOR)
    assert (refused.value.code, refused.value.params["purpose"]) == ("keys.unknown", "sector_read")


def test_code_of_a_memory_card_is_its_own_and_shows_nothing_of_the_master(key_set: KeySet) -> None:
    ring = KeyRing(key_set)
    codes = {ring.card_code("memory_code", number.to_bytes(8, "big"), 3) for number in range(200)}
    assert len(codes) > 190
    assert all(code not in key_set.keys["memory_code"] for code in codes)
    assert ring.card_code("memory_code", FACTOR, 2) != ring.card_code("memory_code", FACTOR, 3)[:2]
    assert ring.card_code("memory_transport", FACTOR, 3) == b"\xff\xff\xff"


def test_code_of_a_card_is_never_the_one_that_makers_deliver() -> None:
    ring = KeyRing(KeySet(is_test=True, keys={**development_key_set().keys, "memory_code": bytes(16)}))
    codes = [ring.card_code("memory_code", number.to_bytes(8, "big"), 1) for number in range(2000)]
    assert b"\xff" not in codes
    assert len(set(codes)) == 255


def test_keystore_made_before_memory_cards_still_opens(tmp_path: Path) -> None:
    keys = development_key_set().keys
    path = tmp_path / "keystore.json"
    save_keystore(path, KeySet(is_test=True, keys={purpose: keys[purpose] for purpose in PURPOSES}), PASSPHRASE)
    store = SoftwareKeystore(path)
    with pytest.raises(DeviceUnavailable, match=r"keys\.locked"):
        store.card_code("memory_code", FACTOR, 3)
    store.unlock(PASSPHRASE)
    with pytest.raises(DeviceRefused, match=r"keys\.unknown"):
        store.card_code("memory_code", FACTOR, 3)


def test_keys_under_sm4_open_with_their_passphrase_only_and_the_cipher_cannot_be_edited(
    key_set: KeySet, tmp_path: Path
) -> None:
    path = tmp_path / "sm4.keystore"
    save_keystore(path, key_set, PASSPHRASE, "sm4-gcm")
    store = SoftwareKeystore(path)
    with pytest.raises(DeviceRefused, match=r"keys\.wrong_passphrase"):
        store.unlock(PASSPHRASE + "x")
    store.unlock(PASSPHRASE)
    assert store.check_values() == KeyRing(key_set).check_values()
    document = json.loads(path.read_text(encoding="utf-8"))
    for cipher, code in (("aes-256-gcm", r"keys\.wrong_passphrase"), ("des", r"keys\.damaged")):
        path.write_text(json.dumps(document | {"cipher": cipher}), encoding="utf-8")
        with pytest.raises(DeviceRefused, match=code):
            SoftwareKeystore(path).unlock(PASSPHRASE)


def test_an_sm4_keystore_cut_short_is_not_opened(key_set: KeySet, tmp_path: Path) -> None:
    path = tmp_path / "sm4.keystore"
    save_keystore(path, key_set, PASSPHRASE, "sm4-gcm")
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document | {"sealed": document["sealed"][:12]}), encoding="utf-8")
    with pytest.raises(DeviceRefused, match=r"keys\.wrong_passphrase"):
        SoftwareKeystore(path).unlock(PASSPHRASE)


def test_keystore_from_before_there_was_a_choice_of_cipher_opens(saved: Path, tmp_path: Path) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    del document["cipher"]
    older = tmp_path / "older.json"
    older.write_text(json.dumps(document), encoding="utf-8")
    store = SoftwareKeystore(older)
    store.unlock(PASSPHRASE)
    assert not store.is_locked


def test_check_values_are_asked_of_an_open_keystore_and_name_no_public_key(saved: Path, key_set: KeySet) -> None:
    store = SoftwareKeystore(saved)
    with pytest.raises(DeviceUnavailable, match=r"keys\.locked"):
        store.check_values()
    store.unlock(PASSPHRASE)
    values = store.check_values()
    assert set(values) == set(key_set.keys) - {"issue_transport", "sector_transport", "memory_transport"}
    assert values["meter_auth"] == crypto.ecb_encrypt(key_set.keys["meter_auth"], bytes(8))[:3].hex().upper()
