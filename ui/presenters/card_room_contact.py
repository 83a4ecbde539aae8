"""The account's own record in the card room: correct it, read what was changed, see a number in full, forget a person,
bind an old card.

Rule: domain P12, E2/46 and E3/63, design "Money rules" 14. What changes is shown once more before it is booked or
anybody is asked to agree; a number shown in full is hidden as soon as she turns away. Must not know: Qt, pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.money import Money
from pos.domain.account import AccountStatus, Inlet, Person, PriceClass, checked_people, checked_person
from pos.domain.card import CardImage, CardKind
from pos.domain.errors import RuleViolation
from pos.domain.reasons import require_document
from pos.domain.roles import Act
from pos.ports.personal_cipher import PersonalCipher
from pos.usecases.bind_card import BindCard, bind_card
from pos.usecases.card_room_overview import RoomAccount
from pos.usecases.change_terms import ChangeTerms, change_terms
from pos.usecases.erase_contact import EraseContact, erase_contact
from pos.usecases.fact import Command, Hall
from pos.usecases.reveal_contact import ContactField, ContactRevealed, RevealContact, reveal_contact
from ui.presenters.card_room_commands import Values, pieces, signed_lines
from ui.presenters.card_room_facts import CAPTIONS, NONE, moved_line
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import SignedLine
from ui.presenters.setting_rows import scaled

if TYPE_CHECKING:
    from ui.presenters.card_room_work import RoomWork

_STARS = "******"
_NO_MORE = "-"
"""Typed for a telephone or ID number that is to be on record no longer."""


@dataclass(slots=True)
class RoomContact:
    """Attributes: work: whose forms they are. What was read over last is kept until something else is typed."""

    work: RoomWork
    _read: Values | None = None

    def begin(self) -> None:
        """Another form: nothing of it was read over yet."""
        self._read = None

    def correct(self, values: Values) -> None:
        """Wrong fields are refused at once, then what will be different is shown, then it is booked."""
        known = self.work.known()
        command = correction_of(known, values, command_id=self.work.new_id(), actor=self.work.of.actor())
        lines = (*signed_lines(command, known), *changed_lines(command, known))
        if self._is_read(values, lines, Notice("room.check.correct", Tone.WARNING)):
            act = Act.CHANGE_PRICED_TERMS if command.touches_price() else Act.CHANGE_ACCOUNT
            self.work.consented(command, act, "approve.correct", lines, self._book)

    def erase(self, values: Values) -> None:
        """Forget the person behind a closed account, after what goes and what stays was read."""
        known = self.work.known()
        require_document(values["document_no"])
        command = EraseContact(
            command_id=self.work.new_id(),
            actor=self.work.of.actor(),
            account_no=known.account.terms.account_no,
            document_no=values["document_no"],
        )
        lines = (*signed_lines(command, known), SignedLine("sign.document_no", command.document_no))
        contact = known.account.contact
        asked = Notice("room.check.erase", Tone.WARNING, (("name", contact.name if contact else ""),))
        if self._is_read(values, lines, asked):
            self.work.consented(command, Act.ERASE_CONTACT, "approve.erase", lines, self._book)

    def reveal(self, values: Values) -> None:
        """One number, with a reason that stays in the books; the number itself is only on the screen."""
        room, what = self.work.of, ContactField(values["what"])
        command = RevealContact(
            command_id=self.work.new_id(),
            actor=room.actor(),
            account_no=self.work.known().account.terms.account_no,
            what=what,
            reason=values["note"],
        )

        def shown(found: ContactRevealed) -> None:
            room.show_lines((SignedLine(CAPTIONS[found.what], found.value or NONE),))

        hall, cipher = room.desk.hall, room.cipher
        room.visit.ask(lambda: reveal_contact(hall, command, cipher), shown, room.refused)

    def bind(self, _values: Values) -> None:
        """A card from before this program, as it lies in the reader."""
        known = self.work.known()
        account_no = known.account.terms.account_no

        def shown(image: CardImage) -> None:
            if image.kind is not CardKind.USER or image.identity is None:
                raise RuleViolation("card.not_a_user_card", kind=image.kind.value)
            card = image.identity
            if card.account_no != account_no:
                raise RuleViolation("card.of_another", card_no=card.card_no, account_no=card.account_no)
            command = BindCard(
                command_id=self.work.new_id(),
                actor=self.work.of.actor(),
                account_no=account_no,
                card_no=card.card_no,
                chip_uid=image.chip_uid,
                issue_no=card.issue_no,
            )
            lines = (*signed_lines(command, known), SignedLine("field.card_no", card.card_no))
            self.work.consented(command, Act.ISSUE_FIRST_CARD, "approve.bind_card", lines, self._book)

        self.work.with_card(shown)

    def _is_read(self, values: Values, lines: tuple[SignedLine, ...], asked: Notice) -> bool:
        """True if exactly this was shown before; if not, it is shown now."""
        if values == self._read:
            self._read = None
            return True
        self._read = dict(values)
        self.work.of.show_lines(lines, asked)
        return False

    def _book(self, command: Command) -> None:
        room = self.work.of
        hall, cipher = room.desk.hall, room.cipher
        room.visit.ask(lambda: _booked(hall, command, cipher), room.booked, room.refused)


def correction_of(known: RoomAccount, values: Values, *, command_id: str, actor: str) -> ChangeTerms:
    """The fields that are not as they were. An empty telephone or ID number stays as it is, for neither is shown; `-`
    takes it off the record.

    Raises: RuleViolation of the wrong field, `account.nothing_changed`, `account.document`.
    """
    account = known.account
    contact, terms, meter = account.contact, account.terms, account.meter
    phone, id_number = ("" if values[name] == _NO_MORE else values[name] for name in ("phone", "id_number"))
    typed = checked_person(Person(values["name"], phone, values["address"], id_number))
    has_phone, has_id_number = (contact.phone_masked, contact.has_id_number) if contact is not None else ("", False)
    people = checked_people(pieces(values, "people") or 0)
    inlet, status = Inlet(values["inlet"]), AccountStatus(values["status"])
    stop_reason = values["stop_reason"].strip() if status is AccountStatus.STOPPED else ""
    if status is AccountStatus.STOPPED and not stop_reason:
        raise RuleViolation("account.stop_reason")
    arrears_fen = scaled(values["arrears"], 2)
    if arrears_fen is None:
        raise RuleViolation("account.arrears")
    command = ChangeTerms(
        command_id=command_id,
        actor=actor,
        account_no=terms.account_no,
        from_revision=terms.revision,
        document_no=values["document_no"],
        name=typed.name if contact is not None and typed.name != contact.name else None,
        phone=typed.phone or ("" if has_phone and values["phone"] == _NO_MORE else None),
        address=typed.address if contact is not None and typed.address != contact.address else None,
        id_number=typed.id_number or ("" if has_id_number and values["id_number"] == _NO_MORE else None),
        price_class=PriceClass(values["price_class"]) if values["price_class"] != terms.price_class else None,
        people=people if people != terms.people else None,
        inlet=inlet if meter is not None and inlet is not meter.inlet else None,
        status=status if status is not terms.status else None,
        stop_reason=stop_reason if stop_reason and stop_reason != terms.stop_reason else None,
        arrears_fen=arrears_fen if arrears_fen != terms.arrears_fen else None,
    )
    if not command.touched():
        raise RuleViolation("account.nothing_changed")
    require_document(command.document_no)
    return command


def changed_lines(command: ChangeTerms, known: RoomAccount) -> tuple[SignedLine, ...]:
    """What is there and what will be, field by field; on the screen only.

    Telephone and ID number are masks as they were and in full as they become: who typed the new one and who agrees to
    it compare every digit.
    """
    account = known.account
    contact, terms, meter = account.contact, account.terms, account.meter
    moved = (
        ("name", contact.name if contact else "", command.name),
        (
            "phone",
            contact.phone_masked if contact else "",
            command.phone,
        ),
        ("address", contact.address if contact else "", command.address),
        ("id_number", _STARS if contact and contact.has_id_number else "", command.id_number),
        ("price_class", terms.price_class, command.price_class),
        ("people", str(terms.people), None if command.people is None else str(command.people)),
        ("inlet", meter.inlet if meter else "", command.inlet),
        ("status", terms.status, command.status),
        ("stop_reason", terms.stop_reason, command.stop_reason),
        ("arrears_fen", *_sums(terms.arrears_fen, command.arrears_fen)),
    )
    lines = tuple(moved_line(name, old, new) for name, old, new in moved if new is not None)
    return (*lines, SignedLine("sign.document_no", command.document_no))


def _sums(old_fen: int, new_fen: int | None) -> tuple[str, str | None]:
    return Money(old_fen).grouped(), None if new_fen is None else Money(new_fen).grouped()


def _booked(hall: Hall, command: Command, cipher: PersonalCipher) -> Notice:
    if isinstance(command, ChangeTerms):
        change_terms(hall, command, cipher)
        return Notice("room.done.correct", Tone.GOOD)
    if isinstance(command, EraseContact):
        erase_contact(hall, command)
        return Notice("room.done.erase", Tone.GOOD, (("account_no", command.account_no),))
    if isinstance(command, BindCard):
        bind_card(hall, command)
        return Notice("room.done.bind_card", Tone.GOOD, (("card_no", command.card_no),))
    raise TypeError(f"not of the account's record: {type(command).__name__}")
