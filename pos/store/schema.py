"""All tables of the counter, collected from the areas, and the schema's version.

Sealed tables hold facts and are expanded by the database from journal records; plain tables hold what may change or
be erased (names and phones, credentials, the outbox, the search index). Schema steps never copy a sealed table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from ledger.errors import StoreDamaged, StoreTooNew
from ledger.seal_sqlite import journal_ddl, sealed_table_ddl
from pos.store import tables_accounts, tables_feedback, tables_people, tables_sales, tables_tills

SCHEMA_VERSION = 1
_AREAS = (tables_people, tables_accounts, tables_tills, tables_sales, tables_feedback)
SEALED = tuple(table for area in _AREAS for table in area.SEALED)
PLAIN = tuple(statement for area in _AREAS for statement in area.PLAIN)


_TABLE = re.compile(r"CREATE (?:VIRTUAL )?TABLE (\w+)")


def statements() -> list[str]:
    """All DDL, in order."""
    return [*journal_ddl(), *(s for table in SEALED for s in sealed_table_ddl(table)), *PLAIN]


def create(connection: Connection) -> None:
    """Make all tables in an empty database."""
    for statement in statements():
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")


def check(connection: Connection) -> bool:
    """True if the tables are there and of this version, False if the database is empty.

    Raises: StoreTooNew `store.too_new`; StoreDamaged `store.not_ours` for a database of something else,
        `store.other_schema` (table) for one whose tables are not this program's.
    """
    if not _is_ours(lambda sql: connection.exec_driver_sql(sql).scalar()):
        return False
    _refuse_other_tables(connection)
    return True


def _refuse_other_tables(connection: Connection) -> None:
    """A number alone says little: a program before the first release wrote the same one over other tables.

    Triggers and indexes are the verifier's (`db.trigger`, `db.schema`): without them the books are still legible.
    """
    found = {row[0] for row in connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table'")}
    for statement in statements():
        named = _TABLE.match(statement)
        if named and statement not in found:
            raise StoreDamaged("store.other_schema", table=named[1])


def refuse_foreign(raw: Any) -> None:
    """As `check`, over a driver's connection that has no setting yet: what is not ours is not touched at all.

    Tables are not compared here.
    """
    _is_ours(lambda sql: (raw.execute(sql).fetchone() or (None,))[0])


def _is_ours(scalar: Callable[[str], Any]) -> bool:
    version = int(scalar("PRAGMA user_version") or 0)
    tables = int(scalar("SELECT count(*) FROM sqlite_master") or 0)
    if version > SCHEMA_VERSION:
        raise StoreTooNew("store.too_new", found=version, known=SCHEMA_VERSION)
    ours = scalar("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'journal'")
    if (version == 0 and tables) or (version and ours is None):  # others number their schemas too
        raise StoreDamaged("store.not_ours")
    return version == SCHEMA_VERSION
