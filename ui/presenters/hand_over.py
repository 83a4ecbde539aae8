"""交接班 (P9): a closed till is offered to the next cashier, the lead or the safe; two people sign over one digest.

The page lists the open matters the close froze: those are signed, not what has come up since.
Each types her own password once, it goes to `sign` and nowhere else. The receiver's count is her opening count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from ledger.money import Money
from pos.domain.hand_over import HandOverOffer, ReceiverKind
from pos.domain.roles import Role
from pos.usecases.accept_hand_over import Accepted, AcceptHandOver, accept_hand_over, may_take_over
from pos.usecases.give_consent import sign
from pos.usecases.hall_settings import OperatorRow, newcomers_of, operators_of
from pos.usecases.hand_over import (
    BagToSafe,
    HandOver,
    bag_to_safe,
    hand_over,
    hand_over_offer,
    next_receipt_of,
    takings_of,
)
from pos.usecases.permission import Signature
from pos.usecases.till_overview import till_of
from ui.presenters.asked_count import AskedCount, lines_of
from ui.presenters.count_state import CountResult, CountState, HandOverState
from ui.presenters.counter_desk import Desk
from ui.presenters.counter_panels import notice_of, password_notice
from ui.presenters.notice import Notice, Tone
from ui.presenters.open_matters import views_of
from ui.presenters.visit import Visit

_RECEIVER_ROLES = {
    ReceiverKind.CASHIER: {Role.CASHIER, Role.CARD_CLERK, Role.SHIFT_LEAD},
    ReceiverKind.LEAD: {Role.SHIFT_LEAD},
    ReceiverKind.SAFE: {Role.SHIFT_LEAD, Role.FINANCE_CASHIER, Role.CASHIER, Role.CARD_CLERK},
}


class HandOverScreen(Protocol):
    """The page, and where people go afterwards."""

    def show_hand_over(self, state: HandOverState) -> None:
        """Draw the page."""

    def handed_over(self, said: Notice) -> None:
        """The till has changed hands (or lies in the safe): the giver's work is done."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What the page shows, read at once."""

    offer: HandOverOffer
    people: tuple[OperatorRow, ...]
    newcomers: frozenset[str]
    next_receipt: str
    till_name: str
    takings: tuple[str, int]


@dataclass(slots=True, weakref_slot=True)
class HandingOver:
    """Presenter of the hand-over. Attributes: desk; screen; count; visit: of the office; print_waiting."""

    desk: Desk
    screen: HandOverScreen
    count: AskedCount
    visit: Visit
    print_waiting: Callable[[], None]
    _session_id: str = ""
    _giver: OperatorRow | None = None
    _offer: HandOverOffer | None = None
    _state: HandOverState = field(default_factory=HandOverState)

    @property
    def receiver_kind(self) -> str:
        """To whom the till is being handed."""
        return self._state.receiver_kind

    def begin(self, session_id: str, giver: OperatorRow) -> None:
        """The closed till is offered."""
        self.visit.begin()
        self._session_id, self._giver = session_id, giver
        self.choose_receiver(ReceiverKind.CASHIER)

    def not_counted(self) -> None:
        """The receiver left her count: what both signed is void, the till is offered again."""
        giver = self._state.giver_name
        self.visit.begin()
        self.choose_receiver(
            self._state.receiver_kind, Notice("hand_over.not_counted", Tone.WARNING, (("giver", giver),))
        )

    def choose_receiver(self, kind: str, said: Notice | None = None) -> None:
        """To whom: the next cashier, the lead, or the safe. `said`: shown beside it."""
        chosen, giver = ReceiverKind(kind), self._giver
        hall, session_id = self.desk.hall, self._session_id

        def look() -> _Look:
            offer = hand_over_offer(hall, session_id, chosen)
            names = (next_receipt_of(hall, offer), till_of(hall, session_id).name)
            return _Look(offer, operators_of(hall), newcomers_of(hall), *names, takings_of(hall, session_id))

        def offered(seen: _Look) -> None:
            known = self._state
            bag_no = known.bag_no if known.session_id == session_id else ""
            self._offer = _in_bag(seen.offer, bag_no)
            slip_no, takings_fen = seen.takings
            takings = Money(takings_fen).grouped()
            self._state = HandOverState(
                session_id=session_id,
                till_name=seen.till_name,
                z_no=seen.offer.z_no,
                receiver_kind=kind,
                rows=(
                    ("hand_over.float", Money(seen.offer.float_fen).grouped()),
                    ("hand_over.cards", str(seen.offer.blank_cards)),
                    ("hand_over.next_receipt", seen.next_receipt),
                    ("hand_over.takings", f"{takings} · {slip_no}"),
                ),
                takings=takings,
                slip_no=slip_no,
                matters=views_of(self.desk, seen.offer.matters),
                bag_no=bag_no,
                digest=_digest(self._offer),
                giver_name=giver.display_name if giver else "",
                people=tuple(
                    (person.code, person.display_name) for person in _receivers(chosen, seen) if person != giver
                ),
                notice=said,
            )
            self.screen.show_hand_over(self._state)

        self.visit.ask(look, offered, self._trouble)

    def typed(self, bag_no: str) -> None:
        """Something is filled in: that it was empty is said no longer, and the shown digest follows the bag's number,
        which both sign."""
        if self._offer is None or self._state.busy:
            return
        self._offer = _in_bag(self._offer, bag_no)
        said = self._state.notice
        if said is not None and said.code.endswith("_empty"):
            said = None
        self._show(bag_no=bag_no, digest=_digest(self._offer), notice=said, missing="")

    def left_empty(self, part: str) -> None:
        """Something is not filled in: `giver`, `receiver` (a bag's witness) or `bag`. Nothing is signed yet."""
        code = "witness" if part == "receiver" and self._state.receiver_kind == ReceiverKind.SAFE else part
        self._show(notice=Notice(f"hand_over.{code}_empty", Tone.WARNING), missing=part)

    def signed(self, own_password: str, login: str, other_password: str, bag_no: str) -> None:
        """Both typed their passwords over the shown digest: that one is signed, whatever has come up since."""
        giver, shown = self._giver, self._offer
        if giver is None or shown is None or self._state.busy:
            return
        offer = _in_bag(shown, bag_no)
        hall, session_id = self.desk.hall, self._session_id
        command_id = hall.ids.new_id()
        self._show(busy=True, notice=None, missing="")
        signing: list[str] = []

        def run() -> tuple[Signature, OperatorRow]:
            person = next(p for p in operators_of(hall) if p.code == login)
            if offer.receiver_kind is ReceiverKind.CASHIER:
                may_take_over(hall, person.operator_id)
            signing.append("giver")
            own = sign(hall, login=giver.code, password=own_password, digest=offer.digest)
            signing.append("receiver")
            other = sign(hall, login=login, password=other_password, digest=offer.digest)
            signing.append("")
            if offer.receiver_kind is ReceiverKind.SAFE:
                bag = BagToSafe(
                    command_id=command_id,
                    actor=giver.operator_id,
                    session_id=session_id,
                    bag_no=bag_no,
                    signature=own,
                    witness=other,
                )
                bag_to_safe(hall, bag)
                return other, person
            command = HandOver(
                command_id=command_id,
                actor=giver.operator_id,
                session_id=session_id,
                receiver_kind=offer.receiver_kind,
                signature=own,
            )
            hand_over(hall, command)
            return other, person

        to_safe = offer.receiver_kind is ReceiverKind.SAFE
        self.visit.ask(
            run,
            lambda answer: self._in_safe(bag_no) if to_safe else self._taken_by(*answer),
            lambda error: self._not_signed(error, signing[-1] if signing else "", login),
            settled=lambda _answer: self.print_waiting() if to_safe else None,
        )

    def _in_safe(self, bag_no: str) -> None:
        figures = (("bag", bag_no), ("takings", self._state.takings), ("slip", self._state.slip_no))
        self._show(busy=False, done=True, signed=frozenset({"giver", "receiver"}))
        self.screen.handed_over(Notice(self.desk.paper_code("hand_over.in_bag"), Tone.GOOD, figures))

    def _taken_by(self, signature: Signature, receiver: OperatorRow) -> None:
        """The receiver counts what she takes over."""
        self._show(busy=False)
        names = (("giver", self._state.giver_name), ("receiver", receiver.display_name))
        self._ask_count(signature, receiver, Notice("hand_over.signed", Tone.WARNING, names), counted_twice=False)

    def _ask_count(self, signature: Signature, receiver: OperatorRow, said: Notice, *, counted_twice: bool) -> None:
        """Her first count is booked if it agrees; what differs is counted once more from empty fields."""
        session_id = self._session_id

        def accept(result: CountResult) -> None:
            command = AcceptHandOver(
                command_id=self.desk.hall.ids.new_id(),
                actor=receiver.operator_id,
                session_id=session_id,
                lines=lines_of(result),
                blank_cards=result.blank_cards or 0,
                signature=signature,
                counted_twice=counted_twice,
            )
            self.visit.ask(
                lambda: accept_hand_over(self.desk.hall, command),
                lambda done: self.screen.handed_over(_accepted(done, receiver.display_name)),
                refused,
                settled=lambda _done: self.print_waiting(),
            )

        def refused(error: KnownError) -> None:
            if error.code != "hand_over.differs":
                self.count.trouble(error)
                return
            self._ask_count(signature, receiver, notice_of(error, Tone.WARNING), counted_twice=True)

        state = CountState(purpose="take_over", counter_name=receiver.display_name, notice=said)
        self.count.ask(state, accept)

    def _not_signed(self, error: KnownError, whose: str, login: str) -> None:
        """Whose password it was. Both fields are empty again, so the cursor belongs into the first."""
        other = next((name for code, name in self._state.people if code == login), "")
        name = self._state.giver_name if whose == "giver" else other
        if error.code != "sign_in.wrong" or not whose:
            said = password_notice(error, name, administrator=False)
            self._show(busy=False, notice=said, missing="giver" if whose else "")
            return
        part = "witness" if whose == "receiver" and self._state.receiver_kind == ReceiverKind.SAFE else whose
        self._show(busy=False, notice=Notice(f"hand_over.{part}_wrong", Tone.BAD, (("name", name),)), missing="giver")

    def _trouble(self, error: KnownError) -> None:
        self._show(busy=False, notice=notice_of(error))

    def _show(self, **values: object) -> None:
        self._state = replace(self._state, **values)  # type: ignore[arg-type]
        self.screen.show_hand_over(self._state)


def _in_bag(offer: HandOverOffer, bag_no: str) -> HandOverOffer:
    """The offer with the bag's number in it; only for the safe is there a bag."""
    return replace(offer, bag_no=bag_no if offer.receiver_kind is ReceiverKind.SAFE else "")


def _digest(offer: HandOverOffer) -> str:
    """As far as it is shown; "" while a bag has no number yet: nobody is to sign a digest that is not the bag's."""
    is_whole = offer.receiver_kind is not ReceiverKind.SAFE or offer.bag_no
    return offer.digest[:16] if is_whole else ""


def _receivers(kind: ReceiverKind, seen: _Look) -> list[OperatorRow]:
    """Who may receive, by 工号; a bag's witness is the lead or finance where one is there, else a colleague.

    Who still has her starting password cannot sign yet and stands last.
    """
    allowed = [person for person in seen.people if person.roles & _RECEIVER_ROLES[kind]]
    if kind is ReceiverKind.SAFE:
        allowed.sort(key=lambda person: not person.roles & {Role.SHIFT_LEAD, Role.FINANCE_CASHIER})
        allowed.sort(key=lambda person: Role.SHIFT_LEAD not in person.roles)
    allowed.sort(key=lambda person: person.operator_id in seen.newcomers)
    return allowed


def _accepted(done: Accepted, receiver: str) -> Notice:
    off = done.variance_fen
    figures = (("receiver", receiver), ("counted", Money(done.counted_fen).grouped()), ("off", Money(off).grouped()))
    if done.opened is None:  # a lead sells nothing with it: it waits in her keeping
        code = "hand_over.lead_holds_off" if off else "hand_over.lead_holds"
    else:
        code = "hand_over.accepted_off" if off else "hand_over.accepted"
    return Notice(code, Tone.WARNING if off else Tone.GOOD, figures)
