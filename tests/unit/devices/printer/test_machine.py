"""The simulated printer as a device: what it executes, what it calls a violation, how it behaves in trouble."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from devices.printer.commands import CommandReader, Kind
from devices.printer.machine import PrinterMachine
from devices.printer.roll import PrintedLine, PrintedQr, PrintedRaster
from printing.render import render_receipt
from printing.roll import ROLL_80
from tests.unit.printing.sample_papers import ANCHOR, RECEIPT, Z

JOB = render_receipt(RECEIPT, roll=ROLL_80, anchor=ANCHOR).job_bytes
REPORT = render_receipt(Z, roll=ROLL_80, anchor=ANCHOR).job_bytes


@given(st.lists(st.integers(1, len(REPORT) - 1), max_size=12))
def test_a_job_cut_into_any_pieces_prints_the_same(cuts: list[int]) -> None:
    whole, cut = PrinterMachine(), PrinterMachine()
    whole.receive(REPORT)
    edges = sorted(cuts)
    for start, end in zip([0, *edges], [*edges, len(REPORT)], strict=True):
        cut.receive(REPORT[start:end])
    assert cut.roll.printed == whole.roll.printed
    assert cut.violations == []


def test_a_question_inside_a_picture_is_no_question() -> None:
    machine = PrinterMachine()
    dots = b"\x10\x04\x01\x1bp\x00\x19\x19\x1dV\x00"
    machine.receive(b"\x1dv0\x00" + len(dots).to_bytes(2, "little") + b"\x01\x00" + dots)
    assert machine.take_answers() == b""
    assert machine.drawer.openings == 0
    assert machine.roll.printed == [PrintedRaster(len(dots), dots)]
    assert machine.violations == []


def test_unknown_commands_and_bytes_are_recorded_with_their_place() -> None:
    machine = PrinterMachine()
    machine.receive(b"AB\x07\x1d(Z\x01\x00x\x1bzC\n\xb5\xa5")
    assert [(v.offset, v.content) for v in machine.violations] == [
        (2, b"\x07"),
        (3, b"\x1d(Z\x01\x00x"),
        (9, b"\x1bz"),
        (13, b"\xb5"),
        (14, b"\xa5"),
    ]
    assert machine.roll.text() == "ABC\n"


def test_looks_and_hanzi_are_kept_as_printed() -> None:
    machine = PrinterMachine()
    machine.receive(b"\x1b@\x1ba\x02\x1bE\x01\x1d!\x11\x1c&" + "应收".encode("gbk") + b" 1\x1c.\n")
    assert machine.roll.printed == [PrintedLine("应收 1", 2, True, 2, 2)]
    machine.receive(b"\x1b@A\n")
    assert machine.roll.printed[-1] == PrintedLine("A", 0, False, 1, 1)


def test_qr_code_is_printed_once_with_its_content() -> None:
    machine = PrinterMachine()
    machine.receive(REPORT)
    assert [item.payload for item in machine.roll.printed if isinstance(item, PrintedQr)] == [ANCHOR.payload]


def test_paper_out_keeps_answering_and_continues_with_a_new_roll() -> None:
    machine = PrinterMachine()
    machine.paper_out_after(3)
    machine.receive(JOB)
    machine.receive(b"\x10\x04\x04")
    assert len(machine.roll.printed) == 3
    assert machine.take_answers() == b"\x7e"
    machine.load_paper()
    assert machine.roll.cuts == 1


def test_open_cover_in_the_middle_shows_in_the_cause_of_being_offline() -> None:
    machine = PrinterMachine()
    machine.open_cover()
    machine.receive(JOB + b"\x10\x04\x01\x10\x04\x02")
    assert machine.roll.printed == []
    assert machine.take_answers() == b"\x1a\x16"
    machine.close_cover()
    assert machine.roll.cuts == 1


def test_power_loss_forgets_the_buffer_and_leaves_half_a_receipt_hanging() -> None:
    machine = PrinterMachine()
    machine.die_after_bytes(600)
    machine.receive(JOB)
    assert not machine.is_on
    assert machine.roll.pieces() == []
    hanging = len(machine.roll.hanging())
    assert hanging > 0
    machine.power_cycle()
    machine.receive(JOB)
    assert len(machine.roll.pieces()) == 1


def test_drawer_opens_only_by_a_pulse_and_stays_open_until_shut() -> None:
    machine = PrinterMachine()
    machine.receive(JOB)
    assert machine.drawer.openings == 0
    machine.receive(b"\x1bp\x00\x32\x32")
    machine.receive(b"\x10\x04\x01\x1dr\x02")
    assert machine.drawer.openings == 1
    assert machine.take_answers() == b"\x16\x01"


@given(st.binary(max_size=300))
def test_any_bytes_are_taken_without_error_and_never_open_the_drawer_unseen(noise: bytes) -> None:
    machine = PrinterMachine()
    machine.receive(noise)
    pulses = [command for command in CommandReader().feed(noise) if command.kind is Kind.PULSE]
    assert machine.drawer.openings <= len(pulses)
