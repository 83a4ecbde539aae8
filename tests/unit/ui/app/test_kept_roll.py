"""The demo's printer: what came out of it is there after a restart, as text and as a picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from devices.printer.machine import PrinterMachine
from devices.printer.simulated import simulated_printer
from pos.domain.errors import DeviceRefused
from pos.ports.printer import PrinterState, PrintState
from tests.architecture.source_tree import ROOT
from ui.app.kept_roll import KeptRoll

FONT = ROOT / "printing" / "fonts" / "NotoSansSC-Regular.ttf"
CUT = b"\x1dV\x42\x00"


def kept(folder: Path, *, quiet_s: float = 0.0) -> tuple[KeptRoll, PrinterMachine]:
    printer, _drawer, machine = simulated_printer()
    return KeptRoll(printer, machine, folder, FONT, quiet_s=quiet_s), machine


def job(text: str) -> bytes:
    return b"\x1b@" + text.encode("ascii") + b"\n" + CUT


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_each_paper_is_a_text_at_once_and_a_picture_when_the_printer_is_next_asked(tmp_path: Path) -> None:
    printer, _machine = kept(tmp_path / "roll")
    assert printer.print_job("a", job("first")).state is PrintState.CONFIRMED
    assert printer.print_job("b", job("second")).state is PrintState.CONFIRMED
    assert (tmp_path / "roll" / "0001.txt").read_text(encoding="utf-8").split() == ["first"]
    assert (tmp_path / "roll" / "0002.txt").read_text(encoding="utf-8").split() == ["second"]
    assert [printer.status(), printer.status(), printer.status()] == [PrinterState.OK] * 3
    assert names(tmp_path / "roll") == ["0001.png", "0001.txt", "0002.png", "0002.txt"]
    with Image.open(tmp_path / "roll" / "0001.png") as picture:
        assert picture.getextrema() != (252, 252)


def test_a_later_start_draws_what_is_missing_and_goes_on_counting(tmp_path: Path) -> None:
    before, _machine = kept(tmp_path, quiet_s=60.0)
    before.print_job("a", job("first"))
    assert before.status() is PrinterState.OK
    assert not (tmp_path / "0001.png").exists()  # something was printed a moment ago
    after, _machine = kept(tmp_path)
    after.status()
    after.print_job("b", job("second"))
    assert names(tmp_path) == ["0001.png", "0001.txt", "0002.job", "0002.txt"]


def test_half_a_paper_is_kept_as_far_as_it_came_and_gets_no_picture_of_the_whole(tmp_path: Path) -> None:
    printer, machine = kept(tmp_path)
    machine.paper_out_after(1)
    outcome = printer.print_job("a", b"\x1b@one\ntwo\nthree\n" + CUT)
    assert outcome.state is not PrintState.CONFIRMED
    printer.status()
    assert (tmp_path / "0001.txt").read_text(encoding="utf-8").split() == ["one"]
    assert names(tmp_path) == ["0001.txt"]


def test_nothing_is_written_where_nothing_came_out(tmp_path: Path) -> None:
    printer, machine = kept(tmp_path / "roll")
    machine.open_cover()
    with pytest.raises(DeviceRefused):
        printer.print_job("a", job("first"))
    assert not (tmp_path / "roll").exists()


def test_a_folder_that_cannot_be_made_stops_no_printing(tmp_path: Path, expected_log: object) -> None:
    expected_log("ui.app.kept_roll", "was not kept")  # type: ignore[operator]
    (tmp_path / "roll").touch()
    printer, _machine = kept(tmp_path / "roll")
    assert printer.print_job("a", job("first")).state is PrintState.CONFIRMED
