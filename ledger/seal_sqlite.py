"""The seals in SQLite: DDL of the journal, its postings and the declared tables (design, Money rules 3).

All of it works in the plain sqlite3 shell, where foreign keys and recursive triggers are off: REPLACE fires no
DELETE trigger there, so each BEFORE INSERT trigger refuses an existing key itself. Clustered (WITHOUT ROWID) tables
have no second key that REPLACE could hit. What no trigger can stop (DROP TRIGGER, another file) the chain shows.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.seal import KEY_COLUMNS, SealedTable

_JOURNAL = """
CREATE TABLE journal (
  id INTEGER PRIMARY KEY,
  chain TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  command_id TEXT NOT NULL, kind TEXT NOT NULL, session TEXT, at_utc_ms INTEGER NOT NULL,
  body TEXT NOT NULL, hash TEXT NOT NULL,
  suite TEXT, key_id TEXT, signature TEXT
) STRICT
"""

_JOURNAL_CHECKS = (
    (
        "EXISTS (SELECT 1 FROM journal WHERE id = NEW.id)"
        " OR EXISTS (SELECT 1 FROM journal WHERE chain = NEW.chain AND epoch = NEW.epoch AND seq = NEW.seq)"
        " OR EXISTS (SELECT 1 FROM journal WHERE command_id = NEW.command_id)",
        "seal: record exists",
    ),
    (
        "NEW.seq <> 1 + coalesce((SELECT max(seq) FROM journal WHERE chain = NEW.chain AND epoch = NEW.epoch), 0)",
        "seal: gap",
    ),
    (
        "NEW.epoch < coalesce((SELECT max(epoch) FROM journal WHERE chain = NEW.chain), 1)"
        " OR NEW.epoch > 1 + coalesce((SELECT max(epoch) FROM journal WHERE chain = NEW.chain), 0)"
        " OR (NEW.epoch > 1 AND NEW.seq = 1 AND NEW.kind <> 'restored')"
        " OR (NEW.epoch = 1 AND NEW.seq = 1 AND NEW.kind <> 'genesis')",
        "seal: epoch",
    ),
    ("length(NEW.hash) <> 64 OR json_valid(NEW.body) = 0", "seal: form"),
    (
        "json_extract(NEW.body, '$.chain') IS NOT NEW.chain OR json_extract(NEW.body, '$.epoch') IS NOT NEW.epoch"
        " OR json_extract(NEW.body, '$.seq') IS NOT NEW.seq OR json_extract(NEW.body, '$.kind') IS NOT NEW.kind"
        " OR json_extract(NEW.body, '$.command_id') IS NOT NEW.command_id"
        " OR json_extract(NEW.body, '$.session') IS NOT NEW.session"
        " OR json_extract(NEW.body, '$.at_utc_ms') IS NOT NEW.at_utc_ms",
        "seal: columns differ from body",
    ),
    (
        "json_extract(NEW.body, '$.prev_hash') IS NOT coalesce("
        "(SELECT hash FROM journal WHERE chain = NEW.chain ORDER BY epoch DESC, seq DESC LIMIT 1),"
        " '0000000000000000000000000000000000000000000000000000000000000000')",
        "seal: chain",
    ),
)

_POSTINGS_CHECK = (
    "SELECT CASE WHEN max(json_type(value, '$[1]') IS NOT 'integer' OR value ->> 1 <= 0"
    " OR coalesce(value ->> 0, '') NOT IN ('D', 'C') OR json_type(value, '$[2]') IS NOT 'text')"
    " THEN RAISE(ABORT, 'seal: posting form')"
    " WHEN sum(CASE value ->> 0 WHEN 'D' THEN value ->> 1 ELSE -(value ->> 1) END) <> 0"
    " THEN RAISE(ABORT, 'seal: unbalanced') END FROM json_each(NEW.body -> '$.payload.postings');"
)
"""One pass over the postings: SQLite keeps few parsed texts, and each posting is one."""

_SEALED_ROWS = """
CREATE VIEW sealed_rows (chain, epoch, seq, name, rows) AS
  SELECT j.chain, j.epoch, j.seq, r.key, r.value FROM journal AS j, json_each(j.body -> '$.payload.rows') AS r
"""
"""What each record says of each table. Inserting here is how one trigger of the journal reaches the right one of many
tables: each compares a name, none looks into the body, which is parsed once."""

NO_SALE = "kind NOT IN ('sale_paid', 'sale_reversed')"
"""Postings of facts that carry no sale: a sale's row says what its legs say (verifier: `sale.money`)."""

POSTING = SealedTable(
    name="posting",
    columns=(
        ("session", "TEXT"),
        ("kind", "TEXT NOT NULL"),
        ("side", "TEXT NOT NULL"),
        ("amount_fen", "INTEGER NOT NULL"),
        ("account", "TEXT NOT NULL"),
        ("party", "TEXT"),
        ("matter", "TEXT"),
    ),
    indexes=("account, party, side, amount_fen",),
    checks=("side IN ('D', 'C')", "amount_fen > 0"),
)


def journal_ddl() -> list[str]:
    """Statements that make the sealed journal and its postings."""
    refusals = " ".join([*(_when(condition, text) for condition, text in _JOURNAL_CHECKS), _POSTINGS_CHECK])
    expand = (
        "CREATE TRIGGER journal_expand AFTER INSERT ON journal BEGIN"
        " INSERT INTO posting (chain, epoch, seq, line, session, kind, side, amount_fen, account, party, matter)"
        " SELECT NEW.chain, NEW.epoch, NEW.seq, p.key, NEW.session, NEW.kind, p.value ->> 0, p.value ->> 1,"
        " p.value ->> 2, p.value ->> 3, p.value ->> 4 FROM json_each(NEW.body -> '$.payload.postings') AS p;"
        " INSERT INTO sealed_rows SELECT NEW.chain, NEW.epoch, NEW.seq, r.key, r.value"
        " FROM json_each(NEW.body -> '$.payload.rows') AS r; END"
    )
    leg = "json_array(NEW.side, NEW.amount_fen, NEW.account, NEW.party, NEW.matter)"
    not_in_record = _not_in_record("$.payload.postings", leg, " AND j.session IS NEW.session AND j.kind IS NEW.kind")
    return [
        _JOURNAL,
        "CREATE UNIQUE INDEX journal_key ON journal (chain, epoch, seq)",
        "CREATE UNIQUE INDEX journal_command ON journal (command_id)",
        "CREATE INDEX journal_session ON journal (session, kind) WHERE session IS NOT NULL",
        f"CREATE TRIGGER journal_seal BEFORE INSERT ON journal BEGIN {refusals} END",
        *_refuse_changes("journal"),
        *_table(POSTING),
        # a session's own postings; what its sales posted is summed from the sales, in a quarter of the rows
        "CREATE INDEX posting_session ON posting (session, account, side, amount_fen, kind)"
        f" WHERE session IS NOT NULL AND {NO_SALE}",
        "CREATE INDEX posting_matter ON posting (matter, account, side, amount_fen) WHERE matter IS NOT NULL",
        f"CREATE TRIGGER posting_seal BEFORE INSERT ON posting BEGIN {_when(_exists(POSTING), 'seal: posting exists')}"
        f" {_when(not_in_record, 'seal: posting not in its record')} END",
        *_refuse_changes("posting"),
        _SEALED_ROWS,
        expand,
    ]


def sealed_table_ddl(table: SealedTable) -> list[str]:
    """Statements that make one declared table, its seals and its expansion from the journal."""
    names = ", ".join(table.column_names)
    path = f"$.payload.rows.{table.name}"
    values = ", ".join(f"json_extract(r.value, '$.{name}')" for name in table.column_names)
    row = ", ".join(f"'{name}', NEW.{name}" for name in sorted(table.column_names))
    not_in_record = _not_in_record(path, f"json_object({row})")
    guards = " ".join(_when(condition, text) for condition, text in table.guards)
    return [
        *_table(table),
        f"CREATE TRIGGER {table.name}_seal BEFORE INSERT ON {table.name} BEGIN"
        f" {_when(_exists(table), f'seal: {table.name} exists')}"
        f" {_when(not_in_record, f'seal: {table.name} not in its record')} {guards} END",
        *_refuse_changes(table.name),
        f"CREATE TRIGGER {table.name}_expand INSTEAD OF INSERT ON sealed_rows WHEN NEW.name = '{table.name}' BEGIN"
        f" INSERT INTO {table.name} (chain, epoch, seq, line, {names})"
        f" SELECT NEW.chain, NEW.epoch, NEW.seq, r.key, {values} FROM json_each(NEW.rows) AS r; END",
    ]


def _table(table: SealedTable) -> list[str]:
    """CREATE TABLE and its indexes."""
    columns = ", ".join(f"{name} {kind}" for name, kind in table.columns)
    checks = "".join(f", CHECK ({check})" for check in table.checks)
    statements = [
        f"CREATE TABLE {table.name} (chain TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
        f" line INTEGER NOT NULL, {columns}{checks}, PRIMARY KEY (chain, epoch, seq, line)) STRICT, WITHOUT ROWID"
    ]
    for number, (columns_text, condition) in enumerate(table.unique):
        where = f" WHERE {condition}" if condition else ""
        statements.append(f"CREATE UNIQUE INDEX {table.name}_unique_{number} ON {table.name} ({columns_text}){where}")
    for number, columns_text in enumerate(table.indexes):
        statements.append(f"CREATE INDEX {table.name}_index_{number} ON {table.name} ({columns_text})")
    return statements


def _exists(table: SealedTable) -> str:
    """Condition: a row with the new row's key, or with one of its unique values, is there (REPLACE would delete it)."""
    key = " AND ".join(f"{name} = NEW.{name}" for name in KEY_COLUMNS)
    clauses = [f"EXISTS (SELECT 1 FROM {table.name} WHERE {key})"]
    for columns_text, condition in table.unique:
        same = " AND ".join(f"{name.strip()} = NEW.{name.strip()}" for name in columns_text.split(","))
        where = f" AND ({condition})" if condition else ""
        clauses.append(
            f"EXISTS (SELECT 1 FROM {table.name} WHERE {same}{where})"
            if not condition
            else f"(({_on_new(condition)}) AND EXISTS (SELECT 1 FROM {table.name} WHERE {same}{where}))"
        )
    return " OR ".join(clauses)


def _not_in_record(path: str, new: str, condition: str = "") -> str:
    """Condition: at the new row's place in its record stands something else than the new row, or nothing.

    Bodies are canonical: the row as SQLite would write it (`new`, keys sorted) is letter for letter what stands there.
    """
    return (
        "NOT EXISTS (SELECT 1 FROM journal AS j WHERE j.chain = NEW.chain AND j.epoch = NEW.epoch AND j.seq = NEW.seq"
        f" AND (j.body -> ('{path}[' || NEW.line || ']')) = {new}{condition})"
    )


def _on_new(condition: str) -> str:
    """A partial index condition (`column IS NOT NULL` or `column = 'x'`) applied to the new row."""
    return f"NEW.{condition.strip()}"


def _when(condition: str, text: str) -> str:
    return f"SELECT RAISE(ABORT, '{text}') WHERE {condition};"


def _refuse_changes(name: str) -> Iterable[str]:
    for verb in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name}"
            f" BEGIN SELECT RAISE(ABORT, 'seal: {name} is sealed'); END"
        )
