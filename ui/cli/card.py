"""`changshou card`: a maker's card profile is checked before any card is trusted to it (docs/card-profiles.md).

Every problem gets a line with the place in the file, what stands there and what may. Must not know: how a card is read.
"""

from __future__ import annotations

from pathlib import Path

from ui.cli import exit_codes
from ui.cli.texts import Texts


def check_profile(say: Texts, file: Path) -> int:
    """Print every problem of a profile file; returns 0, or 1 if there is one. Raises OSError for an unreadable file."""
    from ui.app.card_profiles import look_at_profile

    look = look_at_profile(file)
    for problem in look.problems:
        what = say(f"profile.{problem.code}", found=problem.found, allowed=problem.allowed)
        place = f"{problem.place}: " if problem.place else ""
        print(say("profile.line", file=str(file), line=str(problem.line), place=place, what=what))
    if look.profile is None:
        print(say("profile.bad", count=str(len(look.problems))))
        return exit_codes.FOUND
    profile = look.profile
    print(say("profile.good", name=profile.name, title=profile.title, families=", ".join(profile.families)))
    for name, record in profile.records.items():
        print(say("profile.record", name=name, length=str(record.length), checksum=record.checksum))
    return exit_codes.GOOD
