"""A backup takes the place of the books: verified, signed for by two people, the old file moved aside (trust F28).

Everything happens on a copy in the data folder; the books are touched by the last step only, and are renamed, never
deleted. What the old books and the given papers prove beyond the backup is named as lost in each chain's `restored`
record. Must not know: how people are asked.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ledger.backup_sqlite import HeadMark, close_log, heads_of, keys_of, record_hash
from ledger.errors import StoreDamaged, StoreError
from ledger.keys import Signer, create_key, load_key
from pos.domain.errors import RuleViolation
from pos.store.issued_numbers import HighestNumbers, highest_numbers_in
from pos.store.people_queries import hall_profile
from pos.store.unit_of_work import Store
from pos.usecases.fact import Hall
from pos.usecases.note_restore import NoteRestore, RestoredChain, note_restore
from ui.app.backup import Stage, check_manifest, drop_side_files, sha256_of, unheard, verify_elsewhere
from ui.app.interrupt import Certain, at_once
from ui.app.places import Places
from ui.app.start import HallLock
from ui.app.surroundings import SystemClock, UuidIds

Identify = Callable[[Hall, NoteRestore], NoteRestore]
"""Asks the two people; returns the command with its actor and the other's consent."""


class RestoreRefused(RuleViolation):
    """The backup is not put back; the books are as they were."""


class NotABackup(StoreDamaged):
    """The chosen file is none, or a damaged one; the books of the hall were not touched."""


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """Attributes: file; reason; anchors from papers, `CHAIN:EPOCH:SEQ:HASH`; replace: there may be books already."""

    file: Path
    reason: str
    anchors: tuple[str, ...] = ()
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """Attributes: chains; aside, where the former books are, or None; new_keys: all fingerprints if the signing key
    had to be made anew."""

    chains: tuple[RestoredChain, ...]
    aside: Path | None
    new_keys: tuple[str, ...]


def restore_backup(
    at: Places, request: RestoreRequest, identify: Identify, stage: Stage = unheard, certain: Certain = at_once
) -> Restored:
    """Put a backup back. Blocking: the verifier runs twice, about 100 microseconds a record.

    Args:
        at, request: what and where. identify: two people. stage, certain: see `Stage`, `Certain`.

    Raises: RestoreRefused `restore.*`; NotABackup `restore.not_a_backup`; RuleViolation `sign_in.*`, `approval.*`,
        `role.*`; ProgramRunning; StoreDamaged `backup.changed`, `store.damaged`; StoreError kinds; OSError.
    """
    if not request.file.is_file():
        raise RestoreRefused("backup.not_there", path=str(request.file))
    if at.database.exists() and not request.replace:
        raise RestoreRefused("restore.target_exists", path=str(at.database))
    at.data.mkdir(parents=True, exist_ok=True)
    with HallLock(at.lock, "program.close_first"):
        workshop = at.data / f"restoring-{_stamp()}"
        workshop.mkdir()
        try:
            return _restore_in(workshop, at, request, identify, stage, certain)
        finally:
            shutil.rmtree(workshop)


def _restore_in(
    workshop: Path, at: Places, request: RestoreRequest, identify: Identify, stage: Stage, certain: Certain
) -> Restored:
    copy = workshop / at.database.name
    digest = _take_copy(request.file, copy)
    stage("restore.verifying")
    try:
        keys = keys_of(copy)
        _require_whole(copy, request.anchors, keys)
    except StoreDamaged as error:
        raise NotABackup("restore.not_a_backup", path=str(request.file)) from error
    known = (*_known_from_papers(request.anchors), *_known_from_books(at, copy))
    asked = NoteRestore(
        command_id=UuidIds().new_id(),
        actor="",
        backup_sha256=digest,
        known=known,
        reason=request.reason,
        former_numbers=_former_numbers(at),
    )
    with _key_for(copy, at) as signer:
        chains = _note_in(copy, signer, identify, asked)
        all_keys = tuple(dict.fromkeys((*keys, signer.key_id)))
        stage("restore.verifying_again")
        _require_whole(copy, (), all_keys)
        drop_side_files(copy)
        certain()
        aside = _swap(copy, at)
    return Restored(chains, aside, all_keys if signer.key_id not in keys else ())


@contextlib.contextmanager
def _key_for(copy: Path, at: Places) -> Iterator[Signer]:
    """The installation's key, or a new one, which goes again if the copy does not become the books."""
    made = not at.signing_key.exists()
    signer = create_key(at.signing_key) if made else load_key(at.signing_key)
    try:
        yield signer
    except BaseException:
        if made and copy.exists():  # it has signed nothing that stays
            at.signing_key.unlink()
        raise


def _note_in(copy: Path, signer: Signer, identify: Identify, asked: NoteRestore) -> tuple[RestoredChain, ...]:
    """Write the copy's `restored` records, by the two people whom `identify` asks."""
    clock = SystemClock()
    store = Store(copy, clock=clock, signer=signer)
    try:
        with store.reading() as connection:
            store.offset_min = hall_profile(connection).offset_min
        hall = Hall(store, clock, UuidIds())
        return note_restore(hall, identify(hall, asked))
    finally:
        store.close()


def _take_copy(file: Path, copy: Path) -> str:
    """The file as it is, with the log beside it if it is a bare copy of books; returns its SHA-256."""
    shutil.copyfile(file, copy)
    digest = sha256_of(copy)
    check_manifest(file, digest)
    log = file.with_name(file.name + "-wal")
    if log.is_file():
        shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
    return digest


def _require_whole(copy: Path, anchors: tuple[str, ...], keys: tuple[str, ...]) -> None:
    """Anchors beyond the end of the backup are what it lost; every other error refuses it."""
    heads = {head.chain: head for head in heads_of(copy)}
    provable = tuple(anchor for anchor in anchors if not _beyond(anchor, heads))
    errors = verify_elsewhere(copy, anchors=provable, keys=keys).errors
    if errors:
        raise RestoreRefused("restore.not_verified", codes=" ".join(errors))


def _beyond(anchor: str, heads: dict[str, HeadMark]) -> bool:
    chain, epoch, seq, _ = anchor.split(":")
    head = heads.get(chain)
    return head is not None and (int(epoch), int(seq)) > (head.epoch, head.seq)


def _known_from_papers(anchors: tuple[str, ...]) -> list[tuple[str, int, int]]:
    parts = [anchor.split(":") for anchor in anchors]
    return [(chain, int(epoch), int(seq)) for chain, epoch, seq, _ in parts]


def _known_from_books(at: Places, copy: Path) -> list[tuple[str, int, int]]:
    """Heads of the books that are being replaced; nothing if they cannot be read: papers must tell then.

    Raises: RestoreRefused `restore.another_hall`.
    """
    if not at.database.exists():
        return []
    try:
        heads = heads_of(at.database)
        first = [(record_hash(at.database, h.chain, 1, 1), record_hash(copy, h.chain, 1, 1)) for h in heads]
    except StoreError:
        return []
    if first and all(ours != theirs for ours, theirs in first):
        raise RestoreRefused("restore.another_hall")
    return [(head.chain, head.epoch, head.seq) for head in heads]


def _former_numbers(at: Places) -> HighestNumbers:
    """What the books that are being replaced had given out; nothing if they cannot be read."""
    if not at.database.exists():
        return HighestNumbers()
    try:
        return highest_numbers_in(at.database)
    except StoreError:
        return HighestNumbers()


def _swap(copy: Path, at: Places) -> Path | None:
    """Keep the former books aside and put the copy into their place, in one step; returns where they are now.

    At no moment is there no `hall.db`: the next start would offer to found a new hall.
    """
    if not at.database.exists():
        copy.rename(at.database)
        return None
    aside = at.data / f"before-restore-{_stamp()}"
    aside.mkdir()
    with contextlib.suppress(StoreError):  # books that cannot be read keep their log beside them
        close_log(at.database)
    for end in ("-wal", "-shm"):
        log = at.database.with_name(at.database.name + end)
        if log.exists():
            log.rename(aside / log.name)
    os.link(at.database, aside / at.database.name)
    copy.replace(at.database)
    return aside


def _stamp() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z"
