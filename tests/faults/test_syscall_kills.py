"""kill -9 at a system call on the database: writes, syncs, truncations and deletions of file, log and shared memory.

strace kills the program at the k-th such call; what the calls before it left behind is what the restart finds. A few k
in every run, each k under the marker `endure`. Fails where strace is missing or may not trace.
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

CALLS = "pwrite64,fdatasync,fsync,ftruncate,unlink"


def play_traced(folder: Path, log: Path, kill_at: int = 0) -> int:
    """A day under strace, killed at the k-th call. Returns the exit code of strace (-9 or 137 if it was killed)."""
    strace = shutil.which("strace")
    assert strace is not None, "this test needs strace"
    database = str(folder / "data" / "hall.db")
    files = [part for ending in ("", "-wal", "-shm") for part in ("-P", database + ending)]
    inject = [f"--inject={CALLS}:signal=KILL:when={kill_at}"] if kill_at else []
    program = [sys.executable, "-m", "tests.faults.counter_process", str(folder)]
    command = [strace, "-f", "-qq", "-o", str(log), *files, f"--trace={CALLS}", *inject, *program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode


def calls_in(log: Path) -> int:
    """How many calls the day took."""
    return sum(f"{name}(" in line for line in log.read_text().splitlines() for name in CALLS.split(","))


def faults_at(server: CounterServer, log: Path, kill_at: int) -> list[str]:
    """Kill at one call, look, restart, look again."""
    folder = server.fresh()
    assert play_traced(folder, log, kill_at) in {-9, 137}, log.read_text()[-500:]
    result = server.play(folder, check=True)["result"]
    faults = [f"after the kill: {v}" for v in result["before"]] + [f"after the restart: {v}" for v in result["after"]]
    faults += day_faults(folder)
    if not faults:
        server.drop(folder)
    return faults


def test_killed_at_some_database_calls_nothing_is_lost_or_doubled(
    counter_server: CounterServer, tmp_path: Path
) -> None:
    wrong = {k: faults for k in (17, 60, 110) if (faults := faults_at(counter_server, tmp_path / "trace", k))}
    assert not wrong


@pytest.mark.endure
@pytest.mark.timeout(3600)
def test_killed_at_every_database_call_nothing_is_lost_or_doubled(
    counter_server: CounterServer, tmp_path: Path
) -> None:
    log = tmp_path / "trace"
    assert play_traced(counter_server.fresh(), log) == 0
    calls = calls_in(log)
    assert calls > 100
    wrong = {k: faults for k in range(1, calls + 1) if (faults := faults_at(counter_server, log, k))}
    print(f"{calls} calls")
    assert not wrong
