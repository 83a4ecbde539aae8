"""The sale as the cashier leads it: card or search, quantity, money, read-back, booking (screen.md "Steps of a sale").

Holds the screen's state and asks use cases; every answer comes back through a lane. After the booking the hand-out
presenter takes over. No rule about money lives here: figures come from `quote` and are booked by `take_payment`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ledger.errors import KnownError
from ledger.money import Money
from pos.domain.card import CardImage, CardKind
from pos.domain.errors import DeviceError, RuleViolation
from pos.domain.roles import Act
from pos.domain.sale import Settlement, TenderKind
from pos.ports.card import ReaderState
from pos.sagas.card_purchase import read_card
from pos.usecases.account_overview import AccountOverview, account_overview
from pos.usecases.book_unionpay_charge import BookUnionPayCharge, book_unionpay_charge
from pos.usecases.fact import Command
from pos.usecases.find_accounts import FoundAccounts, find_accounts
from pos.usecases.interrupted_sale import InterruptedSale, interrupted_sale
from pos.usecases.open_card_writes import CardWriteRow, open_write_of_account
from pos.usecases.paid_sale import PaymentTaken
from pos.usecases.permission import Consent
from pos.usecases.quote import Quote, quote
from pos.usecases.sell_first_card import SellFirstCard, quote_first_card, sell_first_card
from pos.usecases.take_payment import TakePayment, take_payment
from ui.presenters import counter_panels as panels
from ui.presenters.card_memory import remember_reading
from ui.presenters.counter_desk import CounterScreen, Desk, Shift, SlipForm
from ui.presenters.counter_sale import (
    LITRES_PER_M3,
    Sale,
    amount_fen,
    card_notice,
    counter_state,
    customer_view,
    payment_command,
    quote_request,
    sale_of,
)
from ui.presenters.counter_state import CounterState, HandOutPanel, Step
from ui.presenters.counter_state import WriteState as WriteLamp
from ui.presenters.hand_out import HandOut
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import SearchState
from ui.presenters.spoken import read_back_sentence

NO_SHIFT = CounterState(can_sell=False, no_sale_code="till.not_open")


@dataclass(slots=True, weakref_slot=True)
class Counter:
    """Presenter of the counter page.

    Attributes: desk; screen; shift (None before a till session is open); hand_out: takes over after the booking.
    """

    desk: Desk
    screen: CounterScreen
    shift: Shift | None = None
    _sale: Sale = field(default_factory=Sale)
    _held: list[Sale] = field(default_factory=list)
    _panel: HandOutPanel | None = None
    _busy: bool = False
    hand_out: HandOut = field(init=False)

    def __post_init__(self) -> None:
        self.hand_out = HandOut(self.desk, self._show_hand_out, self._finished)

    def begin_shift(self, shift: Shift | None) -> None:
        """A till session is open here now, or no longer."""
        self.shift = shift
        self._sale = Sale()
        self.refresh()

    def take_up_last_sale(self) -> None:
        """After a restart: a sale whose hand-out was never recorded is shown before anything is sold."""
        shift = self.shift
        if shift is None:
            return

        def look() -> tuple[InterruptedSale | None, AccountOverview | None]:
            found = interrupted_sale(self.desk.hall, shift.session_id)
            if found is None:
                return None, None
            return found, account_overview(self.desk.hall, found.sale.account_no, shift.business_day)

        def shown(answer: tuple[InterruptedSale | None, AccountOverview | None]) -> None:
            found, overview = answer
            if found is None or self._sale.step is not Step.IDLE:
                return
            self._sale = sale_of(found, overview)
            in_reader = self.desk.reader.status().state in (ReaderState.CARD_PRESENT, ReaderState.CARD_BUSY)
            self.hand_out.take_up(shift, found, card_in_reader=in_reader)

        self.desk.lanes.books.submit(look, shown, self._trouble)

    def read_card(self) -> None:
        """F2, or a card was put into the reader."""
        if self.shift is None or self._sale.step not in (Step.IDLE, Step.IDENTIFY, Step.QUANTITY):
            return
        self.desk.lanes.reader.submit(lambda: read_card(self.desk.reader), self._card_read, self._device_trouble)

    def search(self, text: str) -> None:
        """F3, Enter: one box for card, account, meter, phone, name, initials, address."""
        if self.shift is None or not text.strip():
            return

        def found(result: FoundAccounts) -> None:
            hits = panels.hits_of(result)
            if len(hits) == 1:
                self.choose_account(hits[0].account_no)
                return
            self.screen.show_hits(SearchState(query=text, hits=hits, more=result.more))

        self.desk.lanes.books.submit(lambda: find_accounts(self.desk.hall, text), found, self._trouble)

    def choose_account(self, account_no: str) -> None:
        """A customer was picked from the list: name, house and meter number are confirmed next (P2)."""
        self.screen.close_hits()
        self._sale = Sale(found_by_search=True, step=Step.IDENTIFY)
        self._load(account_no)

    def confirm_identity(self) -> None:
        """Name, house and meter number were read out and agreed to."""
        if self._sale.step is Step.IDENTIFY:
            self._sale.identity_at = self.desk.hall.clock.now_utc_ms()
            self.read_card()

    def toggle_mode(self) -> None:
        """By volume or by money."""
        if self._sale.step is Step.QUANTITY:
            self._sale.by_money = not self._sale.by_money
            self._sale.typed, self._sale.priced, self._sale.settlement = "", None, None
            self.refresh()

    def edit_quantity(self, text: str) -> None:
        """Every key in the quantity field: the price follows."""
        if self._sale.step is Step.QUANTITY and text != self._sale.typed:
            self._sale.typed = text
            self._price(next_step=False)

    def submit_quantity(self, text: str) -> None:
        """Enter in the quantity field; an empty one takes the usual amount."""
        sale = self._sale
        if sale.step is not Step.QUANTITY:
            return
        if sale.first_card:
            self._to_tender()
            return
        sale.typed = text.strip()
        if not sale.typed and sale.overview is not None and not sale.by_money:
            usual = panels.item_panel(sale.overview, None, typed="", by_money=False).usual_l
            sale.typed = str(usual // LITRES_PER_M3) if usual else ""
        self._price(next_step=True)

    def pay_by(self, tender: TenderKind) -> None:
        """`/` cash, `*` UnionPay slip. A slip that is booked stays: its money is with the bank already."""
        sale = self._sale
        if sale.step is not Step.TENDER or sale.charge_id is not None:
            return
        sale.tender = tender
        sale.received_text, sale.received_fen = "", None
        if sale.first_card:
            self._quote_first_card(open_slip=tender is TenderKind.UNIONPAY)
        else:
            self._price(next_step=True, open_slip=tender is TenderKind.UNIONPAY)

    def edit_received(self, text: str) -> None:
        """Every key in the received field."""
        sale = self._sale
        if sale.step is Step.TENDER and text != sale.received_text:
            sale.received_text = text
            sale.received_fen = amount_fen(text)
            self.refresh()

    def submit_received(self, text: str) -> None:
        """Enter in the received field; an empty one is exact cash."""
        sale = self._sale
        if sale.step is not Step.TENDER or sale.settlement is None:
            return
        sale.received_text = text.strip()
        exact = not sale.received_text
        sale.received_fen = sale.settlement.to_pay_fen if exact else amount_fen(sale.received_text)
        if sale.received_fen is None:
            sale.notice = Notice("money.not_an_amount", Tone.WARNING)
        elif sale.received_fen < sale.settlement.to_pay_fen:
            sale.notice = Notice("sale.too_little", Tone.WARNING, (("to_pay_fen", sale.settlement.to_pay_fen),))
        else:
            sale.notice = None
        self.refresh()

    def add_received(self, fen: int) -> None:
        """A quick key: this sum was given."""
        if self._sale.step is Step.TENDER:
            self.submit_received(str(Money(fen)))

    def round_up(self) -> None:
        """凑整: the customer adds the small sum."""
        offer = self._state().pay.offer
        received = self._sale.received_fen
        if offer is not None and received is not None:
            self.submit_received(str(Money(received + offer.add_fen)))

    def type_slip(self, form: SlipForm) -> None:
        """The slip form was filled in: the charge is booked before anything else (P4)."""
        sale, shift = self._sale, self.shift
        if shift is None or sale.settlement is None:
            return
        command = BookUnionPayCharge(
            command_id=self.desk.hall.ids.new_id(),
            actor=shift.actor,
            session_id=shift.session_id,
            terminal=form.terminal,
            batch=form.batch,
            trace=form.trace,
            reference=form.reference,
            last_four=form.last_four,
            amount_fen=sale.settlement.to_pay_fen,
        )

        def booked(charge_id: str) -> None:
            sale.charge_id, sale.slip = charge_id, form
            sale.received_fen = sale.settlement.to_pay_fen if sale.settlement else None
            self.screen.close_slip()
            self.settle()

        self.desk.lanes.books.submit(lambda: book_unionpay_charge(self.desk.hall, command), booked, self._trouble)

    def settle(self) -> None:
        """F9, `+`: open the read-back if enough was received."""
        sale = self._sale
        if sale.step is not Step.TENDER or sale.settlement is None:
            return
        if sale.received_fen is None:
            self.submit_received(sale.received_text)
        if sale.received_fen is None or sale.received_fen < sale.settlement.to_pay_fen:
            return
        if sale.tender is TenderKind.UNIONPAY and sale.charge_id is None:
            self.screen.ask_slip(sale.settlement.to_pay_fen)
            return
        sale.step = Step.READBACK
        sale.shown_at = self.desk.hall.clock.now_utc_ms()
        sale.pay_id = sale.pay_id or self.desk.hall.ids.new_id()
        self._tell_customer("readback")
        self.desk.voice.say(
            read_back_sentence(sale.settlement.to_pay_fen, sale.received_fen, by_slip=sale.charge_id is not None)
        )
        self.screen.ask_read_back(self._state())

    def leave_read_back(self) -> None:
        """Esc in the read-back: nothing was booked."""
        if self._sale.step is Step.READBACK:
            self._sale.step = Step.TENDER
            self.screen.close_read_back()
            self.refresh()

    def confirm_payment(self) -> None:
        """The one confirmation: book the money. A second call while the first is under way does nothing."""
        sale, shift = self._sale, self.shift
        if sale.step is not Step.READBACK or self._busy or shift is None:
            return
        command = payment_command(sale, shift, self.desk.hall.clock.now_utc_ms())
        if command is not None:
            self._book(command)

    def approved(self, command: Command, consent: Consent) -> None:
        """A second person agreed to the very command."""
        if isinstance(command, SellFirstCard | TakePayment) and command.command_id == self._sale.pay_id:
            self._book(replace(command, consent=consent))

    def step_back(self) -> None:
        """Esc: one field back until the money is booked; a booked slip is not undone by it."""
        sale = self._sale
        sale.notice = None
        if sale.step is Step.TENDER and sale.charge_id is None:
            sale.step = Step.QUANTITY
        elif sale.step in (Step.QUANTITY, Step.IDENTIFY):
            self._sale = Sale()
            self._tell_customer("idle")
        self.refresh()

    def cancel_sale(self) -> None:
        """Ctrl+Del: put the sale away; a booked slip stays as 已刷卡未入账 among the open matters."""
        if self._sale.step in (Step.IDENTIFY, Step.QUANTITY, Step.TENDER):
            abandoned = self._sale.charge_id is not None
            self._sale = Sale()
            if abandoned:
                self._sale.notice = Notice("unionpay.left_unbooked", Tone.WARNING)
            self._tell_customer("idle")
            self.refresh()

    def hold(self) -> None:
        """F6: put the sale aside."""
        if self._sale.step in (Step.QUANTITY, Step.TENDER) and self._sale.charge_id is None:
            self._held.append(self._sale)
            self._sale = Sale()
            self.refresh()

    def recall(self) -> None:
        """Shift+F6: take the oldest held sale back; its card is read again before money is taken."""
        if self._held and self._sale.step is Step.IDLE:
            self._sale = self._held.pop(0)
            self.refresh()

    def refresh(self) -> None:
        """Draw the state as it is."""
        self.screen.show_counter(self._state())

    def reprint_last(self) -> None:
        """F7: another copy of the last receipt of this till, numbered and marked 补打."""
        if self.shift is not None:
            self.hand_out.reprint_last(self.shift, self._trouble)

    def _card_read(self, image: CardImage) -> None:
        sale = self._sale
        if sale.step is Step.IDENTIFY and sale.identity_at is None:
            return
        if sale.overview is not None and sale.found_by_search and sale.identity_at is not None:
            sale.card = image
            self._load(sale.overview.terms.account_no)
            return
        if image.identity is None:
            sale.notice = Notice(f"card.{image.kind}", Tone.WARNING, (("note", image.note),))
            sale.card = image
            self.refresh()
            return
        self._sale = Sale(card=image, step=Step.QUANTITY)
        remember_reading(self.desk, self.shift, image, self._trouble)
        self._load(image.identity.account_no)

    def _load(self, account_no: str) -> None:
        shift = self.shift
        if shift is None:
            return

        def load() -> tuple[AccountOverview, CardWriteRow | None]:
            overview = account_overview(self.desk.hall, account_no, shift.business_day)
            return overview, open_write_of_account(self.desk.hall, account_no)

        self.desk.lanes.books.submit(load, self._loaded, self._trouble)

    def _loaded(self, answer: tuple[AccountOverview, CardWriteRow | None]) -> None:
        sale = self._sale
        sale.overview, sale.open_write = answer
        card = sale.card
        if sale.step is Step.IDENTIFY and sale.identity_at is not None and card is not None:
            sale.step = Step.QUANTITY
        sale.first_card = sale.overview.card is None and card is not None and card.kind is CardKind.BLANK
        notices = panels.account_notices(*answer)
        sale.notice = notices[0] if notices else card_notice(sale)
        self._tell_customer("confirm")
        if sale.first_card and sale.step is Step.QUANTITY:
            self._quote_first_card(open_slip=False)
            return
        if sale.open_write is not None and card is not None and self.shift is not None:
            sale.step = Step.BOOKED
            self.hand_out.resume(self.shift, sale.open_write)
            return
        self.refresh()

    def _price(self, *, next_step: bool, open_slip: bool = False) -> None:
        sale, shift = self._sale, self.shift
        if sale.overview is None or shift is None:
            return
        request = quote_request(sale, shift)
        if request is None:
            sale.priced, sale.settlement = None, None
            sale.notice = Notice("volume.not_a_number", Tone.WARNING) if next_step else sale.notice
            self.refresh()
            return

        def priced(answer: Quote) -> None:
            if sale is not self._sale:
                return
            sale.priced, sale.settlement = answer, answer.settlement
            if next_step and sale.step is not Step.TENDER:
                self._to_tender()
            self.refresh()
            if open_slip:
                sale.received_fen = answer.settlement.to_pay_fen
                self.screen.ask_slip(answer.settlement.to_pay_fen)

        def refused(error: KnownError) -> None:
            sale.priced, sale.settlement = None, None
            self._trouble(error)

        self.desk.lanes.books.submit(lambda: quote(self.desk.hall, request), priced, refused)

    def _quote_first_card(self, *, open_slip: bool) -> None:
        sale, shift = self._sale, self.shift
        if sale.overview is None or shift is None:
            return
        account_no = sale.overview.terms.account_no

        def priced(settlement: Settlement) -> None:
            sale.settlement = settlement
            self.refresh()
            if open_slip:
                sale.received_fen = settlement.to_pay_fen
                self.screen.ask_slip(settlement.to_pay_fen)

        self.desk.lanes.books.submit(
            lambda: quote_first_card(self.desk.hall, account_no, shift.business_day, sale.tender),
            priced,
            self._trouble,
        )

    def _to_tender(self) -> None:
        sale = self._sale
        if sale.settlement is None:
            return
        against = Notice("card.put_in", Tone.WARNING) if sale.card is None else card_notice(sale)
        if against is not None:
            sale.notice = against
        else:
            sale.step = Step.TENDER
            sale.notice = None
            self._tell_customer("due")
        self.refresh()

    def _book(self, command: TakePayment | SellFirstCard) -> None:
        """Send the one command of this sale; its id is the same however often it is sent."""
        self._busy = True

        def book() -> PaymentTaken:
            if isinstance(command, SellFirstCard):
                return sell_first_card(self.desk.hall, command)
            return take_payment(self.desk.hall, command)

        def refused(error: KnownError) -> None:
            self._busy = False
            if isinstance(error, RuleViolation) and error.code == "approval.needed":
                self.screen.ask_approval(command, Act.ISSUE_FIRST_CARD, "approve.first_card")
                return
            self._sale.step = Step.TENDER
            self.screen.close_read_back()
            self._trouble(error)

        self.desk.lanes.books.submit(book, self._booked, refused)

    def _booked(self, taken: PaymentTaken) -> None:
        self._busy = False
        sale, shift = self._sale, self.shift
        self.screen.close_read_back()
        sale.step = Step.BOOKED
        sale.notice = None
        self._tell_customer("writing")
        if shift is not None:
            chain = taken.sale_id.rsplit("-", 2)[0]
            self.hand_out.begin(
                shift,
                write_id=taken.sale_id,
                receipt_no=f"{chain}-{taken.receipt_no:06d}",
                change_fen=taken.change_fen,
                by_cash=sale.tender is TenderKind.CASH,
            )

    def _show_hand_out(self, panel: HandOutPanel, notice: Notice | None) -> None:
        self._sale.notice = notice
        if panel.write is not WriteLamp.WRITING:
            self._sale.step = Step.DONE
            self._tell_customer("done")
        self._panel = panel
        self.refresh()

    def _finished(self) -> None:
        self._sale, self._panel = Sale(), None
        self._tell_customer("idle")
        self.refresh()

    def _tell_customer(self, step: str) -> None:
        self.desk.display.show(customer_view(self._sale, step))

    def _device_trouble(self, error: KnownError) -> None:
        """A card that is not there is no fault while nobody asked for it."""
        if isinstance(error, DeviceError) and error.code == "reader.no_card":
            self._sale.notice = Notice("card.put_in", Tone.INFO)
            self.refresh()
            return
        self._trouble(error)

    def _trouble(self, error: KnownError) -> None:
        self._sale.notice = panels.notice_of(error)
        self.refresh()

    def _state(self) -> CounterState:
        if self.shift is None:
            return NO_SHIFT
        return counter_state(self._sale, held=len(self._held), hand_out=self._panel, offset_min=self.desk.offset_min)
