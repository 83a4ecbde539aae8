"""The customer being served now, shared by the parts of the counter's presenter.

Rule: screen.md "Steps of a sale". One sale at a time; others are on hold. Must not know: prices, bookings, Qt.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ledger.entry import RecordKey
from ledger.errors import KnownError
from pos.usecases.book_unionpay_charge import UnionPayChargeRow
from ui.presenters.counter_desk import CounterScreen, Desk, Shift
from ui.presenters.counter_panels import notice_of
from ui.presenters.counter_sale import Sale, counter_state, customer_view
from ui.presenters.counter_state import CounterState, HandOutPanel
from ui.presenters.notice import Notice

NO_SHIFT = CounterState(can_sell=False, notice=Notice("counter.open_first"))


@dataclass(slots=True)
class Serving:
    """What all parts of the counter see.

    Attributes:
        desk; screen; shift (None before a till session is open); sale; held: sales put aside, oldest first.
        panel: the hand-out column, None before the booking. said: what was booked beside the sale, while nothing sells;
            waiting: of that, what waits for a lead. charge: a slip taken up from the open matters for the next sale.
        after_kill: what was booked last, said until the next booking where the run before was killed.
        open_writes: card writes known to be unsettled, by id: as the list of open matters and each hand-out told.
    """

    desk: Desk
    screen: CounterScreen
    shift: Shift | None = None
    sale: Sale = field(default_factory=Sale)
    held: list[Sale] = field(default_factory=list)
    panel: HandOutPanel | None = None
    said: Notice | None = None
    waiting: Notice | None = None
    charge: UnionPayChargeRow | None = None
    after_kill: Notice | None = None
    open_writes: set[str] = field(default_factory=set)

    def begin(self, shift: Shift | None) -> None:
        """Somebody sells here now, or nobody: what was on the desk of the one before is not hers."""
        self.shift, self.sale, self.panel, self.said, self.waiting = shift, Sale(), None, None, None
        self.charge = self.after_kill = None
        self.held.clear()
        if shift is None:
            self.open_writes.clear()
        self.refresh()

    def state(self) -> CounterState:
        """The counter as it is."""
        if self.shift is None:
            return NO_SHIFT if self.said is None else replace(NO_SHIFT, notice=self.said)
        return counter_state(
            self.sale,
            held=len(self.held),
            open_writes=self._own_open_writes(self.shift),
            hand_out=self.panel,
            offset_min=self.desk.offset_min,
            names_samples=not self.desk.demo,
        )

    def _own_open_writes(self, shift: Shift) -> int:
        """Those of the till that sells here: they stand in its chain."""
        own = RecordKey.parse(shift.session_id).chain
        return sum(RecordKey.parse(write_id).chain == own for write_id in self.open_writes)

    def refresh(self) -> None:
        """Draw it."""
        self.screen.show_counter(self.state())

    def trouble(self, error: KnownError) -> None:
        """Say what was refused or failed, beside the sale."""
        self.sale.notice = notice_of(error)
        self.refresh()

    def tell_customer(self, step: str) -> None:
        """The customer's own screen."""
        self.desk.display.show(customer_view(self.sale, step))
