"""Change money goes back into the safe: issued by mistake, or kept by a lead after a hand-over (domain P1, P12).

Only while nobody answers for the till's drawer: no session of it is open, none waits for its hand-over. Counted by
denomination and witnessed, as cash that goes into the safe in a bag is. What stays is what the next opening expects.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Foreseen, Record, RecordDraft
from pos.domain.count import CountLine, cash_fen, checked_lines
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import float_return_digest
from pos.domain.roles import Act
from pos.domain.till_postings import float_to_safe
from pos.domain.till_session import UNCLOSED, TillState
from pos.store.outbox import FrozenPaper, freeze
from pos.store.people_queries import hall_profile
from pos.store.till_figures import drawer_fen
from pos.store.till_queries import last_session_of
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.permission import Signature
from pos.usecases.till_papers import SAFE_KEEPER, WITNESS, cash_movement_paper, signed
from pos.usecases.till_records import require_till, require_witness


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFloat(Command):
    """Cash of a till by denomination. `witness`: somebody else's signature over `float_return_digest`."""

    till_id: str
    lines: tuple[CountLine, ...]
    witness: Signature | None = None


@dataclass(frozen=True, slots=True)
class FloatReturned:
    """Attributes: return_id; amount_fen; left_fen: what the till still has by the books, right after this."""

    return_id: str
    amount_fen: int
    left_fen: int


def return_float(hall: Hall, command: ReturnFloat) -> FloatReturned:
    """Book a till's waiting cash into the safe and queue its note.

    Raises: RuleViolation `till.unknown`, `float.till_open`, `float.not_handed_over`, `float.above_till` (in_till_fen,
        wanted_fen), `cash.nothing`, `count.*`, `approval.needed` (nobody witnessed it), `approval.stale`,
        `hand_over.same_person`, `hand_over.signature`, `role.*`; StoreError kinds.
    """

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        connection = uow.connection
        till = require_till(connection, command.till_id)
        lines = checked_lines(command.lines)
        amount_fen = cash_fen(lines)
        in_till_fen = _require_there(connection, till.till_id, amount_fen)
        if command.witness is None:
            raise RuleViolation("approval.needed", act=Act.MOVE_SAFE.value)
        digest = float_return_digest(till.till_id, lines)
        witness = require_witness(
            connection, command.witness, command.actor, digest, now_utc_ms=hall.clock.now_utc_ms()
        )
        chain = hall_profile(connection).chain
        return RecordDraft(
            chain=chain,
            kind="float_returned",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver if witness == command.actor else witness or approver,
            facts={
                "return_id": str(uow.journal.head(chain).next_key),
                "till_id": till.till_id,
                "amount_fen": amount_fen,
                "left_fen": in_till_fen - amount_fen,
                "lines": [[line.face_fen, line.coin, line.pieces] for line in lines],
                "witness": witness,
                "one_person": witness == command.actor,
            },
            postings=float_to_safe(till.till_id, amount_fen),
        )

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        paper = cash_movement_paper(
            hall,
            uow.connection,
            kind="float_return",
            number=record.facts["return_id"],
            lines=checked_lines(command.lines),
            till_id=command.till_id,
            row=None,
            operator_id=command.actor,
            signatures=tuple(
                signed(uow.connection, role, person, record.at_utc_ms)
                for role, person in ((SAFE_KEEPER, command.actor), (WITNESS, record.facts["witness"]))
            ),
        )
        return [freeze(paper, till_id=command.till_id, session_id=None, reason="float_returned")]

    return perform(hall, command, Act.MOVE_SAFE, decide, _result, papers=papers)


def check_return(hall: Hall, till_id: str, lines: tuple[CountLine, ...]) -> None:
    """Before anybody witnesses it. Raises: as `return_float`, of till and sum; StoreError kinds."""
    with hall.store.reading() as connection:
        _require_there(connection, require_till(connection, till_id).till_id, cash_fen(checked_lines(lines)))


def _require_there(connection: Connection, till_id: str, amount_fen: int) -> int:
    """What the till has by the books. Raises RuleViolation `float.till_open`, `float.not_handed_over`, `cash.nothing`,
    `float.above_till`."""
    _require_nobodys(connection, till_id)
    in_till_fen = drawer_fen(connection, till_id)
    if amount_fen == 0:
        raise RuleViolation("cash.nothing")
    if amount_fen > in_till_fen:
        raise RuleViolation("float.above_till", in_till_fen=in_till_fen, wanted_fen=amount_fen)
    return in_till_fen


def _require_nobodys(connection: Connection, till_id: str) -> None:
    """Raises RuleViolation `float.till_open`, `float.not_handed_over`: a cashier answers for the drawer."""
    last = last_session_of(connection, till_id)
    if last is not None and last.state in UNCLOSED:
        raise RuleViolation("float.till_open")
    if last is not None and last.state is TillState.CLOSED:
        raise RuleViolation("float.not_handed_over")


def _result(_uow: UnitOfWork, record: Record) -> FloatReturned:
    facts = record.facts
    return FloatReturned(facts["return_id"], facts["amount_fen"], facts["left_fen"])
