"""Record what a card brought back from its meter, each time one is read (domain E2/34; cards B2).

At an open till it stands on the till's chain, elsewhere on the hall's. Nothing is judged here: a reading is evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft, Row
from pos.domain.card import CardImage, CardKind
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store import account_queries, till_queries
from pos.store.people_queries import hall_chain
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCardReading(Command):
    """A card as just read; `session_id` of the till session it was read in, or None."""

    image: CardImage
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReadingRecorded:
    """The account the card is bound to."""

    account_no: str


def record_card_reading(hall: Hall, command: RecordCardReading) -> ReadingRecorded:
    """Write the reading.

    Raises: RuleViolation `card.not_a_user_card`, `card.unknown` (not bound to any account), `till.not_open`,
        `till.not_yours`, `role.*`; StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        row = _reading_row(uow, command, hall.clock.now_utc_ms())
        till_session = None
        if command.session_id is not None:
            till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        return RecordDraft(
            chain=till_session.chain if till_session else hall_chain(uow.connection),
            kind="card_read",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            business_day=till_session.business_day if till_session else None,
            till_session=command.session_id,
            facts={"account_no": row["account_no"], "chip_uid": command.image.chip_uid, "digest": command.image.digest},
            rows={"card_reading": [row]},
        )

    return perform(hall, command, Act.SELL, decide, _result)


def _reading_row(uow: UnitOfWork, command: RecordCardReading, now_utc_ms: int) -> Row:
    image = command.image
    if image.kind is not CardKind.USER or image.identity is None:
        raise RuleViolation("card.not_a_user_card")
    binding = account_queries.card_by_no(uow.connection, image.identity.card_no)
    if binding is None:
        raise RuleViolation("card.unknown", card_no=image.identity.card_no)
    feedback = image.feedback
    return {
        "account_no": binding.account_no,
        "card_no": binding.card_no,
        "meter_no": image.identity.meter_no,
        "session_id": command.session_id,
        "sequence": image.purchase.sequence if image.purchase else 0,
        "taken_sequence": feedback.taken_sequence if feedback else 0,
        "remaining_l": feedback.remaining_l if feedback else 0,
        "used_l": feedback.used_l if feedback else 0,
        "battery_pct": feedback.battery_pct if feedback else 0,
        "status": feedback.status if feedback else 0,
        "magnet_count": feedback.magnet_count if feedback else 0,
        "valve_faults": feedback.valve_faults if feedback else 0,
        "read_on": feedback.read_on if feedback else None,
        "read_at_utc_ms": now_utc_ms,
    }


def _result(_uow: UnitOfWork, record: Record) -> ReadingRecorded:
    return ReadingRecorded(record.facts["account_no"])
