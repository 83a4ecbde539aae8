"""kill -9 before every step of a restore in the data folder: the books stay whole, and it can be done again.

And of a backup in its folder: whatever is killed, a manifest never names a copy that is not there.

The child counts what Python's audit events tell of files that are made, copied, moved and removed there. One step in
every run, all of them under the marker `endure`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ledger.backup_sqlite import copy_online
from tests.architecture.source_tree import ROOT
from tests.fixtures_hall import PASSWORD
from tests.integration.cli_desk import ADMIN, LEAD, TWO_PEOPLE, Desk

KILLED_BEFORE = """
import os, signal, sys
from ui.cli.main import main

steps = set(sys.argv.pop(1).split(","))
left, folder = int(sys.argv.pop(1)), sys.argv.pop(1)

def watch(event, values):
    global left
    if event in steps and any(str(value).startswith(folder) for value in values[:2]):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
raise SystemExit(main())
"""
STEPS = "os.link,os.rename,os.remove,os.mkdir,os.rmdir,shutil.copyfile,shutil.rmtree"
MOST_STEPS = 40


@dataclass
class Drill:
    """A hall, a backup of it and a copy of its data folder as they were. Attributes: wrong: what was found."""

    desk: Desk
    words: tuple[str, ...]
    before: Path
    wrong: list[str] = field(default_factory=list)

    def kill(self, step: int, steps: str = STEPS) -> bool:
        """Kill a restore before its n-th such step, look, do it again; False if it has fewer."""
        desk = self.desk
        shutil.rmtree(desk.at.data)
        shutil.copytree(self.before, desk.at.data)
        if _killed_before(step, steps, desk.at.data, desk, self.words) == 0:
            return False
        if not desk.at.database.exists():
            self.wrong.append(f"{steps} {step}: no books in their place: the next start would found a new hall")
        kept = [desk.at.database, *desk.at.data.glob("before-restore-*/hall.db")]
        if not any(path.exists() and desk("verify", "--db", str(path)) == 0 for path in kept):
            self.wrong.append(f"{steps} {step}: no whole books among {sorted(p.name for p in desk.at.data.iterdir())}")
        again = desk(*self.words, codes=(ADMIN, LEAD))
        was_done = again != 0 and "restore.older_epoch" in desk.complained
        if again != 0 and not (was_done and desk("verify") == 0):  # a restore that was done has verified twice
            self.wrong.append(f"{steps} {step}: {desk.said} {desk.complained}")
        return True


@pytest.fixture
def drill(desk: Desk, tmp_path: Path) -> Drill:
    file = tmp_path / "usb" / "copy.db"
    file.parent.mkdir()
    copy_online(desk.at.database, file)
    desk.demo.store.close()
    words = ("restore", str(file), "--reason", "演练", *TWO_PEOPLE, "--replace")
    return Drill(desk, words, Path(shutil.copytree(desk.at.data, tmp_path / "before")))


def test_a_restore_killed_before_the_books_change_places_leaves_whole_books(drill: Drill) -> None:
    assert drill.kill(1, "os.link")
    assert drill.wrong == []


@pytest.mark.endure
@pytest.mark.timeout(900)
def test_a_restore_killed_before_any_step_leaves_whole_books_and_can_be_done_again(drill: Drill) -> None:
    step = 1
    while step < MOST_STEPS and drill.kill(step):
        step += 1
    assert drill.wrong == []
    assert 6 < step < MOST_STEPS - 1


def test_a_backup_killed_before_any_renaming_leaves_no_manifest_without_its_copy(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    desk.demo.store.close()
    words = ("backup", "--to", str(folder))
    step = 1
    while step < MOST_STEPS and _killed_before(step, "os.rename", folder, desk, words) != 0:
        named = [json.loads(path.read_text(encoding="utf-8"))["file"] for path in folder.glob("*.json")]
        assert [name for name in named if not (folder / name).exists()] == []
        assert [file.name for file in folder.glob("*.db") if desk("verify", "--db", str(file)) != 0] == []
        step += 1
    assert step == 3  # the copy and its manifest
    assert len(list(folder.glob("*.json"))) == 1


def _killed_before(step: int, steps: str, folder: Path, desk: Desk, words: tuple[str, ...]) -> int:
    """Exit code of a command that is killed before its n-th such step in the folder; 0 if it has fewer."""
    command = [
        sys.executable,
        "-c",
        KILLED_BEFORE,
        steps,
        str(step),
        str(folder),
        *words,
        "--data",
        str(desk.at.data),
    ]
    typed = "".join(f"{PASSWORD.format(code=code)}\n" for code in (ADMIN, LEAD))
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), input=typed, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode
