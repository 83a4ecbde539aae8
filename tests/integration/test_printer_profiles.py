"""From the workstation's file to paper: queued papers through the outbox, over a socket, onto 58 and 80 mm rolls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from devices.printer.machine import DrawerBox, PrinterMachine
from devices.printer.roll import PaperRoll, PrintedCut, PrintedLine, PrintedRaster, columns
from devices.printer.tcp_printer import TcpPrinter
from ledger.canonical import sha256_hex
from ledger.entry import RecordDraft
from pos.domain.errors import RuleViolation
from pos.domain.paper_versions import PAPER_VERSION
from pos.ports.printer import PrintState
from pos.sagas.print_delivery import PrintReport, deliver_waiting
from pos.store import outbox
from pos.usecases.change_setting import ChangeSetting, change_setting
from pos.usecases.hall_settings import settings_of
from tests.fixtures_counter import Counter
from tests.fixtures_hall import DemoHall
from tests.fixtures_till import TillDay
from ui.app.check_result import CheckResult, Outcome
from ui.app.config import Config, config_text, parse_config
from ui.app.device_setup import Devices, open_devices, printer_roll
from ui.app.doctor_devices import device_checks
from ui.app.rendering import RollRenderer


@dataclass
class Workstation:
    """A file, what it opens, and the printer at the other end of the line."""

    config: Config
    devices: Devices
    machine: PrinterMachine

    def deliver(self, demo: DemoHall) -> tuple[PrintReport, ...]:
        renderer = RollRenderer(printer_roll(self.config.printer))
        return deliver_waiting(demo.hall, self.devices.printer, renderer, actor=demo.cashier)

    @property
    def text(self) -> str:
        return self.machine.roll.text()


@contextmanager
def workstation(machine: PrinterMachine, *lines: str) -> Iterator[Workstation]:
    """The file as an administrator writes it, read and opened as the program does."""
    with TcpPrinter(machine) as printer:
        written = "\n".join(["[printer]", 'kind = "network"', f"port = {printer.port}", *lines])
        config = parse_config(config_text(parse_config(written)))
        yield Workstation(config, open_devices(config, None), machine)


@pytest.fixture
def queued(demo_hall: DemoHall) -> DemoHall:
    """A hall with a float issued, sold for and handed on: five papers wait."""
    day = TillDay(demo_hall)
    day.start()
    day.sell(8690)
    day.end()
    day.to_lead()
    return demo_hall


def machine_of(width_chars: int) -> PrinterMachine:
    return PrinterMachine(roll=PaperRoll(width_chars))


@pytest.mark.parametrize(("paper_mm", "width"), [(58, 32), (80, 48)])
def test_every_queued_paper_comes_out_confirmed_and_fits_the_roll(queued: DemoHall, paper_mm: int, width: int) -> None:
    with workstation(machine_of(width), f"paper_mm = {paper_mm}") as desk:
        reports = desk.deliver(queued)
        assert {report.state for report in reports} == {PrintState.CONFIRMED}
        assert desk.machine.violations == []
        assert desk.machine.roll.cuts == len(reports) >= 4
        lines = [item for item in desk.machine.roll.printed if isinstance(item, PrintedLine)]
        assert max(columns(line.text) * line.across for line in lines) == width
        for title in ("找零备用金领用单", "班结单", "实收交款单", "交接单"):
            assert title in desk.text


def test_printer_without_chinese_font_prints_every_chinese_line_as_a_picture(queued: DemoHall) -> None:
    with workstation(machine_of(32), "paper_mm = 58", 'characters = "none"') as desk:
        assert {report.state for report in desk.deliver(queued)} == {PrintState.CONFIRMED}
        printed = desk.machine.roll.printed
        assert all(item.text.isascii() for item in printed if isinstance(item, PrintedLine))
        pictures = [item for item in printed if isinstance(item, PrintedRaster)]
        assert len(pictures) > 40
        assert {item.row_bytes for item in pictures} == {48}


def test_printer_without_cutter_feeds_to_the_tear_bar(queued: DemoHall) -> None:
    with workstation(machine_of(48), 'cutter = "none"', "feed_top = 2", "feed_bottom = 0") as desk:
        assert {report.state for report in desk.deliver(queued)} == {PrintState.CONFIRMED}
        assert not [item for item in desk.machine.roll.printed if isinstance(item, PrintedCut)]
        texts = [item.text for item in desk.machine.roll.printed if isinstance(item, PrintedLine)]
        assert texts[:2] == ["", ""]
        assert texts[-4:] == [""] * 4


def test_odd_width_in_dots_gives_its_own_columns(queued: DemoHall) -> None:
    with workstation(machine_of(42), "dots = 512") as desk:
        assert {report.state for report in desk.deliver(queued)} == {PrintState.CONFIRMED}
        assert "-" * 42 in desk.text
        assert "-" * 43 not in desk.text


def test_drawer_is_opened_by_the_pin_and_the_times_of_the_file() -> None:
    wired_to_five = PrinterMachine(drawer=DrawerBox(pin=5))
    with workstation(wired_to_five, "drawer_pin = 5", "drawer_on_ms = 60", "drawer_off_ms = 240") as desk:
        desk.devices.drawer.pulse()
        assert (wired_to_five.drawer.openings, wired_to_five.drawer.on_ms, wired_to_five.drawer.off_ms) == (1, 60, 240)
    with workstation(wired_to_five) as desk:
        desk.devices.drawer.pulse()
    assert wired_to_five.drawer.openings == 1


def test_papers_speak_the_halls_language(queued: DemoHall) -> None:
    english = ChangeSetting(command_id="en", actor=queued.admin, name="language", text="en")
    change_setting(queued.hall, english)
    with workstation(machine_of(32), "paper_mm = 58") as desk:
        desk.deliver(queued)
        for expected in ("Closing report (Z)", "班结单", "Remittance slip", "Takings to hand in", "人民币"):
            assert expected in desk.text, expected


def test_a_receipt_speaks_the_halls_language_and_keeps_its_legal_words(counter: Counter) -> None:
    demo = counter.demo
    change_setting(demo.hall, ChangeSetting(command_id="en", actor=demo.admin, name="language", text="en"))
    counter.deliver(counter.pay(33_000, 10_000).sale_id)
    with workstation(machine_of(48)) as desk:
        desk.deliver(demo)
        for expected in ("收款凭证", "Receipt", "Due", "Change", "人民币", "本凭证不作发票使用"):
            assert expected in desk.text, expected
        assert "应收" not in desk.text


def test_papers_in_a_language_nobody_wrote_are_refused_and_the_setting_stays(queued: DemoHall) -> None:
    with pytest.raises(RuleViolation) as refusal:
        change_setting(queued.hall, ChangeSetting(command_id="de", actor=queued.admin, name="language", text="de"))
    assert refusal.value.code == "setting.value"
    assert settings_of(queued.hall).language == "zh_CN"


def queue_a_newer_paper(demo: DemoHall) -> str:
    """What a newer program leaves behind when the hall goes back to this one; returns the job's id."""
    with demo.store.unit_of_work() as uow:
        paper = outbox.jobs_in_state(uow.connection, PrintState.QUEUED)[0].paper
        frozen = outbox.freeze(paper, till_id=None, session_id=None, reason="newer")
        document = frozen.document.replace(f'"version":{PAPER_VERSION}', f'"version":{PAPER_VERSION + 1}')
        newer = replace(frozen, document=document, sha256=sha256_hex(document))
        draft = RecordDraft(chain="DJ-H", kind="daybook_taken", command_id="newer", actor=demo.admin, facts={})
        record = uow.journal.append(outbox.naming(draft, [newer]))
        outbox.queue(uow, [newer], record)
        uow.commit()
    return f"{record.key}-1"


def test_paper_of_a_newer_program_stays_queued_and_the_others_are_printed(demo_hall: DemoHall) -> None:
    day = TillDay(demo_hall)
    day.start()
    newer = queue_a_newer_paper(demo_hall)
    day.end()
    with workstation(machine_of(48)) as desk:
        reports = {report.job_id: report for report in desk.deliver(demo_hall)}
        refused = reports.pop(newer)
        assert (refused.state, refused.code) == (PrintState.QUEUED, "print.paper_too_new")
        assert {report.state for report in reports.values()} == {PrintState.CONFIRMED}
        assert "班结单" in desk.text
        assert [report.job_id for report in desk.deliver(demo_hall)] == [newer]
    with demo_hall.store.reading() as connection:
        assert [job.job_id for job in outbox.jobs_in_state(connection, PrintState.QUEUED)] == [newer]


def test_doctor_shows_the_profile_in_force() -> None:
    with workstation(machine_of(32), "paper_mm = 58", 'cutter = "full"', "drawer_pin = 5") as desk:
        found = {result.name: result for result in device_checks(desk.config)}
    assert found["printer"].outcome is Outcome.OK
    assert found["printer_profile"] == CheckResult(
        "printer_profile",
        Outcome.OK,
        "doctor.printer_profile",
        "58 mm · 384 dots = 32 columns · font gb18030 · cut full · feed 0/1 · confirm process_id"
        " · drawer pin 5 100/100 ms",
    )
