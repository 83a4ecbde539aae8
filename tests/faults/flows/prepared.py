"""The mornings at which the card flows begin, one per flow and family: books, plastic and meters, frozen as bytes.

A case thaws them into a folder of its own. The flows are those of the counter and the card room; every record before
the flow was made by the program's own use cases.
"""

from __future__ import annotations

import functools
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from devices.cards.keystore import UNDIVERSIFIED, KeyRing, KeySet, development_key_set
from devices.cards.simulated_meter import MeterAnswer, SimulatedMeter
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from ledger import sqlite_engine
from pos.domain.card import CardPurchase
from pos.domain.card_replacement import LastPurchaseWas, ReplacementReason
from pos.domain.card_write import WriteState
from pos.domain.errors import KnownError
from pos.store.unit_of_work import Store
from tests.contract.card_rigs import (
    FMCOS_CARD,
    MEMORY_CARDS,
    MIFARE_CARD,
    OTHER_IDENTITY,
    CardFamily,
    issue,
    read,
    write,
)
from tests.fakes import START_UTC_MS, CountingIds, FixedClock, make_hall
from tests.faults.flows.wreck import digest_of, log_of
from tests.fixtures_counter import DAY, Counter, counter_with, issue_card, price_fee, sell_card
from tests.fixtures_hall import DemoHall, HallTemplate, copy_of
from tests.fixtures_meter import NEW_METER, changed_meter
from tests.scenarios.test_card_replacement import lose
from tests.scenarios.test_card_replacement import pay as pay_replacement
from tests.scenarios.test_card_room_families import begin
from tests.scenarios.test_meter_change import book

UID, NEW_UID, TWIN_UID, STRANGER_UID = (bytes.fromhex(uid) for uid in ("04A1B2C3", "04A1B2C4", "04A1B2C5", "04A1B2C6"))
VOLUME_L, CARRIED_L = 33_000, 30_000
FAMILIES = {family.driver: family for family in (FMCOS_CARD, MIFARE_CARD, MEMORY_CARDS[0], MEMORY_CARDS[2])}


def _same_keys_every_time() -> KeySet:
    """How many cells of a memory card change hangs on the keys: with fresh ones a block would be another one."""
    fresh = development_key_set()
    made = {name: hashlib.sha256(f"flows {name}".encode()).digest()[:16] for name in fresh.keys}
    return KeySet(is_test=True, keys=made | {name: fresh.keys[name] for name in UNDIVERSIFIED})


KEYS = KeyRing(_same_keys_every_time())


def put_blank(counter: Counter, family: CardFamily) -> None:
    counter.spare_cards.append(counter.card)
    counter.card = family.blank(NEW_UID)
    counter.reader.remove()
    counter.reader.insert(counter.card)


def buy(counter: Counter) -> None:
    assert counter.deliver(counter.pay().sale_id).state is WriteState.POSTED


def take(counter: Counter) -> None:
    assert counter.meter.insert(counter.card, today=DAY) is MeterAnswer.TAKEN
    counter.reader.insert(counter.card)


def _nothing(_counter: Counter, _family: CardFamily) -> None:
    """A first card: the blank lies in the reader."""


def _issued(counter: Counter, _family: CardFamily) -> None:
    issue_card(counter)


def _bought(counter: Counter, _family: CardFamily) -> None:
    issue_card(counter)
    buy(counter)


def _lost(counter: Counter, family: CardFamily) -> None:
    _bought(counter, family)
    price_fee(counter.demo, "card_replacement", 1500)
    lose(counter)
    put_blank(counter, family)


def _lost_and_taken(counter: Counter, family: CardFamily) -> None:
    _bought(counter, family)
    take(counter)
    price_fee(counter.demo, "card_replacement", 1500)
    lose(counter)
    put_blank(counter, family)


def _meter_changed(counter: Counter, family: CardFamily) -> None:
    _bought(counter, family)
    take(counter)
    counter.meter.use(VOLUME_L - CARRIED_L)
    changed_meter(counter)
    put_blank(counter, family)
    why = {"reason": ReplacementReason.METER_CHANGED, "evidence": "other", "note": "换表单 12 号"}
    assert counter.deliver(pay_replacement(counter, LastPurchaseWas.TAKEN, **why).sale_id).state is WriteState.POSTED
    counter.meter = SimulatedMeter(counter.meter.keys, NEW_METER)


def _sold_gas(counter: Counter) -> str:
    """The newest purchase that stands."""
    with counter.demo.store.reading() as connection:
        standing = (
            "SELECT sale_id FROM sale s WHERE item = 'gas' AND reverses_sale_id IS NULL AND NOT EXISTS"
            " (SELECT 1 FROM sale r WHERE r.reverses_sale_id = s.sale_id) ORDER BY seq DESC LIMIT 1"
        )
        return str(connection.exec_driver_sql(standing).scalar())


@dataclass(frozen=True)
class Flow:
    """One flow. Attributes: prepare; begin: reads the card, commits, returns the write; before_l, after_l: what the
    meter still gets from the cards at hand if the flow is undone, and if it is done; makes_card."""

    prepare: Callable[[Counter, CardFamily], None]
    begin: Callable[[Counter], str]
    before_l: int
    after_l: int
    makes_card: bool = False


FLOWS = {
    "purchase": Flow(_issued, lambda c: c.pay().sale_id, 0, VOLUME_L),
    "first_card": Flow(_nothing, lambda c: sell_card(c).sale_id, 0, 0, makes_card=True),
    "replacement_with_gas": Flow(
        _lost, lambda c: pay_replacement(c, LastPurchaseWas.NOT_TAKEN).sale_id, VOLUME_L, VOLUME_L, makes_card=True
    ),
    "replacement_without": Flow(
        _lost_and_taken, lambda c: pay_replacement(c, LastPurchaseWas.TAKEN).sale_id, 0, 0, makes_card=True
    ),
    "reversal": Flow(_bought, lambda c: begin(c, _sold_gas(c)), VOLUME_L, 0),
    "carried_gas": Flow(_meter_changed, lambda c: book(c).sale_id, 0, CARRIED_L),
}


@dataclass(frozen=True)
class Prepared:
    """A flow's beginning, frozen.

    Attributes:
        counter: as it stood; only its plain figures and names are used again.
        database: the file's bytes. cards: JSON of the card in the reader, of the earlier ones, and of others.
        meter: remaining, used, taken. now_utc_ms. writes: card writes of the morning.
    """

    flow: str
    family: CardFamily
    counter: Counter
    database: bytes
    card: str
    earlier: tuple[str, ...]
    others: dict[str, str]
    meter: tuple[str, int, int, int]
    now_utc_ms: int
    writes: frozenset[str]

    def thaw(self, path: Path, log: bytes = b"") -> None:
        """The books as they were, at this path, with what was committed since."""
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        path.write_bytes(self.database)
        if log:
            log_of(path).write_bytes(log)

    @functools.cached_property
    def digest(self) -> str:
        """Everything that a case is judged by."""
        plastic = (self.card, self.earlier, sorted(self.others.items()), self.meter)
        world = (self.flow, self.family.driver, plastic, self.now_utc_ms, sorted(self.writes))
        return digest_of((self.books_digest, *world))

    @functools.cached_property
    def books_digest(self) -> str:
        """Of the file alone."""
        return digest_of((self.database,))

    def plastic(self, text: str) -> SimulatedPlastic:
        return self.family.again(text)

    def sell_elsewhere(self, card: SimulatedPlastic) -> None:
        """Somebody else's counter sells to the card in hand; one that cannot be sold to stays as it is."""
        with suppress(KnownError):
            reader = self.family.reader(card, self.keys)
            image = read(reader)
            if image.purchase is not None:
                held, at_utc_ms = image.purchase, START_UTC_MS
                more = CardPurchase(held.sequence + 3, 1_000, held.cumulative_l + 3_000, held.price_e4, at_utc_ms)
                write(reader, more, image)

    @property
    def keys(self) -> KeyRing:
        """The hall's card keys."""
        return KEYS

    def fresh_meter(self) -> SimulatedMeter:
        meter_no, remaining_l, used_l, taken = self.meter
        return SimulatedMeter(self.counter.meter.keys, meter_no, remaining_l, used_l, taken)

    def start(
        self, path: Path, reader: SimulatedReader, card: SimulatedPlastic, clock: FixedClock, run: int
    ) -> Counter:
        """The program started over these books."""
        store = Store(path, clock=clock, signer=self.counter.demo.key)
        return self.counter_over(store, path, reader, card, clock, run)

    def counter_over(
        self, store: Store, path: Path, reader: SimulatedReader, card: SimulatedPlastic, clock: FixedClock, run: int
    ) -> Counter:
        """The counter in this run of the program."""
        ids = CountingIds(f"run{run}")
        hall = make_hall(store, clock, ids)
        demo = replace(self.counter.demo, hall=hall, clock=clock, ids=ids, path=path)
        return replace(self.counter, demo=demo, reader=reader, card=card, meter=self.fresh_meter())


def prepare(template: HallTemplate, folder: Path, flow: str, family: CardFamily) -> Prepared:
    """Live the morning up to the flow and freeze it."""
    demo: DemoHall = copy_of(template, folder)
    counter = counter_with(demo, folder, family.blank(UID), KEYS)
    FLOWS[flow].prepare(counter, family)
    others = _others(counter, family, FLOWS[flow])
    with demo.store.reading() as connection:
        writes = frozenset(str(row[0]) for row in connection.exec_driver_sql("SELECT write_id FROM card_write"))
    demo.store.close()
    meter = counter.meter
    return Prepared(
        flow,
        family,
        counter,
        demo.path.read_bytes(),
        counter.card.to_json(),
        tuple(card.to_json() for card in counter.spare_cards),
        others,
        (meter.meter_no, meter.remaining_l, meter.used_l, meter.taken_sequence),
        demo.clock.now_utc_ms(),
        writes,
    )


def _others(counter: Counter, family: CardFamily, flow: Flow) -> dict[str, str]:
    """Another customer's card, and a twin of this one."""
    stranger = family.blank(STRANGER_UID)
    issue(family.reader(stranger, KEYS), OTHER_IDENTITY, CardPurchase(1, 7_000, 7_000))
    found = {"swapped": stranger.to_json()}
    image = counter.read()
    if flow.makes_card:
        return found | {"twin": family.blank(TWIN_UID).to_json()}
    assert image.identity is not None
    assert image.purchase is not None
    if family.has_chip_number:
        twin = family.blank(TWIN_UID)
        issue(family.reader(twin, KEYS), image.identity, image.purchase)
        found["twin"] = twin.to_json()
    return found


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where there is one: a crash here ends the program, not the machine.

    The second look at a file's header, a fifth of a case, is left out: the file was confirmed when it was frozen.
    """
    memory = Path("/dev/shm")
    confirm, sqlite_engine.confirm_wal = sqlite_engine.confirm_wal, lambda _path: None
    try:
        with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
            yield Path(folder)
    finally:
        sqlite_engine.confirm_wal = confirm
