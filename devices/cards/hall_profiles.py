"""The card profiles of one hall: makers' files beside its device configuration, before the built-in ones.

Makers' profiles are served for memory cards; a file for another kind, one with a problem, or two files whose cards
cannot be told apart are refused, and no memory card is touched until they are mended. It must not know sessions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from devices.cards.card_profile import CardProfile, ProfileInvalid, parse_profile
from devices.cards.memory_profile import REFERENCE, MemoryLayout
from devices.cards.profile_kinds import MEMORY
from pos.domain.errors import DeviceRefused

FOLDER: Final = "card-profiles"


def built_in_layouts() -> tuple[MemoryLayout, ...]:
    """What a hall without files of its own serves."""
    return (REFERENCE,)


def layouts_of_hall(folder: Path) -> tuple[MemoryLayout, ...]:
    """The hall's own layouts in the order of their files' names, then the built-in one.

    A blank card is issued by the first that serves its family. Raises: DeviceRefused `profiles.invalid`.
    """
    layouts = [MemoryLayout(_read(file)) for file in sorted((folder / FOLDER).glob("*.toml"))]
    layouts.append(REFERENCE)
    seen: dict[bytes, str] = {}
    for layout in layouts:
        name = layout.records.profile.name
        if layout.head in seen:
            raise DeviceRefused("profiles.invalid", found=f"{name}: {seen[layout.head]}, {layout.head.hex().upper()}")
        seen[layout.head] = name
    return tuple(layouts)


def _read(file: Path) -> CardProfile:
    try:
        profile = parse_profile(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as unread:
        raise DeviceRefused("profiles.invalid", found=f"{file.name}: {unread}") from unread
    except ProfileInvalid as invalid:
        first = invalid.problems[0]
        raise DeviceRefused("profiles.invalid", found=f"{file.name}:{first.line}: {first.place}") from invalid
    if profile.kind.name != MEMORY:
        raise DeviceRefused("profiles.invalid", found=f"{file.name}: {', '.join(profile.families)}")
    return profile
