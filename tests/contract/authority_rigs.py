"""Every adapter of the key authority over the same keys: what one answers, all must."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from devices.cards.connection import CardConnection
from devices.cards.head_office import HeadOffice
from devices.cards.keystore import KeyRing, KeySet, SoftwareKeystore, development_key_set, save_keystore
from devices.cards.pcsc import PcscSlot
from devices.cards.psam import PsamAuthority
from devices.cards.simulated_memory import CardGone
from devices.cards.simulated_psam import SimulatedPsam
from pos.domain.errors import DeviceUnavailable, OutcomeUnknown
from pos.ports.keys import KeyAuthority
from tests.contract.card_rigs import private_service, slot_at, wait_for
from tests.contract.head_office_server import KeyService, Office, service_of

KEY_SET: KeySet = development_key_set()
RING = KeyRing(KEY_SET)
PASSPHRASE = "twelve quiet rivers"


class ModuleSlot:
    """A slot in this process that a module can be pulled out of."""

    def __init__(self, module: SimulatedPsam | None) -> None:
        self.module = module

    @contextmanager
    def __call__(self) -> Iterator[CardConnection]:
        if self.module is None:
            raise DeviceUnavailable("reader.no_card")
        self.module.power_on()
        yield _Link(self.module)


class _Link:
    is_block_protocol = False

    def __init__(self, module: SimulatedPsam) -> None:
        self._module = module

    @property
    def atr(self) -> bytes:
        return self._module.atr

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        try:
            answer = self._module.transmit(command)
        except CardGone as gone:
            raise OutcomeUnknown("card.answer_lost") from gone
        return answer[:-2], int.from_bytes(answer[-2:], "big")


@dataclass(frozen=True)
class AuthorityRig:
    """Attributes: name; authority, over KEY_SET; wraps, moves_wallets: what it is meant to do."""

    name: str
    authority: KeyAuthority
    wraps: bool = True
    moves_wallets: bool = True


@contextmanager
def psam_behind_pcscd() -> Iterator[str]:
    """A module in the second slot of the private service, everybody's and left empty. Gives its name."""
    service = private_service()
    slot, name = slot_at(service.ports[1]), service.reader_names[1]
    module = SimulatedPsam(KEY_SET.keys)
    slot.insert(module)
    try:
        wait_for(lambda: PcscSlot(name).status().atr_hex == module.atr.hex().upper(), timeout_s=20)
        yield name
    finally:
        slot.remove()


@contextmanager
def _keystore(folder: Path) -> Iterator[AuthorityRig]:
    path = folder / "cards.keystore"
    save_keystore(path, KEY_SET, PASSPHRASE)
    store = SoftwareKeystore(path)
    store.unlock(PASSPHRASE)
    yield AuthorityRig("keystore", store)


@contextmanager
def _psam(_folder: Path) -> Iterator[AuthorityRig]:
    slot = ModuleSlot(SimulatedPsam(KEY_SET.keys))
    yield AuthorityRig("psam", PsamAuthority(slot, is_test_key=True), wraps=False, moves_wallets=False)


@contextmanager
def _psam_pcscd(_folder: Path) -> Iterator[AuthorityRig]:
    with psam_behind_pcscd() as name:
        authority = PsamAuthority(PcscSlot(name).connection, is_test_key=True)
        yield AuthorityRig("psam_pcscd", authority, wraps=False, moves_wallets=False)


@contextmanager
def _head_office(folder: Path) -> Iterator[AuthorityRig]:
    office = Office(folder)
    service = KeyService(office, RING)
    service.start()
    try:
        yield AuthorityRig("head_office", HeadOffice(service_of(office, service.port), is_test_key=True))
    finally:
        service.stop()


RIGS: dict[str, Callable[[Path], AbstractContextManager[AuthorityRig]]] = {
    "keystore": _keystore,
    "head_office": _head_office,
    "psam": _psam,
    "psam_pcscd": _psam_pcscd,
}
