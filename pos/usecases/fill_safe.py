"""Cash comes into the safe: found there at commissioning, or change fetched from the bank (domain P1, P12)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.chart import CASH_SAFE
from ledger.entry import RecordDraft
from pos.domain.count import CountLine, cash_fen, checked_lines
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.till_postings import safe_filled
from pos.store.people_queries import hall_profile
from pos.store.till_figures import has_postings
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class FillSafe(Command):
    """Cash counted into the safe. `from_bank` False = it was there when the books began."""

    lines: tuple[CountLine, ...]
    from_bank: bool


def safe_was_counted(hall: Hall) -> bool:
    """True once anything was booked to the safe. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return has_postings(connection, CASH_SAFE)


def fill_safe(hall: Hall, command: FillSafe) -> int:
    """Book it; returns the amount in fen.

    Raises: RuleViolation `cash.nothing`, `safe.already_counted` (what was there is entered once), `count.*`, the
        `role.*` family; StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        lines = checked_lines(command.lines)
        amount_fen = cash_fen(lines)
        if amount_fen == 0:
            raise RuleViolation("cash.nothing")
        if not command.from_bank and has_postings(uow.connection, CASH_SAFE):
            raise RuleViolation("safe.already_counted")
        return RecordDraft(
            chain=hall_profile(uow.connection).chain,
            kind="safe_filled",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={
                "amount_fen": amount_fen,
                "from_bank": command.from_bank,
                "lines": [[line.face_fen, line.coin, line.pieces] for line in lines],
            },
            postings=safe_filled(amount_fen, from_bank=command.from_bank),
        )

    return perform(hall, command, Act.MOVE_SAFE, decide, lambda _uow, record: int(record.facts["amount_fen"]))
