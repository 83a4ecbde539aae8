"""The composition root: one workplace from its folders, with everything wired (design, Rooms: floor 4 sees everything).

`open_workplace` is what `changshou run`, the day's story and the tests of the whole program share.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ledger.errors import KnownError
from ledger.keys import MissingKey, Signer, create_key, load_key
from pos.domain.errors import RuleViolation
from pos.ports.keys import KeyAuthority
from pos.ports.personal_cipher import PersonalCipher
from pos.ports.rendering import PaperRenderer
from pos.ports.surroundings import Clock, IdSource, Voice
from pos.store.people_queries import hall_profile, is_commissioned
from pos.store.personal_cipher import MissingDataKey, create_data_key, load_data_key
from pos.store.unit_of_work import Store
from pos.usecases.fact import Hall
from pos.usecases.prints import adopt_interrupted
from ui.app.config import Config, KeysConfig, load_config
from ui.app.device_setup import Devices, open_devices, printer_roll
from ui.app.places import Places
from ui.app.rendering import RollRenderer
from ui.app.surroundings import EspeakVoice, Silence, SystemClock, UuidIds

DEVELOPMENT_PASSPHRASE = "development keys"
"""Opens keystores that hold development keys only; they are marked 测试密钥 on screen and paper."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """Everything a counter needs.

    Attributes:
        places, config: where and what. hall: for use cases. devices: adapters. renderer, voice: as their ports say.
        keys: card keys, None while the keystore is locked or missing. cipher: for ID numbers.
        commissioned: False before the first start's wizard. is_demo: the hall says so of itself.
    """

    places: Places
    config: Config
    hall: Hall
    devices: Devices
    renderer: PaperRenderer
    voice: Voice
    keys: KeyAuthority | None
    cipher: PersonalCipher
    commissioned: bool
    is_demo: bool

    def close(self) -> None:
        """Give the database back."""
        self.hall.store.close()


def open_workplace(
    at: Places,
    *,
    config: Config | None = None,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    keys: KeyAuthority | None = None,
    speak: bool = False,
    demo: bool = False,
) -> Workplace:
    """Open (or make) a hall's files and wire the program.

    Args:
        at: its folders. config: instead of the file's. clock, ids: instead of the machine's (story, tests).
        keys: card keys instead of the keystore's. speak: read figures aloud.
        demo: it is to be opened as a demo.

    Raises: StoreError kinds; ConfigDamaged; RuleViolation `hall.not_a_demo`, `config.simulated` (a real hall with real
        card keys sells on real devices only); OSError for folders that cannot be made.
    """
    at.data.mkdir(parents=True, exist_ok=True)
    at.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    chosen = config or load_config(at.config)
    clock = clock or SystemClock()
    signer, cipher = _signer(at), _cipher(at)  # both look whether there are books already
    store = Store(at.database, clock=clock, signer=signer)
    with store.reading() as connection:
        commissioned = is_commissioned(connection)
        profile = hall_profile(connection) if commissioned else None
    if profile is not None:
        store.offset_min = profile.offset_min
    is_demo = profile is not None and profile.demo
    keys = keys or card_keys(at, chosen.keys)
    hall = Hall(store, clock, ids or UuidIds(), test_keys=keys is not None and keys.is_test_key)
    if commissioned and not is_demo and (demo or must_be_real(chosen, keys)):
        store.close()
        raise RuleViolation("hall.not_a_demo") if demo else RuleViolation("config.simulated", path=str(at.config))
    if commissioned:
        adopt_interrupted(hall)
    return Workplace(
        at,
        chosen,
        hall,
        open_devices(chosen, keys, folder=at.config.parent, roll=at.roll),
        RollRenderer(printer_roll(chosen.printer)),
        EspeakVoice() if speak else Silence(),
        keys,
        cipher,
        commissioned,
        is_demo,
    )


def must_be_real(config: Config, keys: KeyAuthority | None) -> bool:
    """True if a real hall is not to be opened with these devices: simulated ones go with development keys only."""
    return config.simulates and (keys is None or not keys.is_test_key)


def make_development_keys(at: Places) -> None:
    """A keystore of fresh development keys, for the demo and for trying out; kept if there is one."""
    from devices.cards.keystore import development_key_set, save_keystore

    at.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not at.keystore.exists():
        save_keystore(at.keystore, development_key_set(), DEVELOPMENT_PASSPHRASE)


def _signer(at: Places) -> Signer:
    """The installation key; made with the first database, never afterwards: a lost one is a fact to be seen."""
    if at.signing_key.exists():
        return load_key(at.signing_key)
    if at.database.exists():
        return MissingKey("missing")
    return create_key(at.signing_key)


def _cipher(at: Places) -> PersonalCipher:
    """The key of ID numbers; made with the first database, never afterwards, like the signing key."""
    if at.data_key.exists():
        return load_data_key(at.data_key)
    return MissingDataKey() if at.database.exists() else create_data_key(at.data_key)


def card_keys(at: Places, config: KeysConfig) -> KeyAuthority | None:
    """Whoever the configuration names; nothing is connected yet.

    Of a keystore, development keys open by themselves; the issuer's wait for their passphrase.
    """
    if config.kind == "psam":
        from devices.cards.pcsc import PcscSlot
        from devices.cards.psam import PsamAuthority

        return PsamAuthority(PcscSlot(config.slot).connection, number=config.module, is_test_key=config.test)
    if config.kind == "head_office":
        from devices.cards.head_office import HeadOffice, Service

        files = (Path(config.authority), Path(config.certificate), Path(config.private_key))
        return HeadOffice(Service(config.host, config.port, *files), is_test_key=config.test)
    if not at.keystore.exists():
        return None
    from devices.cards.keystore import SoftwareKeystore

    keystore = SoftwareKeystore(at.keystore)
    if keystore.is_test_key:
        try:
            keystore.unlock(DEVELOPMENT_PASSPHRASE)
        except KnownError:
            return keystore
    return keystore
