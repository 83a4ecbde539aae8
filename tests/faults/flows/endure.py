"""`make endure`: the card flows under every single fault, double faults, random sessions, invented answers, for hours.

`python -m tests.faults.flows.endure --minutes 60 --seed 1` shares the time between its parts, prints each figure as
`name value unit`, keeps its place in out/endure.json and goes on from there when it is called again with the same
seed; `--afresh` begins anew. `--repeat "purchase fmcos lost@17+crash-after"` plays one line of a report. The figures
of a run go to bench/results-endure.json, beside those of the benchmarks. Ends with 1 if anything was found.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.harness import Run, percentile
from tests.architecture.source_tree import ROOT
from tests.faults.flows.catalogue import Bench, Doubles, Line, in_order_of, parsed, shown
from tests.faults.flows.fuzz import Fuzz, families
from tests.faults.flows.prepared import scratch
from tests.faults.flows.service_fuzz import ServiceFuzz
from tests.faults.flows.sessions import Session

GOALS = {"sessions": 100_000, "fuzz": 10_000_000, "service": 1_000_000}
SHARES = {"singles": 0.55, "doubles": 0.12, "sessions": 0.13, "fuzz": 0.12, "service": 0.08}
"""Of the time, by part. Singles and doubles end when there is no case left."""
FUZZ_STEP, SERVICE_STEP = 5_000, 1_000


@dataclass
class Progress:
    """Where a seed has come to. Attributes: done: by part; findings: lines; ends: how cases ended; recovery_ms."""

    seed: int
    done: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    recovery_ms: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, file: Path, seed: int) -> Progress:
        """From the file of an earlier run of this seed, or from nothing."""
        if file.exists():
            kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            if kept["seed"] == seed:
                return cls(seed, kept["done"], kept["findings"], Counter(kept["ends"]), kept["recovery_ms"])
        return cls(seed)

    def keep(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(vars(self), ensure_ascii=False) + "\n", encoding="utf-8")
        fresh.replace(file)

    def count(self, part: str, more: int = 1) -> int:
        """Add to a part; what it stands at."""
        self.done[part] = self.done.get(part, 0) + more
        return self.done[part]


class Endurance:
    """One run. Attributes: progress; sizes: how many cases there are in all, by part."""

    def __init__(self, bench: Bench, progress: Progress, run: Run) -> None:
        self.bench, self.progress, self.run = bench, progress, run
        self.sizes = dict(GOALS)
        self.spent_s: dict[str, float] = {}

    def work(self, seconds: float) -> None:
        """Every part for its share of the time."""
        parts: dict[str, Callable[[], bool]] = {
            "singles": self._cases("singles", lambda: in_order_of(self.bench.singles(), self.progress.seed)),
            "doubles": self._cases("doubles", lambda: self.bench.doubles(self.progress.seed)),
            "sessions": self._session,
            "fuzz": self._fuzz,
            "service": self._service,
        }
        for part, step in parts.items():
            began = time.monotonic()
            while (
                time.monotonic() - began < SHARES[part] * seconds and self.progress.done.get(part, 0) < self.sizes[part]
            ):
                if not step():
                    break
            self.spent_s[part] = time.monotonic() - began

    def _cases(self, part: str, lines: Callable[[], list[Line] | Doubles]) -> Callable[[], bool]:
        self.sizes[part] = 1 << 60
        order: list[Line] | Doubles = []

        def step() -> bool:
            nonlocal order
            if not order:
                order = lines()
                self.sizes[part] = len(order)
            at = self.progress.done.get(part, 0)
            if at >= len(order):
                return False
            outcome = self.bench.play(order[at])
            self.progress.count(part)
            self.progress.ends[outcome.ended] += 1
            self.progress.ends["decided_by_a_lead"] += bool(outcome.decisions)
            self.progress.recovery_ms.append(int(outcome.recovery_s * 1000))
            self._note(shown(order[at]), outcome.findings)
            return True

        return step

    def _session(self) -> bool:
        session = Session(self.progress.seed * 1_000_000 + self.progress.done.get("sessions", 0))
        session.play(self.bench)
        self.progress.count("sessions")
        self.progress.count("session_acts", len(session.acts))
        self._note(f"session {session.seed}: {', '.join(session.acts)}", session.findings)
        return True

    def _fuzz(self) -> bool:
        rounds = self.progress.done.get("fuzz", 0) // FUZZ_STEP
        fuzz = Fuzz(families()[rounds % len(families())], self.progress.seed * 1_000_000 + rounds)
        fuzz.play(FUZZ_STEP)
        self.progress.count("fuzz", FUZZ_STEP)
        self.progress.count("fuzz_sessions", fuzz.sessions)
        self.progress.count("fuzz_damaged_cards", fuzz.damaged)
        for name, text in fuzz.findings:
            self._note(name, [("fuzz", text)])
        return True

    def _service(self) -> bool:
        rounds = self.progress.done.get("service_rounds", 0)
        fuzz = ServiceFuzz(families()[rounds % len(families())], self.progress.seed * 1_000_000 + rounds)
        self.progress.count("service", fuzz.play(SERVICE_STEP))
        self.progress.count("service_rounds")
        self.progress.count("service_sessions", fuzz.fuzz.sessions)
        for name, text in fuzz.fuzz.findings:
            self._note(name, [("service", text)])
        return True

    def _note(self, name: str, findings: list[tuple[str, str]]) -> None:
        for kind, text in findings:
            line = f"{kind}: {name}: {text}"
            self.progress.findings.append(line)
            sys.stderr.write(line + "\n")

    def report(self) -> None:
        """All figures of this seed so far."""
        progress, record = self.progress, self.run.record
        for part, done in sorted(progress.done.items()):
            record(f"endure.{part}", done, "answers" if part in ("fuzz", "service") else "n")
        for part in ("singles", "doubles"):
            if self.sizes.get(part, 1 << 60) < 1 << 60:
                record(f"endure.{part}.of", self.sizes[part], "n")
        for part, spent_s in self.spent_s.items():
            record(f"endure.{part}.time", spent_s, "s")
        for end, count in sorted(progress.ends.items()):
            record(f"endure.ended.{end}", count, "n")
        if progress.recovery_ms:
            ordered = sorted(progress.recovery_ms)
            record("endure.recovery.p50", percentile(ordered, 50), "ms")
            record("endure.recovery.p95", percentile(ordered, 95), "ms")
        record("endure.findings", len(progress.findings), "n")


def main() -> int:
    """The command."""
    arguments = argparse.ArgumentParser(prog="python -m tests.faults.flows.endure", description=__doc__)
    arguments.add_argument("--minutes", type=float, default=60.0, help="time for all parts together")
    arguments.add_argument("--seed", type=int, default=1, help="order of the cases and everything that is drawn")
    arguments.add_argument("--afresh", action="store_true", help="forget where this seed had come to")
    arguments.add_argument("--repeat", metavar="LINE", help="play one case of a report and say how it ended")
    arguments.add_argument("--results", type=Path, default=ROOT / "bench" / "results-endure.json")
    chosen = arguments.parse_args()
    logging.getLogger().setLevel(logging.CRITICAL)
    place = ROOT / "out" / "endure.json"
    with scratch() as folder:
        if chosen.repeat:
            outcome = Bench(folder).play(parsed(chosen.repeat))
            print(f"{chosen.repeat}: {outcome.ended}, {outcome.decisions} decisions of a lead")
            print("\n".join(f"{kind}: {text}" for kind, text in outcome.findings))
            return bool(outcome.findings)
        progress = Progress(chosen.seed) if chosen.afresh else Progress.of(place, chosen.seed)
        endurance = Endurance(Bench(folder), progress, Run())
        try:
            endurance.work(chosen.minutes * 60)
        finally:
            progress.keep(place)
        endurance.report()
        endurance.run.finish(chosen.results)
    return bool(progress.findings)


if __name__ == "__main__":
    sys.exit(main())
