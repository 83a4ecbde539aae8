"""Copies of the books: made while the counter sells, verified by the outsider in another process (trust F28, F29).

A backup is one database file and a manifest with the heads of its chains, which are anchors. Keys are never in it.
Putting one back is in `restore`. Must not know: who asks.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ledger.backup_sqlite import HeadMark, copy_online, heads_of, keys_of
from ledger.errors import StoreDamaged, StoreError
from ui.app.crash import version
from ui.app.interrupt import Certain, at_once
from ui.app.places import Places
from ui.app.reading import reading_books

MANIFEST = ".json"
NOT_VERIFIED = ".not-verified"
KIND = "changshou.backup"
_HOUSE = Path(__file__).resolve().parents[2]
_VERIFY_TIMEOUT_S = 3600

Stage = Callable[[str], None]
"""Told what begins now: the code of a sentence for whoever waits."""


def unheard(_code: str) -> None:
    """Nobody waits."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What the verifier said. errors: codes of errors, each once."""

    records: int
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished copy. Attributes: file, manifest; sha256 and size of the file; records; heads of its chains; keys, the
    fingerprints that the books declare (more than one after a restore on a new machine)."""

    file: Path
    manifest: Path
    sha256: str
    size_bytes: int
    records: int
    heads: tuple[HeadMark, ...]
    keys: tuple[str, ...]


def make_backup(at: Places, folder: Path, stage: Stage = unheard, certain: Certain = at_once) -> Backup:
    """Copy, verify, describe. Blocking: about 50 microseconds a record; sellers do not wait.

    A backup asks whether the copy is whole, so it is verified with every key that the books declare, as a restore does;
    whether a key is the hall's own is what paper proves to `verify`.

    Args:
        at: the hall. folder: made if it is not there; another medium than the books' is wise. stage: see `Stage`.
        certain: see `Certain`.

    Raises: BooksMissing; StoreDamaged `backup.wrong` (codes, path) if the copy does not verify: it is kept as evidence
        under another name; StoreError kinds; OSError.
    """
    with reading_books(at.database) as connection:
        code = str(connection.exec_driver_sql("SELECT hall_code FROM hall_profile LIMIT 1").scalar() or "hall")
    folder.mkdir(parents=True, exist_ok=True)
    made_at = datetime.now(UTC)
    file = folder / f"changshou-{code}-{made_at:%Y%m%dT%H%M%S%f}Z.db"
    partial = file.with_suffix(".partial")
    try:
        stage("backup.copying")
        copy_online(at.database, partial)
        stage("backup.verifying")
        keys = keys_of(partial)
        verified = verify_elsewhere(partial, keys=keys)
        if verified.errors:
            kept = file.with_suffix(NOT_VERIFIED)
            drop_side_files(partial)
            partial.replace(kept)
            raise StoreDamaged("backup.wrong", codes=" ".join(verified.errors), path=str(kept))
        heads = heads_of(partial)
        drop_side_files(partial)
        digest, size = sha256_of(partial), partial.stat().st_size
        partial.chmod(0o600)  # names and phones are in it
        described = {
            "kind": KIND,
            "format": 1,
            "program": version(),
            "made_at": f"{made_at:%Y-%m-%dT%H:%M:%SZ}",
            "file": file.name,
            "size_bytes": size,
            "sha256": digest,
            "records": verified.records,
            "keys": list(keys),
            "anchors": [f"{head.chain}:{head.epoch}:{head.seq}:{head.hash}" for head in heads],
        }
        certain()
        manifest = _finish(partial, file, described)
    finally:
        partial.unlink(missing_ok=True)
        drop_side_files(partial)
    return Backup(file, manifest, digest, size, verified.records, heads, keys)


def _finish(partial: Path, file: Path, manifest: dict[str, Any]) -> Path:
    """The copy under its name, then its manifest: a manifest never names a copy that is not there, whatever is killed.

    A copy whose manifest was lost in between is whole, verified, and restored like any other. Raises OSError.
    """
    beside = file.with_suffix(MANIFEST)
    written = beside.with_name(beside.name + ".partial")
    try:
        written.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        partial.replace(file)
        written.replace(beside)
    finally:
        written.unlink(missing_ok=True)
    return beside


def verify_elsewhere(path: Path, *, anchors: tuple[str, ...] = (), keys: tuple[str, ...] = ()) -> Verified:
    """Run the verifier on a database in a process of its own. Raises StoreDamaged `store.damaged` if unreadable."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "ui.cli.main"]
    words = [*program, "verify", "--json", "--db", str(path.resolve())]
    words += [word for anchor in anchors for word in ("--anchor", anchor)]
    words += [word for key in keys for word in ("--key", key)]
    done = subprocess.run(
        words,
        cwd=_HOUSE,
        stdout=subprocess.PIPE,
        stderr=None if sys.stderr is not None and sys.stderr.isatty() else subprocess.DEVNULL,  # its progress line
        start_new_session=True,  # Ctrl+C is ours alone: we end it
        text=True,
        encoding="utf-8",
        timeout=_VERIFY_TIMEOUT_S,
        check=False,
    )
    try:
        said = json.loads(done.stdout)
        errors = [finding["code"] for finding in said["findings"] if finding["severity"] == "error"]
        return Verified(int(said["records"]), tuple(dict.fromkeys(errors)))
    except (ValueError, KeyError, TypeError) as error:
        raise StoreDamaged("store.damaged", detail=f"verify ended with {done.returncode}") from error


def check_manifest(file: Path, digest: str) -> None:
    """Compare a backup with the manifest beside it, if there is one. Raises StoreDamaged `backup.changed`."""
    manifest = file.with_suffix(MANIFEST)
    if not manifest.is_file():
        return
    try:
        stated = json.loads(manifest.read_text(encoding="utf-8"))
    except ValueError as error:
        raise StoreDamaged("backup.changed") from error
    if not isinstance(stated, dict) or stated.get("sha256") != digest:
        raise StoreDamaged("backup.changed")


def sha256_of(path: Path) -> str:
    """Of a file that no connection of ours has open."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def drop_side_files(database: Path) -> None:
    """Take away what a reading connection leaves beside a copy; an unread rest of the log is never dropped.

    Raises: StoreError `store.busy` if records are still in the log.
    """
    log = database.with_name(database.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise StoreError("store.busy", detail=log.name)
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
