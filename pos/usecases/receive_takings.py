"""收讫: the finance cashier counts the takings of one session against its slip and signs (domain P7).

It is a record of the hall that names the till's closing record. Takings are in no bag, so a float that lies sealed in
the safe does not keep them from finance: they are received in the evening, and the session's last step is made when the
bag is opened. A difference is never silent: it needs a note. In cash
it goes to the session's over/short; in card slips, which are nobody's cash, it stands in the record and on the paper.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.entry import Foreseen, Record, RecordDraft, Row
from pos.domain.count import CountLine, cash_fen, checked_lines
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import require_two_people
from pos.domain.reasons import require_words
from pos.domain.roles import Act
from pos.domain.till_postings import takings_received
from pos.domain.till_session import TillState
from pos.store.custody_queries import SlipRow, bag_waiting, counted_batches, slip
from pos.store.outbox import FrozenPaper, freeze
from pos.store.people_queries import hall_profile, settings
from pos.store.till_queries import TillSessionRow, require_session
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.custody_papers import slip_with_receipt
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.till_records import depends_on, line_rows, record_of, step_row


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTakings(Command):
    """What finance counted. `slips_fen`: her own sum of the UnionPay slips; `note` explains a difference."""

    session_id: str
    lines: tuple[CountLine, ...]
    slips_fen: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class TakingsReceived:
    """Attributes: slip_id; counted_fen; over_short_fen and slips_off_fen against the slip; short_hash."""

    slip_id: str
    counted_fen: int
    over_short_fen: int
    slips_off_fen: int
    short_hash: str


def receive_takings(hall: Hall, command: ReceiveTakings) -> TakingsReceived:
    """Receive one slip.

    Raises: RuleViolation `till.not_closed`, `till.closed` (neither handed over nor in the safe), `till.received`,
        `takings.nothing_counted` (no line at all, of a slip with cash), `takings.differ`, `takings.cash_differs`,
        `takings.cards_differ` (difference without a note; names no sum), `reason.short`, `hand_over.same_person`,
        `count.*`, `role.*`; StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        connection = uow.connection
        row = require_session(connection, command.session_id)
        waiting = slip(connection, command.session_id)
        steps = _last_step(uow, row, waiting, command.actor)
        one_person = settings(connection).one_person_hall
        same = require_two_people(row.operator_id, command.actor, one_person_hall=one_person)
        lines = checked_lines(command.lines)
        if command.slips_fen < 0:
            raise RuleViolation("count.batch")
        if waiting.takings_fen and not command.lines:  # nothing counted is not counted as nothing
            raise RuleViolation("takings.nothing_counted")
        over_short_fen = cash_fen(lines) - waiting.takings_fen
        closing = record_of(uow, waiting.slip_id)
        slips_off_fen = command.slips_fen - _slips_fen(uow, waiting)
        _require_note(over_short_fen, slips_off_fen, command.note)
        return RecordDraft(
            chain=hall_profile(connection).chain,
            kind="takings_received",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            business_day=row.business_day,
            till_session=row.session_id,
            facts={
                "slip_id": waiting.slip_id,
                "counted_fen": cash_fen(lines),
                "over_short_fen": over_short_fen,
                "slips_fen": command.slips_fen,
                "slips_off_fen": slips_off_fen,
                "one_person": same,
                "depends_on": [depends_on(closing)],
            },
            postings=takings_received(
                waiting.slip_id, row.session_id, handed_fen=waiting.takings_fen, counted_fen=cash_fen(lines)
            ),
            rows={
                "till_step": steps,
                "takings_received": [
                    {
                        "slip_id": waiting.slip_id,
                        "session_id": row.session_id,
                        "received_by": command.actor,
                        "counted_fen": cash_fen(lines),
                        "over_short_fen": over_short_fen,
                        "note": command.note.strip(),
                    }
                ],
                "received_line": line_rows(lines, {"slip_id": waiting.slip_id}),
            },
        )

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        waiting = slip(uow.connection, command.session_id)
        paper = slip_with_receipt(uow.connection, waiting, record, received_by=command.actor, note=command.note.strip())
        paper = replace(paper, head=replace(paper.head, test_keys=hall.test_keys))
        return [freeze(paper, till_id=waiting.till_id, session_id=waiting.session_id, reason="received")]

    return perform(hall, command, Act.RECEIVE_TAKINGS, decide, _result, papers=papers)


def _last_step(uow: UnitOfWork, row: TillSessionRow, waiting: SlipRow, actor: str) -> list[Row]:
    """The session ends with the receipt; where its float lies sealed in the safe, it ends when the bag is opened."""
    if waiting.receipt_id is not None:
        raise RuleViolation("till.received")
    if bag_waiting(uow.connection, row.session_id) is not None:
        return []
    return [step_row(row, TillState.RECEIVED, actor)]


def _require_note(over_short_fen: int, slips_off_fen: int, note: str) -> None:
    """Raises RuleViolation `takings.*` without any, `reason.short` for one that says nothing."""
    if over_short_fen or slips_off_fen:
        if not note.strip():
            raise RuleViolation(_which_differs(over_short_fen, slips_off_fen))
        require_words(note)


def _which_differs(over_short_fen: int, slips_off_fen: int) -> str:
    """What is to be counted again; by how much it is off is said after the receipt only, or it would be typed in."""
    if over_short_fen and slips_off_fen:
        return "takings.differ"
    return "takings.cash_differs" if over_short_fen else "takings.cards_differ"


def _slips_fen(uow: UnitOfWork, waiting: SlipRow) -> int:
    return sum(batch.amount_fen for batch in counted_batches(uow.connection, waiting.session_id, waiting.attempt_no))


def _result(_uow: UnitOfWork, record: Record) -> TakingsReceived:
    facts = record.facts
    return TakingsReceived(
        facts["slip_id"], facts["counted_fen"], facts["over_short_fen"], facts["slips_off_fen"], record.short_hash
    )
