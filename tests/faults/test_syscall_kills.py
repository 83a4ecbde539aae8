"""kill -9 at a system call on the database: writes, syncs, truncations and deletions of file, log and shared memory.

strace kills the program at the k-th such call; what the calls before it left behind is what the restart finds. A few k
in every run, k spread over the day under the marker `endure`. Fails where strace is missing or may not trace.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT
from tests.faults.conftest import CounterServer
from tests.faults.test_kill_points import day_faults

MOST = 40
"""Places tried of each name; a day makes some hundreds of writes, and each place costs two processes."""
CALLS = ("pwrite64", "fsync", "ftruncate", "unlink")
"""What a day makes of each is asserted: this SQLite syncs by fsync alone."""


def play_traced(folder: Path, log: Path, kill_at: tuple[str, int] | None = None) -> subprocess.CompletedProcess[str]:
    """A day under strace, killed at the n-th call of a name; strace ends as its program did."""
    strace = shutil.which("strace")
    assert strace is not None, "this test needs strace"
    database = str(folder / "data" / "hall.db")
    files = [part for ending in ("", "-wal", "-shm") for part in ("-P", database + ending)]
    inject = [f"--inject={kill_at[0]}:signal=KILL:when={kill_at[1]}"] if kill_at else []
    program = [sys.executable, "-m", "tests.faults.counter_process", str(folder)]
    command = [strace, "-f", "-qq", "-o", str(log), *files, f"--trace={','.join(CALLS)}", *inject, *program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def calls_in(log: Path) -> dict[str, int]:
    """How many calls of each name the day took."""
    lines = log.read_text().splitlines()
    return {name: sum(f" {name}(" in line for line in lines) for name in CALLS}


def faults_at(server: CounterServer, log: Path, kill_at: tuple[str, int]) -> list[str]:
    """Kill at one call, look, restart, look again."""
    folder = server.fresh()
    ended = play_traced(folder, log, kill_at)
    assert ended.returncode in {-9, 137}, (kill_at, ended.stderr)
    result = server.play(folder, check=True)["result"]
    faults = [f"after the kill: {v}" for v in result["before"]] + [f"after the restart: {v}" for v in result["after"]]
    faults += day_faults(folder)
    if not faults:
        server.drop(folder)
    return faults


def test_killed_at_some_database_calls_nothing_is_lost_or_doubled(
    counter_server: CounterServer, tmp_path: Path
) -> None:
    chosen = (("pwrite64", 90), ("fsync", 3))
    wrong = {place: faults for place in chosen if (faults := faults_at(counter_server, tmp_path / "trace", place))}
    assert not wrong


def spread(count: int) -> list[int]:
    """First, last and what lies evenly between them, not more than `MOST`."""
    step = max(1.0, (count - 1) / (MOST - 1))
    return sorted({round(1 + step * number) for number in range(min(count, MOST))})


@pytest.mark.endure
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", CALLS)
def test_killed_at_calls_all_over_the_day_nothing_is_lost_or_doubled(
    counter_server: CounterServer, tmp_path: Path, name: str
) -> None:
    log = tmp_path / "trace"
    ended = play_traced(counter_server.fresh(), log)
    assert ended.returncode == 0, ended.stderr
    calls = calls_in(log)
    assert calls["pwrite64"] > 100
    assert calls[name] > 0, "no place to die at: the engine calls it by another name"
    places = [(name, number) for number in spread(calls[name])]
    wrong = {place: faults for place in places if (faults := faults_at(counter_server, log, place))}
    print(f"{len(places)} of {calls[name]} calls of {name}")
    assert not wrong
