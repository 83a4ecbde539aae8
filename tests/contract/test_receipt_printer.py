"""The contract of `ReceiptPrinter`, kept by the in-process printer and by the network adapter on a real TCP port."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest

from devices.printer.profile import Confirmation
from devices.printer.receipt_printer import EscposReceiptPrinter, process_id
from devices.printer.roll import PrintedRaster
from pos.domain.errors import DeviceRefused, DeviceUnavailable
from pos.ports.printer import PrinterState, PrintState
from printing.render import StripPaper, render_receipt
from printing.roll import ROLL_58, ROLL_80
from tests.contract.printer_rigs import RIGS, Rig, open_rig
from tests.unit.printing.sample_papers import ANCHOR, HAND_OVER, MOVEMENT, RECEIPT, SLIP, Z

JOB = render_receipt(RECEIPT, roll=ROLL_80, anchor=ANCHOR)


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    with open_rig(request.param) as opened:
        yield opened


def test_a_job_that_came_out_is_confirmed_and_reads_as_rendered(rig: Rig) -> None:
    outcome = rig.printer.print_job("job-1", JOB.job_bytes)
    assert outcome.state is PrintState.CONFIRMED
    assert outcome.bytes_sha256 == sha256(JOB.job_bytes).hexdigest() == JOB.sha256
    assert rig.machine.roll.text() == JOB.text
    assert rig.machine.violations == []


def test_a_report_with_a_qr_code_comes_out_as_rendered(rig: Rig) -> None:
    job = render_receipt(Z, roll=ROLL_80, anchor=ANCHOR)
    assert rig.printer.print_job("job-z", job.job_bytes).state is PrintState.CONFIRMED
    assert rig.machine.roll.text() == job.text


def test_both_copies_are_cut_apart_and_the_drawer_stays_shut(rig: Rig) -> None:
    job = render_receipt(replace(RECEIPT, copies=("customer", "stub")), roll=ROLL_80, anchor=ANCHOR)
    rig.printer.print_job("job-2", job.job_bytes)
    pieces = rig.machine.roll.piece_texts()
    assert len(pieces) == 2
    assert "客户联" in pieces[0]
    assert "存根联" in pieces[1]
    assert rig.machine.drawer.openings == 0


def test_status_of_a_healthy_printer_is_ok(rig: Rig) -> None:
    assert rig.printer.status() is PrinterState.OK


def test_paper_out_refuses_before_anything_is_sent(rig: Rig) -> None:
    rig.machine.paper_out_after(0)
    assert rig.printer.status() is PrinterState.PAPER_OUT
    with pytest.raises(DeviceRefused, match=r"printer\.paper_out"):
        rig.printer.print_job("job-3", JOB.job_bytes)
    rig.machine.load_paper()
    assert rig.machine.roll.printed == []


def test_open_cover_refuses_before_anything_is_sent(rig: Rig) -> None:
    rig.machine.open_cover()
    assert rig.printer.status() is PrinterState.COVER_OPEN
    with pytest.raises(DeviceRefused, match=r"printer\.cover_open"):
        rig.printer.print_job("job-4", JOB.job_bytes)
    rig.machine.close_cover()
    assert rig.machine.roll.printed == []


def test_low_paper_is_told_and_still_prints(rig: Rig) -> None:
    rig.machine.is_paper_low = True
    assert rig.printer.status() is PrinterState.PAPER_LOW
    assert rig.printer.print_job("job-5", JOB.job_bytes).state is PrintState.CONFIRMED


def test_paper_ending_in_the_middle_is_unknown_and_the_rest_comes_with_new_paper(rig: Rig) -> None:
    rig.machine.paper_out_after(12)
    outcome = rig.printer.print_job("job-6", JOB.job_bytes)
    assert (outcome.state, outcome.detail) == (PrintState.UNKNOWN, "printer.paper_out_during_job")
    assert rig.machine.roll.cuts == 0
    rig.machine.load_paper()
    assert rig.machine.roll.text() == JOB.text


def test_switched_off_printer_is_unavailable(rig: Rig) -> None:
    rig.machine.die_after_bytes(0)
    assert rig.printer.status() in (PrinterState.OFFLINE, PrinterState.UNKNOWN)
    with pytest.raises(DeviceUnavailable):
        rig.printer.print_job("job-7", JOB.job_bytes)


def test_mute_printer_is_never_ok_and_gets_nothing(rig: Rig) -> None:
    rig.machine.is_mute = True
    assert rig.printer.status() is PrinterState.UNKNOWN
    with pytest.raises(DeviceUnavailable, match=r"printer\.no_answer"):
        rig.printer.print_job("job-8", JOB.job_bytes)
    assert rig.machine.roll.printed == []


def test_stalled_printer_is_unavailable_before_data(rig: Rig) -> None:
    rig.machine.is_stalled = True
    with pytest.raises(DeviceUnavailable, match=r"printer\.no_answer"):
        rig.printer.print_job("job-9", JOB.job_bytes)


@pytest.mark.parametrize("kind", RIGS)
def test_model_that_cannot_confirm_stays_unknown_although_it_printed(kind: str) -> None:
    with open_rig(kind) as rig:
        rig.machine.knows_process_id = False
        outcome = rig.printer.print_job("job-10", JOB.job_bytes)
        assert (outcome.state, outcome.detail) == (PrintState.UNKNOWN, "printer.no_confirmation")
        assert rig.machine.roll.text() == JOB.text


@pytest.mark.parametrize("kind", RIGS)
def test_model_that_answers_in_order_confirms_by_paper_status(kind: str) -> None:
    with open_rig(kind, confirmation=Confirmation.PAPER_STATUS) as rig:
        rig.machine.knows_process_id = False
        assert rig.printer.print_job("job-11", JOB.job_bytes).state is PrintState.CONFIRMED


@pytest.mark.parametrize("kind", RIGS)
def test_model_without_any_answer_prints_and_says_unknown(kind: str) -> None:
    with open_rig(kind, confirmation=Confirmation.NONE, answers_status=False) as rig:
        rig.machine.is_mute = True
        assert rig.printer.status() is PrinterState.UNKNOWN
        outcome = rig.printer.print_job("job-12", JOB.job_bytes)
        assert (outcome.state, outcome.detail) == (PrintState.UNKNOWN, "printer.cannot_confirm")


def test_printer_works_again_after_power_comes_back(rig: Rig) -> None:
    rig.machine.die_after_bytes(400)
    assert rig.printer.print_job("job-13", JOB.job_bytes).state is PrintState.UNKNOWN
    rig.machine.power_cycle()
    assert rig.printer.print_job("job-14", JOB.job_bytes).state is PrintState.CONFIRMED
    assert rig.machine.roll.text().endswith(JOB.text)


STATUS_QUESTIONS, CONFIRM_QUESTION = 9, 11
EVERY_PAPER = [RECEIPT, Z, HAND_OVER, SLIP, MOVEMENT]


@pytest.mark.parametrize("paper", EVERY_PAPER, ids=lambda p: p.TEMPLATE)
def test_death_at_every_byte_is_never_called_printed_unless_it_was_complete(paper: StripPaper) -> None:
    job = render_receipt(paper, roll=ROLL_80, anchor=ANCHOR)
    whole = STATUS_QUESTIONS + len(job.job_bytes) + CONFIRM_QUESTION
    confirmed_at = []
    for cut_at in range(whole + 2):
        with open_rig("in_process") as rig:
            rig.machine.die_after_bytes(cut_at)
            try:
                outcome = rig.printer.print_job("job", job.job_bytes)
            except DeviceUnavailable:
                assert cut_at <= STATUS_QUESTIONS
                assert rig.machine.roll.printed == []
                continue
            if outcome.state is PrintState.CONFIRMED:
                assert rig.machine.roll.text() == job.text
                confirmed_at.append(cut_at)
            else:
                assert outcome.detail == "printer.lost_during_job"
    assert confirmed_at == [whole + 1]


@pytest.mark.parametrize("paper", EVERY_PAPER, ids=lambda p: p.TEMPLATE)
def test_paper_ending_at_every_line_is_refused_or_unknown_and_never_lost(paper: StripPaper) -> None:
    job = render_receipt(paper, roll=ROLL_58, anchor=ANCHOR)
    for lines in range(job.text.count("\n") + 1):
        with open_rig("in_process") as rig:
            rig.machine.paper_out_after(lines)
            try:
                outcome = rig.printer.print_job("job", job.job_bytes)
            except DeviceRefused:
                assert lines == 0
                continue
            finished = rig.machine.roll.cuts == 1
            assert (outcome.state is PrintState.CONFIRMED) == finished
            rig.machine.load_paper()
            assert rig.machine.roll.cuts == 1


@pytest.mark.parametrize("kind", RIGS)
def test_a_rare_name_reaches_the_paper_as_a_picture(kind: str) -> None:
    job = render_receipt(replace(RECEIPT, customer_name="王㛃䶮"), roll=ROLL_80, anchor=ANCHOR)
    with open_rig(kind) as rig:
        assert rig.printer.print_job("job", job.job_bytes).state is PrintState.CONFIRMED
        assert [item.row_bytes for item in rig.machine.roll.printed if isinstance(item, PrintedRaster)] == [72]
        assert rig.machine.violations == []


@pytest.mark.parametrize("cut_at", [1, 4, 9, 10, 11, 200, 901, 1500, 1830, 1840, 1850])
def test_death_on_a_real_line_is_unknown_or_nothing_sent(cut_at: int) -> None:
    with open_rig("network") as rig:
        rig.machine.die_after_bytes(cut_at)
        try:
            outcome = rig.printer.print_job("job", JOB.job_bytes)
        except DeviceUnavailable:
            assert rig.machine.roll.printed == []
        else:
            assert outcome.state is PrintState.UNKNOWN


class _LateLine:
    """A healthy printer on a line where the word about the job before this one arrives late."""

    can_answer = True

    def __init__(self, late: bytes) -> None:
        self._late = late
        self._answers = b""

    def open(self, timeout_s: float) -> _LateLine:
        return self

    def send(self, content: bytes, timeout_s: float) -> None:
        self._answers = b"\x12" if content.startswith(b"\x10\x04") else self._late

    def receive(self, timeout_s: float) -> bytes:
        answers, self._answers = self._answers, b""
        return answers

    def close(self) -> None:
        return


def test_the_word_about_another_job_does_not_confirm_this_one() -> None:
    def answer(job_id: str) -> bytes:
        return b"\x37\x22" + process_id(job_id, JOB.job_bytes) + b"\x00"

    def outcome(late: bytes) -> PrintState:
        return EscposReceiptPrinter(_LateLine(late)).print_job("job-2", JOB.job_bytes).state

    assert outcome(answer("job-1")) is PrintState.UNKNOWN
    assert outcome(answer("job-1") + answer("job-2")) is PrintState.CONFIRMED


def test_a_lost_status_answer_stops_the_job_before_it_is_sent() -> None:
    with open_rig("in_process") as rig:
        rig.machine.lose_next_answer()
        with pytest.raises(DeviceUnavailable):
            rig.printer.print_job("job", JOB.job_bytes)
        assert rig.machine.roll.printed == []
        assert rig.printer.print_job("job", JOB.job_bytes).state is PrintState.CONFIRMED
