"""A small hall's books, written by the real journal into a real file: three chains, sessions, sales, a restore.

The tables are this test's own, named and shaped like the ones the format page gives rules for.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from ledger.entry import Posting, Record, RecordDraft, Row, credit, debit
from ledger.export_jsonl import export_jsonl
from ledger.journal import Journal, restored_facts
from ledger.keys import InstallationKey, create_key
from ledger.money import Money
from ledger.seal import SealedTable
from ledger.seal_sqlite import journal_ddl, sealed_table_ddl
from ledger.sqlite_engine import make_engine

TEXT, NUMBER = "TEXT NOT NULL", "INTEGER NOT NULL"
TABLES = (
    SealedTable(
        "sale",
        (
            *(("sale_id", TEXT), ("session_id", TEXT), ("receipt_no", NUMBER), ("tender", TEXT), ("volume_l", NUMBER)),
            *(("due_fen", NUMBER), ("paid_fen", NUMBER), ("customer_money_fen", NUMBER), ("waived_fen", NUMBER)),
            ("reverses_sale_id", "TEXT"),
        ),
        unique=(("sale_id", ""), ("reverses_sale_id", "reverses_sale_id IS NOT NULL")),
    ),
    SealedTable(
        "sale_line",
        (("sale_id", TEXT), ("kind", TEXT), ("volume_l", NUMBER), ("price_e4", NUMBER), ("amount_fen", NUMBER)),
    ),
    SealedTable(
        "card_write",
        (("write_id", TEXT), ("step_no", NUMBER), ("state", TEXT), ("session_id", TEXT)),
        unique=(("write_id, step_no", ""),),
    ),
    SealedTable("till_session", (("session_id", TEXT), ("business_day", TEXT), ("float_expected_fen", NUMBER))),
    SealedTable("till_close", (("session_id", TEXT), ("z_no", NUMBER), ("slip_no", NUMBER)), unique=(("z_no", ""),)),
    SealedTable(
        "session_tender",
        (
            *(("session_id", TEXT), ("tender", TEXT), ("expected_fen", NUMBER), ("counted_fen", NUMBER)),
            *(("verified_fen", "INTEGER"), ("over_short_fen", NUMBER)),
        ),
    ),
    SealedTable("open_matter", (("session_id", TEXT), ("matter_id", TEXT))),
    SealedTable("till", (("till_id", TEXT), ("till_chain", TEXT)), unique=(("till_id", ""),)),
)

H, T1, T2 = "DJ-H", "DJ-T01", "DJ-T02"
DRAWER = "assets.cash.till.T01"
PREPAID = "liabilities.prepaid_gas"
START_MS = 1_790_000_000_000


class Hall:
    """Writes the facts of a made-up day. Every method is one record.

    Attributes: now_ms: the clock, one second later after each record; session: the open session's id.
    """

    def __init__(self, connection: Connection, key: InstallationKey) -> None:
        self.connection = connection
        self.key = key
        self.now_ms = START_MS
        self.session: str | None = None
        self.day = "2026-11-22"
        self.drawer_fen = 0
        self._commands = 0
        self.journal = Journal(connection, now_utc_ms=lambda: self.now_ms, offset_min=480, signer=key)

    def fact(
        self,
        chain: str,
        kind: str,
        *postings: Posting,
        rows: dict[str, list[Row]] | None = None,
        facts: dict[str, object] | None = None,
        new_epoch: bool = False,
    ) -> Record:
        """Any record; till records belong to the open session."""
        self._commands += 1
        self.now_ms += 1000
        in_session = self.session is not None and chain == T1
        return self.journal.append(
            RecordDraft(
                chain=chain,
                kind=kind,
                command_id=f"c{self._commands:04d}",
                actor="op-1",
                approver="op-2" if kind == "sale_reversed" else None,
                till_session=self.session if in_session else None,
                business_day=self.day if in_session else None,
                facts=facts or {},
                postings=postings,
                rows=rows or {},
            ),
            new_epoch=new_epoch,
        )

    def open(self) -> None:
        """A till session with what the books say is in the drawer."""
        head = self.journal.head(T1)
        self.session = str(head.next_key)
        row = {"session_id": self.session, "business_day": self.day, "float_expected_fen": self.drawer_fen}
        self.fact(T1, "till_session_opened", rows={"till_session": [row]}, facts={"hall": self.journal.head(H).link})

    def sale(self, volume_l: int, *, steps: tuple[str, ...] = ("writing", "posted")) -> str:
        """A cash sale at 2.70 yuan per m3 and the steps of its card write; returns its id."""
        head = self.journal.head(T1)
        sale_id, due = str(head.next_key), volume_l * 27 // 100
        legs = (debit(DRAWER, Money(due)), credit(PREPAID, Money(due), party="00100", matter=sale_id))
        rows = self._sale_rows(sale_id, volume_l, due, head.totals.receipt_no + 1, None)
        rows["card_write"] = [self._step(sale_id, 1, "paid")]
        self.fact(T1, "sale_paid", *legs, rows=rows)
        self.drawer_fen += due
        for number, state in enumerate(steps, 2):
            income = (debit(PREPAID, Money(due), party="00100", matter=sale_id), credit("income.gas", Money(due)))
            self.fact(
                T1,
                f"card_{state}",
                *(income if state == "posted" else ()),
                rows={"card_write": [self._step(sale_id, number, state)]},
            )
        return sale_id

    def void(self, sale_id: str, volume_l: int) -> None:
        """The reversal of a cash sale whose card write failed."""
        head = self.journal.head(T1)
        due = volume_l * 27 // 100
        rows = self._sale_rows(str(head.next_key), -volume_l, -due, head.totals.receipt_no + 1, sale_id)
        rows["card_write"] = [self._step(sale_id, 3, "reversed")]
        legs = (debit(PREPAID, Money(due), party="00100", matter=sale_id), credit(DRAWER, Money(due)))
        self.fact(T1, "sale_reversed", *legs, rows=rows)
        self.drawer_fen -= due

    def close(self, *open_writes: str) -> None:
        """The Z: everything but the float goes on its way to finance."""
        totals = self.journal.head(T1).totals
        takings = max(0, self.drawer_fen - 20_000)
        tenders: list[Row] = [
            {"session_id": self.session, "tender": tender, "verified_fen": None, "over_short_fen": 0}
            | {"expected_fen": fen, "counted_fen": fen}
            for tender, fen in (("cash", self.drawer_fen), ("unionpay", 0))
        ]
        rows: dict[str, list[Row]] = {
            "till_close": [{"session_id": self.session, "z_no": totals.z_no + 1, "slip_no": totals.slip_no + 1}],
            "session_tender": tenders,
            "open_matter": [{"session_id": self.session, "matter_id": write} for write in open_writes],
        }
        legs = (debit("assets.cash.in_transit", Money(takings)), credit(DRAWER, Money(takings)))
        self.fact(T1, "till_session_closed", *(legs if takings else ()), rows=rows)
        self.drawer_fen -= takings
        self.session = None

    def _sale_rows(
        self, sale_id: str, volume_l: int, due: int, receipt_no: int, reverses: str | None
    ) -> dict[str, list[Row]]:
        sale = {"sale_id": sale_id, "session_id": self.session, "receipt_no": receipt_no, "tender": "cash"}
        sale |= {"volume_l": volume_l, "due_fen": due, "paid_fen": due, "reverses_sale_id": reverses}
        sale |= {"customer_money_fen": 0, "waived_fen": 0}
        line = {"sale_id": sale_id, "kind": "gas", "volume_l": volume_l, "price_e4": 27_000, "amount_fen": due}
        return {"sale": [sale], "sale_line": [line]}

    def _step(self, write_id: str, number: int, state: str) -> Row:
        return {"write_id": write_id, "step_no": number, "state": state, "session_id": self.session}


def books_ddl() -> list[str]:
    """What the books are made by."""
    return [*journal_ddl(), *(s for table in TABLES for s in sealed_table_ddl(table))]


@contextmanager
def empty_books(folder: Path) -> Iterator[Hall]:
    """A fresh sealed database in `folder` and a hall that writes into it; committed at the end."""
    key = create_key(folder / "key" / "key.pem")
    engine = make_engine(folder / "books.db")
    with engine.connect() as connection:
        for statement in books_ddl():
            connection.exec_driver_sql(statement)
        yield Hall(connection, key)
        connection.commit()
    engine.dispose()


def write_two_days(hall: Hall) -> None:
    """Two sessions, good sales, a void, an open write, a step back of the clock, a restore: 130 records."""
    for chain in (H, T1, T2):
        hall.fact(chain, "genesis")
    cash = Money(50_000)
    tills: dict[str, list[Row]] = {"till": [{"till_id": chain[3:], "till_chain": chain} for chain in (T1, T2)]}
    hall.fact(H, "hall_commissioned", debit("assets.cash.safe", cash), credit("equity.opening", cash), rows=tills)
    hall.fact(H, "setting_changed", facts={"name": "找零", "value": "户内余额"})
    hall.fact(H, "float_issued", debit(DRAWER, Money(20_000)), credit("assets.cash.safe", Money(20_000)))
    hall.drawer_fen = 20_000
    for _ in range(4):
        hall.fact(H, "signed_in")
    hall.open()
    hall.sale(30_000)
    hall.sale(12_345 * 20)
    hall.void(hall.sale(10_000, steps=("failed",)), 10_000)
    still_open = hall.sale(8_000, steps=("in_doubt",))
    for _ in range(4):
        hall.fact(T1, "drawer_opened")
    hall.close(still_open)
    hall.fact(T1, "signed_out")
    hall.now_ms -= 60_000
    hall.fact(T1, "signed_in")
    hall.day = "2026-11-23"
    hall.open()
    hall.sale(20_000)
    for _ in range(85):
        hall.fact(T1, "printed")
    hall.close()
    restore(hall)
    hall.fact(T1, "signed_in")
    hall.fact(T2, "signed_in")
    hall.fact(T2, "signed_out")
    hall.fact(H, "signed_out")


def restore(hall: Hall, lost: int = 2) -> None:
    """A new epoch of the first till's chain after a backup was put back."""
    head = hall.journal.head(T1)
    hall.fact(T1, "restored", facts=dict(restored_facts(head, head.seq + lost)), new_epoch=True)


def exported(connection: Connection) -> bytes:
    """The export as bytes."""
    out = io.StringIO(newline="")
    export_jsonl(connection, out, exported_at_utc_ms=START_MS)
    return out.getvalue().encode()
