"""One physical printer, one line at a time: papers and the drawer behind them wait for each other here.

The printer and the drawer are worked from two lanes, but the device has one plug: two threads on one serial line mix
their bytes, and a network printer lets the second caller wait unseen until the first has gone. Here the wait is seen
and ends after five seconds, which is as long as a pulse lives (design "Money rules" 9). Must not know: what is sent.
"""

from __future__ import annotations

import threading

from devices.printer.links import Link, LinkMaker
from pos.domain.errors import DeviceUnavailable
from pos.ports.printer import PULSE_LIFE_S


class OneAtATime:
    """A `LinkMaker` that opens the next link when the one before is closed."""

    def __init__(self, links: LinkMaker) -> None:
        """`links`: to the printer that all who share this object share."""
        self._links = links
        self._free = threading.Lock()

    @property
    def can_answer(self) -> bool:
        """As the links it guards."""
        return self._links.can_answer

    def open(self, timeout_s: float) -> Link:
        """Wait for the line, at most five seconds, then connect. Raises DeviceUnavailable: nothing was sent."""
        if not self._free.acquire(timeout=PULSE_LIFE_S):
            raise DeviceUnavailable("printer.busy")
        try:
            return _HeldLink(self._links.open(timeout_s), self._free)
        except BaseException:
            self._free.release()
            raise


class _HeldLink:
    """An open link that gives the line back when it is closed."""

    def __init__(self, link: Link, line: threading.Lock) -> None:
        self._link = link
        self._line = line

    def send(self, content: bytes, timeout_s: float) -> None:
        self._link.send(content, timeout_s)

    def receive(self, timeout_s: float) -> bytes:
        return self._link.receive(timeout_s)

    def close(self) -> None:
        try:
            self._link.close()
        finally:
            self._line.release()
