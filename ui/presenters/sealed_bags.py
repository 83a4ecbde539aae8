"""Next morning (P9): a sealed bag is taken out of the safe, its seal looked at, and its float counted back into it.

The lead or finance signs with her own password over what was sealed; the bag's number is read from the bag, never
offered. Must not know: what the bag should hold, before it was counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from ledger.errors import KnownError
from ledger.money import Money
from pos.domain.hand_over import same_bag_no
from pos.usecases.accept_hand_over import Accepted, AcceptHandOver, accept_bag
from pos.usecases.bags_in_safe import SealedBag, bags_in_safe
from pos.usecases.give_consent import sign
from pos.usecases.hall_settings import OperatorRow
from pos.usecases.permission import Signature
from ui.presenters.asked_count import AskedCount, lines_of
from ui.presenters.count_state import CountResult, CountState
from ui.presenters.counter_desk import Desk
from ui.presenters.counter_panels import notice_of, password_notice
from ui.presenters.notice import Notice, Tone
from ui.presenters.office_state import BagsState, BagView
from ui.presenters.visit import Visit


class BagScreen(Protocol):
    """The page of bags."""

    def show_bags(self, state: BagsState) -> None:
        """Draw it and bring it to the front."""


@dataclass(slots=True, weakref_slot=True)
class SealedBags:
    """Presenter of the page. Attributes: desk; screen; count; visit: of the office; print_waiting."""

    desk: Desk
    screen: BagScreen
    count: AskedCount
    visit: Visit
    print_waiting: Callable[[], None]
    _receiver: OperatorRow | None = None
    _bags: tuple[SealedBag, ...] = ()
    _state: BagsState = field(default_factory=BagsState)

    def begin(self, receiver: OperatorRow) -> None:
        """Which bags lie in the safe."""
        self.visit.begin()
        self._receiver = receiver
        self._read(None)

    def open_bag(self, session_id: str, bag_no: str, password: str, *, seal_intact: bool) -> None:
        """The number as read from the bag, what the seal looks like, and her own password; then she counts."""
        receiver, hall = self._receiver, self.desk.hall
        bag = next((bag for bag in self._bags if bag.session_id == session_id), None)
        if receiver is None or bag is None or self._state.busy:
            return
        if not same_bag_no(bag_no, bag.bag_no):  # said before the count, not after it; the use case checks it again
            self._show(notice=Notice("bag.number", Tone.WARNING), missing="bag_no")
            return

        def opened(signature: Signature) -> None:
            self._show(busy=False)
            self.count.ask(
                CountState(purpose="bag", counter_name=receiver.display_name),
                partial(self._accept, bag, receiver, signature, seal_intact),
            )

        def not_signed(error: KnownError) -> None:
            notice = password_notice(error, receiver.display_name, administrator=False)
            self._show(busy=False, notice=notice, missing="password")

        self._show(busy=True, notice=None, missing="")
        self.visit.ask(
            lambda: sign(hall, login=receiver.code, password=password, digest=bag.digest), opened, not_signed
        )

    def left_empty(self, part: str) -> None:
        """`bag_no` or `password` is not filled in: nothing is opened yet."""
        self._show(notice=Notice(f"bags.{part}_empty", Tone.WARNING), missing=part)

    def _accept(
        self,
        bag: SealedBag,
        receiver: OperatorRow,
        signature: Signature,
        seal_intact: bool,
        result: CountResult,
        *,
        counted_twice: bool = False,
    ) -> None:
        """Her first count is booked if it agrees; what differs is counted once more from empty fields."""

        def refused(error: KnownError) -> None:
            if error.code != "bag.differs":
                self.count.trouble(error)
                return
            self.count.ask(
                CountState(purpose="bag", counter_name=receiver.display_name, notice=notice_of(error, Tone.WARNING)),
                partial(self._accept, bag, receiver, signature, seal_intact, counted_twice=True),
            )

        command = AcceptHandOver(
            command_id=self.desk.hall.ids.new_id(),
            actor=receiver.operator_id,
            session_id=bag.session_id,
            lines=lines_of(result),
            blank_cards=result.blank_cards or 0,
            signature=signature,
            bag_no=bag.bag_no,
            seal_intact=seal_intact,
            counted_twice=counted_twice,
        )
        self.visit.ask(
            lambda: accept_bag(self.desk.hall, command),
            lambda done: self._read(self._accepted(done, bag.bag_no)),
            refused,
            settled=lambda _done: self.print_waiting(),
        )

    def _read(self, notice: Notice | None) -> None:
        def found(bags: tuple[SealedBag, ...]) -> None:
            self._bags = bags
            views = tuple(BagView(b.session_id, b.till_name, b.business_day, b.given_by, b.witness) for b in bags)
            self._show(bags=views, busy=False, notice=notice, missing="")

        self.visit.ask(lambda: bags_in_safe(self.desk.hall), found, self._trouble)

    def _trouble(self, error: KnownError) -> None:
        self._show(busy=False, notice=notice_of(error))

    def _show(self, **values: object) -> None:
        self._state = replace(self._state, **values)  # type: ignore[arg-type]
        self.screen.show_bags(self._state)

    def _accepted(self, done: Accepted, bag_no: str) -> Notice:
        """Over or short, and blank cards, each by its own words."""
        off = done.variance_fen
        figures = (
            ("bag", bag_no),
            ("counted", Money(done.counted_fen).grouped()),
            ("off", Money(abs(off)).grouped()),
            ("cards", f"{done.cards_off:+d}"),
        )
        if off:
            return Notice("bag.accepted_over" if off > 0 else "bag.accepted_short", Tone.WARNING, figures)
        if done.cards_off:
            return Notice("bag.accepted_cards", Tone.WARNING, figures)
        return Notice(self.desk.paper_code("bag.accepted"), Tone.GOOD, figures)
