"""The same act twice at once, from two threads or two programs: one wins, the other is told, nothing is doubled."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
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
from pos.sagas.card_purchase import deliver
desk = Desk(Path(sys.argv[1]), Moments())
if len(sys.argv) > 2:
    desk.hall.ids.new_id = lambda: sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
try:
    print(json.dumps({"sold": take_money(desk)}))
except KnownError as refusal:
    print(json.dumps({"refused": refusal.code}))
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


def race(folder: Path, *command_ids: str | None) -> list[dict[str, str]]:
    """Programs of their own, all held at the barrier, then let go."""
    running = []
    for command_id in command_ids:
        command = [sys.executable, "-c", RACER, str(folder), *([command_id] if command_id else [])]
        running.append(subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    answers = []
    for program in running:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in running:
        assert program.stdin is not None
        program.stdin.close()
    for program in running:
        with program:
            assert program.stdout is not None
            answers.append(json.loads(program.stdout.read()))
    return answers


def test_same_command_from_two_programs_posts_once(packed: Path) -> None:
    answers = race(packed, "pressed-once", "pressed-once")
    assert answers[0] == answers[1]
    assert "sold" in answers[0]
    assert gas_sales(packed / "data" / "hall.db") == 1
    assert violations(packed / "data" / "hall.db") == []


def test_two_programs_selling_to_one_card_one_wins(packed: Path) -> None:
    answers = race(packed, None, None)
    assert sorted(name for answer in answers for name in answer) == ["refused", "sold"]
    assert {answer.get("refused") for answer in answers} == {None, "card.open_write"}
    assert gas_sales(packed / "data" / "hall.db") == 1
    assert violations(packed / "data" / "hall.db") == []


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


@pytest.mark.endure
@pytest.mark.timeout(1800)
def test_a_hundred_races_of_two_programs_have_one_winner_each(counter: Counter, packed: Path, tmp_path: Path) -> None:
    import shutil

    for number in range(100):
        folder = Path(shutil.copytree(packed, tmp_path / "races" / str(number)))
        answers = race(folder, None, None)
        assert sorted(name for answer in answers for name in answer) == ["refused", "sold"]
        assert violations(folder / "data" / "hall.db") == []
