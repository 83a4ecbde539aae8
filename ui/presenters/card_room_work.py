"""What the acts of the card room do with a filled-in form: check, ask a second person, book, or lead to the counter.

Fees and card writes are led by the counter (`FeeSale`), so there is one way for money. Nothing is asked of a customer
that the books would refuse afterwards. Must not know: Qt, pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from ledger.money import Money
from pos.domain.account import Person, checked_person
from pos.domain.card import CardImage, CardKind, CardPurchase
from pos.domain.card_replacement import LastPurchaseWas, ReplacementReason
from pos.domain.card_write import check_room
from pos.domain.errors import RuleViolation
from pos.domain.reasons import Evidence, ReversalReason, require_document, require_reason
from pos.domain.roles import ALLOWED, Act
from pos.domain.sale import TenderKind
from pos.sagas.card_purchase import read_card
from pos.usecases.begin_reversal import BeginReversal, begin_reversal
from pos.usecases.card_room_overview import RoomAccount
from pos.usecases.carry_gas import CarryGas, InstalmentQuote, carry_gas, quote_instalment
from pos.usecases.change_meter import ChangeMeter, change_meter
from pos.usecases.close_account import CloseAccount, close_account
from pos.usecases.fact import Command, Hall
from pos.usecases.move_blank_cards import MoveBlankCards, move_blank_cards
from pos.usecases.open_card_writes import CardWriteRow, open_write_of_account, written_sale
from pos.usecases.paid_sale import PayingCommand, PaymentTaken
from pos.usecases.receive_blank_cards import ReceiveBlankCards, receive_blank_cards
from pos.usecases.replace_card import ReplaceCard, check_replacement, quote_replacement, replace_card
from pos.usecases.report_loss import ReportLoss, report_loss
from pos.usecases.set_purchase_limit import SetPurchaseLimit, set_purchase_limit
from pos.usecases.transfer_account import TransferAccount, quote_transfer, transfer_account
from pos.usecases.withdraw_loss import WithdrawLoss, withdraw_loss
from ui.presenters.card_room_commands import Values, command_of, litres_or_none, pieces, signed_lines
from ui.presenters.card_room_contact import RoomContact
from ui.presenters.card_room_forms import ACT_OF, YES, last_lines
from ui.presenters.card_room_state import RoomAct
from ui.presenters.counter_desk import Shift
from ui.presenters.counter_panels import plain_volume as m3
from ui.presenters.drawer import open_drawer
from ui.presenters.fee_sale import FeeQuote, FeeSale, blank_warning
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import SignedLine, ToSign
from ui.presenters.to_sign import evidence_lines, reason_lines

if TYPE_CHECKING:
    from ui.presenters.card_room import CardRoom

C = TypeVar("C", bound=Command)
P = TypeVar("P", bound=PayingCommand)


@dataclass(slots=True)
class RoomWork:
    """Attributes: of: the presenter of the page; contact: the forms of the account's own record."""

    of: CardRoom
    contact: RoomContact = field(init=False)

    def __post_init__(self) -> None:
        self.contact = RoomContact(self)

    def do(self, act: RoomAct, values: Values) -> None:
        """Carry out an act. Raises RuleViolation for what is wrong with the form itself."""
        special: dict[RoomAct, Callable[[Values], None]] = {
            RoomAct.WITHDRAW_LOSS: self._withdraw_loss,
            RoomAct.REPLACE: self._replace,
            RoomAct.REVERSE: self._reverse,
            RoomAct.CARRY_GAS: self._carry_gas,
            RoomAct.TRANSFER: self._transfer,
            RoomAct.CORRECT: self.contact.correct,
            RoomAct.HISTORY: lambda _values: self.of.step_back(),
            RoomAct.REVEAL: self.contact.reveal,
            RoomAct.BIND_CARD: self.contact.bind,
            RoomAct.ERASE: self.contact.erase,
        }
        if act in special:
            special[act](values)
            return
        command = command_of(act, self.of.room, values, command_id=self.new_id(), actor=self.of.actor())
        self.consented(command, ACT_OF[act], f"approve.{act}", signed_lines(command, self.of.room.account), self._book)

    # without money at the counter -------------------------------------------------------------------------------------

    def _book(self, command: Command) -> None:
        hall = self.of.desk.hall

        def run() -> Notice:
            return _booked(hall, command)

        def settled(said: Notice) -> None:
            if isinstance(command, CloseAccount):
                self._pay_out(said)

        self.of.visit.ask(run, self.of.booked, self.of.refused, settled=settled)

    def _pay_out(self, said: Notice) -> None:
        """The account is closed: its slip prints, and the drawer opens for what goes to the customer."""
        self.of.print_waiting()
        shift = self.of.shift()
        if shift is not None and dict(said.params).get("amount") != Money(0).grouped():
            open_drawer(self.of.desk, shift, "pay_out", "", self.of.counter.say, self.of.refused)

    def _withdraw_loss(self, _values: Values) -> None:
        account_no = self.known().account.terms.account_no

        def shown(image: CardImage) -> None:
            command = WithdrawLoss(command_id=self.new_id(), actor=self.of.actor(), account_no=account_no, shown=image)
            lines = signed_lines(command, self.of.room.account)
            self.consented(command, Act.WITHDRAW_LOSS, "approve.withdraw_loss", lines, self._book)

        self.with_card(shown)

    def _reverse(self, values: Values) -> None:
        require_reason(ReversalReason, values["reason"], values["note"])
        known, shift, hall = self.known(), self._shift(), self.of.desk.hall
        sold = known.standing
        if sold is None:
            raise RuleViolation("reversal.no_purchase", sale_id="")

        def shown(image: CardImage) -> None:
            command = BeginReversal(
                command_id=self.new_id(),
                actor=shift.actor,
                session_id=shift.session_id,
                sale_id=sold.sale_id,
                card=image,
                reason=values["reason"],
                note=values["note"],
            )
            lines = (
                *signed_lines(command, known),
                SignedLine("room.card.volume", f"{m3(sold.volume_l)} m³"),
                SignedLine("sign.amount", Money(sold.paid_fen).grouped()),
                *reason_lines(values["reason"], values["note"]),
            )

            def sold_here(is_here: bool) -> None:
                act = Act.VOID_LARGE if is_here else Act.REFUND
                self.consented(command, act, "approve.reverse", lines, begin)

            self.of.visit.ask(
                lambda: written_sale(hall, sold.sale_id).session_id == shift.session_id, sold_here, self.of.refused
            )

        def begin(command: BeginReversal) -> None:
            def run() -> CardWriteRow | None:
                begin_reversal(hall, command)
                return open_write_of_account(hall, known.account.terms.account_no)

            def begun(write: CardWriteRow | None) -> None:
                if write is not None:
                    self.of.to_counter()
                    self.of.counter.lead_reversal(known.account, write)

            self.of.visit.ask(run, begun, self.of.refused)

        self.with_card(shown)

    # led by the counter -----------------------------------------------------------------------------------------------

    def _replace(self, values: Values) -> None:
        require_reason(Evidence, values["evidence"], values["note"])
        known, shift, hall = self.known(), self._shift(), self.of.desk.hall
        account_no = known.account.terms.account_no
        reason, said = ReplacementReason(values["because"]), LastPurchaseWas(values["said"])
        meter_count = pieces(values, "meter_count")
        remaining_l = litres_or_none(values, "meter_remaining", "meter_change.remaining")
        if values["evidence"] == Evidence.METER_DISPLAY and meter_count is None:
            raise RuleViolation("replacement.display")

        def quote(tender: TenderKind) -> FeeQuote:
            found = quote_replacement(hall, account_no, shift.business_day, tender, reason)
            return FeeQuote(found.settlement, found.most_over_fen, blank_warning(hall, shift.session_id))

        def shown(image: CardImage, content: CardPurchase) -> None:
            if image.kind is not CardKind.BLANK:
                raise RuleViolation("card.not_blank", kind=image.kind.value)
            check_room(content, image)

            def command(paying: dict[str, Any]) -> ReplaceCard:
                return ReplaceCard(
                    **paying,
                    blank=image,
                    reason=reason,
                    said=said,
                    evidence=values["evidence"],
                    note=values["note"],
                    meter_count=meter_count,
                    meter_remaining_l=remaining_l,
                    old_card_returned=values["old_card_returned"] == YES,
                )

            signed = (
                SignedLine("room.field.because", f"room.because.{reason}", says=True),
                SignedLine("room.field.said", f"room.said.{said}", says=True),
                SignedLine("room.sale.written", f"{m3(content.volume_l)} m³"),
                *last_lines(known),
                *evidence_lines(values["evidence"], values["note"]),
                *_display_lines(meter_count, remaining_l),
            )
            figures = (("volume", m3(content.volume_l)), ("sequence", content.sequence))
            fee = FeeSale(
                item="card_replacement",
                act=Act.REPLACE_CARD,
                approve_code="approve.replace",
                signed=signed,
                writes_card=True,
                quote=quote,
                command=command,
                book=_booking(hall, ReplaceCard, replace_card),
                told=Notice(f"room.told.{'reissued' if content.volume_l else 'empty'}", Tone.INFO, figures),
            )
            self._lead(fee, known, image)

        def checked(content: CardPurchase) -> None:
            self.with_card(lambda image: shown(image, content))

        self.of.visit.ask(
            lambda: check_replacement(hall, account_no, reason, said, meter_count), checked, self.of.refused
        )

    def _carry_gas(self, _values: Values) -> None:
        known, shift, hall = self.known(), self._shift(), self.of.desk.hall
        account_no = known.account.terms.account_no

        def shown(image: CardImage) -> None:
            def quoted(found: InstalmentQuote) -> None:
                def command(paying: dict[str, Any]) -> CarryGas:
                    return CarryGas(**paying, card=image, volume_l=found.volume_l)

                fee = FeeSale(
                    item="carried_gas",
                    act=Act.CARRY_GAS,
                    approve_code="",
                    signed=(),
                    writes_card=True,
                    quote=lambda _tender: FeeQuote(found.settlement, found.most_over_fen),
                    command=command,
                    book=_booking(hall, CarryGas, carry_gas),
                    volume_l=found.volume_l,
                )
                self._lead(fee, known, image)

            self.of.visit.ask(
                lambda: quote_instalment(hall, account_no, shift.business_day, image), quoted, self.of.refused
            )

        self.with_card(shown)

    def _transfer(self, values: Values) -> None:
        known, shift, hall = self.known(), self._shift(), self.of.desk.hall
        terms = known.account.terms
        owner = known.account.contact.name if known.account.contact else ""
        person = checked_person(Person(values["name"], values["phone"], values["address"], values["id_number"]))
        require_document(values["document_no"])
        if terms.arrears_fen:
            raise RuleViolation("account.arrears_at_transfer", arrears_fen=terms.arrears_fen)

        def quote(tender: TenderKind) -> FeeQuote:
            found = quote_transfer(hall, terms.account_no, shift.business_day, tender)
            return FeeQuote(found.settlement, found.most_over_fen)

        def command(paying: dict[str, Any]) -> TransferAccount:
            return TransferAccount(
                **paying,
                from_revision=terms.revision,
                document_no=values["document_no"],
                contract_no=values["contract_no"],
                name=person.name,
                phone=person.phone,
                address=person.address,
                id_number=person.id_number,
            )

        def use_case(at: Hall, asked: TransferAccount) -> PaymentTaken:
            return transfer_account(at, asked, self.of.cipher)

        fee = FeeSale(
            item="account_transfer",
            act=Act.TRANSFER_ACCOUNT,
            approve_code="approve.transfer",
            signed=(
                SignedLine("room.field.new_name", person.name),
                SignedLine("sign.document_no", values["document_no"]),
            ),
            writes_card=False,
            quote=quote,
            command=command,
            book=_booking(hall, TransferAccount, use_case),
            told=Notice("room.told.transfer", Tone.INFO, (("old_name", owner), ("new_name", person.name))),
            new_owner=person.name,
        )
        self._lead(fee, known, None)

    # for every form ---------------------------------------------------------------------------------------------------

    def consented(
        self, command: C, act: Act, code: str, lines: tuple[SignedLine, ...], run: Callable[[C], None]
    ) -> None:
        """At once where the roles allow it, else with a second person who reads these figures."""
        if self.of.room.roles & set(ALLOWED.get(act, ())):
            run(command)
            return
        self.of.waits()
        self.of.screen.ask_approval(
            command, act, ToSign(code, lines), lambda consent: run(replace(command, consent=consent))
        )

    def with_card(self, then: Callable[[CardImage], None]) -> None:
        """The card as it lies in the reader now; an answer that comes after she left is nobody's."""
        stay = self.of.visit.token

        def came(image: CardImage) -> None:
            if stay != self.of.visit.token:
                return
            try:
                then(image)
            except RuleViolation as refusal:
                self.of.refused(refusal)

        self.of.desk.lanes.reader.submit(lambda: read_card(self.of.desk.reader), came, self.of.refused)

    def known(self) -> RoomAccount:
        """Who stands there. Raises RuleViolation `account.unknown`."""
        known = self.of.room.account
        if known is None:
            raise RuleViolation("account.unknown", account_no="")
        return known

    def new_id(self) -> str:
        """Of a command: made where the key is pressed."""
        return self.of.desk.hall.ids.new_id()

    def _lead(self, fee: FeeSale, known: RoomAccount, image: CardImage | None) -> None:
        self.of.to_counter()
        self.of.counter.lead_fee(fee, known.account, image)

    def _shift(self) -> Shift:
        shift = self.of.shift()
        if shift is None:
            raise RuleViolation("till.not_open")
        return shift


def _display_lines(meter_count: int | None, remaining_l: int | None) -> tuple[SignedLine, ...]:
    """What was typed off the meter's display, on one line: the password stands below what is agreed to."""
    if meter_count is None and remaining_l is None:
        return ()
    figures = (("count", "—" if meter_count is None else meter_count), ("left", _m3_or_none(remaining_l)))
    return (SignedLine("room.sale.display", "room.sale.display_says", says=True, params=figures),)


def _m3_or_none(litres: int | None) -> str:
    return "—" if litres is None else m3(litres)


def _booking(
    hall: Hall, kind: type[P], use_case: Callable[[Hall, P], PaymentTaken]
) -> Callable[[PayingCommand], PaymentTaken]:
    def book(command: PayingCommand) -> PaymentTaken:
        if not isinstance(command, kind):
            raise TypeError(f"{kind.__name__} was asked for")
        return use_case(hall, command)

    return book


def _booked(hall: Hall, command: Command) -> Notice:
    """Book an act that the counter does not lead, and say what was booked."""
    if isinstance(command, ReportLoss):
        lost = report_loss(hall, command)
        figures = (("card_no", lost.card_no), ("at_risk", m3(lost.at_risk_l)))
        return Notice("room.done.report_loss", Tone.GOOD, figures)
    if isinstance(command, WithdrawLoss):
        return Notice("room.done.withdraw_loss", Tone.GOOD, (("card_no", withdraw_loss(hall, command)),))
    if isinstance(command, ChangeMeter):
        changed = change_meter(hall, command)
        figures = (("meter_no", changed.new_meter_no), ("volume", m3(changed.carried_l)))
        return Notice("room.done.change_meter", Tone.GOOD, figures)
    if isinstance(command, CloseAccount):
        closed = close_account(hall, command)
        figures = (("account_no", closed.account_no), ("amount", Money(closed.paid_out_fen).grouped()))
        return Notice("room.done.close_account", Tone.GOOD, figures)
    if isinstance(command, MoveBlankCards):
        move_blank_cards(hall, command)
        return Notice(f"room.done.{command.move}", Tone.GOOD, (("pieces", command.pieces),))
    if isinstance(command, ReceiveBlankCards):
        in_store = receive_blank_cards(hall, command)
        return Notice("room.done.received", Tone.GOOD, (("in_store", in_store), ("pieces", command.pieces)))
    if isinstance(command, SetPurchaseLimit):
        set_purchase_limit(hall, command)
        return Notice("room.done.set_limit", Tone.GOOD, (("valid_from", command.valid_from),))
    raise TypeError(f"not booked in the card room: {type(command).__name__}")
