"""The card room as the clerk leads it: who stands there, what can be done, the form, the confirmation, the result.

It begins with the customer of the counter, found by her card or by search and confirmed; money, card writes and slips
go on at the counter, where every sale goes on. Must not know: Qt, what an act books (`card_room_work`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from pos.domain.card import CardImage, CardKind
from pos.domain.errors import RuleViolation
from pos.domain.roles import ALLOWED, Act, Role
from pos.ports.personal_cipher import PersonalCipher
from pos.sagas.card_purchase import read_card
from pos.usecases.card_room_overview import RoomAccount, RoomStock, room_account, room_stock
from pos.usecases.fact import Command
from pos.usecases.permission import Consent
from ui.presenters.card_memory import remember_reading
from ui.presenters.card_room_commands import FIELD_OF
from ui.presenters.card_room_facts import card_facts, card_in_form, refused_kind, who_lines
from ui.presenters.card_room_forms import Room, act_rows, form_of, why_not
from ui.presenters.card_room_state import CardRoomState, RoomAct
from ui.presenters.card_room_work import RoomWork
from ui.presenters.counter import Counter
from ui.presenters.counter_desk import Desk, Shift
from ui.presenters.counter_panels import local_time, notice_of
from ui.presenters.notice import Notice, Tone
from ui.presenters.people_state import SignedLine, ToSign
from ui.presenters.visit import Visit


class CardRoomScreen(Protocol):
    """The page, and what it asks people."""

    def show_room(self, state: CardRoomState) -> None:
        """Draw it."""

    def open_room(self) -> None:
        """Bring the page to the front."""

    def go_counter(self) -> None:
        """Back to the counter, where money and cards are."""

    def open_account(self) -> None:
        """The form of a new account."""

    def ask_approval(self, command: Command, act: Act, asked: ToSign, done: Callable[[Consent], None]) -> None:
        """A second person approves exactly this command."""

    def roles(self) -> frozenset[Role]:
        """Of the one who works here."""


@dataclass(slots=True, weakref_slot=True)
class CardRoom:
    """Presenter of the page.

    Attributes: desk; screen; counter; cipher seals ID numbers; actor(), shift(): who works here; print_waiting: told
        when a paper was queued.
    """

    desk: Desk
    screen: CardRoomScreen
    counter: Counter
    cipher: PersonalCipher
    actor: Callable[[], str]
    shift: Callable[[], Shift | None]
    print_waiting: Callable[[], None]
    visit: Visit = field(init=False)
    work: RoomWork = field(init=False)
    _room: Room | None = None
    _state: CardRoomState = field(default_factory=CardRoomState)

    def __post_init__(self) -> None:
        self.visit = Visit(self.desk.lanes.books)
        self.work = RoomWork(self)

    @property
    def room(self) -> Room:
        """What is known now."""
        if self._room is None:
            raise RuntimeError("nothing was read yet")
        return self._room

    def open(self) -> None:
        """For the customer of the counter, or for nobody; a sale whose money is asked for is finished first."""
        sale = self.counter.serving.sale
        if self.counter.must_finish("room.finish_sale"):
            return
        confirmed = not sale.found_by_search or sale.identity_at is not None
        account_no = sale.overview.terms.account_no if sale.overview is not None and confirmed else ""
        self.visit.begin()
        unread = sale.overview is not None and not confirmed
        self._load(account_no, sale.card, Notice("room.not_confirmed", Tone.WARNING) if unread else None, opens=True)

    def open_account_of(self, account_no: str) -> None:
        """A customer was found from here: name, address and meter number are read out before anything is done (P2)."""
        self.visit.begin()
        self._load(account_no, None, Notice("room.read_out", Tone.WARNING), opens=True)

    def read_card(self) -> None:
        """F2: any card, with all its fields explained; a customer's brings her account."""
        stay = self.visit.token

        def came(image: CardImage) -> None:
            if stay == self.visit.token:
                self._card_read(image)

        self.desk.lanes.reader.submit(lambda: read_card(self.desk.reader), came, self.refused)

    def choose(self, act: RoomAct) -> None:
        """A line of the list: its form, or why it cannot be done."""
        against = why_not(act, self.room)
        if against:
            self._show(notice=Notice(against, Tone.WARNING))
        elif act is RoomAct.OPEN_ACCOUNT:
            self.screen.open_account()
        else:
            self.work.contact.begin()
            form = form_of(act, self.room)
            self._show(
                act=act,
                meaning=form.meaning,
                fields=form.fields,
                lines=form.lines,
                verb=f"room.verb.{act}",
                wrong="",
                notice=None,
            )

    def submit(self, values: dict[str, str]) -> None:
        """F9 in a form: what was typed. Nothing is asked twice while it is under way."""
        act = self._state.act
        if act is None or self._state.busy:
            return
        self._show(busy=True, notice=None, wrong="")
        try:
            self.work.do(act, values)
        except RuleViolation as refusal:
            self.refused(refusal)

    def step_back(self) -> None:
        """Esc: from the form to the list, from the list to the counter."""
        if self._state.shown_once:
            self.hide()
        elif self._state.act is not None:
            self._to_list(None)
        else:
            self.visit.end()
            self.screen.go_counter()

    def card_taken(self) -> None:
        """The reader is empty: what the card said is there no longer, what is being filled in stays."""
        if self._room is not None and self._room.card is not None:
            self._room = replace(self._room, card=None)
            self._show(card=(), card_code="")

    # for the work -----------------------------------------------------------------------------------------------------

    def refused(self, error: KnownError) -> None:
        """Why nothing was done, at the field that is meant."""
        self.work.contact.begin()
        known = self._room.account if self._room else None
        if error.code == "account.changed_meanwhile" and known is not None:
            self._load(known.account.terms.account_no, self.room.card, notice_of(error))  # what she saw is old
            return
        form = form_of(self._state.act, self.room) if self._state.act is not None else None
        if form is not None:  # what was read over before the refusal is no longer what would be booked
            self._show(meaning=form.meaning, lines=form.lines, shown_once=False)
        self._show(busy=False, notice=notice_of(error), wrong=FIELD_OF.get(error.code, ""))

    def waits(self) -> None:
        """A second person is asked; whether she agrees or not, the form can be sent again."""
        self._show(busy=False)

    def show_lines(self, lines: tuple[SignedLine, ...], asked: Notice | None = None) -> None:
        """What was asked for, or is to be read before the same key books it."""
        meaning = self._state.meaning if asked is None else None  # what is asked stands alone, above the lines
        self._show(busy=False, lines=lines, notice=asked, meaning=meaning, wrong="", shown_once=asked is None)

    def hide(self) -> None:
        """She turns away, or something is laid over the page: a number shown in full is there no longer.

        Nor does one come that is still on its way.
        """
        if self._state.act is RoomAct.REVEAL:
            self.visit.begin()
            self._show(lines=(), busy=False, shown_once=False)

    def booked(self, said: Notice) -> None:
        """An act is in the books: the account is read anew, and the counter must not show it as it was."""
        self.counter.forget()
        known = self.room.account
        self._load(known.account.terms.account_no if known else "", None, said)

    def to_counter(self) -> None:
        """Money or a card write goes on at the counter."""
        self._to_list(None)
        self.visit.end()
        self.screen.go_counter()

    # inside -----------------------------------------------------------------------------------------------------------

    def _card_read(self, image: CardImage) -> None:
        sells = not self.screen.roles().isdisjoint(ALLOWED[Act.SELL])
        failed = self.refused if self._state.act is None else self._unread
        remember_reading(self.desk, self.shift(), image, failed, actor=self.actor() if sells else "")
        known = self._room.account if self._room else None
        account_no = known.account.terms.account_no if known else ""
        if self._state.act is not None:
            self._read_in_form(image)
            return
        if image.kind is CardKind.USER and image.identity is not None:
            account_no = image.identity.account_no
        self._load(account_no, image, refused_kind(image))

    def _read_in_form(self, image: CardImage) -> None:
        """A card that comes while a form is filled in: it is shown, and the form stays with all that was typed."""
        self._room = replace(self.room, card=image)
        notice = self._state.notice
        if self._state.meaning is not None:  # else changes are being read over, and that stands first
            notice = card_in_form(image, self.room.account)
        facts = card_facts(image, self.desk.offset_min)
        self._show(card=facts, card_code=f"card.{image.kind.value}", notice=notice, wrong="", card_came=True)

    def _unread(self, error: KnownError) -> None:
        """What a card's reading in the books said while a form is filled in: the form is not refused by it."""
        self._show(notice=notice_of(error), card_came=True)

    def _load(self, account_no: str, card: CardImage | None, said: Notice | None, *, opens: bool = False) -> None:
        shift = self.shift()
        hall = self.desk.hall
        day = shift.business_day if shift else local_time(hall.clock.now_utc_ms(), self.desk.offset_min)[:10]

        def look() -> tuple[RoomAccount | None, RoomStock]:
            return (room_account(hall, account_no, day) if account_no else None), room_stock(hall)

        def found(answer: tuple[RoomAccount | None, RoomStock]) -> None:
            account, stock = answer
            self._room = Room(
                stock=stock,
                day=day,
                offset_min=self.desk.offset_min,
                roles=self.screen.roles(),
                account=account,
                card=card,
                shift=self.shift(),
            )
            self._to_list(said)
            if opens:
                self.screen.open_room()

        def failed(error: KnownError) -> None:
            if opens:
                self.counter.say(notice_of(error))
            else:
                self.refused(error)

        self.visit.ask(look, found, failed)

    def _to_list(self, said: Notice | None) -> None:
        """The list of acts for who stands there."""
        room = self.room
        kind = f"card.{room.card.kind.value}" if room.card else ""
        self._state = CardRoomState(
            account_no=room.account.account.terms.account_no if room.account else "",
            who=who_lines(room.account) if room.account else (),
            card=card_facts(room.card, self.desk.offset_min) if room.card else (),
            card_code=kind,
            acts=act_rows(room),
            notice=said,
        )
        self.screen.show_room(self._state)

    def _show(self, **values: object) -> None:
        self._state = replace(self._state, **{"card_came": False, **values})  # type: ignore[arg-type]
        self.screen.show_room(self._state)
