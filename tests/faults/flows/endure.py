"""`make endure`: the card flows under every single fault, double faults, random sessions, invented answers, for hours.

`python -m tests.faults.flows.endure --minutes 60 --seed 1 --jobs 2` shares the time between its parts, prints each
figure as `name value unit`, keeps its place in out/endure.json and goes on from there when it is called again with the
same seed; `--afresh` begins anew. `--report` prints what was reached and plays nothing. `--repeat "purchase fmcos
lost@17+crash-after"` plays one line of a report. The figures go to bench/results-endure.json, beside those of the
benchmarks. Ends with 1 if anything was found.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections import Counter
from pathlib import Path

from bench.harness import Run
from tests.architecture.source_tree import ROOT
from tests.faults.flows.catalogue import Bench, parsed
from tests.faults.flows.prepared import scratch
from tests.faults.flows.progress import Progress, commit, source_digest
from tests.faults.flows.shifts import SHARES, Shifts


def median_and_tail(spread: Counter[str]) -> tuple[int, int]:
    """Nearest-rank 50th and 95th percentile; of `<part>.<value>` how often it happened."""
    ordered, found = sorted((int(name.rpartition(".")[2]), count) for name, count in spread.items()), []
    for percent in (50, 95):
        rank, passed = -(-percent * spread.total() // 100), 0
        for value, count in ordered:
            passed += count
            if passed >= rank:
                found.append(value)
                break
    return found[0], found[1]


def report(progress: Progress, sizes: dict[str, int], run: Run) -> None:
    """All figures of this seed so far, and of which program they are."""
    tally, record = progress.tally, run.record
    for name, count in sorted(tally.counts.items()):
        record(f"endure.{name}", count, "answers" if name in ("fuzz", "service") else "n")
    for name, count in sorted(sizes.items()):
        if name.endswith(".of"):
            record(f"endure.{name}", count, "n")
    for part in SHARES:
        record(f"endure.{part}.time", progress.spent_s[part], "s")
    for end, count in sorted(tally.ends.items()):
        record(f"endure.ended.{end}", count, "n")
    if tally.recovery_ms:
        median, tail = median_and_tail(tally.recovery_ms)
        record("endure.recovery.p50", median, "ms")
        record("endure.recovery.p95", tail, "ms")
    record("endure.findings", len(tally.findings), "n")
    record("endure.programs", len(progress.programs), "n")
    for played in progress.programs:
        print(f"# program {played.source}, commits {', '.join(played.commits)}: {dict(sorted(played.counts.items()))}")


def main() -> int:
    """The command."""
    arguments = argparse.ArgumentParser(prog="python -m tests.faults.flows.endure", description=__doc__)
    arguments.add_argument("--minutes", type=float, default=60.0, help="time for all parts together")
    arguments.add_argument("--seed", type=int, default=1, help="order of the cases and everything that is drawn")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    arguments.add_argument("--afresh", action="store_true", help="forget where this seed had come to")
    arguments.add_argument("--report", action="store_true", help="print what was reached; play nothing")
    arguments.add_argument("--repeat", metavar="LINE", help="play one case of a report and say how it ended")
    arguments.add_argument("--wait-while", type=Path, metavar="FILE", help="begin nothing while this file exists")
    arguments.add_argument("--results", type=Path, default=ROOT / "bench" / "results-endure.json")
    chosen = arguments.parse_args()
    logging.getLogger().setLevel(logging.CRITICAL)
    if chosen.repeat:
        with scratch() as folder:
            outcome = Bench(folder).play(parsed(chosen.repeat))
        print(f"{chosen.repeat}: {outcome.ended}, {outcome.decisions} decisions of a lead")
        print("\n".join(f"{kind}: {text}" for kind, text in outcome.findings))
        return bool(outcome.findings)
    place = ROOT / "out" / "endure.json"
    progress = Progress(chosen.seed) if chosen.afresh else Progress.of(place, chosen.seed)
    run = Run()
    if not chosen.report:
        progress.begins(source_digest(), commit())
        shifts = Shifts(progress, place, chosen.jobs, chosen.wait_while)
        shifts.work(chosen.minutes * 60, lambda line: print(line, file=sys.stderr, flush=True))
    report(progress, progress.sizes, run)
    run.finish(chosen.results)
    return bool(progress.tally.findings)


if __name__ == "__main__":
    sys.exit(main())
