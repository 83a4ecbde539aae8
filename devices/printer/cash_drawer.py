"""The cash drawer behind the receipt printer: a pulse through the printer, a sensor by its status.

The pulse lives five seconds, is sent once and never resent (design "Money rules" 9): a printer that is offline would
keep it in its buffer and open the drawer when somebody loads paper, so it is asked first and then gets nothing.
Whether the printer took it is asked in order (GS r 2) where the model answers. Must not know: why the drawer opens.
"""

from __future__ import annotations

import time

from devices.printer.answers import Requested
from devices.printer.links import Link, LinkBroken, LinkMaker
from devices.printer.profile import Confirmation, PrinterProfile
from devices.printer.questions import ASK_PRINTER, ask_now, await_answer, state_before_work
from pos.domain.errors import DeviceUnavailable, OutcomeUnknown
from pos.ports.printer import PULSE_LIFE_S, DrawerState, PrinterState

_ASK_DRAWER_IN_ORDER = b"\x1dr\x02"
_SENSOR_BIT = 0x04
_READY = (PrinterState.OK, PrinterState.PAPER_LOW)


class PrinterCashDrawer:
    """Implements `pos.ports.printer.CashDrawer` over the printer's link."""

    def __init__(self, links: LinkMaker, profile: PrinterProfile | None = None) -> None:
        """`profile`: pin, pulse length and wiring of the sensor."""
        self._links = links
        self._profile = profile or PrinterProfile()

    def pulse(self, life_s: float = PULSE_LIFE_S) -> None:
        """Open it, or not at all if the printer cannot do so within `life_s`.

        Blocking: <= 5 s for the line, then <= 4 s. Raises: DeviceUnavailable (not sent), OutcomeUnknown (sent, nobody
        says that it came).
        """
        dies_at_s = time.monotonic() + life_s
        link = self._links.open(min(self._profile.connect_s, 1.0))
        try:
            self._refuse_when_not_ready(link)
            if time.monotonic() >= dies_at_s:
                raise DeviceUnavailable("drawer.too_late")
            self._send(link)
        finally:
            link.close()

    def state(self) -> DrawerState:
        """Read the sensor. Blocking: <= 1 s, <= 5 s more while a paper is printed. Never raises for the device."""
        if not (self._profile.drawer_sensor and self._profile.answers_status and self._links.can_answer):
            return DrawerState.UNKNOWN
        try:
            link = self._links.open(self._profile.status_s)
        except DeviceUnavailable:
            return DrawerState.UNKNOWN
        try:
            value = ask_now(link, ASK_PRINTER, self._profile)
        except LinkBroken:
            return DrawerState.UNKNOWN
        finally:
            link.close()
        if value is None:
            return DrawerState.UNKNOWN
        is_high = bool(value & _SENSOR_BIT)
        return DrawerState.OPEN if is_high == self._profile.open_is_high else DrawerState.CLOSED

    def _refuse_when_not_ready(self, link: Link) -> None:
        """Offline and silence mean that a pulse would lie in the buffer."""
        state = state_before_work(link, self._profile, can_answer=self._links.can_answer)
        if state is not None and state not in _READY:
            raise DeviceUnavailable("drawer.printer_not_ready", state=state.value)

    def _send(self, link: Link) -> None:
        asks = self._links.can_answer and self._profile.confirmation is not Confirmation.NONE
        try:
            link.send(self._pulse_command() + (_ASK_DRAWER_IN_ORDER if asks else b""), 1.0)
            if asks and await_answer(link, lambda a: isinstance(a, Requested), self._profile.status_s) is None:
                raise OutcomeUnknown("drawer.no_confirmation")
        except LinkBroken as error:
            raise OutcomeUnknown("drawer.lost_during_pulse") from error

    def _pulse_command(self) -> bytes:
        """ESC p: connector pin, on and off time in units of 2 ms."""
        on, off = (max(1, min(ms // 2, 255)) for ms in (self._profile.pulse_on_ms, self._profile.pulse_off_ms))
        return b"\x1bp" + bytes([0 if self._profile.drawer_pin == 2 else 1, on, off])
