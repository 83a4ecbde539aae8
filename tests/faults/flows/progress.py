"""Where a seed has come to, in one file that one process writes: blocks that were played, figures, and whose they are.

The figures of several days add up. What a changed program played is kept apart, so that no sum hides two programs.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.architecture.source_tree import ROOT
from tests.faults.flows.parts import Tally

PLAYED_ROOMS = ("ledger", "pos", "devices")
"""The product's code that a flow runs through."""
FORMAT = 2


def source_digest() -> str:
    """Of the product's code as it lies here, committed or not."""
    hashed = hashlib.sha256()
    for room in PLAYED_ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            hashed.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return hashed.hexdigest()[:12]


def commit() -> str:
    """The commit that lies here, "" where nobody knows."""
    asked = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short=8", "HEAD"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()


@dataclass
class Played:
    """What one program played. Attributes: source: digest of its code; commits: under which it lay here; counts."""

    source: str
    commits: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass
class Reached:
    """The blocks of a part. Attributes: of: how many; frontier: all before it were played; ahead: others that were."""

    of: int
    frontier: int = 0
    ahead: list[int] = field(default_factory=list)

    def unplayed(self, given_out: set[int]) -> int | None:
        """The next block that nobody has."""
        taken = given_out | set(self.ahead)
        return next((block for block in range(self.frontier, self.of) if block not in taken), None)

    def done(self, block: int) -> None:
        self.ahead.append(block)
        while self.frontier in self.ahead:
            self.ahead.remove(self.frontier)
            self.frontier += 1


@dataclass
class Progress:
    """Attributes: seed; reached: by part; tally: of all programs; programs: the newest last; spent_s: of a core, by
    part; sizes: see `Parts.sizes`."""

    seed: int
    reached: dict[str, Reached] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    programs: list[Played] = field(default_factory=list)
    spent_s: Counter[str] = field(default_factory=Counter)
    sizes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, file: Path, seed: int) -> Progress:
        """From the file of an earlier run of this seed, or from nothing."""
        kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        if (kept.get("format"), kept.get("seed")) != (FORMAT, seed):
            return cls(seed)
        tally = kept["tally"]
        return cls(
            seed,
            {part: Reached(**reached) for part, reached in kept["reached"].items()},
            Tally(
                Counter(tally["counts"]), Counter(tally["ends"]), Counter(tally["recovery_ms"]), list(tally["findings"])
            ),
            [Played(one["source"], one["commits"], Counter(one["counts"])) for one in kept["programs"]],
            Counter(kept["spent_s"]),
            kept["sizes"],
        )

    def keep(self, file: Path) -> None:
        """As a whole or not at all."""
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        text = json.dumps({"format": FORMAT, **self.__dict__}, default=vars, ensure_ascii=False)
        fresh.write_text(text + "\n", encoding="utf-8")
        fresh.replace(file)

    def begins(self, source: str, under: str) -> None:
        """A run of this program."""
        if not self.programs or self.programs[-1].source != source:
            self.programs.append(Played(source))
        if under not in self.programs[-1].commits:
            self.programs[-1].commits.append(under)

    def sized(self, sizes: dict[str, int]) -> None:
        """How many blocks there are; a part that has become another one begins anew."""
        self.sizes = sizes
        for part, of in sizes.items():
            if not part.endswith(".of") and (part not in self.reached or self.reached[part].of != of):
                self.reached[part] = Reached(of)
                self.tally.forget(part)
                self.spent_s[part] = 0

    def played(self, part: str, block: int, tally: Tally, took_s: float) -> None:
        """One block came back."""
        self.reached[part].done(block)
        self.tally.add(tally)
        self.programs[-1].counts.update(tally.counts)
        self.spent_s[part] += took_s
