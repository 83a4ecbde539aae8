"""A desk whose books answer when the test says so."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from devices.cards.keystore import KeyRing, development_key_set
from devices.cards.simulated_reader import SimulatedReader
from devices.printer.simulated import simulated_printer
from pos.domain.count import CountLine
from pos.ports.surroundings import CustomerView
from tests.fakes import HandDrivenLane
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import TillDay
from ui.app.rendering import RollRenderer
from ui.presenters.count_state import FACES, CountResult, FaceCount
from ui.presenters.counter_desk import Desk, Lanes
from ui.presenters.lane import SameThreadLane


class _NoScreen:
    def show(self, view: CustomerView) -> None: ...


class _NoVoice:
    def say(self, text: str) -> None: ...


@dataclass
class SlowDesk:
    """Attributes: books: the lane of the books, driven by hand; prints: how often papers were announced."""

    demo: DemoHall
    desk: Desk
    books: HandDrivenLane
    prints: list[str] = field(default_factory=list)

    def print_waiting(self) -> None:
        self.prints.append("waiting")


@pytest.fixture
def slow(demo_hall: DemoHall) -> SlowDesk:
    printer, drawer, _machine = simulated_printer()
    books, now = HandDrivenLane(), SameThreadLane()
    desk = Desk(
        hall=demo_hall.hall,
        lanes=Lanes(books, now, now, now),
        reader=SimulatedReader(KeyRing(development_key_set())),
        printer=printer,
        drawer=drawer,
        renderer=RollRenderer(),
        display=_NoScreen(),
        voice=_NoVoice(),
        offset_min=480,
    )
    return SlowDesk(demo_hall, desk, books)


@pytest.fixture
def day(demo_hall: DemoHall) -> TillDay:
    """An open till with one sale of 20.00 in cash."""
    made = TillDay(demo_hall)
    made.start()
    made.sell(2000)
    return made


def result_of(lines: tuple[CountLine, ...], *, cards: int | None = 10) -> CountResult:
    """What the page hands over for this cash."""
    pieces = {(line.face_fen, line.coin): line.pieces for line in lines}
    faces = tuple(FaceCount(face, pieces.get((face.face_fen, face.coin), 0)) for face in FACES)
    return CountResult(faces, (), cards)
