"""Long commands say how far they are where somebody looks, and Ctrl+C leaves nothing half done and says so."""

from __future__ import annotations

import io
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

import ui.app.restore
import ui.cli.backup
from tests.integration.cli_desk import ADMIN, LEAD, TWO_PEOPLE, Desk
from tests.integration.test_cli_books import GOOD_ROW, HEADINGS
from ui.app.workplace import Workplace
from ui.cli.texts import Texts

IMPORT = ("import", "customers", "--document-no", "移交〔2026〕1 号", *TWO_PEOPLE)
ROWS = 120
"""Three records of fifty."""


class Terminal(io.StringIO):
    """Somebody looks, and presses Ctrl+C when she first sees a text."""

    def __init__(self, press_at: str = "nobody writes this") -> None:
        super().__init__()
        self._press_at = press_at

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        count = super().write(text)
        if self._press_at in self.getvalue():
            self._press_at = "pressed once"
            signal.raise_signal(signal.SIGINT)
        return count


def at_terminal(desk: Desk, press_at: str, *words: str, codes: tuple[str, ...] = ()) -> tuple[int, str]:
    """Exit code and what stood on the terminal."""
    terminal = Terminal(press_at)
    with desk.monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", terminal)
        code = desk(*words, codes=codes)
    return code, terminal.getvalue()


def sentence(code: str) -> str:
    return Texts("zh_CN")(code)


@pytest.fixture
def customers(tmp_path: Path) -> str:
    file = tmp_path / "customers.csv"
    number, meter = "1000204471", "M2019000471"
    rows = [GOOD_ROW.replace(number, str(1000300000 + n)).replace(meter, f"M{n:09}") for n in range(ROWS)]
    file.write_text("\n".join([HEADINGS, *rows]), encoding="utf-8")
    return str(file)


def imported(desk: Desk) -> int:
    with desk.demo.store.reading() as connection:
        sql = "SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM journal WHERE kind LIKE 'customers_imp%')"
        accounts, records = connection.exec_driver_sql(sql).one()
    assert (accounts == 0) == (records == 0)
    return int(accounts)


def test_an_import_stopped_between_two_records_imports_nothing_and_can_be_done_again(
    desk: Desk, customers: str
) -> None:
    code, seen = at_terminal(desk, f"50 / {ROWS}", *IMPORT, customers, codes=(ADMIN, LEAD))
    assert (code, imported(desk)) == (130, 0)
    assert sentence("stopped.import") in seen
    assert desk("verify") == 0
    assert desk(*IMPORT, customers, codes=(ADMIN, LEAD)) == 0
    assert imported(desk) == ROWS


def test_an_import_asked_to_stop_after_its_last_row_finishes_and_says_what_it_did(desk: Desk, customers: str) -> None:
    code, seen = at_terminal(desk, f"{ROWS} / {ROWS}", *IMPORT, customers, codes=(ADMIN, LEAD))
    assert (code, imported(desk)) == (0, ROWS)
    assert str(ROWS) in desk.said
    assert sentence("stopped.import") not in seen


@pytest.mark.parametrize("form", ["jsonl", "beancount", "hledger"])
def test_an_export_says_how_far_it_is_and_stopped_it_leaves_no_file(desk: Desk, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out" / f"journal.{form}"
    out.parent.mkdir()
    words = ("export", "journal", "--format", form, "--out", str(out))
    desk_opened(desk)
    code, seen = at_terminal(desk, " / ", *words)
    assert code == 130
    assert sentence("stopped.export") in seen
    assert list(out.parent.iterdir()) == []
    code, seen = at_terminal(desk, "nothing", *words)
    assert (code, out.exists()) == (0, True)
    assert " / " in seen


def desk_opened(desk: Desk) -> None:
    """Money has moved, or two of the formats have nothing to say."""
    from tests.fixtures_till import TillDay

    TillDay(desk.demo).start()


@pytest.mark.parametrize("stage", ["backup.copying", "backup.verifying"])
def test_a_stopped_backup_leaves_no_file(desk: Desk, tmp_path: Path, stage: str) -> None:
    folder = tmp_path / "usb"
    code, seen = at_terminal(desk, sentence(stage), "backup", "--to", str(folder))
    assert code == 130
    assert sentence("stopped.backup") in seen
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("stage", ["restore.verifying", "restore.verifying_again"])
def test_a_stopped_restore_leaves_the_books_as_they_were(desk: Desk, tmp_path: Path, stage: str) -> None:
    file = desk.backup_to(tmp_path / "usb")
    desk.demo.store.close()
    before = {path.name: path.read_bytes() for path in desk.at.data.iterdir() if path.suffix == ".db"}
    words = ("restore", str(file), "--reason", "演练", *TWO_PEOPLE, "--replace")
    code, seen = at_terminal(desk, sentence(stage), *words, codes=(ADMIN, LEAD))
    assert code == 130
    assert sentence("stopped.restore") in seen
    assert {path.name: path.read_bytes() for path in desk.at.data.iterdir() if path.suffix == ".db"} == before
    assert [path.name for path in desk.at.data.iterdir() if path.name.startswith(("restoring", "before"))] == []


def test_a_stopped_verification_says_that_nothing_is_proved(desk: Desk) -> None:
    code, seen = at_terminal(desk, " / ", "verify")
    assert code == 130
    assert sentence("stopped.verify") in seen
    assert desk.said == ""


def test_where_nobody_looks_there_is_no_progress_line(desk: Desk, tmp_path: Path) -> None:
    assert desk("export", "journal", "--format", "jsonl", "--out", str(tmp_path / "journal.jsonl")) == 0
    assert desk("verify") == 0
    assert "/" not in desk.complained
    assert "\r" not in desk.complained


def pressed_in(desk: Desk, owner: Any, name: str) -> None:
    """Ctrl+C comes as this function begins."""
    real = getattr(owner, name)

    def and_then(*args: Any, **kwargs: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return real(*args, **kwargs)

    desk.monkeypatch.setattr(owner, name, and_then)


def test_an_import_that_is_booked_is_not_called_undone_while_the_books_are_put_away(desk: Desk, customers: str) -> None:
    pressed_in(desk, Workplace, "close")
    assert desk(*IMPORT, customers, codes=(ADMIN, LEAD)) == 0
    assert sentence("stopped.import") not in desk.complained
    assert imported(desk) == ROWS


def test_a_copy_that_is_there_is_recorded_and_not_called_missing(desk: Desk, tmp_path: Path) -> None:
    pressed_in(desk, ui.cli.backup, "_record")
    assert (
        desk("backup", "--to", str(tmp_path / "usb"), "--login", ADMIN, "--passwords-from-stdin", codes=(ADMIN,)) == 0
    )
    assert sentence("stopped.backup") not in desk.complained
    (copy,) = (tmp_path / "usb").glob("*.db")
    assert str(copy) in desk.said


def test_a_restored_copy_is_not_called_unrestored_while_the_workshop_is_cleared(desk: Desk, tmp_path: Path) -> None:
    file = desk.backup_to(tmp_path / "usb")
    desk.demo.store.close()
    pressed_in(desk, ui.app.restore.shutil, "rmtree")
    words = ("restore", str(file), "--reason", "演练", *TWO_PEOPLE, "--replace")
    assert desk(*words, codes=(ADMIN, LEAD)) == 0
    assert sentence("stopped.restore") not in desk.complained
    assert len(list(desk.at.data.glob("before-restore-*"))) == 1
    assert list(desk.at.data.glob("restoring-*")) == []
