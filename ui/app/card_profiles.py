"""A card profile file looked at for the command line: what is wrong with it, or what it holds.

Must not know: words and languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from devices.cards.card_profile import CardProfile, ProfileInvalid, ProfileProblem, parse_profile


@dataclass(frozen=True, slots=True)
class ProfileLook:
    """Attributes: profile (None if it cannot be used); problems (in the order of the file)."""

    profile: CardProfile | None
    problems: tuple[ProfileProblem, ...] = ()


def look_at_profile(file: Path) -> ProfileLook:
    """Read and check a file. Raises: OSError where it cannot be read."""
    try:
        return ProfileLook(parse_profile(file.read_bytes().decode("utf-8-sig")))
    except UnicodeDecodeError as unread:
        line = unread.object[: unread.start].count(b"\n") + 1
        return ProfileLook(None, (ProfileProblem(line, "", "not_utf8"),))
    except ProfileInvalid as invalid:
        return ProfileLook(None, invalid.problems)
