"""From the fields of a card-room form to the command it becomes; what is no number is refused by its field.

Must not know: Qt, who approves, how it is booked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.money import Money
from pos.domain.account import Inlet, Meter
from pos.domain.card_replacement import LastPurchaseWas
from pos.domain.card_stock import CardMove
from pos.domain.errors import RuleViolation
from pos.domain.purchase_limit import LimitSpan
from pos.domain.reasons import require_document
from pos.usecases.card_room_overview import RoomAccount
from pos.usecases.change_meter import ChangeMeter
from pos.usecases.close_account import CloseAccount
from pos.usecases.fact import Command
from pos.usecases.move_blank_cards import MoveBlankCards
from pos.usecases.receive_blank_cards import ReceiveBlankCards
from pos.usecases.report_loss import ReportLoss
from pos.usecases.set_purchase_limit import SetPurchaseLimit, limit_of
from ui.presenters.card_room_forms import YES, Room
from ui.presenters.card_room_state import RoomAct
from ui.presenters.counter_panels import plain_volume as m3
from ui.presenters.people_state import SignedLine
from ui.presenters.setting_rows import scaled
from ui.presenters.to_sign import evidence_lines, reason_lines

Values = dict[str, str]
_Own = dict[str, Any]
FIELD_OF = {
    "account.document": "document_no",
    "account.name": "name",
    "account.phone": "phone",
    "account.phone_length": "phone",
    "account.people": "people",
    "account.status_step": "status",
    "account.stop_reason": "stop_reason",
    "account.arrears": "arrears",
    "account.address": "address",
    "account.id_number": "id_number",
    "meter.number": "new_meter_no",
    "meter.in_use": "new_meter_no",
    "meter.type": "meter_model",
    "meter.installed_on": "installed",
    "meter.base_reading": "base_reading",
    "meter_change.remaining": "old_remaining",
    "meter_change.reading": "final_reading",
    "meter_change.same_meter": "new_meter_no",
    "meter_change.nothing_untaken": "said",
    "replacement.display": "meter_count",
    "replacement.reason_differs": "because",
    "replacement.same_meter": "because",
    "replacement.nothing_to_reissue": "said",
    "replacement.already_taken": "said",
    "replacement.not_taken": "said",
    "reason.missing": "note",
    "reveal.reason": "note",
    "text.personal_number": "note",
    "reason.short": "note",
    "reason.long": "note",
    "loss.not_told": "told",
    "card_stock.pieces": "pieces",
    "card_stock.store_short": "pieces",
    "card_stock.document": "document_no",
    "limit_rule.applies_to": "meter_model",
    "limit_rule.most": "most",
    "limit_rule.months": "months",
    "limit_rule.days": "valid_from",
    "limit_rule.document": "document_no",
}
"""Which field a refusal is about; it gets the focus."""
_MOST_PIECES = 10**9


def litres(values: Values, name: str, code: str) -> int:
    """A typed volume in m³ as litres, below 0 in overdraft. Raises RuleViolation with this code."""
    found = litres_or_none(values, name, code)
    if found is None:
        raise RuleViolation(code)
    return found


def litres_or_none(values: Values, name: str, code: str) -> int | None:
    """As `litres`; None for an empty field."""
    typed = values.get(name, "").strip()
    if not typed:
        return None
    number = scaled(typed.removeprefix("-"), 3)
    if number is None:
        raise RuleViolation(code)
    return -number if typed.startswith("-") else number


def pieces(values: Values, name: str) -> int | None:
    """A whole number, None if it is empty or none."""
    typed = values.get(name, "").strip()
    return min(int(typed), _MOST_PIECES) if typed.isascii() and typed.isdigit() else None


def command_of(act: RoomAct, room: Room, values: Values, *, command_id: str, actor: str) -> Command:
    """The command of an act that needs neither money nor a card in the reader.

    Raises: RuleViolation of the field that is no number.
    """
    own: _Own = {"command_id": command_id, "actor": actor}
    if room.account is not None and act in _OF_ACCOUNT:
        return _OF_ACCOUNT[act](room, room.account, values, own)
    return _OF_HALL[act](room, values, own)


def _report_loss(_room: Room, known: RoomAccount, values: Values, own: _Own) -> Command:
    return ReportLoss(
        **own,
        account_no=known.account.terms.account_no,
        reason=values["reason"],
        told=values["told"] == YES,
        note=values["note"],
    )


def _change_meter(_room: Room, known: RoomAccount, values: Values, own: _Own) -> Command:
    old = known.account.meter
    return ChangeMeter(
        **own,
        account_no=known.account.terms.account_no,
        old_meter_no=old.meter_no if old else "",
        meter=Meter(
            meter_no=values["new_meter_no"].upper(),
            meter_type=values["meter_model"],
            inlet=Inlet(values["inlet"]),
            maker=values["maker"],
            installed_on=values["installed"] or None,
            base_reading_l=litres(values, "base_reading", "meter.base_reading"),
        ),
        document_no=values["document_no"],
        final_reading_l=litres(values, "final_reading", "meter_change.reading"),
        remaining_l=litres(values, "old_remaining", "meter_change.remaining"),
        said=LastPurchaseWas(values["said"]),
        evidence=values["evidence"],
        note=values["note"],
    )


def _close_account(room: Room, known: RoomAccount, values: Values, own: _Own) -> Command:
    require_document(values["document_no"])  # before a second person is asked
    return CloseAccount(
        **own,
        session_id=room.shift.session_id if room.shift else "",
        account_no=known.account.terms.account_no,
        from_revision=known.account.terms.revision,
        document_no=values["document_no"],
        card_returned=values["card_returned"] == YES,
        final_reading_l=litres_or_none(values, "final_reading", "meter_change.reading"),
        meter_remaining_l=litres_or_none(values, "meter_remaining", "meter_change.remaining"),
    )


def _move_stock(room: Room, values: Values, own: _Own) -> Command:
    move = CardMove(values["move"])
    return MoveBlankCards(
        **own,
        session_id=room.shift.session_id if room.shift else "",
        move=move,
        pieces=pieces(values, "pieces") or 0,
        reason=values["spoil_reason"] if move is CardMove.SPOILED else "",
        note=values["note"],
    )


def _receive_stock(_room: Room, values: Values, own: _Own) -> Command:
    return ReceiveBlankCards(**own, pieces=pieces(values, "pieces") or 0, document_no=values["document_no"])


def _set_limit(_room: Room, values: Values, own: _Own) -> Command:
    span = LimitSpan(values["span"])
    command = SetPurchaseLimit(
        **own,
        span=span,
        applies_to=values["meter_model"].upper() if span is LimitSpan.METER_CAP else values["price_class"],
        most_m3=pieces(values, "most"),
        valid_from=values["valid_from"],
        valid_until=values["valid_until"] or None,
        months=pieces(values, "months") or 1,
        document_no=values["document_no"],
    )
    limit_of(command)  # refused before anybody is asked to approve it
    return command


_OF_ACCOUNT: dict[RoomAct, Callable[[Room, RoomAccount, Values, _Own], Command]] = {
    RoomAct.REPORT_LOSS: _report_loss,
    RoomAct.CHANGE_METER: _change_meter,
    RoomAct.CLOSE_ACCOUNT: _close_account,
}
_OF_HALL: dict[RoomAct, Callable[[Room, Values, _Own], Command]] = {
    RoomAct.MOVE_STOCK: _move_stock,
    RoomAct.RECEIVE_STOCK: _receive_stock,
    RoomAct.SET_LIMIT: _set_limit,
}


def signed_lines(command: Command, known: RoomAccount | None) -> tuple[SignedLine, ...]:
    """What a second person signs: the figures of this very command."""
    contact = known.account.contact if known else None
    whose = (
        (SignedLine("field.name", contact.name if contact else ""),
         SignedLine("field.account_no", known.account.terms.account_no)) if known else ()
    )  # fmt: skip
    if isinstance(command, ChangeMeter):
        return (
            *whose,
            SignedLine("room.field.new_meter_no", f"{command.old_meter_no} → {command.meter.meter_no}"),
            SignedLine("room.field.final_reading", f"{m3(command.final_reading_l)} m³"),
            SignedLine("room.field.old_remaining", f"{m3(command.remaining_l)} m³"),
            SignedLine("room.field.said", f"room.said.{command.said}", says=True),
            *evidence_lines(command.evidence, command.note),
        )
    if isinstance(command, CloseAccount):
        paid = Money(known.pay_out_fen).grouped() if known else ""
        return (
            *whose,
            SignedLine("room.sale.pay_out", paid),
            SignedLine("sign.document_no", command.document_no),
            SignedLine("room.field.card_returned", "answer.yes" if command.card_returned else "answer.no", says=True),
        )
    if isinstance(command, MoveBlankCards):
        lines = (
            SignedLine("room.field.move", f"room.move.{command.move}", says=True),
            SignedLine("room.field.pieces", str(command.pieces)),
        )
        return (*lines, *reason_lines(command.reason, command.note)) if command.reason else lines
    if isinstance(command, SetPurchaseLimit):
        is_cap = command.span is LimitSpan.METER_CAP
        days = " – ".join(day for day in (command.valid_from, command.valid_until) if day)
        return (
            SignedLine("room.field.span", f"room.span.{command.span}", says=True),
            SignedLine(
                "room.field.applies_to",
                command.applies_to if is_cap else f"class.{command.applies_to}",
                says=not is_cap,
            ),
            SignedLine("room.field.most", "—" if command.most_m3 is None else f"{command.most_m3} m³"),
            SignedLine("sign.effective_from", days),
            SignedLine("sign.document_no", command.document_no),
        )
    return whose
