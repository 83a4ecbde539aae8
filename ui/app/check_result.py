"""What one look of the doctor found, as data; the command says it in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """`warn`: work goes on, but not everything does. `fail`: something this hall needs does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line.

    Attributes:
        name: what was looked at (`database`, `reader` ...).
        outcome: how it stands.
        finding: code of the sentence; the advice has the same code with `.do`.
        detail: figures, versions, paths; never personal.
    """

    name: str
    outcome: Outcome
    finding: str
    detail: str = ""
