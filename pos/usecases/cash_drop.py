"""Cash leaves or enters a running drawer: 上缴入柜 and 补领备用金, each signed by two people (design, Words; P1).

A drop is takings handed in early: it stays in transit under its own matter until the close takes it into the
session's slip. A top-up is float from the safe. There is no other pay-out: refunds are booked as such (domain D3).
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Foreseen, Posting, Record, RecordDraft
from pos.domain.count import CountLine, cash_fen, checked_lines
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import drop_digest
from pos.domain.roles import Act
from pos.domain.till_postings import cash_dropped, float_to_till
from pos.store.outbox import FrozenPaper, freeze
from pos.store.till_queries import TillSessionRow, require_open, require_session
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.issue_float import require_in_safe
from pos.usecases.permission import Signature
from pos.usecases.till_papers import GIVER, RECEIVER, cash_movement_paper, signed
from pos.usecases.till_records import line_rows, require_second_person, till_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCash(Command):
    """Cash by denomination. `second`: the other person's signature over `drop_digest(session_id, kind, lines)`."""

    session_id: str
    lines: tuple[CountLine, ...]
    second: Signature | None = None


@dataclass(frozen=True, slots=True)
class CashMoved:
    """Attributes: movement_id; amount_fen."""

    movement_id: str
    amount_fen: int


def cash_drop(hall: Hall, command: MoveCash) -> CashMoved:
    """Till -> safe, by the cashier, with the lead or finance as second person.

    Raises: RuleViolation `till.*`, `cash.nothing`, `count.*`, `approval.*`, `role.*`;
        StoreError kinds.
    """
    return _move(hall, command, "cash_drop", Act.RUN_OWN_TILL_SESSION)


def float_top_up(hall: Hall, command: MoveCash) -> CashMoved:
    """Safe -> till, by the lead or finance, with the session's cashier as second person.

    Raises: RuleViolation `till.not_open`, `till.counting`, `safe.short`, else as `cash_drop`.
    """
    return _move(hall, command, "float_top_up", Act.MOVE_SAFE)


def check_drop(hall: Hall, session_id: str, lines: tuple[CountLine, ...]) -> None:
    """Before anybody signs. Raises: as `cash_drop`, of session and sum; StoreError kinds."""
    _check(hall, session_id, "cash_drop", lines)


def check_top_up(hall: Hall, session_id: str, lines: tuple[CountLine, ...]) -> None:
    """Before anybody signs. Raises: as `float_top_up`, of session and sum; StoreError kinds."""
    _check(hall, session_id, "float_top_up", lines)


def _check(hall: Hall, session_id: str, kind: str, lines: tuple[CountLine, ...]) -> None:
    with hall.store.reading() as connection:
        require_open(connection, session_id, require_session(connection, session_id).operator_id)
        _require_sum(connection, kind, cash_fen(checked_lines(lines)))


def _move(hall: Hall, command: MoveCash, kind: str, act: Act) -> CashMoved:
    is_drop = kind == "cash_drop"

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        connection = uow.connection
        owner = command.actor if is_drop else require_session(connection, command.session_id).operator_id
        row = require_open(connection, command.session_id, owner)
        lines = checked_lines(command.lines)
        second = require_second_person(
            connection,
            Act.MOVE_SAFE if is_drop else Act.RUN_OWN_TILL_SESSION,
            frozenset({command.actor}),
            command.second,
            drop_digest(command.session_id, kind, lines),
            now_utc_ms=hall.clock.now_utc_ms(),
        )
        if not is_drop and second != row.operator_id:
            raise RuleViolation("approval.role", act=Act.RUN_OWN_TILL_SESSION.value)
        return _draft(uow, command, row, kind, lines, second, approver)

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        row = require_session(uow.connection, command.session_id)
        people = (command.actor, record.facts["second"])
        paper = cash_movement_paper(
            hall,
            uow.connection,
            kind=kind,
            number=str(record.key),
            lines=checked_lines(command.lines),
            till_id=row.till_id,
            row=row,
            operator_id=row.operator_id,
            signatures=tuple(
                signed(uow.connection, role, person, record.at_utc_ms)
                for role, person in zip((GIVER, RECEIVER), people, strict=True)
            ),
        )
        return [freeze(paper, till_id=row.till_id, session_id=row.session_id, reason=kind)]

    return perform(hall, command, act, decide, _result, papers=papers)


def _draft(
    uow: UnitOfWork,
    command: MoveCash,
    row: TillSessionRow,
    kind: str,
    lines: tuple[CountLine, ...],
    second: str,
    approver: str | None,
) -> RecordDraft:
    movement_id = str(uow.journal.head(row.chain).next_key)
    amount_fen = cash_fen(lines)
    _require_sum(uow.connection, kind, amount_fen)
    return till_draft(
        row,
        command,
        approver,
        kind="cash_dropped" if kind == "cash_drop" else "float_topped_up",
        facts={"movement_id": movement_id, "amount_fen": amount_fen, "second": second},
        postings=_legs(row, kind, movement_id, amount_fen),
        rows={
            "cash_movement": [
                {
                    "movement_id": movement_id,
                    "session_id": row.session_id,
                    "kind": kind,
                    "amount_fen": amount_fen,
                    "witness": second,
                }
            ],
            "movement_line": line_rows(lines, {"movement_id": movement_id}),
        },
    )


def _require_sum(connection: Connection, kind: str, amount_fen: int) -> None:
    """Raises RuleViolation `cash.nothing`, `safe.short`. Whether the books hold that much in the drawer is not asked:
    the answer would be a way round the blind count; two people have counted what moves."""
    if kind == "float_top_up":
        require_in_safe(connection, amount_fen)
    elif amount_fen == 0:
        raise RuleViolation("cash.nothing")


def _legs(row: TillSessionRow, kind: str, movement_id: str, amount_fen: int) -> tuple[Posting, ...]:
    if kind == "float_top_up":
        return float_to_till(row.till_id, amount_fen)
    return cash_dropped(row.till_id, movement_id, amount_fen)


def _result(_uow: UnitOfWork, record: Record) -> CashMoved:
    return CashMoved(record.facts["movement_id"], record.facts["amount_fen"])
