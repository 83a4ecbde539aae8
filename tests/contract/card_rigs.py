"""The two rigs of the card contract: a simulated card in this process, and the same card behind the real pcscd."""

from __future__ import annotations

import atexit
import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from devices.cards.keystore import KeyRing, development_key_set
from devices.cards.pcsc import PcscReader
from devices.cards.private_pcscd import PrivatePcscd
from devices.cards.recognition import chip_uid
from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from devices.cards.vpcd import VirtualSlot
from pos.domain.card import CardIdentity, CardImage, CardKind, CardPurchase
from pos.domain.errors import KnownError
from pos.ports.card import CardReader, ReaderState

CHIP = bytes.fromhex("01020304")
OTHER_CHIP = bytes.fromhex("0A0B0C0D")
IDENTITY = CardIdentity(card_no="1000000017", area_code="5101", account_no="200001", meter_no="M-778899")
OTHER_IDENTITY = CardIdentity(card_no="1000000025", area_code="5101", account_no="200002", meter_no="M-778900")
NOTHING_BOUGHT = CardPurchase(0, 0, 0, 25_000, 1_790_000_000_000)
FIRST_BUY = CardPurchase(1, 12_000, 12_000, 25_000, 1_790_000_100_000)
SECOND_BUY = CardPurchase(2, 30_000, 42_000, 25_000, 1_790_000_200_000)

KEYS = KeyRing(development_key_set())

# Made when the tests are collected, started when first needed: the PC/SC library fixes its socket at its first call.
_SERVICE = PrivatePcscd("Changshou Test")


@functools.cache
def private_service() -> PrivatePcscd:
    """The one private pcscd of this test process. Fails, and does not skip, where pcscd or vpcd are missing."""
    _SERVICE.start()
    return _SERVICE


@atexit.register
def _stop_service() -> None:
    _SERVICE.__exit__(None, None, None)


def wait_for(condition: Callable[[], bool], timeout_s: float = 3.0) -> None:
    """Wait until something is seen; fails the test if it is not."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "nothing was noticed in time"
        time.sleep(0.01)


@dataclass
class InProcessRig:
    """Reader and slot in one."""

    reader: SimulatedReader = field(default_factory=lambda: SimulatedReader(KEYS))
    second: CardReader = field(init=False)

    def __post_init__(self) -> None:
        self.second = self.reader

    def insert(self, card: SimulatedPlastic) -> None:
        self.reader.insert(card)

    def remove(self) -> None:
        self.reader.remove()

    def reader_with(self, keys: KeyRing) -> CardReader:
        other = SimulatedReader(keys)
        assert self.reader.card is not None
        other.insert(self.reader.card)
        return other


class PcscdRig:
    """Real pcscd, real pyscard, virtual slot."""

    def __init__(self) -> None:
        service = private_service()
        self._name = service.reader_names[0]
        self.slot = VirtualSlot(service.ports[0])
        self.reader: CardReader = PcscReader(KEYS, self._name)
        self.second: CardReader = PcscReader(KEYS, self._name)

    def insert(self, card: SimulatedPlastic) -> None:
        inside = self.slot.card
        if self.slot.in_contact and inside is not None and inside.atr == card.atr:
            card.power_on()
            self.slot.card = card
            return
        self.slot.insert(card)
        wait_for(lambda: self.reader.status().atr_hex == card.atr.hex().upper())

    def remove(self) -> None:
        self.slot.remove()
        wait_for(lambda: self.reader.status().state is ReaderState.NO_CARD)

    def reader_with(self, keys: KeyRing) -> CardReader:
        return PcscReader(keys, self._name)


Rig = InProcessRig | PcscdRig


@functools.cache
def rig_of(kind: str) -> Rig:
    """One rig per process: putting a card into the virtual slot costs a second."""
    return InProcessRig() if kind == "in_process" else PcscdRig()


def read(reader: CardReader) -> CardImage:
    with reader.session() as card_session:
        return card_session.read()


def write(reader: CardReader, purchase: CardPurchase, before: CardImage) -> CardImage:
    with reader.session() as card_session:
        return card_session.write_purchase(purchase, before=before)


def issue(
    reader: CardReader,
    identity: CardIdentity = IDENTITY,
    first: CardPurchase = NOTHING_BOUGHT,
    before: CardImage | None = None,
) -> CardImage:
    """Issue what lies in the reader; `before`: the card that was read when it was paid for, else this very chip."""
    atr = bytes.fromhex(reader.status().atr_hex)
    this_chip = CardImage(CardKind.BLANK, "fmcos", atr.hex().upper(), chip_uid(atr))
    with reader.session() as card_session:
        return card_session.personalise(identity, first, before=before or this_chip)


@functools.cache
def _issued_image(chip: bytes, identity: CardIdentity, contact: bool) -> str:
    reader = SimulatedReader(KEYS)
    card = blank_development_card(chip, contact=contact)
    reader.insert(card)
    issue(reader, identity)
    return card.to_json()


def issued_card(
    chip: bytes = CHIP, identity: CardIdentity = IDENTITY, *, bought: bool = False, contact: bool = False
) -> SimulatedCpuCard:
    """A fresh copy of a card that was issued, and has carried one purchase if `bought`."""
    card = SimulatedCpuCard.from_json(_issued_image(chip, identity, contact))
    if bought:
        reader = SimulatedReader(KEYS)
        reader.insert(card)
        write(reader, FIRST_BUY, read(reader))
    return card


def outcome_of(act: Callable[[], CardImage]) -> CardImage | KnownError:
    """The image read back, or the known error; everything else fails the test."""
    try:
        return act()
    except KnownError as error:
        return error


def all_tries_full(card: SimulatedCpuCard) -> bool:
    """No key has lost a try."""
    return all(key.tries_left == key.tries_maximum for entry in card.files.directories.values() for key in entry.keys)
