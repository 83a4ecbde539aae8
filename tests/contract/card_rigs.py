"""The two rigs of the card contract: a simulated card in this process, and the same card behind the real pcscd.

Every family that a counter sells to is a `CardFamily`; the contract's tests run over all of them.
"""

from __future__ import annotations

import atexit
import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from devices.cards.hall_profiles import HallLayouts, built_in_layouts
from devices.cards.keystore import KeyRing, development_key_set
from devices.cards.memory_chip import MEMORY_FAMILIES
from devices.cards.pcsc import PcscReader
from devices.cards.private_pcscd import PrivatePcscd
from devices.cards.reader_matrix import ReaderMatrix, ReaderRow
from devices.cards.recognition import MIFARE_1K, chip_uid, recognise
from devices.cards.simulated_card import SimulatedCpuCard, blank_development_card, blank_wallet_card
from devices.cards.simulated_memory_card import AcsDialect, OmnikeyDialect, ReaderDialect, SimulatedMemoryCard
from devices.cards.simulated_memory_chip import blank_chip
from devices.cards.simulated_mifare import SimulatedMifareCard
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from devices.cards.vpcd import VirtualSlot
from pos.domain.card import CardIdentity, CardImage, CardKind, CardPurchase
from pos.domain.errors import KnownError
from pos.ports.card import CardReader, ReaderState
from tests.contract.card_laboratory import SELECTOR_TEARS, VALUE_TEARS, WALLET_TEARS, Deed
from tests.contract.makers_profiles import MAKERS_LAYOUTS

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


@dataclass(frozen=True)
class CardFamily:
    """One family behind one make of reader.

    Attributes:
        name: of the test's parameter; driver: the family as the image names it.
        dialect: what the reader speaks, "" where every reader speaks the same.
        new_blank: a blank card with this chip number; again: a card from its own JSON.
        tears: what an earlier purchase may have left torn in the part that says which copy counts.
        has_chip_number: pieces of plastic can be told apart.
        commit_bytes: at most so many of the last lasting bytes of a purchase can turn the card over.
        after_commit: commands that follow the one that commits, the last reading left out.
        mend_commands, mend_bytes: what mending a tear adds to a purchase, at most.
        layouts: profiles that the reader serves.
    """

    name: str
    driver: str
    dialect: str
    new_blank: Callable[[bytes], SimulatedPlastic]
    again: Callable[[str], SimulatedPlastic]
    tears: tuple[tuple[str, Deed], ...] = SELECTOR_TEARS
    has_chip_number: bool = True
    commit_bytes: int = 1
    after_commit: int = 0
    mend_commands: int = 4
    mend_bytes: int = 2
    layouts: Callable[[], HallLayouts] = built_in_layouts

    def __str__(self) -> str:
        return self.name

    @property
    def matrix(self) -> ReaderMatrix:
        """Every reader of the test speaks this family's dialect."""
        return ReaderMatrix((ReaderRow("*", {self.driver: self.dialect}),) if self.dialect else ())

    def reader(self, card: SimulatedPlastic | None = None, keys: KeyRing = KEYS) -> SimulatedReader:
        """A simulated reader of the make, with the card in it."""
        reader = SimulatedReader(keys, matrix=lambda: self.matrix, layouts=self.layouts)
        if card is not None:
            reader.insert(card)
        return reader

    def blank(self, chip: bytes = CHIP) -> SimulatedPlastic:
        """As the maker delivers it."""
        return self.new_blank(chip)

    def issued(
        self, chip: bytes = CHIP, identity: CardIdentity = IDENTITY, *, bought: bool = False
    ) -> SimulatedPlastic:
        """A fresh copy of a card that was issued, and has carried one purchase if `bought`."""
        return self.again(_issued_json(self, chip, identity, bought))


@functools.cache
def _issued_json(family: CardFamily, chip: bytes, identity: CardIdentity, bought: bool) -> str:
    card = family.blank(chip)
    reader = family.reader(card)
    image = issue(reader, identity)
    if bought:
        write(reader, FIRST_BUY, image)
    return card.to_json()


FMCOS_CARD = CardFamily("fmcos", "fmcos", "", blank_development_card, SimulatedCpuCard.from_json)
WALLET_CARD = CardFamily(
    "fmcos-wallet",
    "fmcos",
    "",
    blank_wallet_card,
    SimulatedCpuCard.from_json,
    tears=WALLET_TEARS,
    commit_bytes=26,  # the byte that turns the wallet over; then its log
    after_commit=1,  # a card that was loaded is asked for the proof, too, when it is read
)
CPU_CARDS = (FMCOS_CARD, WALLET_CARD)
MIFARE_CARD = CardFamily(
    "mifare-1k",
    "mifare-1k",
    "",
    SimulatedMifareCard,
    SimulatedMifareCard.from_json,
    tears=VALUE_TEARS,
    commit_bytes=24,  # from the byte that makes the main value whole; then its backup
    after_commit=5,
    mend_commands=4,
    mend_bytes=16,
)


def _memory_family(driver: str, dialect: str, make: Callable[[], ReaderDialect], name: str = "") -> CardFamily:
    return CardFamily(
        name or f"{driver.removeprefix('memory-')}-{dialect}",
        driver,
        dialect,
        lambda _chip: SimulatedMemoryCard(blank_chip(MEMORY_FAMILIES[driver]), make()),
        lambda text: SimulatedMemoryCard.from_json(text, make()),
        has_chip_number=False,
        commit_bytes=2,  # the selector's cell is erased, then written
    )


MEMORY_CARDS = (
    _memory_family("memory-4442", "acs", AcsDialect),
    _memory_family("memory-4442", "omnikey", OmnikeyDialect),
    _memory_family("memory-4428", "acs", AcsDialect),
    _memory_family("memory-4428", "omnikey", OmnikeyDialect),
)
OLDER_ACS_CARD = _memory_family("memory-4442", "acs", lambda: AcsDialect(appends_protection=True), "4442-acs-older")
MAKERS_MIFARE_CARD = replace(MIFARE_CARD, name="mifare-1k-acme", layouts=lambda: MAKERS_LAYOUTS)
MAKERS_CPU_CARD = replace(FMCOS_CARD, name="fmcos-acme", layouts=lambda: MAKERS_LAYOUTS)
MAKERS_CARDS = (MAKERS_CPU_CARD, MAKERS_MIFARE_CARD)
"""Cards of the worked examples, in a hall that serves the built-in profiles behind them."""
FAMILIES: tuple[CardFamily, ...] = (*CPU_CARDS, MIFARE_CARD, *MEMORY_CARDS, OLDER_ACS_CARD)


@dataclass
class InProcessRig:
    """Reader and slot in one."""

    family: CardFamily
    reader: SimulatedReader = field(init=False)
    second: CardReader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = self.second = self.family.reader()

    def insert(self, card: SimulatedPlastic) -> None:
        self.reader.insert(card)

    def remove(self) -> None:
        self.reader.remove()

    def reader_with(self, keys: KeyRing) -> CardReader:
        return self.family.reader(self.reader.card, keys)


class PcscdRig:
    """Real pcscd, real pyscard, virtual slot."""

    def __init__(self, family: CardFamily) -> None:
        service = private_service()
        self.family = family
        self._name = service.reader_names[0]
        self.slot = slot_at(service.ports[0])
        self.reader: CardReader = self.reader_with(KEYS)
        self.second: CardReader = self.reader_with(KEYS)

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
        return PcscReader(keys, self._name, matrix=lambda: self.family.matrix, layouts=self.family.layouts)


@functools.cache
def slot_at(port: int) -> VirtualSlot:
    """One slot for whoever uses it in this process: two clients at one port would be two cards in one reader."""
    return VirtualSlot(port)


Rig = InProcessRig | PcscdRig


@functools.cache
def rig_of(kind: str, family: CardFamily = FMCOS_CARD) -> Rig:
    """One rig per process and family: putting a card into the virtual slot costs a second."""
    return InProcessRig(family) if kind == "in_process" else PcscdRig(family)


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
    family = recognise(atr).family
    this_chip = before or CardImage(CardKind.BLANK, family, atr.hex().upper(), chip_uid(atr))
    with reader.session() as card_session:
        if before is None and family == MIFARE_1K:  # its number is not in the answer to reset
            this_chip = card_session.read()
        return card_session.personalise(identity, first, before=this_chip)


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


@functools.cache
def cost_of_a_purchase(family: CardFamily, *, second: bool = False) -> tuple[int, int]:
    """Commands and lasting bytes of an undisturbed purchase; `second`: into copy A instead of copy B."""
    card = family.issued(bought=second)
    reader = family.reader(card)
    before = read(reader)
    commands, written = card.apdu_count, card.memory.written
    write(reader, SECOND_BUY if second else FIRST_BUY, before)
    return card.apdu_count - commands, card.memory.written - written


def flip_index(family: CardFamily) -> int:
    """Index of the command that commits, within a purchase counted from its first."""
    card = family.issued()
    reader = family.reader(card)
    start = card.apdu_count
    before = read(reader)
    reading = card.apdu_count - start
    write(reader, FIRST_BUY, before)
    return card.apdu_count - start - 2 * reading - 1 - family.after_commit


def presentations(card: SimulatedPlastic) -> int:
    """How often a memory card's code was ever presented; a CPU card counts tries, not presentations."""
    return card.chip.presentations if isinstance(card, SimulatedMemoryCard) else 0


def outcome_of(act: Callable[[], CardImage]) -> CardImage | KnownError:
    """The image read back, or the known error; everything else fails the test."""
    try:
        return act()
    except KnownError as error:
        return error


def all_tries_full(card: SimulatedPlastic) -> bool:
    """No key has lost a try."""
    return card.tries_are_full()
