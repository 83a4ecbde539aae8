"""`changshou doctor`: the self-test in words, part by part, with what to do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ui.cli import exit_codes
from ui.cli.texts import Texts
from ui.cli.waiting import Waiting


def doctor(say: Texts, data: Path | None, *, demo: bool, proof: bool = False) -> int:
    """Print one line per part and an advice where one is needed; returns 0, or 1 if something failed.

    Raises: OSError if the data folder is a file.
    """
    from ui.app.check_result import Outcome
    from ui.app.config import SIMULATED
    from ui.app.doctor import examine, worst
    from ui.app.places import places

    at = places(data, demo=demo)
    if at.data.is_file():  # nothing in it could be looked at
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(at.data))
    results = []
    config = SIMULATED if demo and not at.config.exists() else None
    for result in examine(at, config, proof=proof, progress=Waiting(say)):
        results.append(result)
        detail = f"  ({result.detail})" if result.detail else ""
        name, finding = say.doctor(f"name.{result.name}"), say.doctor(result.finding) or result.finding
        mark = say.doctor(f"doctor.{result.outcome.value}")
        print(say("doctor.line", mark=mark, name=name, finding=finding, detail=detail))
        advice = say.doctor(f"{result.finding}.do")
        if advice:
            print(f"        → {advice}")
    print(say.doctor(f"doctor.sum.{worst(results).value}"))
    return exit_codes.FOUND if worst(results) is Outcome.FAIL else exit_codes.GOOD
