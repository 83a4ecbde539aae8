"""Float issue, hand-over with its acceptance, and finance: what happens around the counter (P1, P6-P9).

Two people sign over one digest; each types her own password once, it goes to `sign` and nowhere else. The receiver's
count is her opening count. Finance counts before it is shown what the slip says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ledger.errors import KnownError
from pos.domain.count import CountLine
from pos.domain.hand_over import HandOverOffer, ReceiverKind
from pos.domain.roles import Role
from pos.usecases.accept_hand_over import Accepted, AcceptHandOver, accept_bag, accept_hand_over
from pos.usecases.finance_day import FinanceSlip, finance_day
from pos.usecases.give_consent import sign
from pos.usecases.hall_settings import OperatorRow, operators_of
from pos.usecases.hand_over import BagToSafe, HandedOver, HandOver, bag_to_safe, hand_over, hand_over_offer
from pos.usecases.issue_float import FloatIssued, IssueFloat, issue_float
from pos.usecases.make_deposit_slip import DepositMade, MakeDepositSlip, make_deposit_slip
from pos.usecases.permission import Signature
from pos.usecases.receive_takings import ReceiveTakings, TakingsReceived, receive_takings
from ui.presenters.count_state import CountResult, CountState, HandOverState
from ui.presenters.counter_desk import Desk
from ui.presenters.counter_panels import notice_of
from ui.presenters.notice import Tone
from ui.presenters.office_state import FinanceState, SlipView
from ui.presenters.open_matters import matter_views

_RECEIVER_ROLES = {
    ReceiverKind.CASHIER: {Role.CASHIER, Role.CARD_CLERK, Role.SHIFT_LEAD},
    ReceiverKind.LEAD: {Role.SHIFT_LEAD},
    ReceiverKind.SAFE: {Role.SHIFT_LEAD, Role.FINANCE_CASHIER, Role.CASHIER, Role.CARD_CLERK},
}


class OfficeScreen(Protocol):
    """The pages around the counter."""

    def show_hand_over(self, state: HandOverState) -> None:
        """The hand-over page."""

    def show_office_count(self, state: CountState) -> None:
        """A counting page that answers with `counted`."""

    def show_finance(self, state: FinanceState) -> None:
        """The finance page."""

    def hand_over_done(self, accepted: Accepted | None) -> None:
        """The till has changed hands (or lies in the safe)."""

    def float_done(self, issued: FloatIssued) -> None:
        """The float was issued."""


@dataclass(slots=True, weakref_slot=True)
class Office:
    """Presenter of hand-over, float issue and finance.

    Attributes: desk; screen; print_waiting: told when papers were queued.
    """

    desk: Desk
    screen: OfficeScreen
    print_waiting: Callable[[], None]
    _session_id: str = ""
    _till_id: str = ""
    _giver: OperatorRow | None = None
    _offer: HandOverOffer | None = None
    _receiver: OperatorRow | None = None
    _receiver_signature: Signature | None = None
    _state: HandOverState = field(default_factory=HandOverState)
    _finance: FinanceState = field(default_factory=FinanceState)
    _count: CountState = field(default_factory=CountState)
    _after_count: Callable[[CountResult], None] | None = None
    _actor: str = ""
    _slips: tuple[FinanceSlip, ...] = ()

    @property
    def slips(self) -> tuple[FinanceSlip, ...]:
        """The slips on the finance page."""
        return self._slips

    @property
    def receiver_kind(self) -> str:
        """To whom the till is being handed."""
        return self._state.receiver_kind

    # float ------------------------------------------------------------------------------------------------------------

    def begin_float(self, lead: OperatorRow, till_id: str, cashier: OperatorRow) -> None:
        """The lead counts the change money out for a cashier, who signs the note and counts it herself."""

        def issue(result: CountResult) -> None:
            command = IssueFloat(
                command_id=self._id(),
                actor=lead.operator_id,
                till_id=till_id,
                issued_to=cashier.operator_id,
                lines=_lines(result),
            )

            def issued(done: FloatIssued) -> None:
                self.print_waiting()
                self.screen.float_done(done)

            self.desk.lanes.books.submit(lambda: issue_float(self.desk.hall, command), issued, self._count_trouble)

        self._ask_count(CountState(purpose="float", with_cards=False, counter_name=cashier.display_name), issue)

    # hand-over --------------------------------------------------------------------------------------------------------

    def begin_hand_over(self, session_id: str, till_id: str, giver: OperatorRow) -> None:
        """The closed till is offered."""
        self._session_id, self._till_id, self._giver = session_id, till_id, giver
        self.choose_receiver(ReceiverKind.CASHIER)

    def choose_receiver(self, kind: str) -> None:
        """To whom: the next cashier, the lead, or the safe."""
        chosen = ReceiverKind(kind)

        def offered(answer: tuple[HandOverOffer, tuple[OperatorRow, ...]]) -> None:
            offer, people = answer
            self._offer = offer
            giver = self._giver
            self._state = HandOverState(
                z_no=offer.z_no,
                receiver_kind=kind,
                rows=(
                    ("hand_over.float", _yuan(offer.float_fen)),
                    ("hand_over.cards", str(offer.blank_cards)),
                    ("hand_over.next_receipt", f"{offer.next_receipt_no:06d}"),
                ),
                matters=matter_views(self.desk, self._till_id),
                digest=offer.digest[:16],
                giver_name=giver.display_name if giver else "",
                people=tuple(
                    (person.code, person.display_name)
                    for person in people
                    if person.roles & _RECEIVER_ROLES[chosen] and person != giver
                ),
            )
            self.screen.show_hand_over(self._state)

        def look() -> tuple[HandOverOffer, tuple[OperatorRow, ...]]:
            return hand_over_offer(self.desk.hall, self._session_id, chosen), operators_of(self.desk.hall)

        self.desk.lanes.books.submit(look, offered, self._hand_over_trouble)

    def signed(self, own_password: str, login: str, other_password: str, bag_no: str) -> None:
        """Both typed their passwords over the shown digest."""
        giver, offer = self._giver, self._offer
        if giver is None or offer is None or self._state.busy:
            return
        self._state = replace(self._state, busy=True, notice=None)
        self.screen.show_hand_over(self._state)
        hall, session_id = self.desk.hall, self._session_id

        def run() -> tuple[HandedOver, Signature, OperatorRow]:
            shown = hand_over_offer(hall, session_id, offer.receiver_kind, bag_no)
            own = sign(hall, login=giver.code, password=own_password, digest=shown.digest)
            other = sign(hall, login=login, password=other_password, digest=shown.digest)
            person = next(p for p in operators_of(hall) if p.operator_id == other.operator_id)
            if offer.receiver_kind is ReceiverKind.SAFE:
                bag = BagToSafe(
                    command_id=self._id(),
                    actor=giver.operator_id,
                    session_id=session_id,
                    bag_no=bag_no,
                    signature=own,
                    witness=other,
                )
                return bag_to_safe(hall, bag), other, person
            command = HandOver(
                command_id=self._id(),
                actor=giver.operator_id,
                session_id=session_id,
                receiver_kind=offer.receiver_kind,
                signature=own,
            )
            return hand_over(hall, command), other, person

        self.desk.lanes.books.submit(run, self._handed, self._hand_over_trouble)

    def begin_bag(self, session_id: str, till_id: str, lead: OperatorRow, password: str, bag_no: str) -> None:
        """Next morning: the sealed bag is opened and its float counted back into the safe."""
        self._session_id, self._till_id, self._receiver = session_id, till_id, lead
        hall = self.desk.hall

        def run() -> Signature:
            shown = hand_over_offer(hall, session_id, ReceiverKind.SAFE, bag_no)
            return sign(hall, login=lead.code, password=password, digest=shown.digest)

        def counted(signature: Signature) -> None:
            self._receiver_signature = signature
            self._ask_count(
                CountState(purpose="opening", counter_name=lead.display_name), lambda r: self._accept(r, bag_no)
            )

        self.desk.lanes.books.submit(run, counted, self._hand_over_trouble)

    def counted(self, result: CountResult) -> None:
        """The counting page answers."""
        if self._after_count is not None:
            self._after_count(result)

    # finance ----------------------------------------------------------------------------------------------------------

    def begin_finance(self, actor: str, business_day: str) -> None:
        """Slips of a day."""
        self._actor = actor
        self._finance = FinanceState(business_day=business_day)
        self.refresh_finance()

    def refresh_finance(self) -> None:
        """Read the slips again and draw them."""
        day = self._finance.business_day

        def found(slips: tuple[FinanceSlip, ...]) -> None:
            self._slips = slips
            views = tuple(
                SlipView(
                    slip_no=str(slip.slip_no) if slip.till_name == "" else f"{slip.till_name} {slip.slip_no}",
                    business_day=day,
                    till_name=slip.till_name,
                    cashier_name=slip.cashier_name,
                    cash_fen=slip.takings_fen,
                    card_slips=slip.slip_count,
                    card_fen=slip.slips_fen,
                    over_short_fen=slip.over_short_fen,
                    state=slip.state,
                )
                for slip in slips
            )
            self._finance = replace(self._finance, slips=views)
            self.screen.show_finance(self._finance)

        self.desk.lanes.books.submit(lambda: finance_day(self.desk.hall, day), found, self._finance_trouble)

    def receive(self, slip_no: str) -> None:
        """收讫: count the takings of one slip."""
        chosen = next((s for s, v in zip(self._slips, self._finance.slips, strict=True) if v.slip_no == slip_no), None)
        if chosen is None or chosen.state != "made_out":
            return

        def take(result: CountResult) -> None:
            command = ReceiveTakings(
                command_id=self._id(),
                actor=self._actor,
                session_id=chosen.session_id,
                lines=_lines(result),
                slips_fen=chosen.slips_fen,
            )

            def received(_done: TakingsReceived) -> None:
                self.print_waiting()
                self.refresh_finance()

            self.desk.lanes.books.submit(
                lambda: receive_takings(self.desk.hall, command), received, self._count_trouble
            )

        self._ask_count(CountState(purpose="receive", with_cards=False, counter_name=chosen.cashier_name), take)

    def make_deposit(self) -> None:
        """The day's 解款单 from what was received."""
        command = MakeDepositSlip(command_id=self._id(), actor=self._actor, business_day=self._finance.business_day)

        def made(done: DepositMade) -> None:
            self._finance = replace(self._finance, deposit_no=str(done.deposit_no), notice=None)
            self.refresh_finance()

        self.desk.lanes.books.submit(lambda: make_deposit_slip(self.desk.hall, command), made, self._finance_trouble)

    # inside -----------------------------------------------------------------------------------------------------------

    def _handed(self, answer: tuple[HandedOver, Signature, OperatorRow]) -> None:
        _handed, signature, receiver = answer
        self._receiver, self._receiver_signature = receiver, signature
        self._state = replace(self._state, busy=False)
        if self._offer is not None and self._offer.receiver_kind is ReceiverKind.SAFE:
            self._state = replace(self._state, done=True, signed=frozenset({"giver", "receiver"}))
            self.print_waiting()
            self.screen.show_hand_over(self._state)
            self.screen.hand_over_done(None)
            return
        self._ask_count(
            CountState(purpose="opening", counter_name=receiver.display_name), lambda result: self._accept(result, "")
        )

    def _accept(self, result: CountResult, bag_no: str) -> None:
        receiver, signature = self._receiver, self._receiver_signature
        if receiver is None or signature is None:
            return
        command = AcceptHandOver(
            command_id=self._id(),
            actor=receiver.operator_id,
            session_id=self._session_id,
            lines=_lines(result),
            blank_cards=result.blank_cards or 0,
            signature=signature,
            bag_no=bag_no,
        )
        take = accept_bag if bag_no else accept_hand_over

        def accepted(done: Accepted) -> None:
            self.print_waiting()
            self.screen.hand_over_done(done)

        self.desk.lanes.books.submit(lambda: take(self.desk.hall, command), accepted, self._count_trouble)

    def _ask_count(self, state: CountState, after: Callable[[CountResult], None]) -> None:
        self._count, self._after_count = replace(state, count_id=self._id()), after
        self.screen.show_office_count(self._count)

    def _count_trouble(self, error: KnownError) -> None:
        self._count = replace(self._count, notice=notice_of(error))
        self.screen.show_office_count(self._count)

    def _hand_over_trouble(self, error: KnownError) -> None:
        self._state = replace(self._state, busy=False, notice=notice_of(error))
        self.screen.show_hand_over(self._state)

    def _finance_trouble(self, error: KnownError) -> None:
        self._finance = replace(self._finance, notice=notice_of(error, Tone.WARNING))
        self.screen.show_finance(self._finance)

    def _id(self) -> str:
        return self.desk.hall.ids.new_id()


def _lines(result: CountResult) -> tuple[CountLine, ...]:
    return tuple(
        CountLine(row.face.face_fen, row.face.coin, row.total_pieces) for row in result.faces if row.total_pieces
    )


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"
