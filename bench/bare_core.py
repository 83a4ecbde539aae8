"""The reference of every posting: the same rows, once more, through bare SQLAlchemy Core into tables of the same shape.

Same columns, same indexes, same pragmas (WAL, synchronous FULL), one BEGIN IMMEDIATE and one durable commit; no
look-up, no seal, no trigger, no hash: what the disk and the library cost before anybody has thought of a rule.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table

from bench.hall_rig import HallRig, make_rig
from ledger.sqlite_engine import make_engine

Rows = Mapping[str, Sequence[dict[str, Any]]]
"""Table name to the rows that go into it."""

EXPANDED = ("posting", "sale", "sale_line", "card_write")
TABLES = ("journal", *EXPANDED, "open_card_write", "outbox")


class BareCore:
    """A database with the tables of the counter and none of its rules.

    Args:
        path: a new file.
        product: a connection to a product database, whose DDL is copied.
    """

    def __init__(self, path: Path, product: Connection) -> None:
        marks = ", ".join("?" * len(TABLES))
        ddl = product.exec_driver_sql(
            f"SELECT sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND type IN ('table', 'index')"
            " AND sql IS NOT NULL ORDER BY type DESC, rowid",
            TABLES,
        ).all()
        self._engine = make_engine(path)
        with self._engine.begin() as connection:
            for (statement,) in ddl:
                connection.exec_driver_sql(statement)
        metadata = MetaData()
        with self._engine.connect() as connection:
            self._tables = {name: Table(name, metadata, autoload_with=connection) for name in TABLES}

    def write(self, *commits: Rows) -> None:
        """One durable commit for each set of rows: one INSERT per table."""
        for rows in commits:
            with self._engine.connect() as connection:
                for name, values in rows.items():
                    connection.execute(self._tables[name].insert(), list(values))
                connection.commit()

    def close(self) -> None:
        """Give the database back."""
        self._engine.dispose()


def rows_of(product: Connection, record_id: str) -> Rows:
    """Everything that one record put into the product's tables, ready for the reference."""
    chain, epoch, seq = record_id.rsplit("-", 2)
    found: dict[str, Sequence[dict[str, Any]]] = {}
    for name in ("journal", *EXPANDED):
        sql = f"SELECT * FROM {name} WHERE chain = ? AND epoch = ? AND seq = ?"
        rows = [dict(row) for row in product.exec_driver_sql(sql, (chain, int(epoch), int(seq))).mappings()]
        for row in rows:
            row.pop("id", None)
        if rows:
            found[name] = rows
    paid = [row for row in found.get("card_write", ()) if row["step_no"] == 1]
    if paid:
        names = ("write_id", "card_no", "account_no", "session_id")
        found["open_card_write"] = [{name: row[name] for name in names} for row in paid]
    papers = product.exec_driver_sql("SELECT * FROM outbox WHERE fact_key = ?", (record_id,)).mappings()
    queued = [dict(row) for row in papers]
    if queued:
        found["outbox"] = queued
    return found


@contextmanager
def till_beside_core() -> Iterator[tuple[HallRig, BareCore]]:
    """A hall with one open till, and the reference database beside it; both are gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        rig = make_rig(Path(folder))
        rig.add_tills(1)
        rig.open("T01")
        with rig.hall.store.reading() as connection:
            core = BareCore(Path(folder) / "core.db", connection)
        try:
            yield rig, core
        finally:
            core.close()
            rig.close()
