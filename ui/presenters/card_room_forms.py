"""The forms of the card room: for each act what it rests on, its fields, and why it cannot be done now.

Rule: domain P12 (who may), cards B7-B10, screen.md "Messages": what it means for card, money and meter is said before
anything is confirmed. The rules themselves are the use cases'. Must not know: Qt, languages, how an act is booked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ledger.money import Money
from pos.domain.account import ALLOWED_STEPS, AccountStatus, CardStatus, PriceClass
from pos.domain.card import CardImage
from pos.domain.card_replacement import LastPurchaseWas, ReplacementReason
from pos.domain.card_stock import AT_A_TILL
from pos.domain.purchase_limit import LimitSpan
from pos.domain.reasons import Evidence, LossReason, ReversalReason, SpoilReason
from pos.domain.receipt_number import receipt_number_of
from pos.domain.roles import ALLOWED, NEEDS_APPROVAL, Act, Role
from pos.usecases.card_room_overview import RoomAccount, RoomStock
from pos.usecases.reveal_contact import ContactField
from ui.presenters.card_room_facts import CAPTIONS, history_lines, limit_lines
from ui.presenters.card_room_state import ActRow, Entry, FormField, RoomAct
from ui.presenters.counter_desk import Shift
from ui.presenters.counter_panels import plain_volume as m3
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import SignedLine

NEEDS_ACCOUNT = frozenset(RoomAct) - {
    RoomAct.OPEN_ACCOUNT, RoomAct.MOVE_STOCK, RoomAct.RECEIVE_STOCK, RoomAct.SET_LIMIT,
}  # fmt: skip
NEEDS_TILL = frozenset({
    RoomAct.REPLACE, RoomAct.REVERSE, RoomAct.CARRY_GAS, RoomAct.TRANSFER, RoomAct.CLOSE_ACCOUNT, RoomAct.OPEN_ACCOUNT,
    RoomAct.MOVE_STOCK,
})  # fmt: skip
ACT_OF = {
    RoomAct.REPORT_LOSS: Act.REPORT_LOSS,
    RoomAct.WITHDRAW_LOSS: Act.WITHDRAW_LOSS,
    RoomAct.REPLACE: Act.REPLACE_CARD,
    RoomAct.REVERSE: Act.REFUND,
    RoomAct.CHANGE_METER: Act.CHANGE_METER,
    RoomAct.CARRY_GAS: Act.CARRY_GAS,
    RoomAct.TRANSFER: Act.TRANSFER_ACCOUNT,
    RoomAct.CLOSE_ACCOUNT: Act.REFUND,
    RoomAct.OPEN_ACCOUNT: Act.OPEN_ACCOUNT,
    RoomAct.MOVE_STOCK: Act.MOVE_CARD_STOCK,
    RoomAct.RECEIVE_STOCK: Act.RECEIVE_CARD_STOCK,
    RoomAct.SET_LIMIT: Act.SET_PRICES,
    RoomAct.CORRECT: Act.CHANGE_ACCOUNT,
    RoomAct.HISTORY: Act.READ_OWN_REPORTS,
    RoomAct.REVEAL: Act.REVEAL_CONTACT,
    RoomAct.BIND_CARD: Act.ISSUE_FIRST_CARD,
    RoomAct.ERASE: Act.ERASE_CONTACT,
}
_OF_RECORD = frozenset({RoomAct.CORRECT, RoomAct.HISTORY, RoomAct.REVEAL, RoomAct.ERASE})
_OF_ACTIVE = frozenset({RoomAct.REPLACE, RoomAct.CARRY_GAS, RoomAct.TRANSFER})
_CLEARED = frozenset({RoomAct.TRANSFER, RoomAct.CLOSE_ACCOUNT})
"""Where arrears come first: whoever owes them is not there afterwards."""
YES, NO = "yes", "no"
_INLETS = (("left", "meter.left_inlet"), ("right", "meter.right_inlet"))
_YES_NO = ((NO, "answer.no"), (YES, "answer.yes"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is known in the card room now. day: the business day, of the open session or today's; offset_min: of the
    hall."""

    stock: RoomStock
    day: str
    offset_min: int
    roles: frozenset[Role]
    account: RoomAccount | None = None
    card: CardImage | None = None
    shift: Shift | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What an act rests on, and what is asked."""

    meaning: Notice
    fields: tuple[FormField, ...] = ()
    lines: tuple[SignedLine, ...] = ()


def act_rows(room: Room) -> tuple[ActRow, ...]:
    """The list, with why an act cannot be done."""
    return tuple(ActRow(act, why_not(act, room)) for act in RoomAct)


def why_not(act: RoomAct, room: Room) -> str:
    """A message code, "" if it can be tried; the use case decides in the end."""
    allowed = set(ALLOWED.get(ACT_OF[act], ())) | set(NEEDS_APPROVAL.get(ACT_OF[act], {}))
    if not room.roles & allowed:
        return "room.not_hers"
    if act in NEEDS_TILL and room.shift is None:
        return "room.needs_till"
    if act not in NEEDS_ACCOUNT:
        return ""
    if room.account is None:
        return "room.needs_account"
    return _why_not_account(act, room.account)


def _why_not_account(act: RoomAct, known: RoomAccount) -> str:
    card, status = known.account.card, known.account.terms.status
    if act is RoomAct.REPORT_LOSS:
        return "" if card is not None and card.status is CardStatus.ACTIVE else "room.no_card_in_use"
    if act is RoomAct.WITHDRAW_LOSS:
        return "" if card is not None and card.status is CardStatus.LOST else "room.not_lost"
    if act in _OF_RECORD:
        return _why_not_record(act, known)
    if known.open_write is not None:
        return "room.open_write"
    if status is AccountStatus.CLOSED:
        return "room.account_closed"
    if act in _OF_ACTIVE and status is not AccountStatus.ACTIVE:
        return "room.not_active"
    if act in _CLEARED and known.account.terms.arrears_fen:
        return "room.arrears_left"
    if act is RoomAct.BIND_CARD:
        return "room.card_in_use" if card is not None and card.status is CardStatus.ACTIVE else ""
    if act is RoomAct.REPLACE:
        return "" if card is not None else "room.no_card"
    if act is RoomAct.REVERSE:
        return "" if known.standing is not None else "room.no_purchase"
    if act is RoomAct.CARRY_GAS:
        return "" if known.account.left_to_carry_l > 0 else "room.nothing_to_carry"
    return ""


def _why_not_record(act: RoomAct, known: RoomAccount) -> str:
    """Of the account's own record: neither money nor what a card holds."""
    contact, closed = known.account.contact, known.account.terms.status is AccountStatus.CLOSED
    if act is RoomAct.ERASE and not closed:
        return "room.not_closed"
    if act is not RoomAct.HISTORY and (contact is None or contact.erased):
        return "room.erased"
    return "room.account_closed" if act is RoomAct.CORRECT and closed else ""


def form_of(act: RoomAct, room: Room) -> Form:
    """The form of an act that can be tried."""
    if room.account is not None and act in _OF_ACCOUNT:
        return _OF_ACCOUNT[act](room.account, room)
    return _OF_HALL[act](room)


def _choice(name: str, kind: type[StrEnum], prefix: str, value: str = "") -> FormField:
    choices = tuple((one.value, f"{prefix}{one.value}") for one in kind)
    return FormField(name, Entry.CHOICE, choices, value or choices[0][0])


def _report_loss(known: RoomAccount, _room: Room) -> Form:
    card = known.account.card
    figures = (("card_no", card.card_no if card else ""), ("at_risk", m3(known.at_risk_l)))
    return Form(
        Notice("room.meaning.report_loss", Tone.WARNING, figures),
        (
            _choice("reason", LossReason, "reason."),
            FormField("note"),
            FormField("told", Entry.CHOICE, _YES_NO, NO),
        ),
    )


def _withdraw_loss(known: RoomAccount, _room: Room) -> Form:
    card = known.account.card
    return Form(Notice("room.meaning.withdraw_loss", Tone.INFO, (("card_no", card.card_no if card else ""),)))


def _replace(known: RoomAccount, _room: Room) -> Form:
    card = known.account.card
    reason = ReplacementReason.BROKEN
    if card is not None and card.status is CardStatus.LOST:
        reason = ReplacementReason.LOST
    elif known.is_card_of_old_meter:
        reason = ReplacementReason.METER_CHANGED
    said = LastPurchaseWas.NOT_TAKEN if known.at_risk_l else LastPurchaseWas.TAKEN
    return Form(
        Notice("room.meaning.replace"),
        (
            _choice("because", ReplacementReason, "room.because.", reason),
            _choice("said", LastPurchaseWas, "room.said.", said),
            _choice("evidence", Evidence, "reason."),
            FormField("note"),
            FormField("meter_count", Entry.PIECES),
            FormField("meter_remaining", Entry.VOLUME),
            FormField("old_card_returned", Entry.CHOICE, _YES_NO, NO),
        ),
        (*last_lines(known), _fee_line(0 if reason is ReplacementReason.METER_CHANGED else known.replacement_fee_fen)),
    )


def _fee_line(fee_fen: int | None) -> SignedLine:
    """What the price list asks for it."""
    return SignedLine("room.sale.fee", "—" if fee_fen is None else Money(fee_fen).grouped())


def last_lines(known: RoomAccount) -> tuple[SignedLine, ...]:
    """The last purchase, and whether its meter was ever seen to have taken it."""
    if known.last is None:
        return (SignedLine("room.who.last", "room.who.no_purchase", says=True),)
    bought = known.last.purchase
    figures = (("sequence", bought.sequence), ("volume", m3(bought.volume_l)))
    code = "room.who.last_taken" if known.is_taken else "room.who.last_open"
    return (SignedLine("room.who.last", code, says=True, params=figures),)


def _reverse(known: RoomAccount, _room: Room) -> Form:
    sold = known.standing
    lines: tuple[SignedLine, ...] = ()
    if sold is not None:
        lines = (
            SignedLine("room.sale.receipt", receipt_number_of(sold.sale_id, sold.receipt_no)),
            SignedLine("room.card.volume", f"{m3(sold.volume_l)} m³"),
            SignedLine("sign.amount", Money(sold.paid_fen).grouped()),
            SignedLine("sign.tender", f"tender.{sold.tender}", says=True),
        )
    fields = (_choice("reason", ReversalReason, "reason."), FormField("note"))
    return Form(Notice("room.meaning.reverse"), fields, lines)


def _change_meter(known: RoomAccount, room: Room) -> Form:
    meter, reading = known.account.meter, known.account.reading
    known_left = m3(reading.remaining_l) if reading is not None and reading.read_on else ""
    said = LastPurchaseWas.NOT_TAKEN if known.at_risk_l else LastPurchaseWas.TAKEN
    return Form(
        Notice("room.meaning.change_meter", params=(("meter_no", meter.meter_no if meter else ""),)),
        (
            FormField("new_meter_no"),
            FormField("meter_model", value=meter.meter_type if meter else ""),
            FormField("inlet", Entry.CHOICE, _INLETS, "left"),
            FormField("maker"),
            FormField("base_reading", Entry.VOLUME, value="0"),
            FormField("installed", value=room.day),
            FormField("final_reading", Entry.VOLUME),
            FormField("old_remaining", Entry.VOLUME, value=known_left),
            _choice("said", LastPurchaseWas, "room.said.", said),
            _choice("evidence", Evidence, "reason."),
            FormField("note"),
            FormField("document_no"),
        ),
        last_lines(known),
    )


def _carry_gas(known: RoomAccount, _room: Room) -> Form:
    lines = (SignedLine("room.who.to_carry", f"{m3(known.account.left_to_carry_l)} m³"),)
    return Form(Notice("room.meaning.carry_gas"), (), lines)


def _transfer(known: RoomAccount, _room: Room) -> Form:
    balance = Money(known.account.customer_money_fen).grouped()
    names = ("name", "phone", "address", "id_number", "document_no", "contract_no")
    lines = (SignedLine("field.account_balance", balance), _fee_line(known.transfer_fee_fen))
    return Form(Notice("room.meaning.transfer"), tuple(FormField(name) for name in names), lines)


def _close_account(known: RoomAccount, _room: Room) -> Form:
    lines = (
        SignedLine("field.account_balance", Money(known.account.customer_money_fen).grouped()),
        SignedLine("room.sale.pay_out", Money(known.pay_out_fen).grouped()),
        SignedLine("room.card.unconsumed", f"{m3(known.at_risk_l)} m³"),
        SignedLine("room.who.to_carry", f"{m3(known.account.left_to_carry_l)} m³"),
    )
    fields = (
        FormField("document_no"),
        FormField("card_returned", Entry.CHOICE, _YES_NO, NO),
        FormField("final_reading", Entry.VOLUME),
        FormField("meter_remaining", Entry.VOLUME),
    )
    return Form(Notice("room.meaning.close_account"), fields, lines)


def _correct(known: RoomAccount, _room: Room) -> Form:
    """An account ends by its own act; here it is let in (报装 → 正常), stopped, or resumed."""
    contact, terms, meter = known.account.contact, known.account.terms, known.account.meter
    steps = sorted(ALLOWED_STEPS[terms.status] - {AccountStatus.CLOSED}, key=list(AccountStatus).index)
    states = tuple((step.value, f"account.state.{step}") for step in steps)
    return Form(
        Notice("room.meaning.correct"),
        (
            FormField("name", value=contact.name if contact else "", caption="field.name"),
            FormField("phone", caption="room.field.phone_anew"),
            FormField("address", value=contact.address if contact else "", caption="field.address"),
            FormField("id_number", caption="room.field.id_number_anew"),
            FormField("people", Entry.PIECES, value=str(terms.people), caption="field.persons"),
            _choice("price_class", PriceClass, "class.", terms.price_class),
            FormField("inlet", Entry.CHOICE, _INLETS, meter.inlet if meter else "left"),
            FormField("status", Entry.CHOICE, states, terms.status, caption="room.who.status"),
            FormField("stop_reason", value=terms.stop_reason, caption="room.field.stop_reason"),
            FormField("arrears", value=str(Money(terms.arrears_fen)), caption="room.field.arrears"),
            FormField("document_no"),
        ),
    )


def _history(known: RoomAccount, room: Room) -> Form:
    lines = history_lines(known, room.offset_min)
    return Form(Notice("room.meaning.history" if lines else "room.meaning.no_history"), (), lines)


def _reveal(_known: RoomAccount, _room: Room) -> Form:
    choices = tuple((one.value, CAPTIONS[one]) for one in ContactField)
    fields = (
        FormField("what", Entry.CHOICE, choices, choices[0][0]),
        FormField("note", caption="room.field.why"),
    )
    return Form(Notice("room.meaning.reveal"), fields)


def _bind_card(known: RoomAccount, _room: Room) -> Form:
    return Form(Notice("room.meaning.bind_card", params=(("account_no", known.account.terms.account_no),)))


def _erase(known: RoomAccount, _room: Room) -> Form:
    contact = known.account.contact
    figures = (("name", contact.name if contact else ""),)
    return Form(Notice("room.meaning.erase", Tone.WARNING, figures), (FormField("document_no"),))


def _move_stock(room: Room) -> Form:
    moves = tuple((move.value, f"room.move.{move.value}") for move in AT_A_TILL)
    lines = (SignedLine("room.stock.in_store", str(room.stock.in_store)),)
    fields = (
        FormField("move", Entry.CHOICE, moves, moves[0][0]),
        FormField("pieces", Entry.PIECES),
        _choice("spoil_reason", SpoilReason, "reason."),
        FormField("note"),
    )
    return Form(Notice("room.meaning.move_stock"), fields, lines)


def _receive_stock(room: Room) -> Form:
    lines = (SignedLine("room.stock.in_store", str(room.stock.in_store)),)
    fields = (FormField("pieces", Entry.PIECES), FormField("document_no"))
    return Form(Notice("room.meaning.receive_stock"), fields, lines)


def _set_limit(room: Room) -> Form:
    fields = (
        _choice("span", LimitSpan, "room.span."),
        _choice("price_class", PriceClass, "class."),
        FormField("meter_model"),
        FormField("most", Entry.PIECES),
        FormField("valid_from", value=room.day),
        FormField("valid_until"),
        FormField("months", Entry.PIECES, value="1"),
        FormField("document_no"),
    )
    return Form(Notice("room.meaning.set_limit"), fields, limit_lines(room.stock))


_OF_ACCOUNT: dict[RoomAct, Callable[[RoomAccount, Room], Form]] = {
    RoomAct.REPORT_LOSS: _report_loss,
    RoomAct.WITHDRAW_LOSS: _withdraw_loss,
    RoomAct.REPLACE: _replace,
    RoomAct.REVERSE: _reverse,
    RoomAct.CHANGE_METER: _change_meter,
    RoomAct.CARRY_GAS: _carry_gas,
    RoomAct.TRANSFER: _transfer,
    RoomAct.CLOSE_ACCOUNT: _close_account,
    RoomAct.CORRECT: _correct,
    RoomAct.HISTORY: _history,
    RoomAct.REVEAL: _reveal,
    RoomAct.BIND_CARD: _bind_card,
    RoomAct.ERASE: _erase,
}
_OF_HALL: dict[RoomAct, Callable[[Room], Form]] = {
    RoomAct.MOVE_STOCK: _move_stock,
    RoomAct.RECEIVE_STOCK: _receive_stock,
    RoomAct.SET_LIMIT: _set_limit,
}
