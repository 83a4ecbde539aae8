"""The simulated printer behind the lines a real one has: a serial port (a pair of pseudo terminals), a USB bus.

The bus is a backend object of pyusb: everything above it, python-escpos and our links, is the product's own path.
"""

from __future__ import annotations

import os
import threading
import time
import tty
from array import array
from types import SimpleNamespace
from typing import Any, Self

from usb.backend import IBackend
from usb.core import USBError, USBTimeoutError

from devices.printer.machine import PrinterMachine

VENDOR, PRODUCT = 0x0416, 0x5011
OUT, IN = 0x03, 0x84
_POLL_S = 0.01


class SerialPrinter:
    """A machine at the far end of a serial line; `device` is the near end. Without power it is silent."""

    def __init__(self, machine: PrinterMachine) -> None:
        self._machine = machine
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        os.set_blocking(self._far, False)
        self.device = os.ttyname(self._near)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="serial-printer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._closing.set()
        self._thread.join(timeout=2)
        for end in (self._far, self._near):
            os.close(end)

    def _serve(self) -> None:
        while not self._closing.is_set():
            if self._machine.is_stalled:
                self._closing.wait(_POLL_S)
                continue
            try:
                self._machine.receive(os.read(self._far, 4096))
            except BlockingIOError:
                self._closing.wait(_POLL_S)
            if answers := self._machine.take_answers():
                os.write(self._far, answers)


class UsbBus(IBackend):
    """One printer on a bus; no power = no device.

    Attributes:
        takes: bytes the printer accepts in one go, None = all; interfaces: class and ends of each.
    """

    def __init__(self, machine: PrinterMachine) -> None:
        super().__init__()
        self.machine = machine
        self.takes: int | None = None
        self.interfaces: list[tuple[int, tuple[int, ...]]] = [(0x03, (0x81,)), (0x07, (OUT, IN))]
        self._buffered = 0

    def enumerate_devices(self) -> list[str]:
        return ["printer"] if self.machine.is_on else []

    def get_parent(self, _dev: Any) -> None:
        return None

    def get_device_descriptor(self, _dev: Any) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=VENDOR, idProduct=PRODUCT, bcdDevice=0x100, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, address=1, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, _dev: Any, config: int) -> Any:
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=0, bNumInterfaces=len(self.interfaces), bConfigurationValue=1,
            iConfiguration=0, bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, _dev: Any, intf: int, alt: int, _config: int) -> Any:
        if alt or intf >= len(self.interfaces):
            raise IndexError
        kind, ends = self.interfaces[intf]
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=intf, bAlternateSetting=0, bNumEndpoints=len(ends),
            bInterfaceClass=kind, bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, _dev: Any, ep: int, intf: int, _alt: int, _config: int) -> Any:
        kind, ends = self.interfaces[intf]
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=ends[ep], bmAttributes=3 if kind == 0x03 else 2,
            wMaxPacketSize=64, bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: Any) -> Any:
        return dev

    def close_device(self, _handle: Any) -> None: ...

    def set_configuration(self, _handle: Any, _value: int) -> None: ...

    def get_configuration(self, _handle: Any) -> int:
        return 1

    def claim_interface(self, _handle: Any, _intf: int) -> None: ...

    def release_interface(self, _handle: Any, _intf: int) -> None: ...

    def reset_device(self, _handle: Any) -> None: ...

    def bulk_write(self, _handle: Any, ep: int, _intf: int, data: array[int], timeout: int) -> int:
        self._require(ep == OUT)
        taken = data.tobytes()[: self.takes]
        if self.machine.is_stalled:  # one packet fits into its buffer, then it takes nothing more
            self._buffered += len(taken)
            if self._buffered > 64:
                time.sleep(timeout / 1000)
                raise USBTimeoutError("Operation timed out", errno=110)
        self.machine.receive(taken)
        return len(taken)

    def bulk_read(self, _handle: Any, ep: int, _intf: int, buff: array[int], timeout: int) -> int:
        end = time.monotonic() + timeout / 1000
        while True:
            self._require(ep == IN)
            if answers := self.machine.take_answers():
                buff[: len(answers)] = array("B", answers)
                return len(answers)
            if time.monotonic() > end:
                raise USBTimeoutError("Operation timed out", errno=110)
            time.sleep(0.005)

    def _require(self, right_end: bool) -> None:
        if not self.machine.is_on:
            raise USBError("No such device (it may have been disconnected)", errno=19)
        if not right_end:
            raise USBError("Pipe error", errno=32)
