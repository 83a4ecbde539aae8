"""The outsider's look at a database: everything `verify_journal` checks, and that the tables say what the records say.

Finds what went past the seals (docs/journal-format.md, section 10, codes `db.*`): rows changed under dropped
triggers, bits that flipped in a table, a seal that is missing. Takes nothing from the program but its SQLite library: a
database that the program has open must never be opened through a second library in the same process, because closing
the file there would drop the program's locks. A program that knows more of its database hands in its DDL and checks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ledger.progress import STRIDE, Progress
from ledger.sqlite_engine import driver
from ledger.verify_journal import Anchor, Finding, Sealed, Unreadable, Verifier, form_error

_RECORDS = (
    "SELECT id, body, hash, key_id, signature, suite, chain, epoch, seq, command_id, kind, session, at_utc_ms"
    " FROM journal ORDER BY chain, epoch, seq"
)
_COPIED = ("chain", "epoch", "seq", "command_id", "kind", "session", "at_utc_ms")
_POSTING = ("session", "kind", "side", "amount_fen", "account", "party", "matter")
_KEY = ("chain", "epoch", "seq", "line")


class Database:
    """The journal table as a source of records, compared with its own expansion on the way.

    Args:
        connection: a reading connection.
        schema: DDL that the database must have been made by; empty = seals are only looked for by their names.
        progress: told how far the records are read.
    """

    def __init__(self, connection: Any, schema: Sequence[str] = (), progress: Progress | None = None) -> None:
        self._connection = connection
        self._progress = progress
        self.findings: list[Finding] = []
        self._tables = {name: columns for name, columns in self._sealed_tables() if name != "posting"}
        self._seen = dict.fromkeys((*self._tables, "posting"), 0)
        self._keeps_papers = bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone())
        self._papers_named = 0
        self._settings()
        if schema:
            self._same_as(schema)
        else:
            self._triggers()

    def __iter__(self) -> Iterator[Sealed | None]:
        """Every record, its columns and rows compared; then what belongs to no record."""
        for place, body, record_hash, key_id, signature, suite, *copied in self._told():
            if type(body) is not str or type(record_hash) is not str:
                self._report("db.column", f"row {place}", "body or hash is no text")
                yield None
                continue
            self._compare(body, tuple(copied))
            yield Sealed(place, body.encode(), record_hash, key_id, signature, suite)
        for table, seen in self._seen.items():
            rows = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            if rows > seen:
                self._report("db.stray", table, f"{rows} rows, the records account for {seen}")
        if self._keeps_papers:
            self._judge_copies()

    def _told(self) -> Iterator[Any]:
        """The rows of the journal, and now and then a word of how far they are."""
        rows = self._connection.execute(_RECORDS)
        if self._progress is None:
            yield from rows
            return
        total = int(self._connection.execute("SELECT count(*) FROM journal").fetchone()[0])
        for number, row in enumerate(rows, 1):
            yield row
            if number % STRIDE == 0 or number == total:
                self._progress(number, total)

    def fetch(self, place: int) -> Sealed | None:
        """The record with this row id."""
        row = self._connection.execute(
            "SELECT id, body, hash, key_id, signature, suite FROM journal WHERE id = ?", (place,)
        ).fetchone()
        return None if row is None else Sealed(row[0], row[1].encode(), *row[2:])

    def judge_heads(self, heads: dict[tuple[str, int], tuple[int, str]]) -> None:
        """A database announces no heads."""

    def _report(self, code: str, where: str, text: str) -> None:
        self.findings.append(Finding(code, where, text))

    def _sealed_tables(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        names = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (name,) in names:
            columns = tuple(row[1] for row in self._connection.execute(f"PRAGMA table_info({name})").fetchall())
            if columns[:4] == _KEY:
                yield name, columns[4:]

    def _settings(self) -> None:
        mode = self._connection.execute("PRAGMA journal_mode").fetchone()[0]
        if mode != "wal":
            self._report("db.setting", "journal_mode", str(mode))
        for (answer,) in self._connection.execute("PRAGMA integrity_check").fetchall():
            if answer != "ok":
                self._report("db.setting", "integrity_check", str(answer))

    def _triggers(self) -> None:
        rows = self._connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        found = dict(rows)
        refusing = [
            f"{table}_{what}" for table in ("journal", *self._seen) for what in ("seal", "no_update", "no_delete")
        ]
        expanding = ["journal_expand", *(f"{table}_expand" for table in self._tables)]
        for name in refusing:
            if "RAISE(ABORT" not in found.get(name, ""):
                self._report("db.trigger", name, "missing, or refuses nothing")
        for name in expanding:
            if "INSERT INTO" not in found.get(name, ""):
                self._report("db.trigger", name, "missing, or expands nothing")

    def _same_as(self, schema: Sequence[str]) -> None:
        """Every table, index, view and trigger reads as the program writes it, and there is none beside."""
        with closing(driver.connect(":memory:")) as model:
            for statement in schema:
                model.execute(statement)
            wanted, found = _objects(model), _objects(self._connection)
        for kind, name in sorted(wanted.keys() | found.keys()):
            if wanted.get((kind, name)) != found.get((kind, name)):
                text = "another than the program's" if (kind, name) in found else "missing"
                self._report("db.trigger" if kind == "trigger" else "db.schema", name, f"{kind}: {text}")

    def _compare(self, text: str, copied: tuple[Any, ...]) -> None:
        key = copied[:3]
        where = "{}-{}-{}".format(*key)
        try:
            body = json.loads(text)
            if form_error(body) is not None:
                return  # the record itself is broken; its own rules say so
            postings = [(body["session"], body["kind"], *posting) for posting in body["payload"]["postings"]]
        except (ValueError, TypeError, RecursionError):
            return
        rows = body["payload"]["rows"]
        if tuple(body[name] for name in _COPIED) != copied:
            self._report("db.column", where, "columns and body differ")
        if self._stored("posting", _POSTING, key) != postings:
            self._report("db.posting", where, "postings and body differ")
        for table in rows.keys() - self._tables.keys():
            self._report("db.row", where, f"there is no table {table}")
        for table, columns in self._tables.items():
            wanted = [tuple(row.get(name) for name in columns) for row in rows.get(table, ())]
            more = any(set(row) - set(columns) for row in rows.get(table, ()))
            if table in rows and (more or self._stored(table, columns, key) != wanted):
                self._report("db.row", where, f"{table} and body differ")

        if self._keeps_papers:
            self._compare_papers(where, body["payload"].get("facts"))

    def _compare_papers(self, where: str, facts: Any) -> None:
        """The papers that a fact has named, by the digest of what is stored of them."""
        named = facts.get("papers") if isinstance(facts, dict) else None
        if not isinstance(named, list):
            return
        sql = "SELECT job_id, document FROM outbox WHERE fact_key = ? AND original_job_id IS NULL"
        stored = dict(self._connection.execute(sql, (where,)).fetchall())
        self._papers_named += len(named)
        for number, digest in enumerate(named, 1):
            document = stored.get(f"{where}-{number}")
            if document is None or hashlib.sha256(document.encode()).hexdigest() != digest:
                self._report("db.paper", f"{where}-{number}", "gone, or not the paper that the record names")

    def _judge_copies(self) -> None:
        """A paper that no record names is no paper of the hall; a copy says what its original says."""
        originals, copies = (
            self._connection.execute(sql).fetchone()[0]
            for sql in (
                "SELECT count(*) FROM outbox WHERE original_job_id IS NULL",
                "SELECT count(*) FROM outbox c LEFT JOIN outbox o ON o.job_id = c.original_job_id"
                " WHERE c.original_job_id IS NOT NULL"
                " AND (o.document IS NOT c.document OR o.fact_key IS NOT c.fact_key)",
            )
        )
        if originals > self._papers_named:
            self._report("db.paper", "outbox", f"{originals} papers, the records name {self._papers_named}")
        if copies:
            self._report("db.paper", "outbox", f"{copies} copies differ from their originals")

    def _stored(self, table: str, columns: tuple[str, ...], key: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        sql = f"SELECT line, {', '.join(columns)} FROM {table} WHERE chain = ? AND epoch = ? AND seq = ? ORDER BY line"
        rows = self._connection.execute(sql, key).fetchall()
        self._seen[table] += len(rows)
        return [tuple(row[1:]) for number, row in enumerate(rows) if row[0] == number]


def _objects(connection: Any) -> dict[tuple[str, str], str]:
    """What a database consists of, SQLite's own tables left out."""
    sql = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    return {(kind, name): text for kind, name, text in connection.execute(sql).fetchall()}


def _ask(check: Callable[[Any], Iterable[Finding]], connection: Any, verifier: Verifier) -> None:
    try:
        verifier.findings.extend(check(connection))
    except driver.Error as error:  # a table that is gone, or is another one
        verifier.report("db.schema", "database", str(error))


def verify_database(
    path: Path,
    anchors: list[Anchor],
    keys: set[str],
    *,
    quick: bool = False,
    schema: Sequence[str] = (),
    checks: Iterable[Callable[[Any], Iterable[Finding]]] = (),
    progress: Progress | None = None,
) -> Verifier:
    """Verify a database file, reading only. `schema`, `checks`: what its program knows of it. Raises Unreadable."""
    try:
        with closing(driver.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("BEGIN")
            verifier = Verifier(Database(connection, schema, progress), anchors, keys, quick=quick)
            verifier.run()
            for check in checks:
                _ask(check, connection, verifier)
            return verifier
    except (driver.Error, UnicodeDecodeError) as error:  # the second: text whose bytes are none any more
        raise Unreadable(str(error)) from error
