"""kill -9 before every step of a restore in the data folder: the books stay whole, and it can be done again.

The child counts what Python's audit events tell of files that are made, copied, moved and removed there.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ledger.backup_sqlite import copy_online
from tests.architecture.source_tree import ROOT
from tests.fixtures_hall import PASSWORD, DemoHall
from tests.integration.cli_desk import ADMIN, LEAD, TWO_PEOPLE, Desk, make_desk

KILLED_BEFORE = """
import os, signal, sys
from ui.cli.main import main

STEPS = {"os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.copyfile", "shutil.rmtree"}
left, folder = int(sys.argv.pop(1)), sys.argv.pop(1)

def watch(event, values):
    global left
    if event in STEPS and any(str(value).startswith(folder) for value in values[:2]):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
raise SystemExit(main())
"""
MOST_STEPS = 40


@pytest.mark.endure
@pytest.mark.timeout(900)
def test_a_restore_killed_before_any_step_leaves_whole_books_and_can_be_done_again(
    demo_hall: DemoHall,
    hall_template: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk = make_desk(
        demo_hall, hall_template.path.parents[1] / "keys" / "installation.pem", tmp_path, monkeypatch, capsys
    )
    (tmp_path / "usb").mkdir()
    file = tmp_path / "usb" / "copy.db"
    copy_online(desk.at.database, file)
    demo_hall.store.close()
    before = shutil.copytree(desk.at.data, tmp_path / "before")
    words = ("restore", str(file), "--reason", "演练", *TWO_PEOPLE, "--replace")
    wrong: list[str] = []
    for step in range(1, MOST_STEPS):
        shutil.rmtree(desk.at.data)
        shutil.copytree(before, desk.at.data)
        if _killed_before(step, desk, words) == 0:
            break
        if not desk.at.database.exists():
            wrong.append(f"step {step}: no books in their place: the next start would found a new hall")
        kept = [desk.at.database, *desk.at.data.glob("before-restore-*/hall.db")]
        if not any(path.exists() and desk("verify", "--db", str(path)) == 0 for path in kept):
            wrong.append(f"step {step}: no whole books among {sorted(p.name for p in desk.at.data.iterdir())}")
        again = desk(*words, codes=(ADMIN, LEAD))
        was_done = again != 0 and "restore.older_epoch" in desk.complained
        if not (again == 0 or was_done) or desk("verify") != 0:
            wrong.append(f"step {step}: {desk.said} {desk.complained}")
    assert wrong == []
    assert 6 < step < MOST_STEPS - 1


def _killed_before(step: int, desk: Desk, words: tuple[str, ...]) -> int:
    """Exit code of a restore that is killed before its n-th step; 0 if it has fewer."""
    command = [sys.executable, "-c", KILLED_BEFORE, str(step), str(desk.at.data), *words, "--data", str(desk.at.data)]
    typed = "".join(f"{PASSWORD.format(code=code)}\n" for code in (ADMIN, LEAD))
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), input=typed, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode
