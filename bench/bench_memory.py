"""Resident memory over a shift of 10,000 payments with their card commits and printed receipts.

Runs in a process of its own. The first tenth fills caches (SQLite's own 8 MB page caches among them); from there to
the end the resident memory may grow by 5 %. The printer confirms and forgets; receipts are rendered in full.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.hall_rig import make_rig
from bench.harness import Run
from pos.ports.printer import PrinterState, PrintOutcome, PrintState
from pos.sagas.print_delivery import deliver_waiting
from pos.usecases.take_payment import take_payment
from ui.app.rendering import RollRenderer

PAYMENTS = 10_000
WARM = PAYMENTS // 10
EVERY = 500
GOAL_PERCENT = 5


class ForgettingPrinter:
    """Confirms every job and keeps nothing."""

    def status(self) -> PrinterState:
        """Always ready."""
        return PrinterState.OK

    def print_job(self, job_id: str, data: bytes) -> PrintOutcome:
        """Confirmed."""
        return PrintOutcome(PrintState.CONFIRMED, f"{len(data):064x}")


def run(run: Run) -> None:
    """Start the shift as a child and judge what it says."""
    command = [sys.executable, "-m", "bench.bench_memory"]
    child = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # what goes wrong there is seen
    samples: list[float] = json.loads(child.stdout.splitlines()[-1])
    warm, last = samples[WARM // EVERY], samples[-1]
    run.record("memory.payments", PAYMENTS, "payments")
    run.record("memory.at_start", samples[0], "MB")
    run.record("memory.warm", warm, "MB")
    run.record("memory.peak", max(samples), "MB")
    run.record("memory.at_end", last, "MB")
    run.record("memory.growth", 100 * (last - warm) / warm, "%")
    run.record("memory.goal", GOAL_PERCENT, "%")


def shift() -> list[float]:
    """A shift; resident MB before it and after every 500 payments."""
    with tempfile.TemporaryDirectory() as folder:
        rig = make_rig(Path(folder))
        rig.add_tills(1)
        rig.open("T01")
        printer, renderer = ForgettingPrinter(), RollRenderer()
        samples = [_resident_mb()]
        for number in range(1, PAYMENTS + 1):
            command = rig.next_payment("T01")
            sale_id = take_payment(rig.hall, command).sale_id
            rig.begin_write(command, sale_id)
            rig.post_write(command, sale_id)
            deliver_waiting(rig.hall, printer, renderer, actor=command.actor)
            if number % EVERY == 0:
                gc.collect()
                samples.append(_resident_mb())
        rig.close()
    return samples


def _resident_mb() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS in /proc/self/status")


if __name__ == "__main__":
    print(json.dumps(shift()))
