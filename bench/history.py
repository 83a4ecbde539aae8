"""Years of sales in minutes: a bulk generator whose records the outsider's verifier accepts like any other.

Bodies, hashes, totals and signatures are made by the program's own `Journal`; only the last step is taken over: its
rows and their expansions go in by batches while the seals are lifted, and afterwards the very same seals stand again.
A payment here is one record (sale, lines, four legs straight into income), without the card write's own records.
Nothing but a benchmark may do this: the seals exist so that nobody can do it unseen.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection

from ledger import chart
from ledger.entry import Head, RecordDraft, RecordKey, Row, Totals, credit, debit
from ledger.journal import INSERT_SQL, Journal
from ledger.keys import Signer
from ledger.money import Money
from ledger.seal_sqlite import POSTING
from ledger.sqlite_engine import driver
from pos.store import tables_sales
from pos.store.till_queries import TillSessionRow

BATCH = 5_000
ACCOUNTS = 200_000
PRICE_E4 = 26_300
TENDERED_FEN = 10_000
LARGEST_M3 = 28
"""10 to 37 m3 each: the dearest costs 97.31 and is paid with one note of 100."""
_EXPANDED = (tables_sales.SALE, tables_sales.SALE_LINE)


class BulkBooks:
    """A product database with its seals lifted until `finish`.

    Args:
        path: the file; no other connection may be open.
        signer: the installation key.
        now_utc_ms: the time of everything written.
    """

    def __init__(self, path: Path, *, signer: Signer, now_utc_ms: int) -> None:
        self._raw = driver.connect(str(path), isolation_level=None)
        self._signer = signer
        self._now_utc_ms = now_utc_ms
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000", "locking_mode=EXCLUSIVE"):
            self._raw.execute(f"PRAGMA {pragma}").fetchall()
        rows = self._raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid").fetchall()
        self._triggers = [str(sql) for _, sql in rows]
        self._numbers = itertools.count(self._raw.execute("SELECT count(*) FROM journal").fetchone()[0])
        for name, _ in rows:
            self._raw.execute(f"DROP TRIGGER {name}")

    def sell(self, till_session: TillSessionRow, payments: int) -> None:
        """Add cash payments to an open till session."""
        catcher = _Catcher(now_utc_ms=self._now_utc_ms, signer=self._signer)
        head = self._head(till_session.chain)
        for number in range(payments):
            account = f"20{next(self._numbers) % ACCOUNTS:08d}"
            record = catcher.append(
                _payment(till_session, head, account, volume_l=1_000 * (10 + number % LARGEST_M3), at=self._now_utc_ms)
            )
            head = Head(head.chain, head.epoch, record.key.seq, record.hash, record.at_utc_ms, record.totals)
            if len(catcher.drafts) == BATCH:
                self._write(catcher)
        self._write(catcher)

    def finish(self) -> None:
        """Put the seals back as they were."""
        for statement in self._triggers:
            self._raw.execute(statement)
        self._raw.execute("PRAGMA locking_mode=NORMAL").fetchall()
        self._raw.execute("PRAGMA journal_mode=WAL").fetchall()
        self._raw.close()
        os.sync()  # what the disk still owes for the batches must not be paid by a call that is timed

    def _head(self, chain: str) -> Head:
        sql = (
            "SELECT chain, epoch, seq, hash, at_utc_ms, body ->> '$.totals' FROM journal"
            " WHERE chain = ? ORDER BY epoch DESC, seq DESC LIMIT 1"
        )
        name, epoch, seq, record_hash, at_utc_ms, totals = self._raw.execute(sql, (chain,)).fetchone()
        return Head(name, epoch, seq, record_hash, at_utc_ms, Totals(**json.loads(totals)))

    def _write(self, catcher: _Catcher) -> None:
        with closing(self._raw.cursor()) as cursor:
            cursor.execute("BEGIN")
            cursor.executemany(INSERT_SQL, catcher.records)
            cursor.executemany(_insert("posting", POSTING.column_names), _posting_rows(catcher))
            for table in _EXPANDED:
                cursor.executemany(_insert(table.name, table.column_names), _rows(catcher, table.name))
            cursor.execute("COMMIT")
        catcher.records.clear()
        catcher.drafts.clear()


class _Catcher(Journal):
    """The program's journal over no connection: each draft tells it the head, what it would insert it keeps."""

    def __init__(self, *, now_utc_ms: int, signer: Signer) -> None:
        super().__init__(cast(Connection, None), now_utc_ms=lambda: now_utc_ms, offset_min=480, signer=signer)
        self.records: list[tuple[Any, ...]] = []
        self.drafts: list[RecordDraft] = []

    def _insert(
        self, draft: RecordDraft, key: RecordKey, now: int, body: str, record_hash: str, signature: str | None
    ) -> None:
        self.drafts.append(draft)
        self.records.append(self._columns(draft, key, now, body, record_hash, signature))


def _insert(name: str, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * (4 + len(columns)))
    return f"INSERT INTO {name} (chain, epoch, seq, line, {', '.join(columns)}) VALUES ({marks})"


def _posting_rows(catcher: _Catcher) -> Iterator[tuple[Any, ...]]:
    for record, draft in zip(catcher.records, catcher.drafts, strict=True):
        for line, leg in enumerate(draft.postings):
            yield (
                *record[:3], line, draft.till_session, draft.kind, leg.side.value, leg.amount.fen, leg.account,
                leg.party, leg.matter,
            )  # fmt: skip


def _rows(catcher: _Catcher, table: str) -> Iterator[tuple[Any, ...]]:
    for record, draft in zip(catcher.records, catcher.drafts, strict=True):
        for line, row in enumerate(draft.rows[table]):
            yield (*record[:3], line, *row.values())


def _payment(till_session: TillSessionRow, head: Head, account: str, *, volume_l: int, at: int) -> RecordDraft:
    """One cash sale of gas; the rows' keys stand in the order of their tables' columns."""
    sale_id = str(head.next_key)
    due_fen = volume_l * PRICE_E4 // 100_000
    to_pay_fen = -(-due_fen // 10) * 10
    drawer = chart.cash_till(till_session.till_id)
    sale: Row = {
        "sale_id": sale_id,
        "session_id": till_session.session_id,
        "account_no": account,
        "item": "gas",
        "receipt_no": head.totals.receipt_no + 1,
        "tender": "cash",
        "volume_l": volume_l,
        "due_fen": due_fen,
        "paid_fen": to_pay_fen,
        "tendered_fen": TENDERED_FEN,
        "change_fen": TENDERED_FEN - to_pay_fen,
        "customer_money_fen": to_pay_fen - due_fen,
        "waived_fen": 0,
        "card_write_id": None,
        "reverses_sale_id": None,
        "sold_at_utc_ms": at,
    }
    line: Row = {
        "sale_id": sale_id,
        "session_id": till_session.session_id,
        "account_no": account,
        "kind": "gas",
        "name": "居民用气 第一档",
        "tariff_id": "history",
        "tariff_year": int(till_session.business_day[:4]),
        "tier": 1,
        "volume_l": volume_l,
        "price_e4": PRICE_E4,
        "amount_fen": due_fen,
        "vat_rate_bp": 900,
    }
    legs = [
        debit(drawer, Money(TENDERED_FEN)),
        credit(drawer, Money(TENDERED_FEN - to_pay_fen)),
        credit(chart.INCOME_GAS, Money(due_fen)),
    ]
    if to_pay_fen > due_fen:
        legs.append(credit(chart.CUSTOMER_MONEY, Money(to_pay_fen - due_fen), party=account))
    return RecordDraft(
        chain=till_session.chain,
        kind="sale_paid",
        command_id=f"history:{sale_id}",
        actor=till_session.operator_id,
        business_day=till_session.business_day,
        till_session=till_session.session_id,
        facts={"sale_id": sale_id, "receipt_no": head.totals.receipt_no + 1},
        postings=legs,
        rows={"sale": [sale], "sale_line": [line]},
        head=head,
    )
