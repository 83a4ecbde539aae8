"""Pieces that the records of a till share: denomination rows, links to other chains, moves, signatures.

Must not know: any single verb.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ledger.entry import Head, Json, Posting, Record, RecordDraft, RecordKey, Row
from ledger.journal import Journal
from pos.domain.count import Count, CountLine
from pos.domain.errors import RuleViolation
from pos.domain.hand_over import require_two_people
from pos.domain.roles import Act, Verdict, verdict
from pos.domain.till_session import TillState, require_move
from pos.store.people_queries import TillRow, operator, settings, till
from pos.store.till_queries import TillSessionRow
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Command
from pos.usecases.permission import Signature, require_signature


def till_draft(
    row: TillSessionRow,
    command: Command,
    approver: str | None,
    *,
    kind: str,
    facts: Mapping[str, Json],
    postings: Sequence[Posting] = (),
    rows: Mapping[str, Sequence[Row]] | None = None,
    head: Head | None = None,
    sign: bool = False,
) -> RecordDraft:
    """What happened in a till session: in its till's chain, on its business day, for whoever asked."""
    return RecordDraft(
        chain=row.chain,
        kind=kind,
        command_id=command.command_id,
        actor=command.actor,
        approver=approver,
        business_day=row.business_day,
        till_session=row.session_id,
        facts=facts,
        postings=postings,
        rows=rows or {},
        head=head,
        sign=sign,
    )


def depends_on(record: Record) -> dict[str, Json]:
    """A record of another chain that this one rests on (design, Money rules 1)."""
    key = record.key
    return {"chain": key.chain, "epoch": key.epoch, "seq": key.seq, "hash": record.hash}


def record_of(uow: UnitOfWork, key_text: str) -> Record:
    """The record behind an id born of a fact."""
    return record_in(uow.journal, key_text)


def record_in(journal: Journal, key_text: str) -> Record:
    """The same over any journal, for readers."""
    record = journal.by_key(RecordKey.parse(key_text))
    if record is None:
        raise AssertionError(f"an id names no record: {key_text}")
    return record


def line_rows(lines: Iterable[CountLine], keys: Mapping[str, int | str]) -> list[Row]:
    """Denomination rows of a sealed table under the given keys."""
    return [{**keys, "face_fen": line.face_fen, "coin": int(line.coin), "pieces": line.pieces} for line in lines]


def count_rows(count: Count, session_id: str, attempt_no: int, stage: str, operator_id: str) -> dict[str, list[Row]]:
    """Rows of one submitted count."""
    keys: dict[str, int | str] = {"session_id": session_id, "attempt_no": attempt_no}
    head: Row = {
        **keys,
        "stage": stage,
        "operator_id": operator_id,
        "cash_fen": count.cash_fen,
        "unionpay_fen": count.unionpay_fen,
        "slip_count": count.slip_count,
        "blank_cards": count.blank_cards,
    }
    batches: list[Row] = [
        {
            **keys,
            "terminal": batch.terminal,
            "batch": batch.batch,
            "slip_count": batch.slip_count,
            "amount_fen": batch.amount_fen,
        }
        for batch in count.batches
    ]
    return {"cash_count": [head], "count_line": line_rows(count.lines, keys), "count_batch": batches}


def step_row(row: TillSessionRow, to: TillState, operator_id: str, *, count_submitted: bool = False) -> Row:
    """The next step of a session. Raises RuleViolation of `require_move`."""
    require_move(row.state, to, count_submitted=count_submitted)
    return {"session_id": row.session_id, "step_no": row.step_no + 1, "state": to.value, "operator_id": operator_id}


def require_till(connection: Connection, till_id: str) -> TillRow:
    """Raises RuleViolation `till.unknown`."""
    row = till(connection, till_id)
    if row is None:
        raise RuleViolation("till.unknown", till=till_id)
    return row


def require_second_person(
    connection: Connection,
    act: Act,
    first: frozenset[str],
    signature: Signature | None,
    digest: str,
    *,
    now_utc_ms: int,
) -> str:
    """The id of a person other than the first (who acts, and for whom) who signed this digest and may do the act.

    In a hall of one person, a logged setting, the same person may sign again; nobody else may.

    Raises: RuleViolation `approval.needed` (nobody signed), `approval.stale` (another digest, or too old),
        `approval.self`, `approval.role`.
    """
    if signature is None:
        raise RuleViolation("approval.needed", act=act.value)
    second = require_signature(signature, digest, now_utc_ms=now_utc_ms)
    if second in first:
        if settings(connection).one_person_hall:
            return second
        raise RuleViolation("approval.self", act=act.value)
    person = operator(connection, second)
    if person is None or not person.active or not any(verdict(act, r) is Verdict.ALLOWED for r in person.roles):
        raise RuleViolation("approval.role", act=act.value)
    return second


def require_witness(connection: Connection, signature: Signature, giver: str, digest: str, *, now_utc_ms: int) -> str:
    """The id of who witnessed cash going into the safe: anybody of the hall but the giver, except in a hall of one.

    Raises: RuleViolation `approval.stale`, `hand_over.same_person`, `hand_over.signature` (out of service).
    """
    person = require_signature(signature, digest, now_utc_ms=now_utc_ms)
    require_two_people(giver, person, one_person_hall=settings(connection).one_person_hall)
    found = operator(connection, person)
    if found is None or not found.active:
        raise RuleViolation("hand_over.signature")
    return person
