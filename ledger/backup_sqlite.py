"""A consistent copy of a database that is in use, and what heads its chains have (trust F28, F29).

SQLite's own online backup, never a copy of files: opening and closing the file beside a living connection would drop
that connection's locks. In WAL mode the copy holds one snapshot and keeps no seller waiting. Must not know: where
copies go, who may make them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.errors import StoreDamaged
from ledger.sqlite_engine import driver, known_error


@dataclass(frozen=True, slots=True)
class HeadMark:
    """The newest record of a chain, as an anchor."""

    chain: str
    epoch: int
    seq: int
    hash: str


def copy_online(source: Path, target: Path) -> None:
    """Copy a database into a file that does not exist yet. Blocking: about 1 s per 300 MB; sellers do not wait.

    Raises: FileExistsError; StoreDamaged `store.damaged`, StoreFull, StoreReadOnly, the other StoreError kinds. A
        copy that failed is taken away again.
    """
    if target.exists():
        raise FileExistsError(str(target))
    try:
        with _translated(), closing(open_read_only(source)) as original, closing(driver.connect(str(target))) as copy:
            copy.execute("PRAGMA synchronous=FULL").fetchall()
            original.backup(copy)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def close_log(path: Path) -> None:
    """Carry what a killed program left in the log into the database file, so that one file is the whole of the books.

    For a database that nobody has open. Raises as `heads_of`.
    """
    with _translated(), closing(driver.connect(str(path))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def heads_of(path: Path) -> tuple[HeadMark, ...]:
    """The head of every chain of a database, by chain. Raises: StoreError kinds; StoreDamaged for anything else."""
    with _translated(), closing(open_read_only(path)) as connection:
        rows = connection.execute(
            "SELECT chain, epoch, seq, hash FROM journal j WHERE (epoch, seq) = (SELECT epoch, seq FROM journal k"
            " WHERE k.chain = j.chain ORDER BY epoch DESC, seq DESC LIMIT 1) ORDER BY chain"
        ).fetchall()
    return tuple(HeadMark(*row) for row in rows)


def record_hash(path: Path, chain: str, epoch: int, seq: int) -> str | None:
    """The hash of one record, None if the database has none there. Raises as `heads_of`."""
    with _translated(), closing(open_read_only(path)) as connection:
        row = connection.execute(
            "SELECT hash FROM journal WHERE chain = ? AND epoch = ? AND seq = ?", (chain, epoch, seq)
        ).fetchone()
    return None if row is None else str(row[0])


def keys_of(path: Path) -> tuple[str, ...]:
    """Fingerprints of the keys that epochs of a database declare, each once, oldest first. Raises as `heads_of`.

    A first record that cannot be read declares none; what is wrong with it is the verifier's to say.
    """
    with _translated(), closing(open_read_only(path)) as connection:
        rows = connection.execute("SELECT body FROM journal WHERE seq = 1 ORDER BY at_utc_ms, chain, epoch").fetchall()
    return tuple(dict.fromkeys(key for key in (_declared(body) for (body,) in rows) if key))


def _declared(body: str) -> str:
    try:
        return str(json.loads(body)["payload"]["facts"].get("key_id", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def first_row(path: Path, sql: str) -> Any:
    """The first row of a query over a database that nobody has open: what the books' owner knows and the ledger does
    not. Raises as `heads_of`."""
    with _translated(), closing(open_read_only(path)) as connection:
        return connection.execute(sql).fetchone()


def open_read_only(path: Path) -> Any:
    """A connection that neither writes nor makes the file. Raises driver errors."""
    return driver.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


@contextmanager
def _translated() -> Iterator[None]:
    """Driver errors as the house's own; what the driver cannot make sense of is no database of ours."""
    try:
        yield
    except driver.Error as error:
        raise known_error(error) or StoreDamaged("store.not_ours", detail=str(error)) from error
