"""Cold start: from the fork to the first finished paint of the sign-in frame, against a bare PySide6 window.

Both are new processes, offscreen, with warm file caches, one after the other. The demo hall exists already. Goal: p50
<= 1.3 x.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.hall_rig import make_rig
from bench.harness import Run

GOAL_P50 = 1.3


def run(run: Run) -> None:
    """Start both again and again."""
    with tempfile.TemporaryDirectory() as folder:
        make_rig(Path(folder) / "hall").close()
        data = Path(folder) / "hall" / "data"
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CONFIG_HOME": str(Path(folder) / "config"),
            "XDG_DATA_HOME": str(Path(folder) / "share"),
        }

        def start(*arguments: str) -> None:
            command = [sys.executable, "-m", "bench.first_paint", *arguments]
            child = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
            if child.stdout.splitlines()[-1:] != ["painted"]:
                raise AssertionError(f"nothing was painted: {child.stdout} {child.stderr[-2000:]}")

        run.compare(
            "start.first_paint",
            lambda _: start("program", str(data)),
            lambda _: start("bare"),
            n=run.times(20, 40),
            warm_up=2,
        )
    run.record("start.first_paint.goal.p50", GOAL_P50, "x")
