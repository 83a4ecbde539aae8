"""Accept a hand-over or, next morning, a sealed bag (domain P9): the receiver's count, signed with her own password.

For the next cashier the acceptance is her opening count: her session opens in the same unit, chained to the one she
takes over, and what she finds more or less is the opening's variance, never her shift's. The lead takes the drawer
without opening it. A bag's float goes back into the safe.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.entry import Foreseen, Posting, Record, RecordDraft, Row
from pos.domain.count import Count, CountLine, cash_fen, checked_lines
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import ReceiverKind, require_two_people, same_bag_no
from pos.domain.roles import Act
from pos.domain.till_postings import bag_accepted, opening_variance
from pos.domain.till_session import TillState
from pos.store.custody_queries import HandOverRow, last_offer, slip
from pos.store.outbox import FrozenPaper
from pos.store.people_queries import hall_profile, settings
from pos.store.till_figures import drawer_fen
from pos.store.till_queries import TillSessionRow, last_session_of, open_session_by, require_session
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.custody_papers import hand_over_papers
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.hand_over import require_signed_by
from pos.usecases.open_till_session import TillOpened, next_opening, opened_result, opening_draft
from pos.usecases.permission import Signature
from pos.usecases.till_papers import name_of
from pos.usecases.till_records import depends_on, record_of, require_till, step_row


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptHandOver(Command):
    """The receiver's count. `signature`: hers over the digest of the offer; `bag_no` as read from a bag.

    counted_twice: this is her second count, and it stands whatever it is.
    """

    session_id: str
    lines: tuple[CountLine, ...]
    blank_cards: int
    signature: Signature
    bag_no: str = ""
    seal_intact: bool = True
    counted_twice: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """Attributes: session_id accepted; counted_fen; variance_fen against what should lie there (the offer, and floats
    issued since), cards_off against the offer; opened: the next
    session, if the receiver is its cashier."""

    session_id: str
    counted_fen: int
    variance_fen: int
    cards_off: int
    opened: TillOpened | None


def accept_hand_over(hall: Hall, command: AcceptHandOver) -> Accepted:
    """Take over the float, the cards and the open matters. What differs is counted once more before it is booked.

    Raises: RuleViolation `hand_over.none`, `hand_over.in_safe` (use `accept_bag`), `hand_over.same_person`,
        `hand_over.differs` (at the first count; names no figure and no direction),
        `hand_over.has_till` (name, till: the next cashier runs another till), `hand_over.signature`,
        `approval.stale`, `till.accepted`, `till.clock_ahead`, `count.*`, `role.*`;
        StoreError kinds.
    """
    with hall.store.reading() as connection:
        offer = _offer(connection, command.session_id)
    if offer.receiver_kind == ReceiverKind.SAFE:
        raise RuleViolation("hand_over.in_safe", bag=offer.bag_no)
    to_cashier = offer.receiver_kind == ReceiverKind.CASHIER

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        row, current, lines = _checked(hall, uow, command)
        if to_cashier:
            require_no_till(uow.connection, command.actor)
        expected_fen = drawer_fen(uow.connection, row.till_id)  # a float may have been issued since the offer
        off_fen = _variance_fen(command, current, lines, expected_fen, "hand_over.differs")
        legs = () if to_cashier else opening_variance(row.till_id, row.session_id, off_fen)
        return _draft(command, row, current, lines, legs, off_fen, chain=row.chain, approver=approver)

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        return hand_over_papers(hall, uow, record, command.session_id, command.actor, _count(command))

    def after(uow: UnitOfWork, _record: Record) -> None:
        if to_cashier:
            _open_next(hall, uow, command)

    def result(uow: UnitOfWork, record: Record) -> Accepted:
        opened = uow.journal.by_command(_opening_id(command))
        return _accepted(record, opened_result(uow, opened) if opened else None)

    act = Act.RUN_OWN_TILL_SESSION if to_cashier else Act.SECOND_COUNT
    return perform(hall, command, act, decide, result, papers=papers, after=after)


def may_take_over(hall: Hall, operator_id: str) -> None:
    """Before she counts. Raises: RuleViolation `hand_over.has_till` (name, till); StoreError kinds."""
    with hall.store.reading() as connection:
        require_no_till(connection, operator_id)


def require_no_till(connection: Connection, operator_id: str) -> None:
    """Nobody serves two tills: no key leads to the other one. Raises RuleViolation `hand_over.has_till`."""
    own = open_session_by(connection, operator_id)
    if own is not None:
        till = require_till(connection, own.till_id)
        raise RuleViolation("hand_over.has_till", name=name_of(connection, operator_id), till=till.name)


def accept_bag(hall: Hall, command: AcceptHandOver) -> Accepted:
    """Open a sealed bag in the morning and count the float back into the safe.

    A broken seal is recorded as such and does not stop the count. What differs is counted once more before it is
    booked.

    Raises: RuleViolation `bag.number` (not the one in the books), `bag.none`, `bag.differs` (at the first count; names
        no figure and no direction), else as `accept_hand_over`.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        row, offer, lines = _checked(hall, uow, command)
        if offer.receiver_kind != ReceiverKind.SAFE:
            raise RuleViolation("bag.none")
        if not same_bag_no(command.bag_no, offer.bag_no):
            raise RuleViolation("bag.number")
        off_fen = _variance_fen(command, offer, lines, offer.float_fen, "bag.differs")
        legs = bag_accepted(offer.hand_over_id, row.session_id, bagged_fen=offer.float_fen, counted_fen=cash_fen(lines))
        chain = hall_profile(uow.connection).chain
        received = slip(uow.connection, row.session_id).receipt_id is not None  # in the evening, the bag still sealed
        draft = _draft(
            command, row, offer, lines, legs, off_fen, chain=chain, approver=approver, takings_received=received
        )
        rests_on = [depends_on(record_of(uow, offer.hand_over_id))]
        pieces = [[line.face_fen, line.coin, line.pieces] for line in lines]  # in the safe from now on
        return replace(draft, facts={**draft.facts, "lines": pieces, "depends_on": rests_on})

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        return hand_over_papers(hall, uow, record, command.session_id, command.actor, _count(command))

    return perform(hall, command, Act.ACCEPT_BAG, decide, lambda _uow, record: _accepted(record, None), papers=papers)


def _checked(
    hall: Hall, uow: UnitOfWork, command: AcceptHandOver
) -> tuple[TillSessionRow, HandOverRow, tuple[CountLine, ...]]:
    connection = uow.connection
    row = require_session(connection, command.session_id)
    offer = _offer(connection, command.session_id)
    require_two_people(offer.given_by, command.actor, one_person_hall=settings(connection).one_person_hall)
    require_signed_by(command.actor, command.signature, offer.digest, hall.clock.now_utc_ms())
    if command.blank_cards < 0:
        raise RuleViolation("count.cards", cards=command.blank_cards)
    return row, offer, checked_lines(command.lines)


def _variance_fen(
    command: AcceptHandOver, offer: HandOverRow, lines: tuple[CountLine, ...], expected_fen: int, refusal: str
) -> int:
    """What was counted more or less than should lie there. Raises RuleViolation `refusal` where cash or blank cards
    differ at the first count."""
    off_fen = cash_fen(lines) - expected_fen
    if (off_fen or command.blank_cards != offer.blank_cards) and not command.counted_twice:
        raise RuleViolation(refusal)
    return off_fen


def _offer(connection: Connection, session_id: str) -> HandOverRow:
    offer = last_offer(connection, session_id)
    if offer is None:
        raise RuleViolation("hand_over.none", session=session_id)
    return offer


def _draft(
    command: AcceptHandOver,
    row: TillSessionRow,
    offer: HandOverRow,
    lines: tuple[CountLine, ...],
    legs: tuple[Posting, ...],
    off_fen: int,
    *,
    chain: str,
    approver: str | None,
    takings_received: bool = False,
) -> RecordDraft:
    counted_fen = cash_fen(lines)
    steps = [step_row(row, TillState.ACCEPTED, command.actor)]
    if takings_received:
        steps.append({**steps[0], "step_no": row.step_no + 2, "state": TillState.RECEIVED.value})
    accepted: Row = {
        "session_id": row.session_id,
        "hand_over_id": offer.hand_over_id,
        "digest": offer.digest,
        "accepted_by": command.actor,
        "counted_fen": counted_fen,
    }
    return RecordDraft(
        chain=chain,
        kind="bag_accepted" if offer.receiver_kind == ReceiverKind.SAFE else "hand_over_accepted",
        command_id=command.command_id,
        actor=command.actor,
        approver=approver,
        business_day=row.business_day,
        till_session=row.session_id,
        facts={
            "session_id": row.session_id,
            "digest": offer.digest,
            "counted_fen": counted_fen,
            "variance_fen": off_fen,
            "cards_off": command.blank_cards - offer.blank_cards,
            "seal_intact": command.seal_intact,
            "one_person": offer.given_by == command.actor,
        },
        postings=legs,
        rows={
            "till_step": steps,
            "hand_over_accepted": [accepted],
        },
    )


def _open_next(hall: Hall, uow: UnitOfWork, command: AcceptHandOver) -> None:
    """The acceptance is the opening count; the record of the opening follows in the same unit."""
    row = require_session(uow.connection, command.session_id)
    till = require_till(uow.connection, row.till_id)
    opening = next_opening(
        uow,
        till,
        last_session_of(uow.connection, till.till_id),
        operator_id=command.actor,
        count=_count(command),
        now_utc_ms=hall.clock.now_utc_ms(),
    )
    uow.journal.append(opening_draft(till, opening, _opening_id(command), command.actor, None))


def _count(command: AcceptHandOver) -> Count:
    """What the receiver found. Raises RuleViolation `count.*`."""
    return Count(checked_lines(command.lines), (), command.blank_cards)


def _opening_id(command: AcceptHandOver) -> str:
    return f"{command.command_id}:opening"


def _accepted(record: Record, opened: TillOpened | None) -> Accepted:
    facts = record.facts
    return Accepted(facts["session_id"], facts["counted_fen"], facts["variance_fen"], facts["cards_off"], opened)
