"""Record what a card brought back from its meter, each time one is read (domain E2/34; cards B2).

At an open till it stands on the till's chain, elsewhere on the hall's. What the reading shows that somebody should look
into (`pos.domain.anomaly`, by the hall's settings of the moment) stands in the same record; nothing is refused for it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ledger.canonical import compact
from ledger.entry import Record, RecordDraft, Row
from pos.domain.anomaly import PASSING, Finding, judge
from pos.domain.card import CardImage, CardKind
from pos.domain.card_reading import CardReading
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store import account_queries, anomaly_queries, till_queries
from pos.store.people_queries import hall_chain, settings
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
        account_no, reading = _read(uow, command, hall.clock.now_utc_ms())
        row: Row = {"account_no": account_no, "session_id": command.session_id, **asdict(reading)}
        till_session = None
        if command.session_id is not None:
            till_session = till_queries.require_open(uow.connection, command.session_id, command.actor)
        chain = till_session.chain if till_session else hall_chain(uow.connection)
        events = _events(uow, account_no, reading, str(uow.journal.head(chain).next_key))
        return RecordDraft(
            chain=chain,
            kind="card_read",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            business_day=till_session.business_day if till_session else None,
            till_session=command.session_id,
            facts={"account_no": account_no, "chip_uid": command.image.chip_uid, "digest": command.image.digest},
            rows={"card_reading": [row], **({"anomaly_event": events} if events else {})},
        )

    return perform(hall, command, Act.SELL, decide, _result)


def _read(uow: UnitOfWork, command: RecordCardReading, now_utc_ms: int) -> tuple[str, CardReading]:
    """The account that the card is bound to, and what the card says."""
    image = command.image
    if image.kind is not CardKind.USER or image.identity is None:
        raise RuleViolation("card.not_a_user_card")
    binding = account_queries.card_by_no(uow.connection, image.identity.card_no)
    if binding is None:
        raise RuleViolation("card.unknown", card_no=image.identity.card_no)
    return binding.account_no, CardReading.of(image, image.identity, now_utc_ms)


def _events(uow: UnitOfWork, account_no: str, reading: CardReading, key: str) -> list[Row]:
    """What the reading shows for the first time, and which state it no longer shows."""
    connection = uow.connection
    known = anomaly_queries.evidence_of(connection, account_no, reading)
    found = {one.sign: one for one in judge(known, settings(connection))}
    last = anomaly_queries.last_events(connection, account_no)
    over = [sign for sign, event in last.items() if sign in PASSING and sign not in found and event.is_on]
    if reading.read_on is None:  # it says nothing of any state
        over = []

    def row(finding: Finding, event: str, evidence: str) -> Row:
        before = last.get(finding.sign)
        return {
            "account_no": account_no,
            "sign": finding.sign,
            "event_no": 1 if before is None else before.event_no + 1,
            "event": event,
            "evidence": evidence,
            "figures": compact(dict(finding.figures)),
            "outcome": "",
            "note": "",
            "at_utc_ms": reading.read_at_utc_ms,
        }

    events = [row(Finding(sign), "passed", last[sign].evidence) for sign in over]
    for sign, finding in found.items():
        before = last.get(sign)
        same = before is not None and before.is_on and finding.evidence in ("", before.evidence)
        if not (sign in PASSING and same):
            events.append(row(finding, "seen", finding.evidence or key))
    return events


def _result(_uow: UnitOfWork, record: Record) -> ReadingRecorded:
    return ReadingRecorded(record.facts["account_no"])
