"""The lead issues the change float 找零备用金 from the safe to a till (domain P1): a booking, never part of takings.

The cashier signs the note and counts it: her opening count is her receipt. The issuer is another person, except in a
hall of one.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.chart import CASH_SAFE
from ledger.entry import Foreseen, Record, RecordDraft
from pos.domain.count import CountLine, cash_fen, checked_lines
from pos.domain.errors import RuleViolation
from pos.domain.papers import Signature
from pos.domain.roles import Act
from pos.domain.till_postings import float_to_till
from pos.store.outbox import FrozenPaper, freeze
from pos.store.people_queries import TillRow, hall_profile, operator, settings
from pos.store.till_figures import account_fen, drawer_fen
from pos.store.till_queries import open_session_of
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.till_papers import cash_movement_paper, name_of, signed
from pos.usecases.till_records import require_till


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFloat(Command):
    """Float for a till. `issued_to`: operator id of the cashier; `lines`: what is handed over.

    `beside_fen`: what the till already has, as the issuer was told and meant; a float is never put on top unseen.
    """

    till_id: str
    issued_to: str
    lines: tuple[CountLine, ...]
    beside_fen: int = 0


@dataclass(frozen=True, slots=True)
class FloatIssued:
    """Attributes: issue_id; amount_fen; short_hash of the record."""

    issue_id: str
    amount_fen: int
    short_hash: str


def issue_float(hall: Hall, command: IssueFloat) -> FloatIssued:
    """Book the float out of the safe and queue its note.

    Raises: RuleViolation `till.unknown`, `till.already_open` (use a top-up), `float.same_person`, `float.nobody`,
        `float.waiting` (till, in_till_fen, wanted_fen, sum_fen: the till has cash that `beside_fen` does not name),
        `safe.short` (in_safe_fen, wanted_fen), `cash.nothing`, `count.*`, `role.*`; StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        connection = uow.connection
        till = require_till(connection, command.till_id)
        if open_session_of(connection, till.till_id) is not None:
            raise RuleViolation("till.already_open", till=till.till_id)
        person = operator(connection, command.issued_to)
        if person is None or not person.active:
            raise RuleViolation("float.nobody")
        if command.issued_to == command.actor and not settings(connection).one_person_hall:
            raise RuleViolation("float.same_person")
        lines = checked_lines(command.lines)
        amount_fen = cash_fen(lines)
        require_in_safe(connection, amount_fen)
        in_till_fen = _seen_in_till(connection, till, command.beside_fen, amount_fen)
        chain = hall_profile(connection).chain
        issue_id = str(uow.journal.head(chain).next_key)
        return RecordDraft(
            chain=chain,
            kind="float_issued",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={
                "issue_id": issue_id,
                "amount_fen": amount_fen,
                "beside_fen": in_till_fen,
                "one_person": command.issued_to == command.actor,
                "lines": [[line.face_fen, line.coin, line.pieces] for line in lines],
            },
            postings=float_to_till(till.till_id, amount_fen),
            rows={
                "float_issue": [
                    {
                        "issue_id": issue_id,
                        "till_id": till.till_id,
                        "amount_fen": amount_fen,
                        "issued_by": command.actor,
                        "issued_to": command.issued_to,
                    }
                ]
            },
        )

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        connection = uow.connection
        paper = cash_movement_paper(
            hall,
            connection,
            kind="float_issue",
            number=record.facts["issue_id"],
            lines=checked_lines(command.lines),
            till_id=command.till_id,
            row=None,
            operator_id=command.actor,
            signatures=(
                signed(connection, "issuer", command.actor, record.at_utc_ms),
                Signature("taker", name_of(connection, command.issued_to)),
            ),
        )
        return [freeze(paper, till_id=command.till_id, session_id=None, reason="float_issued")]

    return perform(hall, command, Act.ISSUE_FLOAT, decide, _result, papers=papers)


def _seen_in_till(connection: Connection, till: TillRow, beside_fen: int, amount_fen: int) -> int:
    """What the till has already. Raises RuleViolation `float.waiting` if the issuer was not told just that."""
    in_till_fen = drawer_fen(connection, till.till_id)
    if in_till_fen > 0 and in_till_fen != beside_fen:
        sum_fen = in_till_fen + amount_fen
        raise RuleViolation(
            "float.waiting", till=till.name, in_till_fen=in_till_fen, wanted_fen=amount_fen, sum_fen=sum_fen
        )
    return in_till_fen


def require_in_safe(connection: Connection, amount_fen: int) -> None:
    """The safe never goes below nothing. Raises RuleViolation `cash.nothing`, `safe.short`."""
    if amount_fen == 0:
        raise RuleViolation("cash.nothing")
    in_safe_fen = account_fen(connection, CASH_SAFE)
    if in_safe_fen < amount_fen:
        raise RuleViolation("safe.short", in_safe_fen=in_safe_fen, wanted_fen=amount_fen)


def _result(_uow: UnitOfWork, record: Record) -> FloatIssued:
    return FloatIssued(record.facts["issue_id"], record.facts["amount_fen"], record.short_hash)
