"""Whose card keys this workstation works with, where they lie, and whether they can be used now.

Source: docs/keys.md. Says it by message codes; of a key it knows nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos.ports.keys import KeyAuthority
from pos.usecases.unlock_card_keys import LockedKeys

TEST_KEYS, OWN_KEYS, LOCKED, NONE = "mark.test_keys", "reader.own_keys", "key.locked", "key.none"


@dataclass(frozen=True, slots=True)
class KeyStanding:
    """Attributes: word: code of 测试密钥, 正式密钥, 未解锁 or 没有密钥; place: code of who answers for them."""

    word: str = OWN_KEYS
    place: str = "key.place_keystore"

    @property
    def is_locked(self) -> bool:
        """No card can be written before somebody types the passphrase."""
        return self.word == LOCKED


def locked_keystore(keys: KeyAuthority | None) -> LockedKeys | None:
    """The keystore that waits for its passphrase, None if there is nothing to be unlocked."""
    from devices.cards.keystore import SoftwareKeystore

    return keys if isinstance(keys, SoftwareKeystore) and keys.is_locked else None


def standing_of(keys: KeyAuthority | None, kind: str) -> KeyStanding:
    """kind: of the configuration's `[keys]`."""
    place = f"key.place_{kind}"
    if keys is None:
        return KeyStanding(NONE, place)
    if locked_keystore(keys) is not None:
        return KeyStanding(LOCKED, place)
    return KeyStanding(TEST_KEYS if keys.is_test_key else OWN_KEYS, place)
