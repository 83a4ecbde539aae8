"""Appending to the books and reading them back (design, Money rules 1, 2, 4; docs/journal-format.md).

`append` computes the next key, totals, canonical body, hash and, where due, signature, and inserts one row; the
database expands postings and sealed rows from it. Nothing here commits: the unit of work does.
Must not know: what the facts mean.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from ledger.canonical import canonical, plain, sha256_hex
from ledger.entry import Foreseen, Head, Json, Record, RecordDraft, RecordKey, Side, Totals
from ledger.keys import SUITE, Signer
from ledger.sqlite_engine import first_row, write_row
from ledger.totals import adds_of

FORMAT = 1
GENESIS_HASH = "0" * 64
SIGN_EVERY = 100
CLOCK_TOLERANCE_MS = 2000
SIGNED_KINDS = frozenset(("genesis", "restored", "clock_stepped", "key_changed"))
SIGNED_ROWS = frozenset(("till_session", "till_close"))
"""A record with a row of these tables opens or closes a till session and is signed."""

_HEAD_SQL = (
    "SELECT epoch, seq, hash, at_utc_ms, body ->> '$.totals' FROM journal"
    " WHERE chain = ? ORDER BY epoch DESC, seq DESC LIMIT 1"
)
INSERT_SQL = (
    "INSERT INTO journal (chain, epoch, seq, command_id, kind, session, at_utc_ms, body, hash, suite, key_id,"
    " signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SELECT = "SELECT chain, epoch, seq, kind, command_id, at_utc_ms, body, hash, signature FROM journal"


class UnbalancedRecord(Exception):
    """Debits and credits of a draft differ: a bug in a posting rule, refused again by the seal."""


class Journal:
    """The journal inside one unit of work.

    Args:
        connection: an open writing connection (or a reading one, if nothing is appended).
        now_utc_ms: the clock.
        offset_min: the hall's offset from UTC in minutes.
        signer: the installation key.
    """

    def __init__(
        self, connection: Connection, *, now_utc_ms: Callable[[], int], offset_min: int, signer: Signer
    ) -> None:
        self._connection = connection
        self._now_utc_ms = now_utc_ms
        self._offset_min = offset_min
        self._signer = signer

    def head(self, chain: str) -> Head:
        """The newest record of a chain; `seq` 0 if the chain has none."""
        row = first_row(self._connection, _HEAD_SQL, (chain,))
        if row is None:
            return Head(chain, 1, 0, GENESIS_HASH, 0, Totals())
        return Head(chain, row[0], row[1], row[2], row[3], Totals(**json.loads(row[4])))

    def append(self, draft: RecordDraft, *, new_epoch: bool = False) -> Record:
        """Seal one fact.

        Args:
            draft: what happened.
            new_epoch: begin the next epoch of the chain (restore only).

        Raises:
            UnbalancedRecord, WrongTotals (bugs of the caller); SealBroken, StoreError kinds.
        """
        _assert_balanced(draft)
        head = draft.head or self.head(draft.chain)
        key = RecordKey(draft.chain, head.epoch + 1, 1) if new_epoch else head.next_key
        now = self._now_utc_ms()
        totals = head.totals.plus(adds_of(draft, head.totals))
        facts = dict(draft.facts)
        if key.seq == 1:  # each epoch declares the key that it is signed with
            facts |= {"key_id": self._signer.key_id, "public_key": self._signer.public_hex}
        wants_signature = draft.sign or _must_be_signed(draft, key)
        body = self._body(draft, key, head.hash, now, totals, facts, "due" if wants_signature else "none")
        record_hash = sha256_hex(body)
        signature = self._signer.sign(record_hash) if wants_signature else None
        if wants_signature and signature is None:  # the key is out of order: sell on, and say so under the hash
            body = self._body(draft, key, head.hash, now, totals, facts, "unsigned")
            record_hash = sha256_hex(body)
        self._insert(draft, key, now, body, record_hash, signature)
        record = Record(key, draft.kind, draft.command_id, now, facts, totals, record_hash, signature is not None)
        if key.seq > 1 and now < head.at_utc_ms - CLOCK_TOLERANCE_MS and draft.kind != "clock_stepped":
            self._note_clock_step(draft, record, from_utc_ms=head.at_utc_ms)
        return record

    def foreseen(self, draft: RecordDraft) -> Foreseen:
        """The record as `append` would make it now; nothing is written. For a fact that names its own papers."""
        head = draft.head or self.head(draft.chain)
        totals = head.totals.plus(adds_of(draft, head.totals))
        return Foreseen(head.next_key, draft.kind, draft.command_id, self._now_utc_ms(), draft.facts, totals)

    @contextmanager
    def rehearsed(self, draft: RecordDraft) -> Iterator[Record]:
        """The record as it would stand, its rows in their tables, inside the block; after it nothing was written.

        For papers that read the very rows of their fact; twice the work of `foreseen`. Raises as `append`.
        """
        self._connection.exec_driver_sql("SAVEPOINT rehearsal")
        try:
            yield self.append(draft)
        finally:
            self._connection.exec_driver_sql("ROLLBACK TO rehearsal")
            self._connection.exec_driver_sql("RELEASE rehearsal")

    def _body(
        self, draft: RecordDraft, key: RecordKey, prev_hash: str, now: int, totals: Totals, facts: Json, signing: str
    ) -> str:
        """The canonical text of a record (docs/journal-format.md, section 2)."""
        return canonical(
            {
                "format": FORMAT,
                "chain": key.chain,
                "epoch": key.epoch,
                "seq": key.seq,
                "prev_hash": prev_hash,
                "command_id": draft.command_id,
                "kind": draft.kind,
                "version": draft.version,
                "actor": draft.actor,
                "approver": draft.approver,
                "at_utc_ms": now,
                "offset_min": self._offset_min,
                "business_day": draft.business_day,
                "session": draft.till_session,
                "signing": signing,
                "totals": plain(totals),
                "payload": {
                    "facts": facts,
                    "postings": [[p.side, p.amount.fen, p.account, p.party, p.matter] for p in draft.postings],
                    "rows": {name: [dict(row) for row in rows] for name, rows in draft.rows.items()},
                },
            }
        )

    def _insert(
        self, draft: RecordDraft, key: RecordKey, now: int, body: str, record_hash: str, signature: str | None
    ) -> None:
        """One row; the seals expand postings and sealed rows from it."""
        write_row(self._connection, INSERT_SQL, self._columns(draft, key, now, body, record_hash, signature))

    def _columns(
        self, draft: RecordDraft, key: RecordKey, now: int, body: str, record_hash: str, signature: str | None
    ) -> tuple[str | int | None, ...]:
        suite, key_id = (SUITE, self._signer.key_id) if signature else (None, None)
        return (
            *(key.chain, key.epoch, key.seq, draft.command_id, draft.kind, draft.till_session, now),
            *(body, record_hash, suite, key_id, signature),
        )

    def by_command(self, command_id: str) -> Record | None:
        """The record a command has already made, or None: a repeat returns the first result (Money rules 6)."""
        row = first_row(self._connection, f"{_SELECT} WHERE command_id = ?", (command_id,))
        return None if row is None else _record(row)

    def by_key(self, key: RecordKey) -> Record | None:
        """The record at a key, or None."""
        where = "WHERE chain = ? AND epoch = ? AND seq = ?"
        row = first_row(self._connection, f"{_SELECT} {where}", (key.chain, key.epoch, key.seq))
        return None if row is None else _record(row)

    def of_till_session(self, till_session: str, kinds: tuple[str, ...] = ()) -> Iterator[Record]:
        """Records of a till session in order, optionally of some kinds only."""
        marks = f" AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
        rows = self._connection.exec_driver_sql(
            f"{_SELECT} WHERE session = ?{marks} ORDER BY chain, epoch, seq", (till_session, *kinds)
        )
        return (_record(row) for row in rows)

    def _note_clock_step(self, draft: RecordDraft, record: Record, *, from_utc_ms: int) -> None:
        """The clock went back: the very next record says so.

        It follows, because the key of the fact itself is already inside its rows.
        """
        self.append(
            RecordDraft(
                chain=draft.chain,
                kind="clock_stepped",
                command_id=f"clock:{record.key}",
                actor=draft.actor,
                facts={"from_utc_ms": from_utc_ms, "to_utc_ms": record.at_utc_ms},
            )
        )


def restored_facts(head: Head, lost_to_seq: int) -> dict[str, int | str]:
    """What a `restored` record states.

    Args:
        head: the newest record found in the backup.
        lost_to_seq: the highest number of that epoch known from paper or a second medium; `head.seq` if none is lost.
    """
    return {
        "last_epoch": head.epoch,
        "last_seq": head.seq,
        "last_hash": head.hash,
        "lost_from_seq": head.seq + 1,
        "lost_to_seq": max(lost_to_seq, head.seq),
    }


def _must_be_signed(draft: RecordDraft, key: RecordKey) -> bool:
    by_number = key.seq == 1 or key.seq % SIGN_EVERY == 0
    return by_number or draft.kind in SIGNED_KINDS or not SIGNED_ROWS.isdisjoint(draft.rows)


def _assert_balanced(draft: RecordDraft) -> None:
    debits = sum(p.amount.fen for p in draft.postings if p.side == Side.DEBIT)
    credits = sum(p.amount.fen for p in draft.postings if p.side == Side.CREDIT)
    if debits != credits or any(p.amount.fen <= 0 for p in draft.postings):
        raise UnbalancedRecord(f"{draft.kind}: debits {debits} fen, credits {credits} fen")


def _record(row: Any) -> Record:
    chain, epoch, seq, kind, command_id, at_utc_ms, body, record_hash, signature = row
    content = json.loads(body)
    return Record(
        RecordKey(chain, epoch, seq),
        kind,
        command_id,
        at_utc_ms,
        content["payload"]["facts"],
        Totals(**content["totals"]),
        record_hash,
        signature is not None,
    )
