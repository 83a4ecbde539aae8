"""Each of the fifteen invariants goes red on a violation planted past the seals, and is green before it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ledger.sqlite_engine import driver
from pos.domain.card import CardImage
from pos.domain.count import Count
from pos.domain.roles import Act
from pos.domain.split_takings import propose_float
from pos.usecases.begin_count import BeginCount, begin_count
from pos.usecases.close_till_session import CloseTillSession, close_till_session
from pos.usecases.return_money import ReturnMoney, return_money
from pos.usecases.submit_count import SubmitCount, submit_count
from tests.faults.invariants import INVARIANTS, World, violations
from tests.fixtures_counter import DAY, FLOAT_FEN, Counter
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import TillDay, change_for

SOLD_FEN = 8680
DRAWER_FEN = FLOAT_FEN + 2000 + SOLD_FEN


@dataclass(frozen=True)
class Day:
    """A closed day with one good purchase and one whose money went back. Attributes: path; world as it really is."""

    path: Path
    world: World
    before: CardImage
    session_id: str


@pytest.fixture
def day(counter: Counter) -> Day:
    """The day, untouched."""
    before = counter.read()
    counter.deliver(counter.pay().sale_id)
    counter.meter.insert(counter.card, today=DAY)
    counter.reader.insert(counter.card)
    take_and_give_back(counter)
    image = counter.read()
    close_the_day(counter)
    assert image.identity is not None
    counter.demo.store.close()
    return Day(counter.demo.path, World({image.identity.card_no: image}), before, counter.session_id)


def take_and_give_back(counter: Counter) -> None:
    demo = counter.demo
    paid = counter.pay()
    command = ReturnMoney(
        command_id=demo.new_id(),
        actor=demo.cashier,
        session_id=counter.session_id,
        write_id=paid.sale_id,
        reason="customer_withdrew",
    )
    return_money(demo.hall, demo.approved(command, Act.RETURN_MONEY))


def close_the_day(counter: Counter) -> None:
    demo = counter.demo
    own = {"actor": demo.cashier, "session_id": counter.session_id}
    cash = change_for(counter.account_fen("assets.cash.till.T01"))
    begin_count(demo.hall, BeginCount(command_id=demo.new_id(), **own))
    submit_count(demo.hall, SubmitCount(command_id=demo.new_id(), count=Count(cash, (), 9), **own))
    float_lines = propose_float(cash, FLOAT_FEN)
    close_till_session(
        demo.hall,
        CloseTillSession(command_id=demo.new_id(), float_lines=float_lines, card_in_reader=False, **own),
    )


def forge(path: Path, *statements: str) -> None:
    """Change the file past the seals, as somebody with the file and a shell can."""
    connection = driver.connect(str(path), isolation_level=None)
    try:
        connection.execute("BEGIN")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DROP INDEX journal_command")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement
        connection.execute("COMMIT")
    finally:
        connection.close()


def test_the_day_itself_is_green(day: Day) -> None:
    assert violations(day.path, day.world) == []


FORGERIES = {
    "I1 one posting larger": (
        "I1",
        "UPDATE posting SET amount_fen = amount_fen + 1 WHERE kind = 'sale_paid' AND line = 0",
    ),
    "I2 perpetual total": (
        "I2",
        "UPDATE journal SET body = json_set(body, '$.totals.gross_fen', 1) WHERE kind = 'sale_paid'",
    ),
    "I2 phantom open write": ("I2", "INSERT INTO open_card_write VALUES ('DJ-T01-1-3', 'c', 'a', 's')"),
    "I3 command id twice": (
        "I3",
        "UPDATE journal SET command_id = (SELECT command_id FROM journal WHERE kind = 'card_posted' LIMIT 1)"
        " WHERE kind = 'count_begun'",
    ),
    "I3 purchase sold twice": (
        "I3",
        "UPDATE card_write SET detail = json_set(detail, '$.intent.purchase.sequence', 1),"
        " state = iif(state = 'reversed', 'posted', state)",
    ),
    "I4 charge used twice": (
        "I4",
        "INSERT INTO unionpay_event VALUES ('DJ-T01', 1, 3, 0, 'C1', 1, 'used', 'a'),"
        " ('DJ-T01', 1, 3, 1, 'C1', 2, 'used', 'b')",
    ),
    "I5 step left out": ("I5", "UPDATE card_write SET step_no = 9 WHERE state = 'posted'"),
    "I5 suspense not settled": (
        "I5",
        "DELETE FROM posting WHERE account = 'liabilities.prepaid_gas' AND side = 'D'",
    ),
    "I6 drawer moved by another sum": (
        "I6",
        "UPDATE posting SET amount_fen = 1 WHERE account LIKE 'assets.cash.till.%' AND kind = 'sale_paid' AND line = 1",
    ),
    "I7 record number": ("I7", "UPDATE journal SET seq = seq + 1 WHERE kind = 'till_session_closed'"),
    "I7 receipt number": ("I7", "UPDATE sale SET receipt_no = 7 WHERE item = 'gas'"),
    "I7 Z number": ("I7", "UPDATE till_close SET z_no = 2"),
    "I9 volume in a body": ("I9", "UPDATE journal SET body = replace(body, '33000', '34000') WHERE kind = 'sale_paid'"),
    "I11 cash after the close": (
        "I11",
        "INSERT INTO posting SELECT chain, epoch, seq + 1, 0, session_id, 'sale_paid', 'D', 100,"
        " 'assets.cash.till.T01', NULL, NULL FROM till_close",
    ),
    "I11 cash out after the close, in no bag": (
        "I11",
        "INSERT INTO posting SELECT chain, epoch, seq + 1, 0, session_id, 'bagged', 'C', float_kept_fen,"
        " 'assets.cash.till.T01', NULL, NULL FROM till_close",
    ),
    "I13 a fraction": ("I13", "INSERT INTO extra VALUES (0.1)"),
    "I13 customer owes": (
        "I13",
        "UPDATE posting SET side = 'D', amount_fen = 100 WHERE account = 'liabilities.customer_money'",
    ),
    "I14 sale without posting": ("I14", "UPDATE sale SET due_fen = due_fen + 1 WHERE item = 'first_card'"),
    "I15 no original": ("I15", "UPDATE sale SET reverses_sale_id = 'nobody' WHERE reverses_sale_id IS NOT NULL"),
    "I15 other amount": ("I15", "UPDATE sale SET due_fen = due_fen - 1 WHERE reverses_sale_id IS NOT NULL"),
}


def test_every_forged_database_goes_red(day: Day, tmp_path: Path) -> None:
    missed = []
    for number, (name, (code, statement)) in enumerate(FORGERIES.items()):
        path = Path(shutil.copyfile(day.path, tmp_path / f"{number}.db"))
        forge(path, "CREATE TABLE extra (x)", statement)
        if code not in {violation.code for violation in violations(path, day.world, only=(code,))}:
            missed.append(name)
    assert not missed


def receipt(copies: int, mark: str = "") -> Callable[[Day], World]:
    """A world in which the receipt of the good purchase came out so many times."""

    def build(day: Day) -> World:
        connection = driver.connect(str(day.path))
        try:
            key, digest = connection.execute(
                "SELECT fact_key, fact_hash FROM outbox WHERE reason LIKE 'sale%' LIMIT 1"
            ).fetchone()
        finally:
            connection.close()
        return replace(day.world, pieces=(f"{mark}\n{key} {digest[:10]}\n",) * copies)

    return build


def without_credit(day: Day) -> World:
    assert day.before.identity is not None
    return World({day.before.identity.card_no: day.before})


OTHER_WORLDS: dict[str, tuple[str, Callable[[Day], World]]] = {
    "I6 a yuan missing": ("I6", lambda day: replace(day.world, cash_fen={"T01": FLOAT_FEN - 100})),
    "I8 acknowledged, not there": ("I8", lambda day: World(acknowledged=(("sale_paid", "DJ-T01-1-999", "00"),))),
    "I8 acknowledged, another hash": ("I8", lambda day: World(acknowledged=(("sale_paid", "DJ-T01-1-3", "0000"),))),
    "I9 paper of another journal": ("I9", lambda day: World(pieces=("DJ-T01-1-3  0123456789\n",))),
    "I10 posted, card as before": ("I10", without_credit),
    "I12 original twice": ("I12", receipt(2)),
}


def test_every_world_that_differs_goes_red(day: Day) -> None:
    missed = [
        name
        for name, (code, build) in OTHER_WORLDS.items()
        if code not in {violation.code for violation in violations(day.path, build(day), only=(code,))}
    ]
    assert not missed


def test_every_invariant_has_a_planted_violation() -> None:
    planted = {code for code, _ in FORGERIES.values()} | {code for code, _ in OTHER_WORLDS.values()}
    assert planted == set(INVARIANTS)


def test_marked_copies_are_not_originals(day: Day) -> None:
    assert violations(day.path, receipt(3, "补打 第 1 次")(day), only=("I12",)) == []


def test_job_called_confirmed_without_paper_goes_red(day: Day) -> None:
    forge(day.path, "UPDATE outbox SET state = 'confirmed' WHERE template = 'z_report'")
    assert {v.code for v in violations(day.path, replace(day.world, pieces=()))} >= {"I12"}


def test_a_float_in_a_sealed_bag_is_no_violation_and_a_yuan_more_in_it_is_one(demo_hall: DemoHall) -> None:
    till = TillDay(demo_hall)
    till.start()
    till.sell(8680)
    till.end()
    bagged = till.bag()
    demo_hall.store.close()
    assert violations(demo_hall.path, only=("I11",)) == []
    forge(
        demo_hall.path,
        f"UPDATE posting SET amount_fen = amount_fen + 100 WHERE chain || '-' || epoch || '-' || seq ="
        f" '{bagged.hand_over_id}'",
    )
    assert {v.code for v in violations(demo_hall.path, only=("I11",))} == {"I11"}
