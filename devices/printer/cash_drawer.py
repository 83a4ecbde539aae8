"""The cash drawer behind the receipt printer: a pulse through the printer, a sensor by its status.

The pulse is sent once and never resent (design "Money rules" 9). Whether the printer took it is asked in order
(GS r 2) where the model answers. Must not know: why the drawer opens, who pays.
"""

from __future__ import annotations

import time

from devices.printer.answers import AnswerReader, RealTime, Requested
from devices.printer.links import Link, LinkBroken, LinkMaker
from devices.printer.profile import Confirmation, PrinterProfile
from pos.domain.errors import DeviceUnavailable, OutcomeUnknown
from pos.ports.printer import DrawerState

_ASK_PRINTER = b"\x10\x04\x01"
_ASK_DRAWER_IN_ORDER = b"\x1dr\x02"
_SENSOR_BIT = 0x04


class PrinterCashDrawer:
    """Implements `pos.ports.printer.CashDrawer` over the printer's link."""

    def __init__(self, links: LinkMaker, profile: PrinterProfile | None = None) -> None:
        """`profile`: pin, pulse length and wiring of the sensor."""
        self._links = links
        self._profile = profile or PrinterProfile()

    def pulse(self) -> None:
        """Open it. Blocking: <= 2 s. Raises: DeviceUnavailable, OutcomeUnknown (sent, nobody says that it came)."""
        link = self._links.open(min(self._profile.connect_s, 1.0))
        asks = self._links.can_answer and self._profile.confirmation is not Confirmation.NONE
        try:
            link.send(self._pulse_command() + (_ASK_DRAWER_IN_ORDER if asks else b""), 1.0)
            if asks and self._answer(link, Requested) is None:
                raise OutcomeUnknown("drawer.no_confirmation")
        except LinkBroken as error:
            raise OutcomeUnknown("drawer.lost_during_pulse") from error
        finally:
            link.close()

    def state(self) -> DrawerState:
        """Read the sensor. Blocking: <= 1 s. Never raises for device conditions."""
        if not (self._profile.drawer_sensor and self._profile.answers_status and self._links.can_answer):
            return DrawerState.UNKNOWN
        try:
            link = self._links.open(self._profile.status_s)
        except DeviceUnavailable:
            return DrawerState.UNKNOWN
        try:
            link.send(_ASK_PRINTER, self._profile.status_s)
            value = self._answer(link, RealTime)
        except LinkBroken:
            return DrawerState.UNKNOWN
        finally:
            link.close()
        if value is None:
            return DrawerState.UNKNOWN
        is_high = bool(value & _SENSOR_BIT)
        return DrawerState.OPEN if is_high == self._profile.open_is_high else DrawerState.CLOSED

    def _pulse_command(self) -> bytes:
        """ESC p: connector pin, on and off time in units of 2 ms."""
        on, off = (max(1, min(ms // 2, 255)) for ms in (self._profile.pulse_on_ms, self._profile.pulse_off_ms))
        return b"\x1bp" + bytes([0 if self._profile.drawer_pin == 2 else 1, on, off])

    def _answer(self, link: Link, kind: type[RealTime | Requested]) -> int | None:
        reader = AnswerReader()
        deadline = time.monotonic() + self._profile.status_s
        while (left := deadline - time.monotonic()) > 0:
            arrived = link.receive(left)
            if not arrived:
                return None
            for answer in reader.feed(arrived):
                if isinstance(answer, kind):
                    return answer.value
        return None
