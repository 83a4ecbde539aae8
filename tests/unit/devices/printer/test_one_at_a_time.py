"""One line at a time: the second caller waits, is told when it waited too long, and gets the line of a lost one."""

from __future__ import annotations

import threading
import time

import pytest

from devices.printer import one_at_a_time
from devices.printer.cash_drawer import PrinterCashDrawer
from devices.printer.machine import PrinterMachine
from devices.printer.one_at_a_time import OneAtATime
from devices.printer.simulated import SimulatedLinks, simulated_printer
from pos.domain.errors import DeviceUnavailable


def test_the_second_link_opens_when_the_first_is_closed() -> None:
    links = OneAtATime(SimulatedLinks(PrinterMachine()))
    first = links.open(1.0)
    opened = threading.Event()

    def second() -> None:
        links.open(1.0).close()
        opened.set()

    other = threading.Thread(target=second)
    other.start()
    assert not opened.wait(0.1)
    first.close()
    assert opened.wait(2.0)
    other.join()


def test_a_line_that_stays_taken_is_busy_and_the_pulse_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_at_a_time, "PULSE_LIFE_S", 0.1)
    machine = PrinterMachine()
    links = OneAtATime(SimulatedLinks(machine))
    held = links.open(1.0)
    with pytest.raises(DeviceUnavailable, match=r"printer\.busy"):
        PrinterCashDrawer(links).pulse()
    held.close()
    assert machine.drawer.openings == 0


def test_a_pulse_that_waited_longer_than_it_lives_is_not_sent() -> None:
    machine = PrinterMachine()
    links = OneAtATime(SimulatedLinks(machine))
    held = links.open(1.0)
    threading.Timer(0.2, held.close).start()
    with pytest.raises(DeviceUnavailable, match=r"drawer\.too_late"):
        PrinterCashDrawer(links).pulse(life_s=0.05)
    assert machine.drawer.openings == 0


def test_a_printer_that_cannot_be_reached_does_not_keep_the_line() -> None:
    machine = PrinterMachine(is_on=False)
    links = OneAtATime(SimulatedLinks(machine))
    with pytest.raises(DeviceUnavailable, match=r"printer\.not_reachable"):
        links.open(1.0)
    machine.power_cycle()
    started = time.monotonic()
    links.open(1.0).close()
    assert time.monotonic() - started < 1.0


def test_the_simulated_printer_and_its_drawer_share_one_line() -> None:
    printer, drawer, _machine = simulated_printer()
    assert printer._links is drawer._links
    assert isinstance(printer._links, OneAtATime)
