"""The rigs of the printer contract: the machine in this process, and behind a TCP port, a serial line, a USB bus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from devices.printer.cash_drawer import PrinterCashDrawer
from devices.printer.links import LinkMaker, NetworkLinks, SerialLinks, UsbLinks
from devices.printer.machine import PrinterMachine
from devices.printer.one_at_a_time import OneAtATime
from devices.printer.profile import PrinterProfile
from devices.printer.receipt_printer import EscposReceiptPrinter
from devices.printer.simulated import SimulatedLinks
from devices.printer.tcp_printer import TcpPrinter
from tests.contract.printer_lines import PRODUCT, VENDOR, SerialPrinter, UsbBus

QUICK = PrinterProfile(connect_s=1.0, write_s=1.0, status_s=0.3, confirm_s=0.4)
RIGS = ("in_process", "network", "serial", "usb")


@dataclass
class Rig:
    """Adapters as the program uses them and the machine behind them."""

    printer: EscposReceiptPrinter
    drawer: PrinterCashDrawer
    machine: PrinterMachine


@contextmanager
def open_rig(kind: str, **profile: object) -> Iterator[Rig]:
    """A rig of `kind`; `profile` overrides single fields of the profile."""
    chosen = replace(QUICK, **profile)  # type: ignore[arg-type]
    machine = PrinterMachine()
    with _line(kind, machine) as line:
        links = OneAtATime(line)
        yield Rig(EscposReceiptPrinter(links, chosen), PrinterCashDrawer(links, chosen), machine)


@contextmanager
def _line(kind: str, machine: PrinterMachine) -> Iterator[LinkMaker]:
    if kind == "in_process":
        yield SimulatedLinks(machine)
    elif kind == "usb":
        yield UsbLinks(VENDOR, PRODUCT, UsbBus(machine))
    elif kind == "serial":
        with SerialPrinter(machine) as port:
            yield SerialLinks(port.device)
    else:
        with TcpPrinter(machine) as server:
            yield NetworkLinks("127.0.0.1", server.port)
