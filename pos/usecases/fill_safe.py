"""Cash comes into the safe: found there at commissioning, or change fetched from the bank (domain P1, P12)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.chart import CASH_SAFE
from ledger.entry import RecordDraft
from pos.domain.count import CountLine, cash_fen, checked_lines
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import safe_digest
from pos.domain.roles import Act
from pos.domain.till_postings import safe_filled
from pos.store.people_queries import hall_profile
from pos.store.till_figures import has_postings
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.permission import Signature
from pos.usecases.till_records import require_witness


@dataclass(frozen=True, slots=True, kw_only=True)
class FillSafe(Command):
    """Cash counted into the safe. `from_bank` False = it was there when the books began, which a witness signs.

    witness: somebody else's signature over `safe_digest(lines)`.
    """

    lines: tuple[CountLine, ...]
    from_bank: bool
    witness: Signature | None = None


def safe_was_counted(hall: Hall) -> bool:
    """True once anything was booked to the safe. Raises StoreError kinds."""
    with hall.store.reading() as connection:
        return has_postings(connection, CASH_SAFE)


def fill_safe(hall: Hall, command: FillSafe) -> int:
    """Book it; returns the amount in fen.

    What comes from the bank has the bank's own paper; what is said to have been there has nothing but people.

    Raises: RuleViolation `cash.nothing`, `safe.already_counted` (what was there is entered once), `count.*`,
        `approval.needed` (nobody witnessed the beginning), `approval.stale`, `hand_over.same_person`,
        `hand_over.signature`, the `role.*` family; StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        lines = checked_lines(command.lines)
        amount_fen = cash_fen(lines)
        _require_sum(uow.connection, amount_fen, from_bank=command.from_bank)
        witness = None if command.from_bank else _witness(hall, uow, command, lines)
        return RecordDraft(
            chain=hall_profile(uow.connection).chain,
            kind="safe_filled",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver if witness == command.actor else witness or approver,
            facts={
                "amount_fen": amount_fen,
                "from_bank": command.from_bank,
                "lines": [[line.face_fen, line.coin, line.pieces] for line in lines],
                "witness": witness,
                "one_person": witness == command.actor,
            },
            postings=safe_filled(amount_fen, from_bank=command.from_bank),
        )

    return perform(hall, command, Act.MOVE_SAFE, decide, lambda _uow, record: int(record.facts["amount_fen"]))


def check_fill(hall: Hall, lines: tuple[CountLine, ...], *, from_bank: bool) -> None:
    """Before anybody witnesses it. Raises: as `fill_safe`, of the sum; StoreError kinds."""
    with hall.store.reading() as connection:
        _require_sum(connection, cash_fen(checked_lines(lines)), from_bank=from_bank)


def _require_sum(connection: Connection, amount_fen: int, *, from_bank: bool) -> None:
    """Raises RuleViolation `cash.nothing`, `safe.already_counted`."""
    if amount_fen == 0:
        raise RuleViolation("cash.nothing")
    if not from_bank and has_postings(connection, CASH_SAFE):
        raise RuleViolation("safe.already_counted")


def _witness(hall: Hall, uow: UnitOfWork, command: FillSafe, lines: tuple[CountLine, ...]) -> str:
    if command.witness is None:
        raise RuleViolation("approval.needed", act=Act.MOVE_SAFE.value)
    return require_witness(
        uow.connection, command.witness, command.actor, safe_digest(lines), now_utc_ms=hall.clock.now_utc_ms()
    )
