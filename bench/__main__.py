"""`python -m bench [--full] [name ...]`: runs the benchmarks of this folder.

All of them together go to bench/results.json (`--full`: bench/results-full.json), which are committed; a run of some
names goes to out/bench.json and changes nothing that is committed.

A benchmark is a module bench/bench_<name>.py with a function `run(run: Run) -> None`.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from bench.harness import Run

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Run the chosen benchmarks, all of them if none is chosen."""
    known = sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))
    arguments = argparse.ArgumentParser(prog="python -m bench", description="Measures against references.")
    arguments.add_argument("--full", action="store_true", help="full size: the figures to quote")
    arguments.add_argument("names", nargs="*", help=f"which ones: {', '.join(known) or 'none is there yet'}")
    chosen = arguments.parse_args()
    if unknown := set(chosen.names) - set(known):
        arguments.error(f"unknown benchmark: {', '.join(sorted(unknown))}")
    run = Run(full=chosen.full)
    for name in chosen.names or known:
        importlib.import_module(f"bench.bench_{name}").run(run)
    whole = HERE / ("results-full.json" if chosen.full else "results.json")
    results = HERE.parent / "out/bench.json" if chosen.names else whole
    results.parent.mkdir(exist_ok=True)
    run.finish(results)


if __name__ == "__main__":
    main()
