"""How it is paid: tender, money received, the UnionPay slip, the read-back and the one booking (screen.md, steps 4-6).

A slip that is typed is booked by itself before the read-back (P4); the sale's command id is made once and stays.
Must not know: how prices come about, what is handed out afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.errors import KnownError
from ledger.money import Money
from pos.domain.errors import RuleViolation
from pos.domain.receipt_number import receipt_number_of
from pos.domain.roles import Act
from pos.domain.sale import TenderKind
from pos.usecases.book_unionpay_charge import BookUnionPayCharge, UnionPayChargeRow, book_unionpay_charge
from pos.usecases.fact import Command
from pos.usecases.paid_sale import PayingCommand, PaymentTaken
from pos.usecases.permission import Consent
from pos.usecases.sell_first_card import SellFirstCard, sell_first_card
from pos.usecases.take_payment import TakePayment, take_payment
from ui.presenters.counter_desk import SlipForm
from ui.presenters.counter_panels import notice_of
from ui.presenters.counter_quantity import Quantity
from ui.presenters.counter_sale import (
    TOO_HIGH,
    Sale,
    amount_fen,
    far_beyond,
    payment_command,
    slip_refusal,
    tender_refusal,
    why_by_card,
)
from ui.presenters.counter_state import Step
from ui.presenters.hand_out import HandOut
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import ToSign
from ui.presenters.serving import Serving
from ui.presenters.spoken import read_back_sentence
from ui.presenters.to_sign import sale_lines

NOTHING_YET = "pay.nothing_received"
PRESS_SETTLE = "pay.press_settle"


@dataclass(slots=True, weakref_slot=True)
class Payment:
    """Takes the money. `quantity` prices anew when the tender changes; `hand_out` goes on after the booking."""

    serving: Serving
    quantity: Quantity
    hand_out: HandOut

    def pay_by(self, tender: TenderKind) -> None:
        """`/` cash, `*` UnionPay slip. A slip that is booked stays: its money is with the bank already."""
        sale = self.serving.sale
        if sale.step is not Step.TENDER:
            return
        if sale.charge_id is not None:
            sale.notice = Notice("unionpay.stays", Tone.INFO)
            self.serving.refresh()
            return
        if sale.tender is TenderKind.CASH:
            sale.by_cash = sale.settlement
        sale.tender = tender
        sale.received_text, sale.received_fen = "", None
        slip_for = self._slip_for if tender is TenderKind.UNIONPAY else None
        if sale.fee is not None:
            self.quantity.price_fee(slip_for=slip_for)
        elif sale.first_card:
            self.quantity.price_first_card(slip_for=slip_for)
        else:
            self.quantity.price(next_step=True, slip_for=slip_for)

    def take_up(self, charge: UnionPayChargeRow) -> None:
        """A slip among the open matters pays the next sale (P4): nothing is charged or typed a second time."""
        self.serving.charge = charge
        figures = (("amount", Money(charge.amount_fen).grouped()), ("trace", charge.trace))
        self.serving.sale.notice = Notice("unionpay.taken_up", Tone.WARNING, figures)
        self.serving.refresh()

    def edit_received(self, text: str) -> None:
        """Every key in the received field."""
        sale = self.serving.sale
        if sale.step is Step.TENDER and text != sale.received_text:
            sale.received_text = text
            sale.received_fen = amount_fen(text)
            far = far_beyond(sale)
            if far is not None or (
                sale.notice is not None and sale.notice.code in (TOO_HIGH, NOTHING_YET, PRESS_SETTLE)
            ):
                sale.notice = far
            self.serving.refresh()

    def submit_received(self, text: str) -> None:
        """Enter in the received field; an empty one is exact cash. Which key confirms it is by design another one."""
        sale = self.serving.sale
        if sale.step is not Step.TENDER or sale.settlement is None:
            return
        sale.received_text = text.strip()
        exact = not sale.received_text
        sale.received_fen = sale.settlement.to_pay_fen if exact else amount_fen(sale.received_text)
        confirms = Notice(PRESS_SETTLE, Tone.INFO, (("received_fen", sale.received_fen or 0),))
        sale.notice = tender_refusal(sale) or confirms
        self.serving.refresh()

    def add_received(self, fen: int) -> None:
        """A quick key: this sum was given."""
        if self.serving.sale.step is Step.TENDER:
            self.submit_received(str(Money(fen)))

    def round_up(self) -> None:
        """凑整: the customer adds the small sum."""
        offer = self.serving.state().pay.offer
        received = self.serving.sale.received_fen
        if offer is not None and received is not None:
            self.submit_received(str(Money(received + offer.add_fen)))

    def type_slip(self, form: SlipForm) -> None:
        """The slip form was filled in: the charge is booked before anything else (P4)."""
        sale, shift = self.serving.sale, self.serving.shift
        if shift is None or sale.settlement is None:
            return
        wrong = slip_refusal(sale, form.amount)
        if wrong is not None:
            self.serving.screen.refuse_slip(wrong, "")
            return
        command = BookUnionPayCharge(
            command_id=self.serving.desk.hall.ids.new_id(),
            actor=shift.actor,
            session_id=shift.session_id,
            terminal=form.terminal,
            batch=form.batch,
            trace=form.trace,
            reference=form.reference,
            last_four=form.last_four,
            amount_fen=sale.settlement.to_pay_fen,
            account_no=sale.overview.terms.account_no if sale.overview else "",
            volume_l=sale.priced.volume_l if sale.priced else 0,
        )

        def booked(charge_id: str) -> None:
            if sale is not self.serving.sale:
                return
            sale.charge_id, sale.slip, sale.slip_begun, sale.notice = charge_id, form, SlipForm(), None
            sale.received_fen = sale.settlement.to_pay_fen if sale.settlement else None
            self.serving.screen.close_slip()
            self.settle()

        def refused(error: KnownError) -> None:
            if sale is self.serving.sale:
                self.serving.screen.refuse_slip(notice_of(error), str(error.params.get("field", "")))

        self.serving.desk.lanes.books.submit(
            lambda: book_unionpay_charge(self.serving.desk.hall, command), booked, refused
        )

    def leave_slip(self, form: SlipForm) -> None:
        """Esc in the slip form: what was typed of it waits for as long as this sale does, and that is said."""
        sale = self.serving.sale
        as_due = sale.settlement is not None and amount_fen(form.amount) == sale.settlement.to_pay_fen
        sale.slip_begun = replace(form, amount="") if as_due else form  # the sum of a sale that is changed follows it
        if form.trace or form.reference or form.last_four or sale.slip_begun.amount:
            sale.notice = Notice("unionpay.slip_waits", Tone.INFO)
        self.serving.screen.close_slip()
        self.serving.refresh()

    def settle(self) -> None:
        """F9, `+`: open the read-back if enough was received."""
        sale = self.serving.sale
        if sale.step is not Step.TENDER or sale.settlement is None:
            return
        if sale.received_fen is None and not sale.received_text:
            sale.notice = Notice(NOTHING_YET, Tone.WARNING)
            self.serving.refresh()
            return
        refused = tender_refusal(sale)
        if refused is not None or sale.received_fen is None:
            sale.notice = refused
            self.serving.refresh()
            return
        if sale.tender is TenderKind.UNIONPAY and sale.charge_id is None:
            self._slip_for(sale.settlement.to_pay_fen)
            return
        if sale.notice is not None and sale.notice.code == PRESS_SETTLE:
            sale.notice = None
        sale.step = Step.READBACK
        sale.shown_at = self.serving.desk.hall.clock.now_utc_ms()
        sale.pay_id = sale.pay_id or self.serving.desk.hall.ids.new_id()
        self.serving.tell_customer("readback")
        self.serving.desk.voice.say(
            read_back_sentence(sale.settlement.to_pay_fen, sale.received_fen, by_slip=sale.charge_id is not None)
        )
        self.serving.screen.ask_read_back(self.serving.state())

    def _slip_for(self, to_pay_fen: int) -> None:
        """The slip that was taken up, if its sum is this sale's; else the form. Another sum is said, not charged."""
        sale, charge = self.serving.sale, self.serving.charge
        sale.received_fen = to_pay_fen
        if charge is None:
            self.serving.screen.ask_slip(to_pay_fen, sale.slip_begun, why_by_card(sale))
        elif charge.amount_fen != to_pay_fen:
            figures = (("charged_fen", charge.amount_fen), ("to_pay_fen", to_pay_fen))
            sale.notice = Notice("unionpay.amount_differs", Tone.WARNING, figures)
            self.serving.refresh()
        else:
            sale.charge_id = charge.charge_id
            sale.slip = SlipForm(charge.terminal, charge.batch, charge.trace, charge.reference, charge.last_four)
            self.serving.charge = None
            self.settle()

    def leave_read_back(self) -> None:
        """Esc in the read-back: nothing was booked."""
        if self.serving.sale.step is Step.READBACK:
            self.serving.sale.step = Step.TENDER
            self.serving.screen.close_read_back()
            self.serving.refresh()

    def confirm(self) -> None:
        """The one confirmation: book the money. A second call while the first is under way does nothing."""
        sale, shift = self.serving.sale, self.serving.shift
        if sale.step is not Step.READBACK or sale.booking or shift is None:
            return
        command = payment_command(sale, shift, self.serving.desk.hall.clock.now_utc_ms())
        if command is not None:
            self._book(sale, command)

    def approved(self, command: Command, consent: Consent) -> None:
        """A second person agreed to the very command."""
        sale = self.serving.sale
        if isinstance(command, PayingCommand) and command.command_id == sale.pay_id and not sale.booking:
            self._book(sale, replace(command, consent=consent))

    def _book(self, sale: Sale, command: PayingCommand) -> None:
        """Send the one command of this sale; its id is the same however often it is sent."""
        sale.booking = True

        def book() -> PaymentTaken:
            if sale.fee is not None:
                return sale.fee.book(command)
            if isinstance(command, SellFirstCard):
                return sell_first_card(self.serving.desk.hall, command)
            if not isinstance(command, TakePayment):
                raise TypeError("a sale without a service is a purchase or a first card")
            return take_payment(self.serving.desk.hall, command)

        def refused(error: KnownError) -> None:
            sale.booking = False
            if sale is not self.serving.sale:
                return
            sale.step = Step.TENDER
            self.serving.screen.close_read_back()
            if isinstance(error, RuleViolation) and error.code == "approval.needed":
                self.serving.refresh()
                self._ask_approval(sale, command)
                return
            self.serving.trouble(error)

        self.serving.desk.lanes.books.submit(book, lambda taken: self._booked(sale, taken), refused)

    def _ask_approval(self, sale: Sale, command: PayingCommand) -> None:
        contact, fee = sale.overview.contact if sale.overview else None, sale.fee
        lines = (*sale_lines(command, contact.name if contact else ""), *(fee.signed if fee else ()))
        asked = ToSign(fee.approve_code if fee else "approve.first_card", lines)
        self.serving.screen.ask_approval(command, fee.act if fee else Act.ISSUE_FIRST_CARD, asked)

    def _booked(self, sale: Sale, taken: PaymentTaken) -> None:
        """The money is booked. If she has signed out meanwhile, the sale is taken up when she comes back."""
        sale.booking = False
        self.serving.charge = None  # it was for this customer only
        self.serving.after_kill = None
        shift = self.serving.shift
        if sale is not self.serving.sale:
            return
        self.serving.screen.close_read_back()
        sale.step = Step.BOOKED
        sale.notice = None
        self.serving.tell_customer("writing")
        if shift is not None:
            self.hand_out.begin(
                shift,
                write_id=taken.sale_id,
                receipt_no=receipt_number_of(taken.sale_id, taken.receipt_no),
                change_fen=taken.change_fen,
                by_cash=sale.tender is TenderKind.CASH and bool(sale.received_fen),
                writes_card=sale.fee is None or sale.fee.writes_card,
            )
