"""The whole program of a demo hall in a real (offscreen) window, over a real database file, led by keys.

The hall is made once and copied for each test; its first till is open with 500 yuan of change.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from devices.cards.keystore import SoftwareKeystore, save_keystore
from devices.cards.simulated_plastic import SimulatedPlastic
from pos.domain.count import CountLine
from pos.domain.sale import ReadBack, TenderKind
from pos.sagas.card_purchase import deliver, read_card
from pos.usecases.fact import Hall
from pos.usecases.issue_float import IssueFloat, issue_float
from pos.usecases.open_till_session import OpenTillSession, TillOpened, open_till_session
from pos.usecases.paid_sale import PaymentTaken
from pos.usecases.quote import QuoteRequest, quote
from pos.usecases.take_payment import TakePayment, take_payment
from tests.fixtures_hall import make_hashes_cheap
from ui.app.config import SIMULATED, Config
from ui.app.demo import ADMIN, DEMO_PASSWORD, PEOPLE, STORY_CARD, load_demo_card, make_demo_cards, make_demo_hall
from ui.app.places import Places
from ui.app.workplace import DEVELOPMENT_PASSPHRASE, make_development_keys, open_workplace
from ui.presenters.count_state import FACES

if TYPE_CHECKING:
    from ui.app.program import Program
    from ui.app.running import Running
    from ui.app.stage import Stage

CHANGE = (
    CountLine(5000, False, 2),
    CountLine(2000, False, 5),
    CountLine(1000, False, 15),
    CountLine(500, False, 20),
    CountLine(100, False, 40),
    CountLine(50, True, 10),
    CountLine(10, True, 50),
)
CODES = {person.name: person.code for person in (*PEOPLE, ADMIN)}


@dataclass(frozen=True)
class HallFolder:
    """A made hall: its folder, operator ids by story name, the open session of till T01."""

    folder: Path
    people: dict[str, str]
    session_id: str


@dataclass
class RunningHall:
    """A program with its books open. Attributes: stage: hands; people: operator ids; session_id: of the open till."""

    program: Program
    stage: Stage
    people: dict[str, str]
    session_id: str

    @property
    def running(self) -> Running:
        assert self.program.running is not None
        return self.program.running

    @property
    def hall(self) -> Hall:
        return self.running.desk.hall

    def page(self) -> str:
        return self.program.window.current

    def sign_in(self, name: str, page: str = "counter") -> None:
        stage = self.stage
        stage.page("sign_in")
        self.program.window.pages["sign_in"].focus_first()
        stage.fill(CODES[name], DEMO_PASSWORD)
        stage.until(lambda: self.running.people.person is not None, f"{name} to sign in", 5)
        stage.page(page)
        self.settle()

    def go(self, key: str, page: str) -> None:
        """A key that leads to another page, until that page is there and asks nothing more."""
        self.stage.press(key)
        self.stage.page(page)
        self.settle()

    def settle(self) -> None:
        """Until no lane has work left."""
        self.stage.until(lambda: not any(lane.waiting() for lane in self.program.lanes.values()), "quiet lanes", 5)

    def choose(self, number: int) -> None:
        """The n-th line (from 0) of the list over the page, by Tab and Enter."""
        self.stage.until(lambda: self.program.window.has_overlay, "a list to choose from", 5)
        self.stage.press(*["Tab"] * number, "Enter")

    def approve(self) -> None:
        """The person named first in the approval reads what she signs and enters her password."""
        self.stage.until(self.running.people.approval.isVisible, "the approval", 5)
        assert self.running.people.approval.shown, "nobody signs what she cannot read"
        self.stage.type(DEMO_PASSWORD)
        self.stage.press("F9")
        self.stage.until(lambda: not self.program.window.has_overlay, "the approval to be given", 5)
        self.settle()

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self.hall.store.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql, values)]

    def facts(self, kind: str) -> list[tuple[Any, ...]]:
        """(actor, approver, facts as JSON without the digests of command and papers) of every record of a kind."""
        parts = "json_extract(body, '$.actor'), json_extract(body, '$.approver')"
        parts += (
            ", json_remove(json_extract(body, '$.payload.facts'), '$.command', '$.papers')"  # digests differ each time
        )
        sql = f"SELECT {parts} FROM journal WHERE kind = ? ORDER BY id"
        return self.rows(sql, kind)


def open_till(
    hall: Hall, till_id: str, who: str, *, issued_by: str, lines: tuple[CountLine, ...] = CHANGE
) -> TillOpened:
    """The float is issued and the till opened with it, straight into the books."""
    issue_float(
        hall,
        IssueFloat(command_id=f"float {till_id}", actor=issued_by, till_id=till_id, issued_to=who, lines=lines),
    )
    return open_till_session(
        hall,
        OpenTillSession(command_id=f"open {till_id}", actor=who, till_id=till_id, lines=lines, blank_cards=10),
    )


@pytest.fixture(scope="session")
def hall_folder(tmp_path_factory: pytest.TempPathFactory) -> HallFolder:
    """The demo hall with till T01 opened by the cashier."""
    folder = tmp_path_factory.mktemp("running-hall")
    at = Places(folder / "data", folder / "keys")
    make_development_keys(at)
    workplace = open_workplace(at, config=SIMULATED)
    people = make_demo_hall(workplace)
    hall = workplace.hall
    opened = open_till(hall, "T01", people["cashier"], issued_by=people["lead"])
    make_hashes_cheap(hall.store, lambda _code: DEMO_PASSWORD)
    assert workplace.keys is not None
    make_demo_cards(at.simulated_cards, workplace.keys)
    with hall.store.unit_of_work() as uow:  # the morning's papers came out
        uow.connection.exec_driver_sql("UPDATE outbox SET state = 'confirmed'")
        uow.commit()
    workplace.close()
    return HallFolder(folder, people, opened.session_id)


@pytest.fixture
def running_hall(hall_folder: HallFolder, tmp_path: Path, qapp: Any) -> Generator[RunningHall, None, None]:
    """The program on a copy of the hall, at its sign-in page."""
    with program_over(hall_folder, tmp_path, qapp) as made:
        yield made


@contextmanager
def program_over(
    hall_folder: HallFolder,
    folder: Path,
    qapp: Any,
    config: Config = SIMULATED,
    *,
    locked_with: str = "",
    demo: bool = True,
) -> Generator[RunningHall, None, None]:
    """The program with these devices on a copy of the hall, until the block ends. `locked_with`: the passphrase that
    the keystore waits for; else it opens by itself. `demo`: False for a real hall."""
    import shiboken6

    from ui.app.program import Program
    from ui.app.stage import Stage

    shutil.copytree(hall_folder.folder, folder / "hall")
    at = Places(folder / "hall" / "data", folder / "hall" / "keys")
    if locked_with:
        lock_keystore(at.keystore, locked_with)
    program = Program(qapp, at, demo=demo, customer_screen=False, config=config)
    stage = Stage(program, folder / "screens")
    program.start()
    stage.until(lambda: program.running is not None and program.running.is_ready, "the books to open", 20)
    made = RunningHall(program, stage, dict(hall_folder.people), hall_folder.session_id)
    made.settle()
    yield made
    made.running.stop()
    made.settle()
    for lane in program.lanes.values():
        assert lane.close(timeout_s=5)
    made.running.workplace.close()
    program.window.allow_close()
    shiboken6.delete(program.window)


def lock_keystore(path: Path, passphrase: str) -> None:
    """The same keys, under a passphrase that the program does not know."""
    keystore = SoftwareKeystore(path)
    keystore.unlock(DEVELOPMENT_PASSPHRASE)
    key_set = keystore._ring()._key_set
    path.unlink()
    save_keystore(path, key_set, passphrase)


def sell_story_card(
    hall: RunningHall,
    *,
    tear: bool = False,
    deliver_it: bool = True,
    volume_l: int = 10_000,
    card: SimulatedPlastic | None = None,
) -> PaymentTaken:
    """10 m3 for the story's customer, paid in cash at the open till; `tear`: the card is pulled during the write.

    `card`: her plastic, if the test goes on with it.
    """
    running = hall.running
    reader = running.workplace.devices.simulated_reader
    assert reader is not None
    card = card or load_demo_card(hall.program.places.simulated_cards, STORY_CARD)
    reader.insert(card)
    image = read_card(reader)
    assert image.identity is not None
    row = hall.rows("SELECT business_day FROM till_session WHERE session_id = ?", hall.session_id)
    asked = QuoteRequest(
        account_no=image.identity.account_no, business_day=row[0][0], tender=TenderKind.CASH, volume_l=volume_l
    )
    to_pay = quote(hall.hall, asked).settlement.to_pay_fen
    now = hall.hall.clock.now_utc_ms()
    taken = take_payment(
        hall.hall,
        TakePayment(
            command_id=hall.hall.ids.new_id(),
            actor=hall.people["cashier"],
            session_id=hall.session_id,
            account_no=image.identity.account_no,
            volume_l=volume_l,
            card=image,
            tender=TenderKind.CASH,
            tendered_fen=to_pay,
            read_back=ReadBack(to_pay, to_pay, 0, now - 3000, now - 1000),
        ),
    )
    if tear:
        card.tear_after(1)
    if deliver_it:
        deliver(hall.hall, reader, session_id=hall.session_id, actor=hall.people["cashier"], write_id=taken.sale_id)
    reader.remove()
    return taken


def counter_says(hall: RunningHall) -> str:
    notice = hall.running.counter.page_state.notice
    return notice.code if notice is not None else ""


def count_change(hall: RunningHall) -> None:
    """Type the usual change, face by face."""
    pieces = {(line.face_fen, line.coin): line.pieces for line in CHANGE}
    for face in FACES:
        number = pieces.get((face.face_fen, face.coin), 0)
        hall.stage.type(str(number) if number else "")
        hall.stage.press("Enter")


def seal_till(hall: RunningHall) -> None:
    """The cashier signs in, counts right, keeps what is proposed and seals; the Z is shown."""
    hall.sign_in("cashier")
    hall.go("Ctrl+F7", "count")
    count_change(hall)
    hall.stage.type("10")
    hall.go("F9", "close")
    hall.stage.press("F9")
    hall.settle()
