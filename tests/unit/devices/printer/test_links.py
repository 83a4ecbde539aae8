"""Links to real transports: a refused port, a device file, a serial line, a USB bus, and how each of them breaks."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from devices.printer.links import FileLinks, LinkBroken, NetworkLinks, SerialLinks, UsbLinks, _opened
from devices.printer.machine import PrinterMachine
from devices.printer.profile import Confirmation, PrinterProfile
from devices.printer.receipt_printer import EscposReceiptPrinter, process_id
from devices.printer.tcp_printer import TcpPrinter
from pos.domain.errors import DeviceUnavailable
from pos.ports.printer import PrinterState, PrintState
from printing.render import render_receipt
from printing.roll import ROLL_80
from tests.contract.printer_lines import IN, OUT, PRODUCT, VENDOR, SerialPrinter, UsbBus
from tests.unit.printing.sample_papers import ANCHOR, RECEIPT

JOB = render_receipt(RECEIPT, roll=ROLL_80, anchor=ANCHOR).job_bytes


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_refused_connection_is_unavailable_and_the_status_is_offline() -> None:
    printer = EscposReceiptPrinter(NetworkLinks("127.0.0.1", free_port()))
    with pytest.raises(DeviceUnavailable, match=r"printer\.not_reachable"):
        printer.print_job("job", JOB)
    assert printer.status() is PrinterState.OFFLINE


@pytest.mark.parametrize("host", ["192.168.1..50", "a" * 70, " ", ""])
def test_a_mistyped_address_is_unavailable_and_the_status_is_offline(host: str) -> None:
    printer = EscposReceiptPrinter(NetworkLinks(host, free_port()))
    with pytest.raises(DeviceUnavailable, match=r"printer\.not_reachable"):
        printer.print_job("job", JOB)
    assert printer.status() is PrinterState.OFFLINE


class _PortWithoutThatRate:
    """What pyserial does with a baud rate that no port has."""

    def __init__(self, device: str, **_settings: object) -> None:
        self.device = device

    @staticmethod
    def is_usable() -> bool:
        return True

    def open(self) -> None:
        raise ValueError("Not a valid baudrate: -1")


def test_a_library_that_refuses_a_setting_with_a_value_error_is_unavailable() -> None:
    with pytest.raises(DeviceUnavailable, match=r"printer\.not_reachable"):
        _opened(_PortWithoutThatRate, "/dev/ttyS0")


def test_device_file_takes_the_job_and_the_outcome_is_unknown(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()
    printer = EscposReceiptPrinter(FileLinks(device))
    assert printer.status() is PrinterState.UNKNOWN
    outcome = printer.print_job("job", JOB)
    assert (outcome.state, outcome.detail) == (PrintState.UNKNOWN, "printer.cannot_confirm")
    assert device.read_bytes() == JOB


def test_a_device_file_that_takes_nothing_more_ends_as_unknown_within_the_limit(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    os.mkfifo(device)
    printer = EscposReceiptPrinter(FileLinks(device), PrinterProfile(write_s=0.3))
    with pytest.raises(DeviceUnavailable, match=r"printer\.not_reachable"):
        printer.print_job("job", JOB)  # nobody at the other end
    reader = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
    started = time.monotonic()
    outcome = printer.print_job("job", JOB * 400)
    assert (outcome.state, outcome.detail) == (PrintState.UNKNOWN, "printer.lost_during_job")
    assert time.monotonic() - started < 2.0
    os.close(reader)


@pytest.mark.parametrize("links", [SerialLinks("/dev/ttyS-none"), UsbLinks(0x0416, 0x5011), FileLinks(Path("/no/lp0"))])
def test_missing_device_or_missing_driver_is_unavailable(links: SerialLinks | UsbLinks | FileLinks) -> None:
    with pytest.raises(DeviceUnavailable, match=r"printer\.(not_reachable|driver_missing)"):
        EscposReceiptPrinter(links).print_job("job", JOB)


def test_absent_device_file_is_not_created_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(DeviceUnavailable, match=r"printer\.not_reachable"):
        EscposReceiptPrinter(FileLinks(tmp_path / "lp0")).print_job("job", JOB)
    assert list(tmp_path.iterdir()) == []


def test_line_closed_by_the_printer_is_broken_not_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        link = NetworkLinks("127.0.0.1", server.getsockname()[1]).open(1.0)
        connection, _ = server.accept()
        connection.close()
        with pytest.raises(LinkBroken):
            link.receive(1.0)
        link.close()


def test_each_job_has_its_own_printable_process_id() -> None:
    ids = {process_id(f"job-{n}", JOB) for n in range(500)}
    assert len(ids) == 500
    assert all(0x20 <= byte <= 0x7E for one in ids for byte in one)


def test_printer_that_stops_reading_in_the_middle_is_unknown_within_the_limit() -> None:
    machine = PrinterMachine()
    profile = PrinterProfile(answers_status=False, write_s=0.3, confirm_s=0.3)
    with TcpPrinter(machine) as server:
        machine.is_stalled = True
        outcome = EscposReceiptPrinter(NetworkLinks("127.0.0.1", server.port), profile).print_job("job", JOB * 4000)
    assert outcome.state is PrintState.UNKNOWN
    assert outcome.detail in ("printer.lost_during_job", "printer.no_confirmation")


def test_every_job_uses_one_connection_of_its_own() -> None:
    machine = PrinterMachine()
    profile = PrinterProfile(confirmation=Confirmation.PROCESS_ID)
    with TcpPrinter(machine) as server:
        printer = EscposReceiptPrinter(NetworkLinks("127.0.0.1", server.port), profile)
        for n in range(3):
            assert printer.print_job(f"job-{n}", JOB).state is PrintState.CONFIRMED
        assert server.connections == 3
    assert machine.roll.cuts == 3


def usb_printer(bus: UsbBus, **profile: object) -> EscposReceiptPrinter:
    return EscposReceiptPrinter(UsbLinks(VENDOR, PRODUCT, bus), PrinterProfile(**profile))  # type: ignore[arg-type]


def test_a_usb_printer_that_takes_a_job_in_small_pieces_gets_all_of_it() -> None:
    bus = UsbBus(PrinterMachine())
    bus.takes = 64
    assert usb_printer(bus).print_job("job", JOB).state is PrintState.CONFIRMED


def test_a_usb_printer_that_calls_itself_vendor_specific_is_found_by_its_bulk_ends() -> None:
    bus = UsbBus(PrinterMachine())
    bus.interfaces = [(0xFF, (OUT, IN))]
    assert usb_printer(bus).print_job("job", JOB).state is PrintState.CONFIRMED


def test_a_usb_printer_without_a_way_back_prints_and_stays_unknown() -> None:
    machine = PrinterMachine()
    bus = UsbBus(machine)
    bus.interfaces = [(0x07, (OUT,))]
    outcome = usb_printer(bus, answers_status=False, confirmation=Confirmation.NONE).print_job("job", JOB)
    assert (outcome.state, machine.roll.cuts) == (PrintState.UNKNOWN, 1)


def test_a_usb_device_that_is_no_printer_is_unavailable() -> None:
    bus = UsbBus(PrinterMachine())
    bus.interfaces = [(0x03, (0x81,))]
    with pytest.raises(DeviceUnavailable, match=r"printer\.not_reachable"):
        usb_printer(bus).print_job("job", JOB)


def test_a_usb_printer_that_takes_nothing_more_ends_as_unknown_within_the_limit() -> None:
    machine = PrinterMachine()
    machine.is_stalled = True
    printer = usb_printer(UsbBus(machine), answers_status=False, write_s=0.3, confirm_s=0.3)
    started = time.monotonic()
    outcome = printer.print_job("job", JOB)
    assert (outcome.state, outcome.detail) == (PrintState.UNKNOWN, "printer.lost_during_job")
    assert time.monotonic() - started < 2.0


def test_a_mute_usb_printer_costs_the_limit_of_the_profile_and_not_the_second_of_the_library() -> None:
    machine = PrinterMachine()
    machine.is_mute = True
    started = time.monotonic()
    assert usb_printer(UsbBus(machine), status_s=0.2).status() is PrinterState.UNKNOWN
    assert time.monotonic() - started < 0.9


def test_a_serial_line_pulled_in_the_middle_is_broken_not_silent() -> None:
    with SerialPrinter(PrinterMachine()) as port:
        link = SerialLinks(port.device).open(0.5)
        link.send(b"half a paper", 0.5)
    with pytest.raises(LinkBroken):
        link.receive(0.5)
    link.close()
