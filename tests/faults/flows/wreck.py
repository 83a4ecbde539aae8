"""What a killed program leaves: books with a hot log beside them, plastic, the time; and when two such worlds are one.

From here on nothing that was in the program's memory counts, so two runs that leave the same bytes have the same
recovery and the same verdicts, and that is played once. See docs/faults.md, "Played, and proven the same".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

WAL_HEADER, FRAME_HEADER = 32, 24
CHECKPOINT_FRAMES = 1000
"""SQLite's own: below it the file itself stays as it was, and the log holds everything that was committed."""
TOLD_APART = ("wrong_mac", "locked", "jumped", "twin")
"""Kinds of fault by which the verdicts differ over the same bytes; of a card whose key was changed, kills too."""
KILLS = ("killed_before", "killed_after")


def log_of(path: Path) -> Path:
    """Where the engine keeps what was committed and not yet taken over into the file."""
    return path.with_name(path.name + "-wal")


def committed_pages(log: bytes) -> dict[int, bytes]:
    """The pages that a program finds changed when it opens the file: the newest of each, up to the last commit."""
    if len(log) < WAL_HEADER:
        return {}
    step, salts = int.from_bytes(log[8:12], "big") + FRAME_HEADER, log[16:24]
    assert (len(log) - WAL_HEADER) // step < CHECKPOINT_FRAMES, "a flow is short"
    durable: dict[int, bytes] = {}
    pending: dict[int, bytes] = {}
    for at in range(WAL_HEADER, len(log) - step + 1, step):
        if log[at + 8 : at + 16] != salts:
            break
        pending[int.from_bytes(log[at : at + 4], "big")] = log[at + FRAME_HEADER : at + step]
        if any(log[at + 4 : at + 8]):
            durable |= pending
            pending = {}
    return durable


@dataclass(frozen=True)
class Wreck:
    """The world at the moment at which the first run ended, or at which a kill would have ended it.

    Attributes:
        log: the engine's log, as it lies beside the morning's file.
        card, others: plastic as JSON. refused: presentations of a wrong code, which no memory card remembers.
        now_utc_ms. fell: faults that really happened.
        findings: what was unhandled until then. commits, behind, commands, n_bytes: see `case.Outcome`.
    """

    log: bytes
    card: str
    others: dict[str, str]
    refused: int
    now_utc_ms: int
    fell: tuple[str, ...] = ()
    findings: tuple[tuple[str, str], ...] = ()
    commits: int = 0
    behind: int = 0
    commands: int = 0
    n_bytes: int = 0

    def digest(self, morning: str, *told_apart: object) -> str:
        """The same for two wrecks of a morning from which everything goes on in the same way."""
        hashed = hashlib.blake2b(digest_size=16)
        for number, page in sorted(committed_pages(self.log).items()):
            hashed.update(number.to_bytes(4, "big") + page)
        fell = {name.partition("@")[0] for name in self.fell}
        struck = sorted(fell & set(TOLD_APART + KILLS if "wrong_mac" in fell else TOLD_APART))
        world = (morning, self.card, sorted(self.others.items()), self.refused, self.now_utc_ms, struck, told_apart)
        hashed.update(repr(world).encode())
        return hashed.hexdigest()


def digest_of(parts: Iterable[object]) -> str:
    """Of a morning."""
    hashed = hashlib.blake2b(digest_size=16)
    for part in parts:
        hashed.update(part if isinstance(part, bytes) else repr(part).encode())
    return hashed.hexdigest()
