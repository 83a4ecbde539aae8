"""What is unsettled at a till now, by name (design, Money rules 8; domain P9). Never scans history."""

from __future__ import annotations

from sqlalchemy import Connection

from ledger.entry import RecordKey
from ledger.sqlite_engine import all_rows, first_row
from pos.domain.hand_over import MatterKind, OpenMatter
from pos.ports.printer import PrintState
from pos.store.outbox import A4_TEMPLATES
from pos.store.sale_queries import open_writes, unbooked_charges
from pos.store.till_queries import session_row

PRINT_PATIENCE_MS = 60_000
"""A paper may wait this long for its turn at the printer (a hanging one takes 17 s a job) before anybody is asked."""

_NAME = "CASE template WHEN 'cash_movement' THEN document ->> '$.content.kind' ELSE template END"
"""A note of a cash movement bears the name of the movement, as on the paper itself."""


def open_matters(connection: Connection, till_id: str | None = None, *, now_utc_ms: int) -> tuple[OpenMatter, ...]:
    """Card writes, charges without a sale, counted slips that differ and papers nobody has confirmed: of one till, or
    of the hall."""
    prints = _prints(connection, till_id, now_utc_ms - PRINT_PATIENCE_MS)
    return (*_writes(connection, till_id), *_charges(connection, till_id), *_slips(connection, till_id), *prints)


def prints_under_way(connection: Connection, till_id: str, *, now_utc_ms: int) -> tuple[OpenMatter, ...]:
    """Papers of a till that are queued or being sent and whose patience is not over: no matters yet."""
    a4_marks = ", ".join("?" * len(A4_TEMPLATES))
    rows = all_rows(
        connection,
        f"SELECT job_id, {_NAME}, state, queued_at_utc_ms FROM outbox WHERE state IN (?, ?) AND queued_at_utc_ms > ?"
        f" AND template NOT IN ({a4_marks}) AND till_id = ? ORDER BY queued_at_utc_ms, job_id",
        (
            PrintState.QUEUED.value,
            PrintState.SENT.value,
            now_utc_ms - PRINT_PATIENCE_MS,
            *A4_TEMPLATES,
            till_id,
        ),
    )
    return tuple(_print(*row) for row in rows)


def matters_at_close(connection: Connection, session_id: str) -> tuple[OpenMatter, ...]:
    """The matters as they were when a session closed, frozen."""
    rows = all_rows(
        connection,
        "SELECT kind, matter_id, subject, amount_fen, since_utc_ms FROM open_matter WHERE session_id = ? ORDER BY line",
        (session_id,),
    )
    return tuple(OpenMatter(MatterKind(kind), *rest) for kind, *rest in rows)


def _writes(connection: Connection, till_id: str | None) -> list[OpenMatter]:
    return [
        OpenMatter(
            MatterKind.CARD_WRITE,
            write.write_id,
            f"{write.account_no} / {write.card_no} ({write.state.value})",
            write.amount_fen,
            _time_of(connection, write.write_id),
        )
        for write in open_writes(connection)
        if _belongs(connection, write.session_id, till_id)
    ]


def _charges(connection: Connection, till_id: str | None) -> list[OpenMatter]:
    return [
        OpenMatter(
            MatterKind.CHARGE_UNBOOKED,
            charge.charge_id,
            f"{charge.terminal}/{charge.batch}/{charge.trace} *{charge.last_four}",
            charge.amount_fen,
            _time_of(connection, charge.charge_id),
        )
        for charge in unbooked_charges(connection)
        if _belongs(connection, charge.session_id, till_id)
    ]


def _slips(connection: Connection, till_id: str | None) -> list[OpenMatter]:
    """Counted card slips that differ, of closes whose takings finance has not received yet: with 收讫 they are hers."""
    rows = all_rows(
        connection,
        "SELECT m.matter_id, m.subject, m.amount_fen, m.since_utc_ms FROM slip_waiting w"
        " CROSS JOIN till_close c ON c.slip_id = w.slip_id CROSS JOIN open_matter m ON m.session_id = c.session_id"
        " AND m.kind = ? AND m.matter_id = m.session_id WHERE coalesce(?, c.till_id) = c.till_id"
        " ORDER BY m.since_utc_ms, m.matter_id",
        (MatterKind.SLIPS_DIFFER.value, till_id),
    )
    return [OpenMatter(MatterKind.SLIPS_DIFFER, *row) for row in rows]


def _prints(connection: Connection, till_id: str | None, waiting_since_utc_ms: int) -> list[OpenMatter]:
    """A print whose outcome is unknown is listed until somebody says what came out; one that only waits, or is being
    sent, is no matter before its patience is over."""
    a4_marks = ", ".join("?" * len(A4_TEMPLATES))  # A4 papers are files, nobody waits for them at the roll
    condition = f" AND template NOT IN ({a4_marks})" + ("" if till_id is None else " AND till_id = ?")
    rows = all_rows(
        connection,
        f"SELECT job_id, {_NAME}, state, queued_at_utc_ms FROM outbox WHERE (state = ? OR (state IN (?, ?)"
        f" AND queued_at_utc_ms <= ?)){condition}"
        " ORDER BY queued_at_utc_ms, job_id",
        (
            PrintState.UNKNOWN.value,
            PrintState.QUEUED.value,
            PrintState.SENT.value,
            waiting_since_utc_ms,
            *A4_TEMPLATES,
            *(() if till_id is None else (till_id,)),
        ),
    )
    return [_print(*row) for row in rows]


def _print(job_id: str, name: str, state: str, since_utc_ms: int) -> OpenMatter:
    return OpenMatter(MatterKind.PRINT_UNCONFIRMED, job_id, f"{name} ({state})", 0, since_utc_ms)


def _belongs(connection: Connection, session_id: str, till_id: str | None) -> bool:
    if till_id is None:
        return True
    row = session_row(connection, session_id)
    return row is not None and row.till_id == till_id


def _time_of(connection: Connection, key_text: str) -> int:
    """When the record behind an id was written; 0 for an id that is no key."""
    key = RecordKey.parse(key_text)
    sql = "SELECT at_utc_ms FROM journal WHERE chain = ? AND epoch = ? AND seq = ?"
    row = first_row(connection, sql, (key.chain, key.epoch, key.seq))
    return 0 if row is None else int(row[0])
