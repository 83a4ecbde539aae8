"""Verifying the program's own database, with what only the program knows of it: its seals, its customers' digests."""

from __future__ import annotations

from pathlib import Path

from ledger.progress import Progress
from ledger.verify_journal import Anchor, Verifier
from pos.store.personal_cipher import load_data_key
from pos.store.verify_store import verify_store


def verify_books(
    database: Path,
    anchors: list[Anchor],
    keys: set[str],
    *,
    data_key: Path | None = None,
    quick: bool = False,
    progress: Progress | None = None,
) -> Verifier:
    """Verify, reading only.

    Args:
        database, anchors, keys, quick, progress: as `verify_store`.
        data_key: file of the data key; None or not there = ID numbers stay closed, their customers are not compared.

    Raises: Unreadable; StoreDamaged `key.damaged`.
    """
    cipher = load_data_key(data_key) if data_key is not None and data_key.exists() else None
    return verify_store(database, anchors, keys, cipher=cipher, quick=quick, progress=progress)
