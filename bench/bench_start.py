"""Cold start: from the fork to the first finished paint of the window, to the furnished window (bars, keys, look), and
to a sign-in page that lets people in.

The reference is a bare PySide6 window. All are new processes, offscreen, one after the other, as in a shop: file caches
are warm and Python has kept its compiled modules (an environment that forbids keeping them would measure the compiler).
The first start makes the demo hall and is not timed. Goal: first paint p50 <= 1.3 x.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.harness import Run

GOAL_P50 = 1.3


def run(run: Run) -> None:
    """Start them again and again."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CONFIG_HOME": str(Path(folder) / "config"),
            "XDG_DATA_HOME": str(Path(folder) / "share"),
            "PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled"),
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)

        def start(what: str) -> None:
            command = [sys.executable, "-m", "bench.first_paint", what]
            child = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
            if child.stdout.splitlines()[-1:] != ["painted"]:
                raise AssertionError(f"nothing was painted: {child.stdout} {child.stderr[-2000:]}")

        start("ready")  # makes the demo hall
        stages = (("first_paint", "program", 20), ("frame", "frame", 10), ("ready", "ready", 10))
        for name, what, often in stages:

            def subject(_: int, what: str = what) -> None:
                start(what)

            run.compare(f"start.{name}", subject, lambda _: start("bare"), n=run.times(often, 40), warm_up=2)
    run.record("start.first_paint.goal.p50", GOAL_P50, "x")
