"""What every screen says besides its figures: notices in three short parts, and the frame around a page.

Rule: screen.md "Messages" (what happened, what it means for the money, what to do) and "Frame". A notice carries a
stable code and parameters; the sentences live in the catalogue. Must not know: Qt, languages, colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How loud something is; each tone has a shape and a word beside its colour."""

    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message on the screen.

    Attributes:
        code: stable code; the catalogue has `<code>.what`, `.money`, `.do`.
        tone: see `Tone`.
        params: names and figures for the sentences, as pairs so that the state stays hashable.
    """

    code: str
    tone: Tone = Tone.INFO
    params: tuple[tuple[str, int | str], ...] = ()


class LampState(StrEnum):
    """A device as the counter sees it. UNKNOWN is not OK: a silent device is never shown as working; ABSENT and OFF are
    no faults: this workstation is not configured to have it, or somebody has not turned it on."""

    OK = "ok"
    FAULT = "fault"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Lamp:
    """device: `reader`, `printer`, `drawer`, `display`. detail_code, params: what is wrong, "" if nothing is; an error
    code where one names the cure too, else a short message."""

    device: str
    state: LampState
    detail_code: str = ""
    params: tuple[tuple[str, int | str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameState:
    """The bars around every page.

    Attributes:
        company, hall, till_name: as configured. session_no: 0 = no till session open.
        business_day: ISO date, "" before opening. operator_name, operator_role: "" = nobody signed in.
        marks: of `books_damaged`, `demo`, `training`, `test_keys`, `unsigned`, `simulated`, `keys_locked`, `scratch`;
            shown as pills that cannot be overlooked.
        lamps: devices of this workstation.
        hint: a notice for the whole workstation (counting since 17:02), or None.
        keys: actions of the key bar, in order; `settle=count.submit` shows that message instead of the action's own
            label, because F9 does another thing on another page.
    """

    company: str = ""
    hall: str = ""
    till_name: str = ""
    session_no: int = 0
    business_day: str = ""
    operator_name: str = ""
    operator_role: str = ""
    marks: tuple[str, ...] = ()
    lamps: tuple[Lamp, ...] = ()
    hint: Notice | None = None
    keys: tuple[str, ...] = ()
