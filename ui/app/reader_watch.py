"""The reader, looked at while the program runs: its lamp, the card that comes, the lane that hangs.

Rule: design section 6 (lanes, lamps) and 7 (a card put into the reader is read without a key). Service, reader and
card may go and come back in any order; the next look finds them, nothing has to be started again. Every look is on
the reader's lane, where card sessions are too: a card that is busy is busy with another program.
Must not know: how a reader is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.errors import KnownError
from pos.ports.card import ReaderState, ReaderStatus
from ui.app.lamps import reader_lamp
from ui.presenters.notice import Lamp, LampState

if TYPE_CHECKING:
    from ui.app.running import Running

LOOK_AT_READER_MS = 100
"""A look costs a quarter of a millisecond; whoever waits for the card waits for the service, not for us."""
_NOT_FOR_A_SALE = ("matters", "account")
_CARD_INSIDE = (ReaderState.CARD_PRESENT, ReaderState.CARD_BUSY)


class ReaderWatch:
    """`look` is called every while; one look at a time. Attributes: status: what the last look showed, None = none."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self.status: ReaderStatus | None = None
        self._looking = False
        self._unread = False

    def look(self) -> None:
        """Ask the reader on its lane, unless the answer to the last look is still to come."""
        if self._looking:
            return
        self._looking = True
        desk = self._running.desk
        desk.lanes.reader.submit(desk.reader.status, self._seen, self._failed)

    def light(self) -> None:
        """The lamp as the last look showed it, with what a closer one told of the card."""
        if self.status is not None:
            devices = self._running.devices
            self._running.light(reader_lamp(self.status, devices.standing, devices.card))

    def stuck(self) -> None:
        """The reader does not answer: what is in it, nobody knows."""
        self.status = self._running.desk.reader_seen.state = None
        self._running.sale.hand_out.reader_stuck()

    def _seen(self, status: ReaderStatus) -> None:
        before_atr = "" if self.status is None else self.status.atr_hex
        self._looking, self.status = False, status
        running, seen = self._running, self._running.desk.reader_seen
        if status.atr_hex != before_atr:
            running.devices.card_changed(came=bool(status.atr_hex))
        self.light()
        if status.state is seen.state:
            return
        before, seen.state = seen.state, status.state
        running.sale.hand_out.reader_changed(status.state)
        if status.state is ReaderState.NO_CARD:
            running.sale.customer.card_taken()
        self._unread = (self._unread or before not in _CARD_INSIDE) and seen.has_card
        self._card_came()

    def counter_shown(self) -> None:
        """A card that was put in over another page is read now."""
        if self._unread:
            self._card_came()

    def _card_came(self) -> None:
        """A card nobody has read yet is read. It waits over the list of open matters, where a verb says what for, and
        over the form of a new account.
        """
        running, status = self._running, self.status
        if status is None or running.window.current in _NOT_FOR_A_SALE:
            return
        came = status.state is ReaderState.CARD_PRESENT and self._unread
        self._unread = self._unread and not came
        in_room = running.card_room.reader_changed(status.state, came=came)
        if came and not in_room and running.shift is not None and not running.sale.hand_out.write_id:
            running.sale.customer.read_card()  # for a sale that holds no card yet

    def _failed(self, error: KnownError) -> None:
        self._looking, self.status = False, None
        self._running.desk.reader_seen.state = None
        if error.code != "lane.stuck":  # its lamp is lit already
            self._running.light(Lamp("reader", LampState.FAULT, "reader.no_reader", (("reader", ""),)))
