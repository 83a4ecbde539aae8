"""The same act twice at once, from two threads or two programs: one wins, the other is told, nothing is doubled."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from ledger.sqlite_engine import driver
from pos.domain.count import Count
from pos.domain.errors import KnownError
from pos.domain.split_takings import propose_float
from pos.usecases.begin_count import BeginCount, begin_count
from pos.usecases.close_till_session import CloseTillSession, TillClosed, close_till_session
from pos.usecases.submit_count import SubmitCount, submit_count
from pos.usecases.take_payment import take_payment
from tests.architecture.source_tree import ROOT
from tests.faults.invariants import violations
from tests.fixtures_counter import FLOAT_FEN, Counter
from tests.fixtures_till import change_for

CASH_FEN = FLOAT_FEN + 2000
RACER = """
import json, sys
from pathlib import Path
from tests.faults.counter_process import Desk, take_money
from tests.faults.surviving_world import Moments
from pos.domain.errors import KnownError
for line in sys.stdin:
    folder, command_id = json.loads(line)
    desk = Desk(Path(folder), Moments())
    if command_id:
        desk.new_id = lambda: command_id
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        print(json.dumps({"sold": take_money(desk)}), flush=True)
    except KnownError as refusal:
        print(json.dumps({"refused": refusal.code}), flush=True)
    desk.store.close()
"""


def together(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run all at once on threads of their own; results or known errors, in order."""
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = acts[number]()
        except KnownError as refusal:
            results[number] = refusal.code

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def gas_sales(path: Path) -> int:
    with closing(driver.connect(str(path))) as connection:
        return int(connection.execute("SELECT count(*) FROM sale WHERE item = 'gas'").fetchone()[0])


def test_same_command_from_two_threads_posts_once_and_answers_the_same(counter: Counter) -> None:
    command = counter.payment()
    first, second = together([lambda: take_payment(counter.demo.hall, command)] * 2)
    assert first == second
    assert gas_sales(counter.demo.path) == 1
    assert violations(counter.demo.path) == []


def test_two_commands_for_one_card_from_two_threads_one_wins(counter: Counter) -> None:
    one, other = counter.payment(), counter.payment()
    results = together([lambda: take_payment(counter.demo.hall, one), lambda: take_payment(counter.demo.hall, other)])
    assert [result for result in results if isinstance(result, str)] == ["card.open_write"]
    assert gas_sales(counter.demo.path) == 1
    assert violations(counter.demo.path) == []


@dataclass
class Racers:
    """Two programs of their own."""

    programs: list[subprocess.Popen[str]]

    def _send(self, program: subprocess.Popen[str], line: str) -> None:
        assert program.stdin is not None
        program.stdin.write(line + "\n")
        program.stdin.flush()

    def _hear(self, program: subprocess.Popen[str]) -> str:
        assert program.stdout is not None
        return program.stdout.readline().strip()

    def race(self, folder: Path, command_id: str = "") -> list[dict[str, str]]:
        """Both sell to the card of one folder, let go at once; what each was told."""
        for program in self.programs:
            self._send(program, json.dumps([str(folder), command_id]))
        assert [self._hear(program) for program in self.programs] == ["ready", "ready"]
        for program in self.programs:
            self._send(program, "go")
        return [json.loads(self._hear(program)) for program in self.programs]


@pytest.fixture
def racers() -> Generator[Racers, None, None]:
    with ExitStack() as stack:
        command = [sys.executable, "-c", RACER]
        programs = [
            stack.enter_context(subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True))
            for _ in range(2)
        ]
        yield Racers(programs)
        for program in programs:
            assert program.stdin is not None
            program.stdin.close()


def test_two_programs_post_one_command_once_and_of_two_commands_one_wins(
    packed: Path, racers: Racers, tmp_path: Path
) -> None:
    again = Path(shutil.copytree(packed, tmp_path / "again"))

    answers = racers.race(packed, "pressed-once")
    assert answers[0] == answers[1]
    assert "sold" in answers[0]

    assert sorted(name for answer in racers.race(again) for name in answer) == ["refused", "sold"]

    for folder in (packed, again):
        assert gas_sales(folder / "data" / "hall.db") == 1
        assert violations(folder / "data" / "hall.db") == []


@pytest.mark.endure
@pytest.mark.timeout(1800)
def test_hundreds_of_races_of_two_programs_have_one_winner_each(
    packed: Path, racers: Racers, memory_folder: Path
) -> None:
    for number in range(300):
        folder = Path(shutil.copytree(packed, memory_folder / "race"))
        answers = racers.race(folder, "" if number % 2 else f"pressed-{number}")
        assert [answer.get("refused", "card.open_write") for answer in answers] == ["card.open_write"] * 2
        assert gas_sales(folder / "data" / "hall.db") == 1
        assert violations(folder / "data" / "hall.db") == []
        shutil.rmtree(folder)


# ---- close -----------------------------------------------------------------------------------------------------------


def own(counter: Counter) -> dict[str, str]:
    return {"command_id": counter.demo.new_id(), "actor": counter.demo.cashier, "session_id": counter.session_id}


def count_right(counter: Counter) -> None:
    begin_count(counter.demo.hall, BeginCount(**own(counter)))
    count = Count(change_for(CASH_FEN), (), 9)
    submit_count(counter.demo.hall, SubmitCount(**own(counter), count=count))


def closing_command(counter: Counter) -> CloseTillSession:
    float_lines = propose_float(change_for(CASH_FEN), FLOAT_FEN)
    return CloseTillSession(**own(counter), float_lines=float_lines, card_in_reader=False)


@pytest.mark.parametrize("same_id", [True, False])
def test_session_closed_twice_at_once_has_one_z(counter: Counter, same_id: bool) -> None:
    count_right(counter)
    one = closing_command(counter)
    other = one if same_id else closing_command(counter)
    closed = together(
        [lambda: close_till_session(counter.demo.hall, one), lambda: close_till_session(counter.demo.hall, other)]
    )
    assert isinstance(closed[0], TillClosed)
    assert closed[0] == closed[1]
    assert counter.demo.kinds("DJ-T01").count("till_session_closed") == 1
    assert violations(counter.demo.path) == []


def test_sale_while_counting_begins_is_before_the_cut_off_or_refused(counter: Counter) -> None:
    command = counter.payment()
    sold, _ = together(
        [
            lambda: take_payment(counter.demo.hall, command),
            lambda: begin_count(counter.demo.hall, BeginCount(**own(counter))),
        ]
    )
    kinds = counter.demo.kinds("DJ-T01")
    if isinstance(sold, str):
        assert sold == "till.counting"
        assert gas_sales(counter.demo.path) == 0
    else:
        assert kinds.index("count_begun") > len(kinds) - 1 - kinds[::-1].index("sale_paid")
    assert violations(counter.demo.path) == []


def test_sale_while_closing_never_enters_the_closed_session(counter: Counter) -> None:
    command = counter.payment()
    count_right(counter)
    closing_act = closing_command(counter)
    sold, closed = together(
        [
            lambda: take_payment(counter.demo.hall, command),
            lambda: close_till_session(counter.demo.hall, closing_act),
        ]
    )
    assert sold in {"till.counting", "till.closed", "till.not_open"}
    assert isinstance(closed, TillClosed)
    assert gas_sales(counter.demo.path) == 0
    assert violations(counter.demo.path) == []
