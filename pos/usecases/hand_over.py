"""Offer a closed till to the next cashier, the lead or the safe, signed over a shown digest (domain P9).

The offer is what the close froze: float, cards, open matters, next receipt. The giver signs it here, the receiver when
she accepts; for the safe a witness signs at once and the float travels in a sealed bag. An offer nobody took may be
made again to somebody else; a sealed bag may not.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Foreseen, Json, Posting, Record, RecordDraft, RecordKey, Row
from ledger.journal import Journal
from pos.domain.count import cash_fen
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import HandOverOffer, ReceiverKind
from pos.domain.receipt_number import receipt_number, slip_number
from pos.domain.till_postings import float_bagged
from pos.domain.till_session import TillState, require_move
from pos.store.custody_queries import last_offer
from pos.store.open_matters import matters_at_close
from pos.store.outbox import FrozenPaper
from pos.store.till_queries import TillSessionRow, require_close, require_session, split_of
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.begin_count import act_of_counter
from pos.usecases.custody_papers import bag_papers
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.permission import Signature, require_signature
from pos.usecases.till_records import record_in, require_witness


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Command):
    """An offer to a person. `signature`: the giver's over the offer's digest; `device_states` as the lamps say."""

    session_id: str
    receiver_kind: ReceiverKind
    signature: Signature
    device_states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BagToSafe(Command):
    """A sealed bag into the safe. `signature`: the giver's, `witness`: another person's over the same digest."""

    session_id: str
    bag_no: str
    signature: Signature
    witness: Signature
    device_states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Attributes: hand_over_id; digest that was signed; float_fen."""

    hand_over_id: str
    digest: str
    float_fen: int


def hand_over_offer(hall: Hall, session_id: str, receiver_kind: ReceiverKind, bag_no: str = "") -> HandOverOffer:
    """What is to be shown and signed. Raises: RuleViolation `till.not_closed`, `till.unknown_session`."""
    with hall.store.reading() as connection:
        journal = hall.store.journal_of(connection)
        return offer_of(connection, journal, require_session(connection, session_id), receiver_kind, bag_no)


def takings_of(hall: Hall, session_id: str) -> tuple[str, int]:
    """(number of the 实收交款单, its cash in fen) of a closed session: no part of the offer, finance receives it.

    Raises: RuleViolation `till.not_closed`; StoreError kinds.
    """
    with hall.store.reading() as connection:
        close = require_close(connection, session_id)
        return slip_number(RecordKey.parse(close.slip_id), close.slip_no), close.takings_fen


def next_receipt_of(hall: Hall, offer: HandOverOffer) -> str:
    """The till's next receipt number as printed, with the epoch after a restore. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        key = hall.store.journal_of(connection).head(RecordKey.parse(offer.session_id).chain).next_key
        return receipt_number(key.chain, key.epoch, offer.next_receipt_no)


def hand_over(hall: Hall, command: HandOver) -> HandedOver:
    """Offer to the next cashier or the lead.

    Raises: RuleViolation `till.not_closed`, `till.accepted`, `hand_over.signature`, `hand_over.in_safe`,
        `approval.stale`, `role.*`; StoreError kinds. ValueError for the safe: that is `bag_to_safe`.
    """
    if command.receiver_kind is ReceiverKind.SAFE:
        raise ValueError("a bag for the safe needs a witness")
    return _hand_over(hall, command, command.receiver_kind, "", None)


def bag_to_safe(hall: Hall, command: BagToSafe) -> HandedOver:
    """Seal float and blank cards into a bag and put it into the safe, before a witness.

    Takings are never in it: they go to finance with their slip (P7).

    Raises: RuleViolation `bag.number`, `hand_over.same_person`, else as `hand_over`.
    """
    bag_no = command.bag_no.strip()
    if not 1 <= len(bag_no) <= 30:
        raise RuleViolation("bag.number")
    return _hand_over(hall, command, ReceiverKind.SAFE, bag_no, command.witness)


def offer_of(
    connection: Connection, journal: Journal, row: TillSessionRow, receiver_kind: ReceiverKind, bag_no: str
) -> HandOverOffer:
    """The offer a closed session makes; the same for everybody who looks. Raises RuleViolation `till.not_closed`."""
    close = require_close(connection, row.session_id)
    float_lines = split_of(connection, row.session_id, "float")
    return HandOverOffer(
        session_id=row.session_id,
        z_no=close.z_no,
        close_hash=record_in(journal, close.slip_id).hash,
        receiver_kind=receiver_kind,
        bag_no=bag_no,
        float_lines=float_lines,
        float_fen=cash_fen(float_lines),
        blank_cards=close.cards_counted,
        next_receipt_no=journal.head(row.chain).totals.receipt_no + 1,
        matters=matters_at_close(connection, row.session_id),
    )


def _hand_over(
    hall: Hall, command: HandOver | BagToSafe, kind: ReceiverKind, bag_no: str, witness: Signature | None
) -> HandedOver:
    offers: list[HandOverOffer] = []

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        connection = uow.connection
        row = require_session(connection, command.session_id)
        require_close(connection, row.session_id)
        require_move(row.state, TillState.ACCEPTED)
        previous = last_offer(connection, row.session_id)
        if previous is not None and previous.receiver_kind == ReceiverKind.SAFE:
            raise RuleViolation("hand_over.in_safe", bag=previous.bag_no)
        offer = offer_of(connection, uow.journal, row, kind, bag_no)
        now = hall.clock.now_utc_ms()
        require_signed_by(command.actor, command.signature, offer.digest, now)
        seen_by = (
            None
            if witness is None
            else require_witness(connection, witness, command.actor, offer.digest, now_utc_ms=now)
        )
        offers.append(offer)
        return _draft(uow, command, row, offer, previous.offer_no + 1 if previous else 1, seen_by, approver)

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        return bag_papers(hall, uow, record, offers[0], command.actor, command.device_states)

    act = act_of_counter(command.session_id, command.actor)
    bagged = kind is ReceiverKind.SAFE
    return perform(hall, command, act, decide, _result, papers=papers if bagged else None, rehearse=True)


def require_signed_by(person: str, signature: Signature, digest: str, now_utc_ms: int) -> None:
    """Raises RuleViolation `approval.stale` (another digest, or too old), `hand_over.signature` (somebody else's)."""
    if require_signature(signature, digest, now_utc_ms=now_utc_ms) != person:
        raise RuleViolation("hand_over.signature")


def _draft(
    uow: UnitOfWork,
    command: HandOver | BagToSafe,
    row: TillSessionRow,
    offer: HandOverOffer,
    offer_no: int,
    witness: str | None,
    approver: str | None,
) -> RecordDraft:
    hand_over_id = str(uow.journal.head(row.chain).next_key)
    bagged = offer.receiver_kind is ReceiverKind.SAFE
    legs: tuple[Posting, ...] = float_bagged(row.till_id, hand_over_id, offer.float_fen) if bagged else ()
    line: Row = {
        "hand_over_id": hand_over_id,
        "session_id": row.session_id,
        "offer_no": offer_no,
        "receiver_kind": offer.receiver_kind.value,
        "bag_no": offer.bag_no,
        "given_by": command.actor,
        "witness": witness,
        "digest": offer.digest,
        "float_fen": offer.float_fen,
        "blank_cards": offer.blank_cards,
    }
    facts: dict[str, Json] = {
        "hand_over_id": hand_over_id,
        "digest": offer.digest,
        "float_fen": offer.float_fen,
        "z_no": offer.z_no,
        "close_hash": offer.close_hash,
        "next_receipt_no": offer.next_receipt_no,
        "device_states": list(command.device_states),
        "one_person": witness == command.actor,
    }
    return RecordDraft(
        chain=row.chain,
        kind="bagged" if bagged else "handed_over",
        command_id=command.command_id,
        actor=command.actor,
        approver=approver if witness == command.actor else witness or approver,
        business_day=row.business_day,
        till_session=row.session_id,
        facts=facts,
        postings=legs,
        rows={"hand_over": [line]},
    )


def _result(_uow: UnitOfWork, record: Record) -> HandedOver:
    return HandedOver(record.facts["hand_over_id"], record.facts["digest"], record.facts["float_fen"])
