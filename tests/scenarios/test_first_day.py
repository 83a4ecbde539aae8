"""A real hall's first day by keys: wizard, own passwords, safe, float, import, sale, counts, Z, finance, verify."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication

from devices.printer.machine import PrinterMachine
from devices.printer.roll import PaperRoll
from devices.printer.tcp_printer import TcpPrinter
from pos.domain.customer_import import customers_csv
from pos.usecases.till_overview import till_overview
from tests.scenarios.first_day import CODES, CUSTOMER, FirstDay
from ui.app.config import Config, PrinterConfig, ReaderConfig
from ui.app.day import Parts, StoryClock
from ui.app.places import Places, places
from ui.app.program import Program
from ui.app.stage import Stage
from ui.cli.main import main

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def printer() -> Iterator[TcpPrinter]:
    with TcpPrinter(PrinterMachine(roll=PaperRoll(48))) as made:
        yield made


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Folders of the program's own choice, all of them the test's."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return places(tmp_path / "hall")


class RealHall:
    """The program, opened and closed as on a real workstation."""

    def __init__(self, app: QApplication, at: Places, printer: TcpPrinter, shots: Path) -> None:
        self.app, self.at, self.shots = app, at, shots
        self.config = Config(ReaderConfig("simulated"), PrinterConfig("network", host="127.0.0.1", port=printer.port))
        self.parts = Parts(self.config, printer.machine, None)
        self.programs: list[Program] = []

    def start(self) -> FirstDay:
        program = Program(self.app, self.at, customer_screen=False)
        self.programs.append(program)
        return FirstDay(Stage(program, self.shots), self.parts, StoryClock())

    def close(self) -> None:
        """End the program without ending the test's application."""
        program = self.programs.pop()
        if program.running is not None:
            program.running.stop()
        for lane in program.lanes.values():
            assert lane.close(timeout_s=5)
        if program.running is not None:
            program.running.workplace.close()
        program.window.allow_close()
        shiboken6.delete(program.window)


@pytest.fixture
def hall(qapp: QApplication, at: Places, printer: TcpPrinter, tmp_path: Path) -> Iterator[RealHall]:
    made = RealHall(qapp, at, printer, tmp_path / "screens")
    yield made
    if made.programs:
        made.close()


def test_a_real_halls_first_day_by_keys_ends_with_books_that_agree(
    hall: RealHall, printer: TcpPrinter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    day = hall.start()
    day.found(hall.config)
    day.administrator_looks_round()
    day.passwords_of_their_own()
    day.safe_and_float()
    known = dict(day.known)
    hall.close()

    file = tmp_path / "customers.csv"
    file.write_bytes(customers_csv([CUSTOMER.cells()]))
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{known['lead'][1]}\n{known['admin'][1]}\n"))
    words = ["--document-no", "移交-1", "--login", CODES["lead"], "--approver", CODES["admin"]]
    command = ["import", "customers", str(file), *words, "--passwords-from-stdin", "--data", str(hall.at.data)]
    assert main(command) == 0, capsys.readouterr().err

    day = hall.start()
    day.known |= known
    day.stage.program.start()
    day.stage.until(day._books_open, "the books to open again", 30)
    drawer = day.sell_and_count()
    day.explain_and_close(drawer)
    day.to_the_lead()
    day.finance()
    day.files_for_the_bank()
    states = {entry.till.name: entry.last.state.value for entry in till_overview(day.running.desk.hall) if entry.last}
    assert states == {"1 号窗口": "received"}
    papers = printer.machine.roll.piece_texts()
    hall.close()

    receipts = [paper for paper in papers if "收款凭证" in paper and CUSTOMER.account_no in paper]
    assert len(receipts) == 1
    assert all(words in receipts[0] for words in ("86.79", "东江营业厅 1 号窗口", "测试密钥", "0769-96777"))
    assert CUSTOMER.name not in receipts[0]
    assert any("班结单" in paper and "短款 10.00" in paper for paper in papers)
    capsys.readouterr()
    assert main(["verify", "--data", str(hall.at.data)]) == 0, capsys.readouterr().out
