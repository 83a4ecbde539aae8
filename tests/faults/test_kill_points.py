"""kill -9 between any two commits, card commands, card bytes and printer chunks of a sale, its close, its hand-over.

The program is a process of its own (counter_process.py); plastic, paper and what people heard survive it. After the
kill and again after the restart's work all fifteen invariants are checked, and the day must have come out as if nothing
had happened: one sale, one credit, one Z, one hand-over.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.sqlite_engine import driver
from tests.faults.conftest import CounterServer
from tests.faults.counter_process import DRAWER_BEFORE_FEN, TO_PAY_FEN, VOLUME_L
from tests.faults.surviving_world import card_as_it_lies, into_the_box

SHORT = ("commit after", "apdu after")
EVERY = ("append", "commit", "apdu", "byte", "paper")
"""Moments of the short run: after every commit, and after every command to the card."""
DEMO_CARD = ("keep", "append card_posted")
"""Moments of a card of the demo's box, which the program under test keeps by itself."""


def moments_of_a_day(server: CounterServer, kinds: tuple[str, ...], *, boxed: bool = False) -> list[str]:
    """Names of the moments of an undisturbed day."""
    folder = server.fresh()
    if boxed:
        into_the_box(folder)
    answer = server.play(folder, kinds=kinds, check=True)
    assert answer["killed_by"] == 0
    assert answer["result"]["before"] == answer["result"]["after"] == []
    server.drop(folder)
    names: list[str] = answer["result"]["names"]
    return names


def day_faults(folder: Path) -> list[str]:
    """What differs from an undisturbed day, by plain SQL and by the card."""
    connection = driver.connect(f"file:{folder / 'data' / 'hall.db'}?mode=ro", uri=True)
    expected = {
        "SELECT count(*) FROM sale WHERE item = 'gas'": 1,
        "SELECT count(*) FROM card_write WHERE state = 'posted'": 2,  # the first card's and ours
        "SELECT count(*) FROM open_card_write": 0,
        "SELECT count(*) FROM till_close": 1,
        "SELECT max(z_no) FROM till_close": 1,
        "SELECT count(*) FROM hand_over_accepted": 1,
        "SELECT over_short_fen FROM session_tender WHERE tender = 'cash'": 0,
        "SELECT counted_fen FROM session_tender WHERE tender = 'cash'": DRAWER_BEFORE_FEN + TO_PAY_FEN,
        "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sent')": 0,
    }
    try:
        faults = [
            f"{sql}: {found}, should be {wanted}"
            for sql, wanted in expected.items()
            if (found := connection.execute(sql).fetchone()[0]) != wanted
        ]
    finally:
        connection.close()
    purchase = card_as_it_lies(folder).purchase
    if purchase is None or (purchase.sequence, purchase.cumulative_l) != (1, VOLUME_L):
        faults.append(f"card holds {purchase}")
    return faults


def killed_and_restarted(
    server: CounterServer, die_at: int, kinds: tuple[str, ...], *, boxed: bool = False, **restart: Any
) -> list[str]:
    """Kill at one moment, look, restart, look again; everything that is wrong. boxed: her card is one of the demo's."""
    folder = server.fresh()
    if boxed:
        into_the_box(folder)
    killed = server.play(folder, die_at=die_at, kinds=kinds)
    assert killed["killed_by"] == 9
    answer = server.play(folder, check=True, **restart)
    result = answer["result"]
    faults = [f"after the kill: {v}" for v in result["before"]] + [f"after the restart: {v}" for v in result["after"]]
    faults += day_faults(folder)
    if not faults:
        server.drop(folder)
    return faults


def faults_by_moment(
    server: CounterServer, kinds: tuple[str, ...], chosen: Callable[[int, str], bool], *, boxed: bool = False
) -> dict[str, list[str]]:
    """Kill at every chosen moment of a day; what went wrong, by moment."""
    names = list(enumerate(moments_of_a_day(server, kinds, boxed=boxed), start=1))
    return {
        f"{moment} {name}": faults
        for moment, name in names
        if chosen(moment, name) and (faults := killed_and_restarted(server, moment, kinds, boxed=boxed))
    }


def test_killed_after_every_third_commit_or_card_command_nothing_is_lost_or_doubled(
    counter_server: CounterServer,
) -> None:
    wrong = faults_by_moment(counter_server, SHORT, lambda moment, name: moment % 3 == 0)
    assert not wrong


def test_demo_killed_whenever_its_card_keeps_something_card_and_books_agree(
    counter_server: CounterServer,
) -> None:
    wrong = faults_by_moment(counter_server, DEMO_CARD, lambda moment, name: True, boxed=True)
    assert not wrong


@pytest.mark.endure
@pytest.mark.timeout(1800)
def test_demo_killed_after_any_answer_of_its_card_card_and_books_agree(counter_server: CounterServer) -> None:
    assert not faults_by_moment(counter_server, ("answer",), lambda moment, name: True, boxed=True)


@pytest.mark.endure
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", EVERY)
def test_killed_at_every_moment_nothing_is_lost_or_doubled(counter_server: CounterServer, kind: str) -> None:
    assert not faults_by_moment(counter_server, (kind,), lambda moment, name: True)


def test_customer_who_left_with_her_card_is_listed_first_and_handed_over_by_name(counter_server: CounterServer) -> None:
    folder = counter_server.fresh()
    assert counter_server.play(folder, die_at=1, kinds=("append card_posted",))["killed_by"] == 9

    restarted = counter_server.play(folder, check=True, card="none")["result"]

    assert restarted["before"] == restarted["after"] == []
    connection = driver.connect(f"file:{folder / 'data' / 'hall.db'}?mode=ro", uri=True)
    try:
        named = connection.execute("SELECT matter_id FROM open_matter WHERE kind = 'card_write'").fetchall()
    finally:
        connection.close()
    assert restarted["open_first"] == [row[0] for row in named] != []


def test_another_card_after_a_kill_is_not_written(counter_server: CounterServer) -> None:
    folder = counter_server.fresh()
    assert counter_server.play(folder, die_at=1, kinds=("append card_writing",))["killed_by"] == 9
    untouched = (folder / "plastic.json").read_bytes()

    restarted = counter_server.play(folder, check=True, card="other")["result"]

    assert restarted["open_first"]
    assert restarted["after"] == []
    assert (folder / "plastic.json").read_bytes() == untouched
