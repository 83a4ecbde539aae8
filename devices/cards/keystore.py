"""The built-in software keystore: card keys encrypted on disk, cryptograms out; a key only where the port says so.

Carries out `pos.ports.keys.KeyAuthority`. Keys lie under AES-256-GCM or SM4-GCM with a key from the passphrase by
argon2id; the mark *test keys* is authenticated with them, so it cannot be edited away. It must not log or print a key,
nor know files or readers.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from pathlib import Path
from typing import Any, Final

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag

from devices.cards import crypto, keystore_cipher, wallet_crypto
from pos.domain.errors import DeviceRefused, DeviceUnavailable
from pos.ports.keys import WalletKind, WalletMove

PURPOSES: Final = (
    "issue_transport",
    "issuer_master",
    "external_auth",
    "meter_auth",
    "internal_auth",
    "line_protection",
    "meter_line",
)
SECTOR_PURPOSES: Final = ("sector_transport", "sector_read", "sector_issue", "sector_write", "sector_meter")
"""Keys of storage cards. A keystore made before there were any lacks them: every such card is foreign to it."""
MEMORY_PURPOSES: Final = ("memory_code", "memory_mark", "memory_transport")
"""For memory cards. A keystore made before there were any lacks them: it answers `keys.unknown` for such a card."""
WALLET_PURPOSES: Final = ("wallet_load", "wallet_unload", "wallet_purchase")
"""For wallets. A keystore made before there were any lacks them: such a card is read, and no wallet is moved."""
_WALLET_KEY: Final = {
    WalletKind.LOAD: "wallet_load",
    WalletKind.UNLOAD: "wallet_unload",
    WalletKind.PURCHASE: "wallet_purchase",
}
# What the maker set, the same on every blank card.
UNDIVERSIFIED: Final = frozenset({"issue_transport", "sector_transport", "memory_transport"})
_SECTOR_KEY_LENGTH = 6
_FORMAT = "changshou-keystore-1"
_TEST_LABEL = "测试密钥 TEST KEYS"
_MEMORY_KIB = 64 * 1024
_PASSES = 3
_LANES = 1


@dataclass(frozen=True, slots=True)
class KeySet:
    """Master keys by purpose. Never shown: the keys are left out of repr.

    Attributes:
        is_test: development keys; screen and paper must say so.
    """

    is_test: bool
    keys: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        missing = [purpose for purpose in PURPOSES if purpose not in self.keys]
        if missing:
            raise ValueError(f"key set lacks {missing}")


def development_key_set() -> KeySet:
    """Fresh random masters for a development installation, with the public transport key of blank cards."""
    every = (*PURPOSES, *SECTOR_PURPOSES, *MEMORY_PURPOSES, *WALLET_PURPOSES)
    keys = {purpose: secrets.token_bytes(16) for purpose in every}
    keys |= dict.fromkeys(UNDIVERSIFIED, b"\xff" * 16)
    return KeySet(is_test=True, keys=keys)


def save_keystore(path: Path, key_set: KeySet, passphrase: str, cipher: str = keystore_cipher.AES_256_GCM) -> None:
    """Write a keystore file, readable by the program's user only. Blocking: about 0.2 s (argon2id).

    cipher: one of `keystore_cipher.CIPHERS`.

    Raises: FileExistsError if there is one already; keys are never overwritten.
    """
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    label = _TEST_LABEL if key_set.is_test else ""
    plain = json.dumps({purpose: key.hex() for purpose, key in sorted(key_set.keys.items())}).encode()
    wrapping = _wrapping_key(passphrase, salt, _PASSES, _MEMORY_KIB, cipher)
    sealed = keystore_cipher.seal(cipher, wrapping, nonce, plain, _bound(label, cipher, is_test=key_set.is_test))
    document = {
        "format": _FORMAT,
        "label": label,
        "is_test_key": key_set.is_test,
        "cipher": cipher,
        "kdf": {"name": "argon2id", "salt": _text(salt), "passes": _PASSES, "memory_kib": _MEMORY_KIB},
        "nonce": _text(nonce),
        "sealed": _text(sealed),
    }
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(document, stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())


class SoftwareKeystore:
    """`KeyAuthority` over a keystore file. Locked until the passphrase was given."""

    def __init__(self, path: Path) -> None:
        """Raises: DeviceUnavailable `keys.missing`; DeviceRefused `keys.damaged`."""
        try:
            document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            self._label = str(document["label"])
            self._is_test = bool(document["is_test_key"])
            self._cipher = str(document.get("cipher", keystore_cipher.AES_256_GCM))
            kdf = document["kdf"]
            self._salt = base64.b64decode(kdf["salt"], validate=True)
            self._passes, self._memory_kib = int(kdf["passes"]), int(kdf["memory_kib"])
            self._nonce = base64.b64decode(document["nonce"], validate=True)
            self._sealed = base64.b64decode(document["sealed"], validate=True)
        except FileNotFoundError as missing:
            raise DeviceUnavailable("keys.missing") from missing
        except (ValueError, KeyError, TypeError) as damaged:
            raise DeviceRefused("keys.damaged") from damaged
        known = document.get("format") == _FORMAT and self._cipher in keystore_cipher.CIPHERS
        if not known or not (0 < self._passes <= 10 and 8 <= self._memory_kib <= 2**20):
            raise DeviceRefused("keys.damaged")
        self._keys: KeyRing | None = None

    def __repr__(self) -> str:
        return f"SoftwareKeystore(is_test_key={self._is_test}, locked={self._keys is None})"

    @property
    def is_test_key(self) -> bool:
        """See `KeyAuthority`. Before unlocking it is what the file claims; unlocking proves it."""
        return self._is_test

    def unlock(self, passphrase: str) -> None:
        """Open the keystore. Blocking: about 0.2 s.

        Raises: DeviceRefused `keys.wrong_passphrase` (also for a file that was tampered with), `keys.damaged`.
        """
        try:
            wrapping = _wrapping_key(passphrase, self._salt, self._passes, self._memory_kib, self._cipher)
            bound = _bound(self._label, self._cipher, is_test=self._is_test)
            plain = keystore_cipher.unseal(self._cipher, wrapping, self._nonce, self._sealed, bound)
        except InvalidTag as refused:
            raise DeviceRefused("keys.wrong_passphrase") from refused
        except (ValueError, HashingError) as damaged:
            raise DeviceRefused("keys.damaged") from damaged
        keys = {purpose: bytes.fromhex(text) for purpose, text in json.loads(plain).items()}
        self._keys = KeyRing(KeySet(is_test=self._is_test, keys=keys))

    def lock(self) -> None:
        """Forget the keys."""
        self._keys = None

    @property
    def is_locked(self) -> bool:
        """True until the passphrase was given."""
        return self._keys is None

    @property
    def cipher(self) -> str:
        """Under which the keys lie, one of `keystore_cipher.CIPHERS`."""
        return self._cipher

    def check_values(self) -> dict[str, str]:
        """Check value of each key by purpose. Raises: DeviceUnavailable `keys.locked`."""
        return self._ring().check_values()

    def authenticate(self, purpose: str, factor: bytes, challenge: bytes) -> bytes:
        """See `KeyAuthority.authenticate`."""
        return self._ring().authenticate(purpose, factor, challenge)

    def protect(
        self, purpose: str, factor: bytes, challenge: bytes, header: bytes, data: bytes, *, encrypt: bool
    ) -> bytes:
        """See `KeyAuthority.protect`."""
        return self._ring().protect(purpose, factor, challenge, header, data, encrypt=encrypt)

    def wrap_key(
        self, purpose: str, factor: bytes, target: str, key_header: bytes, challenge: bytes, header: bytes
    ) -> bytes:
        """See `KeyAuthority.wrap_key`."""
        return self._ring().wrap_key(purpose, factor, target, key_header, challenge, header)

    def sector_key(self, purpose: str, factor: bytes) -> bytes:
        """See `KeyAuthority.sector_key`."""
        return self._ring().sector_key(purpose, factor)

    def card_code(self, purpose: str, factor: bytes, length: int) -> bytes:
        """See `KeyAuthority.card_code`."""
        return self._ring().card_code(purpose, factor, length)

    def wallet_mac(self, factor: bytes, move: WalletMove, card_mac: bytes) -> bytes:
        """See `KeyAuthority.wallet_mac`."""
        return self._ring().wallet_mac(factor, move, card_mac)

    def wallet_proof_holds(self, factor: bytes, move: WalletMove, proof: bytes) -> bool:
        """See `KeyAuthority.wallet_proof_holds`."""
        return self._ring().wallet_proof_holds(factor, move, proof)

    def _ring(self) -> KeyRing:
        if self._keys is None:
            raise DeviceUnavailable("keys.locked")
        return self._keys


class KeyRing:
    """`KeyAuthority` over keys in memory: what an unlocked keystore uses, and what tests and simulated meters hold."""

    def __init__(self, key_set: KeySet) -> None:
        self._key_set = key_set

    @property
    def is_test_key(self) -> bool:
        """See `KeyAuthority`."""
        return self._key_set.is_test

    def authenticate(self, purpose: str, factor: bytes, challenge: bytes) -> bytes:
        """See `KeyAuthority.authenticate`."""
        return crypto.ecb_encrypt(self._card_key(purpose, factor), challenge)

    def protect(
        self, purpose: str, factor: bytes, challenge: bytes, header: bytes, data: bytes, *, encrypt: bool
    ) -> bytes:
        """See `KeyAuthority.protect`."""
        return crypto.protect_line(self._card_key(purpose, factor), challenge, header, data, encrypt=encrypt)

    def wrap_key(
        self, purpose: str, factor: bytes, target: str, key_header: bytes, challenge: bytes, header: bytes
    ) -> bytes:
        """See `KeyAuthority.wrap_key`."""
        field_ = key_header + self._card_key(target, factor)
        return crypto.protect_line(self._card_key(purpose, factor), challenge, header, field_, encrypt=True)

    def sector_key(self, purpose: str, factor: bytes) -> bytes:
        """See `KeyAuthority.sector_key`."""
        if purpose not in SECTOR_PURPOSES:
            raise DeviceRefused("keys.unknown", purpose=purpose)
        return self._card_key(purpose, factor)[:_SECTOR_KEY_LENGTH]

    def card_code(self, purpose: str, factor: bytes, length: int) -> bytes:
        """See `KeyAuthority.card_code`. Cut from a cryptogram of the card's key, never the factory's value."""
        if purpose not in MEMORY_PURPOSES:
            raise DeviceRefused("keys.unknown", purpose=purpose)
        key = self._card_key(purpose, factor)
        if purpose in UNDIVERSIFIED:
            return key[:length]
        for attempt in range(256):
            code = crypto.ecb_encrypt(key, crypto.code_block(length, attempt))[:length]
            if code != b"\xff" * length:
                return code
        raise DeviceRefused("keys.unknown", purpose=purpose)

    def wallet_mac(self, factor: bytes, move: WalletMove, card_mac: bytes) -> bytes:
        """See `KeyAuthority.wallet_mac`."""
        session = self._wallet_session(factor, move)
        if not move.kind.is_purchase and not compare_digest(wallet_crypto.card_mac(session, move), card_mac):
            raise DeviceRefused("card.keys_do_not_match")
        return wallet_crypto.terminal_mac(session, move)

    def wallet_proof_holds(self, factor: bytes, move: WalletMove, proof: bytes) -> bool:
        """See `KeyAuthority.wallet_proof_holds`."""
        if move.kind is WalletKind.UNLOAD:
            return compare_digest(wallet_crypto.answer_mac(self._wallet_session(factor, move), move), proof)
        key = wallet_crypto.tac_key(self._card_key("internal_auth", factor))
        return compare_digest(wallet_crypto.tac(key, move), proof)

    def check_values(self) -> dict[str, str]:
        """Three bytes of each key's cryptogram over zeros, by purpose: they tell which key it is and nothing of it.

        Of the makers' public keys on blank cards there is nothing to be checked.
        """
        brought = {name: key for name, key in sorted(self._key_set.keys.items()) if name not in UNDIVERSIFIED}
        return {name: crypto.check_value(key) for name, key in brought.items()}

    def _wallet_session(self, factor: bytes, move: WalletMove) -> bytes:
        purpose = _WALLET_KEY.get(move.kind)
        if purpose is None:
            raise DeviceRefused("keys.unknown", purpose=move.kind.name)
        return wallet_crypto.session_key(self._card_key(purpose, factor), move)

    def _card_key(self, purpose: str, factor: bytes) -> bytes:
        master = self._key_set.keys.get(purpose)
        if master is None:
            raise DeviceRefused("keys.unknown", purpose=purpose)
        return master if purpose in UNDIVERSIFIED else crypto.diversify(master, factor)


def _wrapping_key(passphrase: str, salt: bytes, passes: int, memory_kib: int, cipher: str) -> bytes:
    length = keystore_cipher.CIPHERS[cipher]
    return hash_secret_raw(passphrase.encode(), salt, passes, memory_kib, _LANES, length, Type.ID)


def _bound(label: str, cipher: str, *, is_test: bool) -> bytes:
    """What the encryption authenticates besides the keys; a file from before there was a choice names no cipher."""
    chosen = "" if cipher == keystore_cipher.AES_256_GCM else f"|{cipher}"
    return f"{_FORMAT}|{label}|{int(is_test)}{chosen}".encode()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
