"""What the counter presenter needs from outside: its screen, its lanes, its devices and who is at work.

Everything is given by the composition root; the presenter keeps no global and sees no Qt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from pos.domain.roles import Act
from pos.ports.card import CardReader, ReaderState
from pos.ports.printer import CashDrawer, ReceiptPrinter
from pos.ports.rendering import PaperRenderer
from pos.ports.surroundings import CustomerDisplay, Voice
from pos.usecases.fact import Command, Hall
from ui.presenters.counter_state import CounterState, ReceiptView
from ui.presenters.lane import Lane
from ui.presenters.notice import Notice
from ui.presenters.people_state import SearchState, ToSign


class CounterScreen(Protocol):
    """The counter page and what lies over it."""

    def show_counter(self, state: CounterState) -> None:
        """Draw the sale."""

    def ask_read_back(self, state: CounterState) -> None:
        """Open the read-back step; it answers with `confirm_payment` or `leave_read_back`."""

    def close_read_back(self) -> None:
        """Put the read-back away."""

    def show_hits(self, state: SearchState) -> None:
        """Offer the customers found; it answers with `choose_account`."""

    def close_hits(self) -> None:
        """Put the list away."""

    def ask_slip(self, to_pay_fen: int, begun: SlipForm, why: Notice | None) -> None:
        """Ask for what stands on the UnionPay slip, `begun` being what was typed of it before, `why` what the sum is
        not the price or the cash due for; it answers with `type_slip` or `leave_slip`."""

    def refuse_slip(self, notice: Notice, field: str) -> None:
        """Say in the slip form what is wrong; `field` as in `BookUnionPayCharge`, empty if it is none of them."""

    def close_slip(self) -> None:
        """Put the slip form away."""

    def ask_approval(self, command: Command, act: Act, asked: ToSign) -> None:
        """Ask a second person for one action; it answers with `approved`."""

    def show_receipts(self, receipts: tuple[ReceiptView, ...]) -> None:
        """Offer the receipts that can be printed again, newest first; it answers with `choose`."""

    def ask_reprint(self, receipt_no: str, done: Callable[[str, str], None]) -> None:
        """Why this receipt is printed again; answers with (code, note)."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """One lane per device and one for the books; none of them is the GUI's thread."""

    books: Lane
    reader: Lane
    printer: Lane
    drawer: Lane


@dataclass(slots=True)
class ReaderSeen:
    """What the last look at the reader showed: asking it again would keep the screen waiting for a device.

    Attributes: state: None before the first look, or while the reader does not answer.
    """

    state: ReaderState | None = None

    @property
    def has_card(self) -> bool:
        """True if a card lay in it; a reader nobody could look at counts as empty."""
        return self.state in (ReaderState.CARD_PRESENT, ReaderState.CARD_BUSY)


@dataclass(frozen=True, slots=True)
class Desk:
    """A workstation's equipment.

    Attributes:
        reader_seen: kept up to date by whoever looks at the reader. steady_s: a clock nobody can set, for time limits.
        demo: everything here is invented, and says so.
        has_printer: False if this workstation is not configured to have one: its papers wait.
    """

    hall: Hall
    lanes: Lanes
    reader: CardReader
    printer: ReceiptPrinter
    drawer: CashDrawer
    renderer: PaperRenderer
    display: CustomerDisplay
    voice: Voice
    offset_min: int
    reader_seen: ReaderSeen = field(default_factory=ReaderSeen)
    steady_s: Callable[[], float] = monotonic
    demo: bool = False
    has_printer: bool = True

    def paper_code(self, code: str) -> str:
        """A message that says a paper is printing, or its sibling that says it is kept for a printer to come."""
        return code if self.has_printer else f"{code}_kept"


@dataclass(frozen=True, slots=True)
class Shift:
    """Who is at work: actor (operator id), till session, its till and business day."""

    actor: str
    session_id: str
    till_id: str
    business_day: str


@dataclass(frozen=True, slots=True)
class SlipForm:
    """What was typed from a UnionPay slip; "" = not yet, an amount of "" is the sale's. Never a full card number."""

    terminal: str = ""
    batch: str = ""
    trace: str = ""
    reference: str = ""
    last_four: str = ""
    amount: str = ""
