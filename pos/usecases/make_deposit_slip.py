"""解款单: the received takings of a business day go to the bank (domain P7, D3).

Only slips that finance has received can be in it, each once. The record is the hall's and names the till records it
rests on by (chain, epoch, seq, hash), so that the chains of many tills can be merged and still be checked. Slips of
the day that are missing are printed by number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.entry import Foreseen, Record, RecordDraft, RecordKey, Row
from pos.domain.count import cash_fen
from pos.domain.deposit import BesideSales, DepositTotals, ReceivedSlip, deposit_totals
from pos.domain.errors import RuleViolation
from pos.domain.papers import MissingTakings
from pos.domain.receipt_number import deposit_number, slip_number
from pos.domain.roles import Act
from pos.domain.till_postings import deposited
from pos.domain.till_session import UNCLOSED
from pos.store.custody_queries import (
    SlipRow,
    counted_batches,
    next_deposit_no,
    over_short_of,
    received_lines,
    slips_of_day,
)
from pos.store.outbox import FrozenPaper, freeze
from pos.store.people_queries import hall_profile
from pos.store.till_figures import figures_of
from pos.store.till_queries import TillSessionRow, require_close, require_session, sessions_of_day
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.custody_papers import deposit_paper, missing_takings, takings_beside_cash
from pos.usecases.fact import Command, Hall, perform
from pos.usecases.till_records import depends_on, record_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeDepositSlip(Command):
    """Everything received and not yet deposited of one business day (ISO date).

    without_cash: she was told that it is over 0.00 of cash, and wants the paper for the card slips and bills.
    """

    business_day: str
    without_cash: bool = False


@dataclass(frozen=True, slots=True)
class DepositMade:
    """Attributes: deposit_id; deposit_no; cash_fen; slip_count; short_hash."""

    deposit_id: str
    deposit_no: int
    cash_fen: int
    slip_count: int
    short_hash: str


@dataclass(frozen=True, slots=True)
class DepositAhead:
    """What a deposit slip made now would hold, for the question before it: cash_fen, slip_count; missing: left out."""

    cash_fen: int
    slip_count: int
    missing: tuple[MissingTakings, ...]


@dataclass(frozen=True, slots=True)
class _Prepared:
    slips: tuple[SlipRow, ...]
    totals: DepositTotals
    missing: tuple[str, ...]
    whose: tuple[MissingTakings, ...]
    deposit_no: int


def deposit_ahead(hall: Hall, business_day: str) -> DepositAhead:
    """What a deposit slip made now would hold, and what not: slips that are not received, then windows that are not
    closed. A query, asked before the paper is made; the paper lists the same. Raises: StoreError kinds.
    """
    with hall.store.reading() as connection:
        of_day = slips_of_day(connection, business_day)
        waiting, still_open = _not_received(connection, of_day, business_day)
        ready = _ready(of_day)
        cash = sum(cash_fen(received_lines(connection, slip.slip_id)) for slip in ready)
        return DepositAhead(cash, len(ready), _whose(connection, waiting, still_open))


def make_deposit_slip(hall: Hall, command: MakeDepositSlip) -> DepositMade:
    """Make the paper and book finance -> bank.

    Raises: RuleViolation `deposit.nothing`; `deposit.zero` (nothing was taken in at all), `deposit.no_cash` (card slips
        or bills only, and she has not said that she wants that); `role.*`; StoreError kinds.
    """
    prepared: list[_Prepared] = []

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        ready = _prepare(uow, command.business_day)
        if ready.totals.cash_fen == 0:
            _require_wish(uow.connection, command, ready)
        prepared.append(ready)
        return _draft(uow, command, ready, approver)

    def papers(uow: UnitOfWork, record: Foreseen) -> list[FrozenPaper]:
        ready = prepared[0]
        paper = deposit_paper(
            hall,
            uow.connection,
            record,
            made_by=command.actor,
            business_day=command.business_day,
            number=deposit_number(record.key, ready.deposit_no),
            slips=ready.slips,
            totals=ready.totals,
            not_received=ready.whose,
        )
        return [freeze(paper, till_id=None, session_id=None, reason="deposit")]

    return perform(hall, command, Act.MAKE_DEPOSIT, decide, _result, papers=papers)


def _prepare(uow: UnitOfWork, business_day: str) -> _Prepared:
    connection = uow.connection
    of_day = slips_of_day(connection, business_day)
    slips = _ready(of_day)
    if not slips:
        raise RuleViolation("deposit.nothing")
    waiting, still_open = _not_received(connection, of_day, business_day)
    return _Prepared(
        slips,
        deposit_totals([_received(uow, slip) for slip in slips]),
        (*map(_printed_number, waiting), *(row.session_id for row in still_open)),
        _whose(connection, waiting, still_open),
        next_deposit_no(connection),
    )


def _ready(of_day: Iterable[SlipRow]) -> tuple[SlipRow, ...]:
    """Received and in no deposit slip yet."""
    return tuple(slip for slip in of_day if slip.receipt_id is not None and slip.deposit_id is None)


def _not_received(
    connection: Connection, of_day: Iterable[SlipRow], business_day: str
) -> tuple[list[SlipRow], list[TillSessionRow]]:
    """Slips that wait for finance, and sessions that have no slip yet."""
    still_open = [row for row in sessions_of_day(connection, business_day) if row.state in UNCLOSED]
    return [slip for slip in of_day if slip.receipt_id is None], still_open


def _whose(
    connection: Connection, waiting: Iterable[SlipRow], still_open: Iterable[TillSessionRow]
) -> tuple[MissingTakings, ...]:
    return (
        *(_missing(connection, slip) for slip in waiting),
        *(missing_takings(connection, row, "") for row in still_open),
    )


def _require_wish(connection: Connection, command: MakeDepositSlip, ready: _Prepared) -> None:
    """Without cash there is nothing to take to the bank: for nothing at all no paper, else only on a second word."""
    beside = takings_beside_cash(connection, ready.slips)
    if not beside:
        raise RuleViolation("deposit.zero", slips=len(ready.slips))
    if not command.without_cash:
        other_fen = sum(tender.amount_fen for tender in beside)
        raise RuleViolation("deposit.no_cash", slips=len(ready.slips), other_fen=other_fen)


def _received(uow: UnitOfWork, slip: SlipRow) -> ReceivedSlip:
    connection = uow.connection
    kinds = record_of(uow, slip.slip_id).facts["kinds"]
    return ReceivedSlip(
        slip_id=slip.slip_id,
        session_id=slip.session_id,
        lines=received_lines(connection, slip.slip_id),
        counted_fen=slip.counted_fen or 0,
        batches=counted_batches(connection, slip.session_id, slip.attempt_no),
        kinds=tuple((kind, count, fen) for kind, count, fen in kinds),
        over_short_fen=over_short_of(connection, slip.session_id),
        receipt_off_fen=slip.over_short_fen,
        beside=_beside_sales(connection, slip),
    )


def _beside_sales(connection: Connection, slip: SlipRow) -> BesideSales:
    """From the books of the closed session, not from what is handed in: so the paper proves that both agree."""
    row = require_session(connection, slip.session_id)
    figures = figures_of(connection, row)
    topped_up = sum(moved.amount_fen for moved in figures.movements if moved.kind == "float_top_up")
    taken = {tender.tender: tender.gross_fen - tender.reversed_fen for tender in figures.tenders}
    booked_fen = taken.pop("unionpay", 0)
    taken.pop("cash", None)
    return BesideSales(
        float_in_fen=row.float_counted_fen + topped_up,
        float_kept_fen=require_close(connection, slip.session_id).float_kept_fen,
        booked_fen=booked_fen,
        expected_fen=figures.expected.unionpay_fen,
        bills_fen=sum(taken.values()),
    )


def _missing(connection: Connection, slip: SlipRow) -> MissingTakings:
    return missing_takings(connection, require_session(connection, slip.session_id), _printed_number(slip))


def _printed_number(slip: SlipRow) -> str:
    return slip_number(RecordKey.parse(slip.slip_id), slip.slip_no)


def _draft(uow: UnitOfWork, command: MakeDepositSlip, ready: _Prepared, approver: str | None) -> RecordDraft:
    chain = hall_profile(uow.connection).chain
    deposit_id = str(uow.journal.head(chain).next_key)
    lines: list[Row] = [
        {"deposit_id": deposit_id, "slip_id": slip.slip_id, "amount_fen": slip.counted_fen or 0} for slip in ready.slips
    ]
    head: Row = {
        "deposit_id": deposit_id,
        "deposit_no": ready.deposit_no,
        "business_day": command.business_day,
        "cash_fen": ready.totals.cash_fen,
        "made_by": command.actor,
    }
    return RecordDraft(
        chain=chain,
        kind="deposit_made",
        command_id=command.command_id,
        actor=command.actor,
        approver=approver,
        business_day=command.business_day,
        facts={
            "deposit_id": deposit_id,
            "deposit_no": ready.deposit_no,
            "cash_fen": ready.totals.cash_fen,
            "slip_count": len(ready.slips),
            "not_received": list(ready.missing),
            "depends_on": [
                depends_on(record_of(uow, key)) for slip in ready.slips for key in (slip.slip_id, slip.receipt_id or "")
            ],
        },
        postings=deposited(ready.totals.cash_fen),
        rows={"deposit": [head], "deposit_slip": lines},
    )


def _result(_uow: UnitOfWork, record: Record) -> DepositMade:
    facts = record.facts
    return DepositMade(
        facts["deposit_id"], facts["deposit_no"], facts["cash_fen"], facts["slip_count"], record.short_hash
    )
