"""The parts of the long run, each cut into blocks that repeat by their number: whoever plays a block gets the same.

A block takes seconds. What it found comes back as figures that can be added to those of other blocks and processes.
"""

from __future__ import annotations

import functools
import itertools
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.flows.catalogue import Bench, Doubles, Line, in_order_of, shown
from tests.faults.flows.fuzz import Fuzz, families
from tests.faults.flows.service_fuzz import ServiceFuzz
from tests.faults.flows.sessions import Session

BLOCKS = {"singles": 100, "doubles": 100, "drawn": 100, "sessions": 20, "fuzz": 5_000, "service": 1_000}
"""First runs, cases, sessions or answers in one block."""
GOALS = {"drawn": 100_000, "sessions": 100_000, "fuzz": 10_000_000, "service": 1_000_000}


@dataclass
class Tally:
    """What blocks add up to, by names that begin with the part's.

    Attributes: counts; ends: how cases ended; recovery_ms: how often each; findings: lines.
    """

    counts: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    recovery_ms: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.counts += other.counts
        self.ends += other.ends
        self.recovery_ms += other.recovery_ms
        self.findings += other.findings

    def forget(self, part: str) -> None:
        """All figures of a part."""
        for figures in (self.counts, self.ends, self.recovery_ms):
            for name in [name for name in figures if name.partition(".")[0] == part]:
                del figures[name]

    def note(self, name: str, findings: Any) -> None:
        self.findings += [f"{kind}: {name}: {text}" for kind, text in findings]


class Parts:
    """Plays blocks. Attributes: bench; seed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.bench, self.seed = Bench(folder), seed
        self._play: dict[str, Callable[[int, Tally], None]] = {
            "singles": self._singles,
            "doubles": lambda block, tally: self._two_faults("doubles", self._pairs.__getitem__, block, tally),
            "drawn": lambda block, tally: self._two_faults("drawn", self._drawn, block, tally),
            "sessions": self._sessions,
            "fuzz": self._fuzz,
            "service": self._service,
        }

    def sizes(self) -> dict[str, int]:
        """Blocks of every part, and `<part>.of`: how many cases there are."""
        of = {"singles": len(self._first_runs), "doubles": len(self._pairs), **GOALS}
        blocks = {part: -(-count // BLOCKS[part]) for part, count in of.items()}
        of["singles"] = self.bench.count_of_singles()
        return blocks | {f"{part}.of": count for part, count in of.items()}

    def play(self, part: str, block: int) -> Tally:
        """One block. What breaks the harness itself is a finding too, and the run goes on."""
        tally = Tally()
        try:
            self._play[part](block, tally)
        except Exception:  # noqa: BLE001 - a lane's job wrapper: a night's run must not end with one block
            tally.note(f"{part} block {block}", [("harness", traceback.format_exc())])
        return tally

    @functools.cached_property
    def _first_runs(self) -> list[Line]:
        return in_order_of(self.bench.singles(), self.seed)

    @functools.cached_property
    def _pairs(self) -> Doubles:
        return self.bench.doubles(self.seed)

    def _drawn(self, number: int) -> Line:
        return self.bench.drawn_double(self.seed, number)

    def _singles(self, block: int, tally: Tally) -> None:
        step = BLOCKS["singles"]
        for flow, family, script in self._first_runs[block * step : (block + 1) * step]:
            prepared = self.bench.morning(flow, family)
            for case, wreck in self.bench.first_run(prepared, script):
                if not (case.crash or case.faults or case.tear):
                    continue  # the undisturbed flow is no fault
                self._judge("singles", (flow, family, case), prepared, wreck, tally)
            tally.counts["singles.first_runs"] += 1

    def _two_faults(self, part: str, line_of: Callable[[int], Line], block: int, tally: Tally) -> None:
        step, size = BLOCKS[part], len(self._pairs) if part == "doubles" else GOALS[part]
        for number in range(block * step, min((block + 1) * step, size)):
            flow, family, script = line_of(number)
            prepared = self.bench.morning(flow, family)
            wreck = self.bench.left_by(prepared, script)
            self._judge(part, (flow, family, script), prepared, wreck, tally)

    def _judge(self, part: str, line: Line, prepared: Any, wreck: Any, tally: Tally) -> None:
        ended = self.bench.aftermath(prepared, line[2], wreck)
        tally.counts[part] += 1
        tally.ends[f"{part}.{ended.ended}"] += 1
        tally.ends[f"{part}.decided_by_a_lead"] += bool(ended.decisions)
        if ended.is_fresh:
            tally.counts[f"{part}.recoveries"] += 1
            tally.recovery_ms[f"{part}.{int(ended.recovery_s * 1000)}"] += 1
        tally.note(shown(line), ended.findings)

    def _sessions(self, block: int, tally: Tally) -> None:
        step = BLOCKS["sessions"]
        for number in itertools.islice(itertools.count(block * step), step):
            session = Session(self.seed * 1_000_000 + number)
            session.play(self.bench)
            tally.counts["sessions"] += 1
            tally.counts["sessions.acts"] += len(session.acts)
            tally.note(f"session {session.seed}: {', '.join(session.acts)}", session.findings)

    def _fuzz(self, block: int, tally: Tally) -> None:
        fuzz = Fuzz(families()[block % len(families())], self.seed * 1_000_000 + block)
        fuzz.play(BLOCKS["fuzz"])
        tally.counts.update(
            {"fuzz": fuzz.liar.answers, "fuzz.sessions": fuzz.sessions, "fuzz.damaged_cards": fuzz.damaged}
        )
        for name, text in fuzz.findings:
            tally.note(name, [("fuzz", text)])

    def _service(self, block: int, tally: Tally) -> None:
        fuzz = ServiceFuzz(families()[block % len(families())], self.seed * 1_000_000 + block)
        tally.counts.update({"service": fuzz.play(BLOCKS["service"]), "service.sessions": fuzz.fuzz.sessions})
        for name, text in fuzz.fuzz.findings:
            tally.note(name, [("service", text)])
