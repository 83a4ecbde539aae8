"""The two-person key ceremony of a hall: shares in, an encrypted keystore out, check values into the books.

The keystore is written aside and opened once more before anybody agrees to it; it takes the place of the former one
only after the record of it is committed, and the former one is moved aside, never deleted. Must not know who types.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from devices.cards.crypto import check_value
from devices.cards.key_shares import FAMILIES, combine, purposes_of, share_from
from devices.cards.keystore import KeySet, SoftwareKeystore, save_keystore
from devices.cards.keystore_cipher import CIPHERS
from pos.domain.errors import RuleViolation
from pos.ports.keys import KeyAuthority
from pos.store.key_queries import KeysLoaded, keys_last_loaded
from pos.usecases.fact import Hall
from ui.app.places import Places
from ui.app.start import HallLock
from ui.app.workplace import DEVELOPMENT_PASSPHRASE

LEAST_PASSPHRASE: Final = 12
FAMILY_NAMES: Final = tuple(FAMILIES)
CIPHER_NAMES: Final = tuple(CIPHERS)

CheckValues = tuple[tuple[str, str], ...]
Agree = Callable[[CheckValues], object]
"""Both have read the check values, the second person agreed, and the record is committed; raises what refuses it."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Attributes: keystore, where it lies; aside, where the former one lies, None if there was none."""

    keystore: Path
    aside: Path | None


@dataclass(frozen=True, slots=True)
class KeysOnFile:
    """What a keystore file says of itself, and with the passphrase its check values."""

    is_test: bool
    cipher: str
    check_values: CheckValues = ()


class KeyCeremony:
    """One ceremony, under the lock of the hall: no counter sells while keys change."""

    def __init__(self, at: Places, families: tuple[str, ...], cipher: str) -> None:
        """families: of FAMILY_NAMES; cipher: of CIPHER_NAMES."""
        self._at, self._cipher = at, cipher
        self.purposes = purposes_of(families)

    def lock(self) -> HallLock:
        """Held by the caller for the whole ceremony. Raises on entering: ProgramRunning `program.close_first`."""
        return HallLock(self._at.lock, "program.close_first")

    def share(self, text: str, purpose: str) -> bytes:
        """One share as typed. Raises: RuleViolation `keys.share_form`."""
        return share_from(text, purpose)

    def check_value(self, share: bytes) -> str:
        """Of one share, as her letter prints it."""
        return check_value(share)

    def combined(self, first: Mapping[str, bytes], second: Mapping[str, bytes]) -> KeySet:
        """The keys. Raises: RuleViolation `keys.weak`."""
        return combine(first, second)

    def load(self, keys: KeySet, passphrase: str, agree: Agree) -> Loaded:
        """Write the keystore, let it be agreed to, put it in its place. Blocking: about 0.5 s besides the people.

        Raises: RuleViolation `keys.passphrase_short` and what `agree` raises: nothing is changed then; OSError.
        """
        require_passphrase(passphrase)
        self._at.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        staged = self._at.keystore.with_suffix(".new")
        staged.unlink(missing_ok=True)
        try:
            save_keystore(staged, keys, passphrase, self._cipher)
            agree(keys_on_file(staged, passphrase).check_values)
        except BaseException:  # an interrupted ceremony leaves no keys behind either
            staged.unlink(missing_ok=True)
            raise
        aside = None
        if self._at.keystore.exists():
            aside = self._at.keystore.with_name(f"cards.before-{time.strftime('%Y%m%d-%H%M%S')}.keystore")
            self._at.keystore.rename(aside)
        staged.rename(self._at.keystore)
        return Loaded(self._at.keystore, aside)


def require_passphrase(passphrase: str) -> None:
    """Raises: RuleViolation `keys.passphrase_short`; the public one of development keys is none."""
    if len(passphrase) < LEAST_PASSPHRASE or passphrase == DEVELOPMENT_PASSPHRASE:
        raise RuleViolation("keys.passphrase_short", least=LEAST_PASSPHRASE)


def keys_on_file(path: Path, passphrase: str = "") -> KeysOnFile:
    """Look at a keystore file, a copy of one for example; nothing of a key is shown. Blocking: 0.2 s with passphrase.

    Raises: DeviceUnavailable `keys.missing`; DeviceRefused `keys.damaged`, `keys.wrong_passphrase`.
    """
    keystore = SoftwareKeystore(path)
    if not passphrase:
        return KeysOnFile(keystore.is_test_key, keystore.cipher)
    keystore.unlock(passphrase)
    return KeysOnFile(keystore.is_test_key, keystore.cipher, tuple(keystore.check_values().items()))


def keys_in_books(hall: Hall) -> KeysLoaded | None:
    """Which keys the books name last, None if they name none. Raises: StoreError kinds."""
    with hall.store.reading() as connection:
        return keys_last_loaded(connection)


def unlocked_keys(at: Places, ask: Callable[[], str]) -> KeyAuthority:
    """The hall's keystore, opened. `ask`: for its passphrase, after the file was found whole. Blocking: 0.2 s.

    Raises: DeviceUnavailable `keys.missing`; DeviceRefused `keys.damaged`, `keys.wrong_passphrase`.
    """
    keystore = SoftwareKeystore(at.keystore)
    keystore.unlock(ask())
    return keystore
