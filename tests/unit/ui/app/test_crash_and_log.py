"""Crash files and the log: where it happened is kept, what the values were is not."""

from __future__ import annotations

import faulthandler
import logging
import re
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from types import SimpleNamespace

import pytest

from ledger.errors import StoreFull
from tests.conftest import LogWatch
from ui.app.crash import CrashHandler, install, masked, report_of, said_of
from ui.app.logs import TRAFFIC, start_log
from ui.app.places import Places

NAME, PHONE, PASSWORD = "单桂芳", "13800005678", "correct-horse"


@pytest.fixture
def at(tmp_path: Path) -> Places:
    return Places(tmp_path / "data", tmp_path / "keys")


@pytest.fixture
def crashes(at: Places) -> Generator[CrashHandler, None, None]:
    handler = install(at)
    yield handler
    sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
    faulthandler.disable()
    handler._fault_file.close()


@pytest.fixture
def log(at: Places) -> Generator[Path, None, None]:
    level = logging.getLogger().level
    handler = start_log(at)
    yield at.log
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(level)
    handler.close()


def look_up(people: dict[str, str], name: str) -> str:
    return people[name]


def caught(secret: str) -> BaseException:
    try:
        try:
            look_up({}, secret)
        except KeyError as missing:
            raise ValueError(f"{secret} {PHONE}") from missing
    except ValueError as bug:
        return bug
    raise AssertionError("unreachable")


def test_a_crash_file_tells_the_way_through_the_code_and_no_values() -> None:
    text = report_of(caught(NAME), "C1")
    assert re.search(r"test_crash_and_log\.py:\d+ look_up", text)
    assert "KeyError" in text
    assert "ValueError" in text
    assert NAME not in text
    assert PHONE not in text


@pytest.mark.parametrize(
    ("bug", "said"),
    [
        (StoreFull("store.full", detail="x"), "StoreFull store.full"),
        (OSError(28, "No space left", f"/home/{NAME}/x"), "OSError errno 28 No space left on device"),
        (KeyError(PASSWORD), "KeyError"),
        (TypeError(f"'NoneType' object 张三 {PHONE}"), "TypeError 'NoneType' object □□ #"),
    ],
)
def test_a_message_is_kept_only_where_it_speaks_about_code(bug: BaseException, said: str) -> None:
    assert said_of(bug) == said


def test_masked_text_is_bounded_and_has_no_line_feeds() -> None:
    assert "\n" not in masked("a\nb")
    assert len(masked("x" * 10_000)) == 500


def test_a_bug_in_a_thread_is_written_down_and_told(crashes: CrashHandler, expected_log: LogWatch) -> None:
    expected_log("ui.app.crash", "crash C", level=logging.ERROR)
    told: list[str] = []
    crashes.told = told.append

    def bug() -> None:
        raise LookupError(NAME)

    thread = threading.Thread(target=bug)
    thread.start()
    thread.join()
    (file,) = crashes.folder.glob("*-C*.txt")
    assert told == [file.stem.rpartition("-")[2]]
    assert NAME not in file.read_text(encoding="utf-8")


def test_a_known_error_that_somebody_expects_is_no_crash(crashes: CrashHandler) -> None:
    asked: list[str] = []
    crashes.expected = lambda error: bool(asked.append(error.code)) or True
    error = StoreFull("store.full")
    crashes._excepthook(StoreFull, error, None)
    assert asked == ["store.full"]
    assert list(crashes.folder.glob("*-C*.txt")) == []


def test_old_crash_files_make_room(crashes: CrashHandler, expected_log: LogWatch) -> None:
    expected_log("ui.app.crash", "crash C", level=logging.ERROR)
    for number in range(60):
        (crashes.folder / f"20200101T0000{number:02d}Z-C{number:07d}.txt").write_text("old", encoding="utf-8")
    crashes.take(ValueError())
    files = sorted(crashes.folder.glob("*-C*.txt"))
    assert len(files) == 50
    assert "ValueError" in files[-1].read_text(encoding="utf-8")


def test_a_fatal_message_of_qt_becomes_a_crash_file_and_others_go_to_the_log(
    crashes: CrashHandler, expected_log: LogWatch
) -> None:
    expected_log("qt", "odd")
    expected_log("ui.app.crash", "crash C", level=logging.ERROR)
    crashes.qt_message(SimpleNamespace(name="QtWarningMsg"), None, "odd")
    assert list(crashes.folder.glob("*-C*.txt")) == []
    crashes.qt_message(SimpleNamespace(name="QtFatalMsg"), None, "no platform")
    assert len(list(crashes.folder.glob("*-C*.txt"))) == 1


def test_a_record_is_one_line_whatever_comes_from_outside(log: Path) -> None:
    logging.getLogger("pos").info("card %s", "8000\n2026-11-22 ERROR forged\x1b[31m")
    lines = log.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1
    assert "\x1b" not in lines[0]


def test_name_phone_card_identity_number_and_key_in_a_message_are_masked(log: Path) -> None:
    key = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
    values = (NAME, PHONE, "138 0000 5678", "8000204471", "110101199003078515", "11010119900307851X", key, key.upper())
    for value in values:
        logging.getLogger("some.library").info("trouble with %s (%s)", value, 12)
    text = log.read_text(encoding="utf-8")
    assert [value for value in values if value[:12] in text or value in text] == []
    assert text.count("trouble with") == len(values)
    assert text.count("(12)") == len(values)


def test_values_of_an_exception_stay_out_of_the_log(log: Path, expected_log: LogWatch) -> None:
    expected_log("pos", "went wrong", level=logging.ERROR)
    try:
        look_up({}, PASSWORD)
    except KeyError:
        logging.getLogger("pos").exception("went wrong")
    assert PASSWORD not in log.read_text(encoding="utf-8")


def test_raw_traffic_needs_its_own_level(log: Path, at: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    logging.getLogger("devices").log(TRAFFIC, "00A40400")
    assert not log.exists() or "00A40400" not in log.read_text(encoding="utf-8")
    monkeypatch.setenv("CHANGSHOU_LOG", "traffic")
    handler = start_log(at)
    logging.getLogger("devices").log(TRAFFIC, "00A40400")
    logging.getLogger().removeHandler(handler)
    handler.close()
    assert "TRAFFIC" in log.read_text(encoding="utf-8")
