"""What one look of the doctor found, as data; the command and the settings page say it in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ui.presenters.notice import Tone
from ui.presenters.office_state import CheckRow


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


_TONES = {Outcome.OK: Tone.GOOD, Outcome.WARN: Tone.WARNING, Outcome.FAIL: Tone.BAD}
_SHORT = {Outcome.OK: "check.ok", Outcome.WARN: "check.warning", Outcome.FAIL: "check.failed"}


def check_row(result: CheckResult) -> CheckRow:
    """The line as the settings page shows it."""
    return CheckRow(f"check.{result.name}", _SHORT[result.outcome], _TONES[result.outcome], result.detail)
