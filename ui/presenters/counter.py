"""The sale as the cashier leads it: customer, quantity, money, hand-out, and the way from one to the next (screen.md).

The parts share one `Serving`; every answer comes back through a lane. After the booking the hand-out presenter takes
over. No rule about money lives here: figures come from `quote` and are booked by `take_payment`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pos.domain.card import CardImage
from pos.domain.card_write import SETTLED
from pos.usecases.account_overview import AccountOverview, account_overview
from pos.usecases.interrupted_sale import InterruptedSale, SaleRow, interrupted_sale, last_sale
from pos.usecases.open_card_writes import CardWriteRow
from ui.presenters.count_state import MatterView
from ui.presenters.counter_customer import BEFORE_MONEY, Customer
from ui.presenters.counter_desk import CounterScreen, Desk, Shift
from ui.presenters.counter_payment import Payment
from ui.presenters.counter_quantity import Quantity
from ui.presenters.counter_sale import Sale, booked_last, sale_of
from ui.presenters.counter_state import HandOutPanel, Step
from ui.presenters.counter_state import WriteState as WriteLamp
from ui.presenters.drawer import open_drawer
from ui.presenters.fee_sale import FeeSale
from ui.presenters.hand_out import HandOut
from ui.presenters.notice import Notice, Tone
from ui.presenters.open_matters import CARD_WRITES
from ui.presenters.receipts_again import ReceiptsAgain
from ui.presenters.serving import Serving

_NOT_WRITTEN = (WriteLamp.UNWRITTEN, WriteLamp.FAILED, WriteLamp.IN_DOUBT)


@dataclass(slots=True, weakref_slot=True)
class Counter:
    """Presenter of the counter page.

    Attributes:
        desk; screen; serving: what the parts share. customer, quantity, payment: the parts, in the order of a sale.
        hand_out: takes over after the booking. again: prints a receipt once more.
    """

    desk: Desk
    screen: CounterScreen
    serving: Serving = field(init=False)
    customer: Customer = field(init=False)
    quantity: Quantity = field(init=False)
    payment: Payment = field(init=False)
    hand_out: HandOut = field(init=False)
    again: ReceiptsAgain = field(init=False)

    def __post_init__(self) -> None:
        self.serving = Serving(self.desk, self.screen)
        self.hand_out = HandOut(self.desk, self._show_hand_out, self._finished, self._written)
        self.quantity = Quantity(self.serving)
        self.customer = Customer(self.serving, self.quantity, self.hand_out)
        self.payment = Payment(self.serving, self.quantity, self.hand_out)
        self.again = ReceiptsAgain(self.serving, self.hand_out)

    @property
    def shift(self) -> Shift | None:
        """Who sells here, or None before a till session is open."""
        return self.serving.shift

    def begin_shift(self, shift: Shift | None) -> None:
        """A till session is open here now, or no longer."""
        self.hand_out.abandon()
        self.serving.begin(shift)

    def say(self, said: Notice) -> None:
        """What was booked beside the sales: a float, an opening, a drawer. It goes with the next sale."""
        if self.serving.shift is None:
            self.serving.said = said
        else:
            self.serving.sale.notice = said
        self.serving.refresh()

    def know_matters(self, matters: tuple[MatterView, ...]) -> None:
        """The open matters were read: the card writes among them stay in sight between the sales."""
        self.serving.open_writes = {matter.key for matter in matters if matter.kind_code in CARD_WRITES}
        self.serving.refresh()

    def must_finish(self, code: str) -> bool:
        """True if a sale whose money is asked for, or whose goods are handed out, is to be finished before another
        matter is begun; `code` says so.
        """
        if self.serving.shift is None or self.serving.sale.step in BEFORE_MONEY:
            return False
        self.say(Notice(code, Tone.WARNING))
        return True

    def say_waiting(self, said: Notice | None) -> None:
        """What waits for a lead while nothing sells here; something booked a moment ago is said first."""
        heard = self.serving.said
        if self.serving.shift is None and (heard is None or heard == self.serving.waiting):
            self.serving.said = self.serving.waiting = said
            self.serving.refresh()

    def forget_said(self) -> None:
        """Another matter is begun, or another page: what was booked before is said no longer. A warning stays."""
        if self.serving.shift is None:
            heard = self.serving.said
            if heard is None or heard.tone not in (Tone.GOOD, Tone.INFO):
                return
            self.serving.said = None
        else:
            heard = self.serving.sale.notice
            if heard is None or heard.tone is not Tone.GOOD:
                return
            self.serving.sale.notice = None
        self.serving.refresh()

    def lead_fee(self, fee: FeeSale, overview: AccountOverview, card: CardImage | None) -> None:
        """The card room has prepared a service for who stands here: from now on it is led as any sale."""
        known = self.serving.sale
        self.serving.sale = Sale(
            step=Step.QUANTITY,
            overview=overview,
            card=card,
            found_by_search=known.found_by_search,
            identity_at=known.identity_at,
            fee=fee,
        )
        self.quantity.price_fee()

    def forget(self) -> None:
        """Something changed for who stands here: the next look at her account shows it."""
        if self.serving.sale.step in BEFORE_MONEY:
            self.serving.sale = Sale()
            self.serving.tell_customer("idle")
            self.serving.refresh()

    def lead_reversal(self, overview: AccountOverview, write: CardWriteRow) -> None:
        """A reversal was begun: the purchase comes off its card, and its money goes back, as for one found open."""
        shift = self.serving.shift
        if shift is not None:
            self.serving.sale = Sale(step=Step.BOOKED, overview=overview, open_write=write)
            self.hand_out.resume(shift, write)

    def open_drawer(self, reason: str, note: str) -> None:
        """Ctrl+F9: the drawer without a sale; `reason`: a `DrawerReason`. It is on the Z, whether it opened or not."""
        if self.serving.shift is not None:
            open_drawer(self.desk, self.serving.shift, reason, note, self.say, self.serving.trouble)

    def take_up_last_sale(self, *, after_kill: bool = False) -> None:
        """After a restart: a sale whose hand-out was never recorded is shown before anything is sold. `after_kill`: the
        run before was killed; where all was handed out she reads what was booked last, as later money is in no book.
        """
        shift = self.serving.shift
        if shift is None:
            return

        def look() -> tuple[InterruptedSale | None, AccountOverview | None, SaleRow | None]:
            found = interrupted_sale(self.desk.hall, shift.session_id)
            if found is None:
                return None, None, last_sale(self.desk.hall, shift.session_id) if after_kill else None
            return found, account_overview(self.desk.hall, found.sale.account_no, shift.business_day), None

        def shown(answer: tuple[InterruptedSale | None, AccountOverview | None, SaleRow | None]) -> None:
            found, overview, last = answer
            if self.serving.shift is not shift:
                return
            if found is None and after_kill:
                self.serving.after_kill = booked_last(last)
                if self.serving.sale.notice is None and self.serving.sale.step in (Step.IDLE, Step.QUANTITY):
                    self.serving.sale.notice = self.serving.after_kill
                    self.serving.refresh()
            if found is None or self.serving.sale.step is not Step.IDLE:
                return
            self.serving.sale = sale_of(found, overview)
            self.hand_out.take_up(shift, found)

        self.desk.lanes.books.submit(look, shown, self.serving.trouble)

    def step_back(self) -> None:
        """Esc: one field back until the money is booked; a booked slip is not undone by it."""
        sale = self.serving.sale
        sale.notice = None
        is_purchase = not sale.first_card and sale.fee is None
        if sale.step is Step.TENDER and sale.charge_id is None and is_purchase:
            sale.step = Step.QUANTITY
        elif sale.step in (Step.QUANTITY, Step.IDENTIFY) or (sale.step is Step.TENDER and sale.charge_id is None):
            self.serving.sale = Sale()
            self.serving.tell_customer("idle")
        self.serving.refresh()

    def cancel_sale(self) -> None:
        """Ctrl+Del: put the sale away; a booked slip stays as 已刷卡未入账 among the open matters."""
        if self.serving.sale.step in (Step.IDENTIFY, Step.QUANTITY, Step.TENDER):
            abandoned = self.serving.sale.charge_id is not None or self.serving.charge is not None
            self.serving.charge = None
            self.serving.sale = Sale()
            if abandoned:
                self.serving.sale.notice = Notice("unionpay.left_unbooked", Tone.WARNING)
            self.serving.tell_customer("idle")
            self.serving.refresh()

    def hold(self) -> None:
        """F6: put the sale aside."""
        sale = self.serving.sale
        if sale.step in (Step.QUANTITY, Step.TENDER) and sale.charge_id is None and sale.fee is None:
            self.serving.held.append(self.serving.sale)
            code = "counter.held_card" if self.desk.reader_seen.has_card else "counter.held"
            count = (("count", len(self.serving.held)),)
            self.serving.sale = Sale(notice=Notice(code, Tone.INFO, count))
            self.serving.tell_customer("idle")
            self.serving.refresh()

    def recall(self) -> None:
        """Shift+F6: take the oldest held sale back; its card is read again before money is taken."""
        if self.serving.held and self.serving.sale.step is Step.IDLE:
            sale = self.serving.held.pop(0)
            sale.step, sale.card, sale.priced, sale.settlement = Step.QUANTITY, None, None, None
            sale.received_text, sale.received_fen, sale.pay_id = "", None, ""
            self.serving.sale = sale
            self.serving.refresh()
            self.customer.read_card()

    def refresh(self) -> None:
        """Draw the state as it is."""
        self.serving.refresh()

    def ask_reprint(self) -> None:
        """F7: which receipt, and why it is printed again."""
        self.forget_said()
        self.again.ask()

    def _show_hand_out(self, panel: HandOutPanel, notice: Notice | None) -> None:
        self.serving.sale.notice = notice
        if panel.write is not WriteLamp.WRITING:
            self.serving.sale.step = Step.DONE
            self.serving.tell_customer("done")
        self.serving.panel = panel
        if self.hand_out.state in SETTLED:
            self.serving.open_writes.discard(self.hand_out.write_id)
        elif panel.write in _NOT_WRITTEN:
            self.serving.open_writes.add(self.hand_out.write_id)
        self.serving.refresh()

    def _written(self, card: CardImage) -> None:
        """The card was written: balance, count and tier as they are now, not as they were before it."""
        sale, shift = self.serving.sale, self.serving.shift
        if sale.overview is None or shift is None:
            return
        account_no = sale.overview.terms.account_no

        def known(overview: AccountOverview) -> None:
            if sale is self.serving.sale:
                is_undone = self.serving.panel is not None and self.serving.panel.undo
                sale.overview, sale.card, sale.written = overview, card, not is_undone
                self.serving.refresh()

        self.desk.lanes.books.submit(
            lambda: account_overview(self.desk.hall, account_no, shift.business_day), known, self.serving.trouble
        )

    def _finished(self, said: Notice | None) -> None:
        self.serving.sale, self.serving.panel = Sale(notice=said), None
        self.serving.tell_customer("idle")
        self.serving.refresh()
