"""How bytes reach a printer: one short connection per job over network, USB, serial, a device file or Windows' spooler.

python-escpos is used as transport only (its text path is wrong for Chinese, pitfalls 4) and imported on first use: it
takes 0.3 s, and it configures logging if nobody has, so the program sets up its own logging before. Library errors
are translated here. Must not know: what the bytes mean.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import platformdirs

from pos.domain.errors import DeviceUnavailable

_USB_PRINTER, _USB_BULK, _USB_IN = 0x07, 2, 0x80
_USB_PACKET = 512
"""A bulk packet is never longer (USB 2.0, 5.8.3); a shorter buffer would overflow."""


class LinkBroken(Exception):
    """The connection failed while sending or reading; what was sent may or may not have arrived."""


class Link(Protocol):
    """An open connection to a printer."""

    def send(self, content: bytes, timeout_s: float) -> None:
        """Write everything. Raises LinkBroken."""

    def receive(self, timeout_s: float) -> bytes:
        """What has arrived, waiting at most `timeout_s`; b"" = nothing. Raises LinkBroken when the line is gone."""

    def close(self) -> None:
        """Let go; never raises."""


class LinkMaker(Protocol):
    """Opens a link; one object per configured printer, holding no handle between jobs."""

    @property
    def can_answer(self) -> bool:
        """Whether anything can be read back at all."""

    def open(self, timeout_s: float) -> Link:
        """Connect. Raises DeviceUnavailable: nothing was sent."""


@dataclass(frozen=True, slots=True)
class NetworkLinks:
    """A printer at `host`, raw port 9100."""

    host: str
    port: int = 9100

    @property
    def can_answer(self) -> bool:
        """Network printers answer."""
        return True

    def open(self, timeout_s: float) -> Link:
        """Connect by TCP.

        The socket is made here: the library forgets its own, unclosed, when a connection is refused.
        """
        classes = _escpos_classes()
        try:
            line = socket.create_connection((self.host, self.port), timeout_s)
        except (OSError, ValueError) as error:  # a name that cannot be asked for is a ValueError
            raise DeviceUnavailable("printer.not_reachable", reason=type(error).__name__) from error
        device = classes.Network(self.host, port=self.port, timeout=timeout_s)
        device.device = line
        return _EscposLink(device, reads=True)


@dataclass(frozen=True, slots=True)
class UsbLinks:
    """A USB printer by vendor and product id; needs the `usb` extra. backend: pyusb's, None = what the system has."""

    vendor_id: int
    product_id: int
    backend: object = None

    @property
    def can_answer(self) -> bool:
        """USB printers answer."""
        return True

    def open(self, timeout_s: float) -> Link:
        """Claim the interface and find its two ends: which numbers they have differs from model to model."""
        classes = _escpos_classes()
        known = {} if self.backend is None else {"usb_args": {"backend": self.backend}}
        device = _opened(classes.Usb, self.vendor_id, self.product_id, **known)
        link = _UsbLink(device, reads=_find_ends(device))
        if not device.out_ep:
            link.close()
            raise DeviceUnavailable("printer.not_reachable", reason="no printer interface")
        return link


@dataclass(frozen=True, slots=True)
class SerialLinks:
    """A serial printer, 8N1; needs the `serial` extra."""

    device: str
    baud_rate: int = 115_200

    @property
    def can_answer(self) -> bool:
        """Serial printers answer."""
        return True

    def open(self, timeout_s: float) -> Link:
        """Open the port."""
        classes = _escpos_classes()
        device = _opened(classes.Serial, self.device, baudrate=self.baud_rate, timeout=timeout_s)
        return _SerialLink(device, reads=True)


@dataclass(frozen=True, slots=True)
class FileLinks:
    """A device file such as /dev/usb/lp0; it takes bytes and says nothing."""

    path: Path

    @property
    def can_answer(self) -> bool:
        """A file does not answer."""
        return False

    def open(self, timeout_s: float) -> Link:
        """Open the file; it must be there, or a printer that is off would be replaced by a plain file."""
        if not self.path.exists():
            raise DeviceUnavailable("printer.not_reachable", reason="no device file")
        try:
            return _FileLink(os.open(self.path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_NONBLOCK", 0)))
        except OSError as error:
            raise DeviceUnavailable("printer.not_reachable", reason=type(error).__name__) from error


class _FileLink:
    """An opened device file; a printer that takes nothing more would block a plain write for ever."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def send(self, content: bytes, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        left = memoryview(content)
        try:
            while left:
                if os.name == "posix":
                    self._wait_for_room(deadline)
                left = left[os.write(self._handle, left) :]
        except OSError as error:
            raise LinkBroken(type(error).__name__) from error

    def receive(self, timeout_s: float) -> bytes:
        return b""

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._handle)

    def _wait_for_room(self, deadline: float) -> None:
        waited_s = max(0.0, deadline - time.monotonic())
        if not select.select([], [self._handle], [], waited_s)[1]:
            raise LinkBroken("takes nothing")


@dataclass(frozen=True, slots=True)
class SpoolerLinks:
    """A Windows printer by name, RAW through the vendor's driver; the spooler swallows and says nothing."""

    printer_name: str

    @property
    def can_answer(self) -> bool:
        """The spooler does not answer."""
        return False

    def open(self, timeout_s: float) -> Link:
        """Start a spool job; printing happens when it is closed."""
        classes = _escpos_classes()
        return _EscposLink(_opened(classes.Win32Raw, self.printer_name), reads=False)


class _EscposLink:
    """One opened python-escpos printer used as a plain pipe."""

    def __init__(self, device: Any, reads: bool) -> None:
        self._device = device
        self._reads = reads

    def send(self, content: bytes, timeout_s: float) -> None:
        try:
            self._limit(timeout_s)  # setting it asks a serial port, which may be gone
            self._device._raw(content)
        except _broken_errors() as error:
            raise LinkBroken(str(error)) from error

    def receive(self, timeout_s: float) -> bytes:
        if not self._reads:
            return b""
        try:
            self._limit(timeout_s)
            arrived = self._read(timeout_s)
        except TimeoutError:
            return b""
        except _broken_errors() as error:
            if "timeout" in str(error).lower() or "timed out" in str(error).lower():
                return b""
            raise LinkBroken(str(error)) from error
        if not arrived and hasattr(self._device.device, "recv"):
            raise LinkBroken("closed by the printer")
        return arrived

    def close(self) -> None:
        try:
            self._device.close()
        except _broken_errors():
            return

    def _read(self, timeout_s: float) -> bytes:
        return bytes(self._device._read() or b"")

    def _limit(self, timeout_s: float) -> None:
        """Each transport keeps its time limit in another place."""
        if hasattr(self._device.device, "settimeout"):
            self._device.device.settimeout(timeout_s)


class _SerialLink(_EscposLink):
    """A serial port."""

    def close(self) -> None:
        """The library would wait for a printer that takes nothing, and would keep a port whose cable is gone."""
        port, self._device.device = self._device.device, None
        with contextlib.suppress(*_broken_errors()):
            port.close()

    def _read(self, timeout_s: float) -> bytes:
        """A read of 16 bytes would wait for all 16; take what is there, at least one."""
        port = self._device.device
        return bytes(port.read(max(1, port.in_waiting)))

    def _limit(self, timeout_s: float) -> None:
        port = self._device.device
        port.timeout = port.write_timeout = timeout_s


class _UsbLink(_EscposLink):
    """A USB printer. The library's own read knows no limit of ours and its write says nothing of a rest."""

    def send(self, content: bytes, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        left = content
        try:
            while left:
                left_ms = int((deadline - time.monotonic()) * 1000)
                if left_ms < 1:  # 0 would mean: for ever
                    raise LinkBroken("takes nothing")
                left = left[self._device.device.write(self._device.out_ep, left, left_ms) :]
        except _broken_errors() as error:
            raise LinkBroken(str(error)) from error

    def _read(self, timeout_s: float) -> bytes:
        return bytes(self._device.device.read(self._device.in_ep, _USB_PACKET, max(1, int(timeout_s * 1000))))


def _find_ends(device: Any) -> bool:
    """Set where to write to and read from (0 = nowhere); True if it can be read from.

    Source: USB Device Class Definition for Printing Devices 1.1: interface class 7, bulk OUT, bulk IN optional. Cheap
    models call themselves vendor specific, so any other interface with a bulk OUT comes second.
    """
    device.out_ep = device.in_ep = 0
    for interface in sorted(device.device.get_active_configuration(), key=lambda i: i.bInterfaceClass != _USB_PRINTER):
        ends = [end.bEndpointAddress for end in interface if end.bmAttributes & 3 == _USB_BULK]
        out = [end for end in ends if not end & _USB_IN]
        if out:
            device.out_ep, device.in_ep = out[0], next((end for end in ends if end & _USB_IN), 0)
            break
    return bool(device.in_ep)


def _opened(kind: Any, *args: object, **settings: object) -> Any:
    """Make and open a python-escpos printer; whatever the library raises means that nothing was sent."""
    if not kind.is_usable():
        raise DeviceUnavailable("printer.driver_missing", transport=kind.__name__)
    try:
        device = kind(*args, **settings)
        device.open()
    except _broken_errors(ValueError) as error:  # pyusb without its library and a baud rate no port has
        raise DeviceUnavailable("printer.not_reachable", reason=type(error).__name__) from error
    return device


def _escpos_classes() -> Any:
    """python-escpos' printer classes; its cache lies in the user's own folder, never in a shared temporary one."""
    cache = platformdirs.user_cache_path("changshou") / "escpos"
    cache.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("ESCPOS_CAPABILITIES_PICKLE_DIR", str(cache))
    from escpos import printer

    return printer


def _broken_errors(*more: type[Exception]) -> tuple[type[Exception], ...]:
    """What the transports raise: the library's own errors and the system's (pyusb's and pyserial's are OSErrors)."""
    from escpos.exceptions import Error

    errors: tuple[type[Exception], ...] = (Error, OSError, RuntimeError, AssertionError, *more)
    if sys.platform == "win32":
        import pywintypes

        return (*errors, pywintypes.error)
    import termios

    return (*errors, termios.error)  # a serial port whose adapter was pulled; no OSError
