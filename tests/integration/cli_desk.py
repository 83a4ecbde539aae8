"""A hall in a temporary folder as the command line finds it: data, keys, two people's passwords on standard input."""

from __future__ import annotations

import io
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures_hall import PASSWORD, DemoHall
from ui.app.places import Places, places
from ui.cli.main import main

ADMIN, LEAD, CASHIER = "9001", "2001", "1001"
TWO_PEOPLE = ("--login", ADMIN, "--approver", LEAD, "--passwords-from-stdin")


@dataclass
class Desk:
    """Attributes: demo, the hall inside; at, its folders; said and complained, what the last command printed."""

    demo: DemoHall
    at: Places
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    said: str = ""
    complained: str = ""

    def __call__(self, *words: str, codes: tuple[str, ...] = ()) -> int:
        """Run one command on this hall; `codes`: whose passwords stand on standard input."""
        typed = "".join(f"{PASSWORD.format(code=code)}\n" for code in codes)
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = main([*words, "--data", str(self.at.data)])
        self.said, self.complained = self.capsys.readouterr()
        return code

    def backup_to(self, folder: Path) -> Path:
        """A fresh backup file."""
        before = set(folder.glob("*.db"))
        assert self("backup", "--to", str(folder)) == 0
        (made,) = set(folder.glob("*.db")) - before
        return made


@pytest.fixture
def desk(
    demo_hall: DemoHall,
    hall_template: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Desk:
    """Keys where the program looks for them, outside the data folder; nothing of the test's user is touched.

    Ctrl+C does what it does in a new process, whatever another test of this one left behind.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    at = places(demo_hall.path.parent)
    at.keys.mkdir(parents=True, mode=0o700)
    shutil.copy(hall_template.path.parents[1] / "keys" / "installation.pem", at.signing_key)
    at.signing_key.chmod(0o600)
    return Desk(demo_hall, at, monkeypatch, capsys)
