"""SQLite as the books need it: driver, settings read back, errors translated (trust rules 2.3, each measured there).

The one place that imports the driver. Everything particular to this engine is here and in `seal_sqlite`.
"""

from __future__ import annotations

import sqlite3 as stdlib_sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from ledger.errors import (
    SealBroken,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreReadOnly,
)

try:
    import pysqlite3 as _bundled_sqlite3
except ImportError:  # platforms without a wheel: the system's SQLite is used if it is sound
    _bundled_sqlite3 = None

driver: ModuleType = _bundled_sqlite3 or stdlib_sqlite3
SOUND_FROM = (3, 51, 3)
SOUND_BACKPORTS = ((3, 50, 7), (3, 44, 6))
BUSY_TIMEOUT_MS = 5000
CACHED_STATEMENTS = 1000
"""More than the program has. When the driver's own 100 are full, each new statement puts out the one before it, and a
sale prepares all of its statements anew, the twenty triggers of the journal among them."""
LOG_PAGES = 4000
"""Pages (16 MB) from which a commit itself carries the log over into the file; until then `carry_over` does."""

_PRAGMAS: tuple[tuple[str, str, Any], ...] = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("recursive_triggers", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("cell_size_check", "ON", 1),
    ("mmap_size", "0", 0),
    ("busy_timeout", str(BUSY_TIMEOUT_MS), BUSY_TIMEOUT_MS),
    ("cache_size", "-8192", -8192),
    ("temp_store", "MEMORY", 2),
    ("wal_autocheckpoint", str(LOG_PAGES), LOG_PAGES),
)


def sqlite_version() -> str:
    """Version of the SQLite library in use."""
    return str(driver.sqlite_version)


def is_sound(version: tuple[int, ...]) -> bool:
    """False inside the range with the WAL-reset defect."""
    if version >= SOUND_FROM:
        return True
    return any(version[:2] == backport[:2] and version >= backport for backport in SOUND_BACKPORTS)


def make_engine(path: Path, *, read_only: bool = False, look_first: Callable[[Any], None] | None = None) -> Engine:
    """An engine on a local file. Every connection sets and reads back its settings.

    `look_first` sees the raw connection before any setting is made, so that a foreign file can be refused untouched.
    A writer begins IMMEDIATE, so a unit of work never fails half-way for the lock; a reader refuses to write.

    Raises (at the first connection): StoreDamaged `store.unsound_engine` or `store.settings_refused`.
    """
    if not is_sound(driver.sqlite_version_info):
        raise StoreDamaged("store.unsound_engine", version=sqlite_version())
    header_read: list[str] = []
    engine = create_engine(
        f"sqlite:///{path}", module=driver, poolclass=QueuePool, pool_size=4, max_overflow=0,
        connect_args={"cached_statements": CACHED_STATEMENTS},
    )  # fmt: skip
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def _settings(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        try:
            if look_first is not None and not header_read:
                look_first(raw)
            apply_settings(raw)
            if not header_read:
                confirm_wal(path)
                header_read.append("wal")
            if read_only:
                raw.execute("PRAGMA query_only=ON").fetchall()
        except (driver.Error, UnicodeDecodeError) as error:  # the engine's own error event does not cover this one
            raise known_error(error) or error from error

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        _plain(connection, begin)

    @event.listens_for(engine, "handle_error")
    def _translate(context: Any) -> None:
        known = known_error(context.original_exception)
        if known is not None:
            raise known from context.original_exception

    return engine


def carry_over(engine: Engine) -> None:
    """Carry what the log holds over into the file, as far as no reader is in the way; no writer is kept waiting.

    Blocking: about 10 ms for 1,000 pages. Raises: StoreError kinds.
    """
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    except driver.Error as error:
        raise known_error(error) or error from error
    finally:
        raw.close()


def first_row(connection: Connection, sql: str, values: Sequence[Any] = ()) -> Any:
    """The first row of a plain read, or None. See `all_rows`."""
    rows = all_rows(connection, sql, values)
    return rows[0] if rows else None


def all_rows(connection: Connection, sql: str, values: Sequence[Any] = ()) -> list[Any]:
    """A plain read on SQLAlchemy's own connection, inside its transaction, but past its result layer.

    For what every payment asks: SQLAlchemy describes each textual result anew, which takes five times as long as the
    read. Raises: StoreError kinds.
    """
    if not connection.in_transaction():  # as SQLAlchemy itself would: all reads of a connection see one state
        connection.begin()
    return _plain(connection, sql, values)


def write_row(connection: Connection, sql: str, values: Sequence[Any]) -> None:
    """One plain INSERT inside the open transaction of SQLAlchemy's connection, past its statement layer.

    For the one row of every fact. Raises: StoreError kinds; RuntimeError outside a transaction.
    """
    if not connection.in_transaction():
        raise RuntimeError("a row is written inside a transaction")
    _plain(connection, sql, values)


def _plain(connection: Connection, sql: str, values: Sequence[Any] = ()) -> list[Any]:
    raw: Any = connection.connection.dbapi_connection
    try:
        return list(raw.execute(sql, values))
    except (driver.Error, UnicodeDecodeError) as error:
        raise known_error(error) or error from error


def apply_settings(raw: Any) -> None:
    """Set every pragma and fetch it back; a silent refusal would lose acknowledged money.

    Raises: StoreDamaged `store.settings_refused` with the pragma's name; StoreError kinds for I/O faults.
    """
    for name, value, expected in _PRAGMAS:
        raw.execute(f"PRAGMA {name}={value}").fetchall()
        answer = raw.execute(f"PRAGMA {name}").fetchone()
        if answer is None or answer[0] != expected:
            raise StoreDamaged("store.settings_refused", setting=name, found=str(answer and answer[0]))


def confirm_wal(path: Path) -> None:
    """Ask a fresh connection, which knows only the file's header, whether the file is in WAL mode.

    After an I/O error the connection that set WAL may go on answering `wal` while the header says otherwise. The file
    is not opened by ourselves: closing it would drop the locks of our own connections.

    Raises: StoreDamaged `store.settings_refused`.
    """
    fresh = driver.connect(str(path))
    try:
        fresh.execute("SELECT count(*) FROM sqlite_master").fetchall()
        mode = fresh.execute("PRAGMA journal_mode").fetchone()[0]
    finally:
        fresh.close()
    if mode != "wal":
        raise StoreDamaged("store.settings_refused", setting="journal_mode in the header", found=str(mode))


def read_back(connection: Any) -> dict[str, Any]:
    """The settings as they are now, for the doctor."""
    return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name, _, _ in _PRAGMAS}


def known_error(error: BaseException | None) -> StoreError | None:
    """Translate a driver error; None for what is a bug of ours."""
    if isinstance(error, DBAPIError):
        error = error.orig
    if isinstance(error, UnicodeDecodeError):  # text whose bytes are none any more; the driver says it in two ways
        return StoreDamaged("store.damaged", detail="text is not UTF-8")
    if not isinstance(error, driver.Error):
        return None
    text = str(error)
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if text.startswith("seal:"):
        return SealBroken("store.seal", detail=text)
    if text.startswith("Could not decode to UTF-8"):
        return StoreDamaged("store.damaged", detail="text is not UTF-8")
    table: dict[int, tuple[type[StoreError], str]] = {
        5: (StoreBusy, "store.busy"),
        6: (StoreBusy, "store.busy"),
        8: (StoreReadOnly, "store.read_only"),
        10: (StoreDamaged, "store.io"),
        11: (StoreDamaged, "store.damaged"),
        13: (StoreFull, "store.full"),
        14: (StoreReadOnly, "store.cannot_open"),
        26: (StoreDamaged, "store.damaged"),
    }
    if primary in table:
        kind, name = table[primary]
        return kind(name, detail=text)
    return None
