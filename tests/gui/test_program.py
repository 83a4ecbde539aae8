"""The whole program in a process and a window of its own: starts, lets people in by keys, closes, is asked to stop."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ledger.sqlite_engine import driver
from tests.architecture.source_tree import ROOT
from tests.fixtures_hall import PASSWORD, DemoHall
from tests.fixtures_running import RunningHall
from ui.app.demo import DEMO_PASSWORD
from ui.app.logs import say_ended, say_started, start_log
from ui.app.places import Places, places
from ui.app.program import Program
from ui.app.stage import Stage
from ui.cli import exit_codes
from ui.presenters.notice import Notice, Tone

CASHIER = "1001"
SLOW_FACT = """
import time
from ui.app.start import run_program
from ui.app.program import Program
from ui.cli.main import main

opened = Program.open_hall

def then_write(self):
    opened(self)
    store = self.running.workplace.hall.store

    def slow():
        with store.unit_of_work() as unit:
            print("writing", flush=True)
            time.sleep(1.5)
            unit.connection.exec_driver_sql(
                "INSERT INTO search_entry (id, account_no, name, address, keys) VALUES (99, 'late', '', '', '')"
            )
            unit.commit()

    def never(_answer):
        raise AssertionError("the window is gone, nobody is there to hear this")

    self.lanes["db"].submit(slow, never, never)

Program.open_hall = then_write
raise SystemExit(main())
"""
"""The program with one job on the `db` lane that is in the middle of its unit of work when it says `writing`."""

BUG_AT_FIRST = """
from ui.app.program import Program
from ui.cli.main import main

def broken(*_words, **_named):
    raise ZeroDivisionError

Program.__init__ = broken
raise SystemExit(main())
"""
"""The program with a bug between its bare window and its furniture."""


@dataclass
class Hall:
    """A hall on disk and the environment in which a child process finds its keys."""

    at: Places
    environment: dict[str, str]

    def start(self, *words: str, program: tuple[str, ...] = ("-m", "ui.cli.main")) -> subprocess.Popen[str]:
        """The program in a process of its own."""
        command = [sys.executable, *program, "run", "--data", str(self.at.data), *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=pipe, stderr=pipe, text=True)

    def ended(self, *words: str) -> tuple[int, str]:
        """Exit code and complaint of a program that ends by itself."""
        with self.start(*words) as child:
            _, complaint = child.communicate(timeout=60)
        return child.returncode, complaint

    def crashes(self) -> list[Path]:
        return list(self.at.crashes.glob("*-C*.txt"))


@pytest.fixture
def hall(demo_hall: DemoHall, hall_template: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hall:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    demo_hall.store.close()
    at = places(demo_hall.path.parent)
    at.keys.mkdir(parents=True, mode=0o700)
    shutil.copy(hall_template.path.parents[1] / "keys" / "installation.pem", at.signing_key)
    at.signing_key.chmod(0o600)
    return Hall(at, {**os.environ, "QT_QPA_PLATFORM": "offscreen"})


@pytest.fixture
def stage(hall: Hall, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Generator[Stage, None, None]:
    """The program's window in this process, its books open."""
    program = Program(qapp, hall.at, customer_screen=False)
    made = Stage(program, tmp_path / "shots")
    program.start()
    made.until(lambda: program.running is not None and program.running.is_ready, "the sign-in page")
    yield made
    program.close()


def sign_in(stage: Stage) -> None:
    stage.fill(CASHIER, PASSWORD.format(code=CASHIER))
    stage.page("counter")


def wait_for_open_books(hall: Hall, child: subprocess.Popen[str]) -> None:
    """Until the program has the books open: then there is a log of the database beside it."""
    log = hall.at.database.with_name(hall.at.database.name + "-wal")
    end = time.monotonic() + 60
    while not log.exists():
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)


def late_rows(hall: Hall) -> int:
    connection = driver.connect(str(hall.at.database))
    try:
        found: int = connection.execute("SELECT count(*) FROM search_entry WHERE account_no = 'late'").fetchone()[0]
    finally:
        connection.close()
    return found


def test_a_cashier_signs_in_locks_and_comes_back_by_keys_only(stage: Stage) -> None:
    sign_in(stage)
    stage.program.window.dispatch("lock")
    assert stage.program.window.has_overlay
    stage.fill("wrong-password-entirely")
    stage.pause(200)
    assert stage.program.window.has_overlay
    stage.fill(PASSWORD.format(code=CASHIER))
    stage.until(lambda: not stage.program.window.has_overlay, "the lock opens")
    assert stage.program.window.current == "counter"


def test_the_language_is_switched_live_on_the_sign_in_page_and_what_is_typed_stays(stage: Stage) -> None:
    page = stage.program.window.pages["sign_in"]
    stage.type("10")
    stage.program.look.switch(language="en")
    stage.pause(50)
    assert stage.program.window.windowTitle() == stage.program.look.text("product")
    assert stage.program.look.text.language == "en"
    assert page.fields[0].text() == "10"


def test_closing_the_window_gives_the_books_back(stage: Stage, hall: Hall) -> None:
    stage.program.window.close()
    stage.pause(50)
    assert not stage.program.window.isVisible()
    assert not hall.at.database.with_name("hall.db-wal").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_program_asked_to_stop_gives_the_books_back(hall: Hall, number: signal.Signals, code: int) -> None:
    with hall.start() as child:
        wait_for_open_books(hall, child)
        time.sleep(1)
        child.send_signal(number)
        _, complaint = child.communicate(timeout=60)
    assert (child.returncode, complaint) == (code, "")
    assert not hall.at.database.with_name("hall.db-wal").exists()
    assert hall.crashes() == []
    lines = hall.at.log.read_text(encoding="utf-8").splitlines()
    assert "started, version" in lines[0]
    assert any("device printer: absent" in line for line in lines)
    assert lines[-1].endswith(f"ended: {code}")


def test_a_commit_that_runs_when_the_program_is_asked_to_stop_is_finished(hall: Hall) -> None:
    with hall.start(program=("-c", SLOW_FACT)) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "writing\n"
        child.send_signal(signal.SIGTERM)
        child.send_signal(signal.SIGTERM)
        _, complaint = child.communicate(timeout=60)
    assert (child.returncode, complaint) == (143, "")
    assert late_rows(hall) == 1
    assert hall.crashes() == []


def test_a_second_program_on_the_same_books_says_so_and_ends(hall: Hall) -> None:
    with hall.start() as first:
        wait_for_open_books(hall, first)
        code, complaint = hall.ended()
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=60)
    assert code == exit_codes.RUNNING
    assert str(first.pid) in complaint
    assert first.returncode == 143


def test_damaged_books_are_not_opened_and_the_program_says_what_to_do(hall: Hall) -> None:
    hall.at.database.write_bytes(b"SQLite format 3\0" + b"\xff" * 8192)
    code, complaint = hall.ended()
    assert code == exit_codes.STORE
    assert "changshou restore" in complaint
    assert hall.crashes() == []


def test_books_of_a_newer_program_are_not_opened(hall: Hall) -> None:
    connection = driver.connect(str(hall.at.database))
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    before = hall.at.database.read_bytes()
    code, complaint = hall.ended()
    assert code == exit_codes.STORE
    assert "9999" in complaint
    assert hall.at.database.read_bytes() == before


def test_an_unreadable_device_configuration_is_named_and_nothing_is_opened(hall: Hall) -> None:
    hall.at.config.write_text("[screen]\nscale = 'big'\n", encoding="utf-8")
    code, complaint = hall.ended()
    assert code == exit_codes.STORE
    assert "screen.scale" in complaint
    assert not hall.at.database.with_name("hall.db-wal").exists()


def test_a_bug_before_the_window_is_furnished_is_written_down_and_leaves_no_empty_window(hall: Hall) -> None:
    with hall.start(program=("-c", BUG_AT_FIRST)) as child:
        _, complaint = child.communicate(timeout=60)
    assert child.returncode == exit_codes.CRASH
    written = [*Path(hall.environment["XDG_DATA_HOME"]).rglob("*-C*.txt"), *hall.crashes()]
    assert [file.stem.rpartition("-")[2] in complaint for file in written] == [True]
    assert "ZeroDivisionError" in written[0].read_text(encoding="utf-8")


def test_ctrl_c_or_a_folder_that_takes_no_log_leaves_no_empty_window(hall: Hall) -> None:
    log_with = "import errno, os, signal, sys\nimport ui.app.logs\nfrom ui.cli.main import main\n"
    log_with += "def start_log(at):\n    {}\n\nui.app.logs.start_log = start_log\nraise SystemExit(main())\n"
    ends = {
        "os.kill(os.getpid(), signal.SIGINT)": -signal.SIGINT,
        "raise PermissionError(errno.EACCES, 'no', str(at.log))": exit_codes.STORE,
    }
    for happens, code in ends.items():
        with hall.start(program=("-c", log_with.format(happens))) as child:
            try:
                child.communicate(timeout=30)
            finally:
                child.kill()
        assert child.returncode == code


def test_the_number_of_a_crash_stands_in_the_bar_whatever_thread_it_happened_on(running_hall: RunningHall) -> None:
    program = running_hall.program
    thread = threading.Thread(target=program.crashed.emit, args=("C1234567",))
    thread.start()
    thread.join()
    running_hall.stage.until(lambda: program.frame.hint is not None, "the number of the crash", 5)
    assert program.frame.hint == Notice("program.crash", Tone.BAD, (("number", "C1234567"),))


def test_a_wrong_password_a_search_and_a_card_leave_no_secret_and_no_person_in_the_log(
    running_hall: RunningHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANGSHOU_LOG", "debug")
    root, level, at, stage = (
        logging.getLogger(),
        logging.getLogger().level,
        running_hall.program.places,
        running_hall.stage,
    )
    handler = start_log(at)
    try:
        say_started(version="1", demo=True)
        stage.page("sign_in")
        stage.fill("1001", "no such kettle 77")
        people = running_hall.running.people
        stage.until(people.page.notice.isVisible, "the wrong password to be refused", 5)
        people.page.login.clear()
        running_hall.sign_in("cashier")
        stage.press("F3")
        stage.fill("13800005678")
        stage.until(lambda: running_hall.running.sale.serving.sale.overview is not None, "the customer")
        say_ended(0)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
    overview = running_hall.running.sale.serving.sale.overview
    assert overview is not None
    assert overview.contact is not None
    told = at.log.read_text(encoding="utf-8")
    secrets = ("no such kettle", DEMO_PASSWORD, "5678", overview.contact.name, overview.contact.address)
    assert [secret for secret in (*secrets, overview.terms.account_no) if secret in told] == []
    assert "started, version 1, demo" in told
    assert told.splitlines()[-1].endswith("ended: 0")
