"""What is left of a counter when its program is killed: the hall's folder, the plastic, the paper, what people heard.

Wrappers of the test program only: each announces the moments at which the program may be killed and writes what a real
device would keep (a byte in the card's memory, bytes in the printer) into the folder before the next moment comes.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devices.cards.keystore import KeyRing, KeySet
from devices.cards.simulated_card import SimulatedCpuCard
from devices.cards.simulated_memory import Memory
from devices.cards.simulated_plastic import SimulatedPlastic
from devices.cards.simulated_reader import SimulatedReader
from devices.cards.simulated_stock import SimulatedCardBox
from devices.printer.links import Link
from devices.printer.machine import PrinterMachine
from devices.printer.roll import PaperRoll
from devices.printer.simulated import SimulatedLinks
from ledger.entry import Record, RecordDraft
from ledger.journal import Journal
from pos.domain.card import CardImage
from pos.sagas.card_purchase import read_card
from pos.store.unit_of_work import Connection, Store, UnitOfWork
from tests.faults.invariants import World
from tests.fixtures_counter import Counter

BOX, BOXED_CARD = "cards", "story"
CHUNK = 512
"""Bytes between two moments while a job goes to the printer."""


@dataclass
class Moments:
    """Counts the moments of a run; at number `die_at` the process is killed with -9, as by the kernel.

    Attributes: kinds: which moments count; names of those that came.
    """

    die_at: int = 0
    kinds: tuple[str, ...] = ("append", "commit", "apdu", "byte", "paper")
    names: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> None:
        if not name.startswith(self.kinds):
            return
        self.names.append(name)
        if len(self.names) == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)


class WatchedJournal(Journal):
    """Announces each append; nothing of it is durable yet."""

    moments: Callable[[str], None]

    def append(self, draft: RecordDraft, *, new_epoch: bool = False) -> Record:
        record = super().append(draft, new_epoch=new_epoch)
        self.moments(f"append {draft.kind}")
        return record


class WatchedStore(Store):
    """Announces both sides of every commit."""

    def __init__(self, path: Path, moments: Callable[[str], None], **surroundings: Any) -> None:
        self._moments = moments
        super().__init__(path, **surroundings)

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        with super().unit_of_work() as uow:
            commit = uow.commit

            def watched() -> None:
                self._moments("commit before")
                commit()
                self._moments("commit after")

            uow.commit = watched  # type: ignore[method-assign]
            yield uow

    def _journal(self, connection: Connection) -> Journal:
        journal = WatchedJournal(
            connection, now_utc_ms=self.clock.now_utc_ms, offset_min=self.offset_min, signer=self.signer
        )
        journal.moments = self._moments
        return journal


class PersistentMemory(Memory):
    """Every lasting byte is on disk before the next moment."""

    def __init__(self, plastic: Plastic) -> None:
        super().__init__()
        self._plastic = plastic

    def _count(self) -> None:
        super()._count()
        self._plastic.keep()
        self._plastic.moments("byte")


class Plastic(SimulatedCpuCard):
    """The customer's card; it lives in a file and announces each command."""

    file: Path
    moments: Moments

    @classmethod
    def load(cls, file: Path, moments: Moments) -> Plastic:
        card = cls.from_json(file.read_text(encoding="ascii"))
        assert isinstance(card, Plastic)
        card.file, card.moments = file, moments
        card.memory = PersistentMemory(card)
        card.power_on()
        return card

    def keep(self) -> None:
        fresh = self.file.with_suffix(f".{os.getpid()}")
        fresh.write_text(self.to_json(), encoding="ascii")
        fresh.replace(self.file)

    def transmit(self, raw: bytes) -> bytes:
        self.moments("apdu before")
        answer = super().transmit(raw)
        self.keep()
        self.moments("apdu after")
        return answer


class WatchedReader(SimulatedReader):
    """Announces each command to a card of the demo's box, and each time the card keeps what was changed on it."""

    def __init__(self, keys: KeyRing, moments: Moments) -> None:
        super().__init__(keys)
        self._moments = moments

    def insert(self, card: SimulatedPlastic) -> None:
        keep = card.kept_by
        assert keep is not None, "a card of the box is kept there"

        def watched(plastic: SimulatedPlastic) -> None:
            self._moments("keep before")
            keep(plastic)
            self._moments("keep after")

        card.kept_by = watched
        super().insert(card)

    def exchange(self, card: SimulatedPlastic, insertion: int, command: bytes) -> bytes:
        answer = super().exchange(card, insertion, command)
        self._moments("answer")
        return answer


@dataclass(frozen=True)
class PrinterCable:
    """The line to a printer that outlives the program: its bytes lie in a file."""

    machine: PrinterMachine
    file: Path
    moments: Moments

    @property
    def can_answer(self) -> bool:
        return True

    def open(self, timeout_s: float) -> Link:
        return _Cable(SimulatedLinks(self.machine).open(timeout_s), self)


class _Cable:
    def __init__(self, inner: Link, cable: PrinterCable) -> None:
        self._inner = inner
        self._cable = cable

    def send(self, content: bytes, timeout_s: float) -> None:
        for start in range(0, len(content), CHUNK):
            piece = content[start : start + CHUNK]
            self._cable.moments("paper before")
            with self._cable.file.open("ab", buffering=0) as stream:
                stream.write(piece)
            self._inner.send(piece, timeout_s)
        self._cable.moments("paper after")

    def receive(self, timeout_s: float) -> bytes:
        return self._inner.receive(timeout_s)

    def close(self) -> None:
        self._inner.close()


def printer_as_it_stands(folder: Path) -> PrinterMachine:
    """The printer after everything it ever received."""
    machine = PrinterMachine(roll=PaperRoll(48))
    received = folder / "printer.bin"
    if received.exists():
        machine.receive(received.read_bytes())
        machine.take_answers()
    return machine


def card_keys(folder: Path) -> KeyRing:
    """The hall's (test) card keys."""
    masters = json.loads((folder / "card_keys.json").read_text(encoding="ascii"))
    return KeyRing(KeySet(is_test=True, keys={purpose: bytes.fromhex(key) for purpose, key in masters.items()}))


def card_as_it_lies(folder: Path) -> CardImage:
    """What the plastic says to a fresh reader."""
    reader = SimulatedReader(card_keys(folder))
    if (folder / BOX).exists():
        reader.insert(SimulatedCardBox(folder / BOX).take(BOXED_CARD))
    else:
        reader.insert(SimulatedCpuCard.from_json((folder / "plastic.json").read_text(encoding="ascii")))
    return read_card(reader)


def into_the_box(folder: Path) -> None:
    """The customer's card as a demo hall keeps it: in the box of the program itself."""
    SimulatedCardBox(folder / BOX).put(
        BOXED_CARD, SimulatedCpuCard.from_json((folder / "plastic.json").read_text(encoding="ascii"))
    )


def acknowledged(folder: Path) -> list[dict[str, str]]:
    """Everything the program said out loud, each a finished line."""
    said = folder / "said.jsonl"
    return [json.loads(line) for line in said.read_text(encoding="utf-8").splitlines()] if said.exists() else []


def world_of(folder: Path, *, drawer_fen: int | None = None) -> World:
    """The world around a hall's folder as it is now."""
    image = card_as_it_lies(folder)
    cards = {image.identity.card_no: image} if image.identity else {}
    heard = tuple((line["kind"], line["key"], line["hash"]) for line in acknowledged(folder))
    pieces = tuple(printer_as_it_stands(folder).roll.piece_texts())
    return World(cards, pieces, heard, {} if drawer_fen is None else {"T01": drawer_fen})


def pack(counter: Counter, key_file: Path, folder: Path) -> Path:
    """Put a counter in the middle of the morning into a folder that a process of its own can open."""
    demo = counter.demo
    demo.store.close()
    (folder / "data").mkdir(parents=True)
    (folder / "keys").mkdir()
    shutil.copyfile(demo.path, folder / "data" / "hall.db")
    shutil.copyfile(key_file, folder / "keys" / "installation.pem")
    (folder / "plastic.json").write_text(counter.card.to_json(), encoding="ascii")
    masters = {purpose: key.hex() for purpose, key in counter.reader._keys._key_set.keys.items()}  # type: ignore[attr-defined]
    (folder / "card_keys.json").write_text(json.dumps(masters), encoding="ascii")
    desk = {
        "session_id": counter.session_id,
        "account_no": counter.account_no,
        "people": demo.people,
        "codes": demo.codes,
    }
    (folder / "desk.json").write_text(json.dumps(desk), encoding="ascii")
    return folder
