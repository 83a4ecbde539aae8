"""The card profiles of one hall: makers' files beside its device configuration, before the built-in ones.

A file with a problem, or two files whose cards cannot be told apart, stop the kind of card that they are for until they
are mended; a file that does not even tell its kind stops all. It must not know sessions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path
from typing import Final

from devices.cards.card_profile import CardProfile, ProfileInvalid, parse_profile
from devices.cards.memory_profile import REFERENCE as MEMORY_REFERENCE
from devices.cards.memory_profile import MemoryLayout
from devices.cards.mifare_profile import REFERENCE as MIFARE_REFERENCE
from devices.cards.mifare_profile import MifareLayout
from devices.cards.profile_kinds import CPU, KIND_OF, MEMORY, STORAGE, WALLET, WITH_APPLICATION
from devices.cards.reference_profile import REFERENCE as CPU_REFERENCE
from devices.cards.reference_profile import CpuLayout
from devices.cards.wallet_profile import WALLET as WALLET_REFERENCE
from pos.domain.errors import DeviceRefused

FOLDER: Final = "card-profiles"
SERVED: Final = (CPU, STORAGE, MEMORY)
"""Kinds as a reader tells them from each other; a CPU card with a wallet is told by its application only."""
Layout = CpuLayout | MifareLayout | MemoryLayout


@dataclass(frozen=True, slots=True)
class HallLayouts:
    """What a hall serves, each kind in the order of its files' names, then the built-in one.

    A blank card is issued by the first layout that serves its family.

    Attributes: cpu, mifare, memory; wrong (kinds of card that are stopped, and what stops them).
    """

    cpu: tuple[CpuLayout, ...] = (CPU_REFERENCE, WALLET_REFERENCE)
    mifare: tuple[MifareLayout, ...] = (MIFARE_REFERENCE,)
    memory: tuple[MemoryLayout, ...] = (MEMORY_REFERENCE,)
    wrong: Mapping[str, str] = field(default_factory=dict)

    def for_memory(self, family: str) -> tuple[MemoryLayout, ...]:
        """Layouts for memory cards of a family. Raises: DeviceRefused `profiles.invalid`."""
        self._check(MEMORY)
        return tuple(layout for layout in self.memory if family in layout.records.profile.families)

    def for_mifare(self) -> tuple[MifareLayout, ...]:
        """Layouts for MIFARE Classic cards. Raises: DeviceRefused `profiles.invalid`."""
        self._check(STORAGE)
        return self.mifare

    def for_cpu(self) -> tuple[CpuLayout, ...]:
        """Layouts for CPU cards, with a wallet and without. Raises: DeviceRefused `profiles.invalid`."""
        self._check(CPU)
        return self.cpu

    @property
    def names(self) -> tuple[str, ...]:
        """Profiles in use, by name."""
        served: tuple[tuple[str, tuple[Layout, ...]], ...] = (
            (CPU, self.cpu),
            (STORAGE, self.mifare),
            (MEMORY, self.memory),
        )
        return tuple(
            layout.records.profile.name for kind, layouts in served if kind not in self.wrong for layout in layouts
        )

    def _check(self, kind: str) -> None:
        if kind in self.wrong:
            raise DeviceRefused("profiles.invalid", found=self.wrong[kind])


@cache
def built_in_layouts() -> HallLayouts:
    """What a hall without files of its own serves."""
    return HallLayouts()


def layouts_of_hall(folder: Path) -> HallLayouts:
    """The hall's own layouts before the built-in ones."""
    files = sorted((folder / FOLDER).glob("*.toml"))
    if not files:
        return built_in_layouts()
    found: list[CardProfile] = []
    wrong: dict[str, str] = {}
    for file in files:
        read = _read(file)
        if isinstance(read, CardProfile):
            found.append(read)
            continue
        for kind in read.kinds:
            wrong.setdefault(kind, read.why)
    cpu = (*(CpuLayout(each) for each in found if _served_as(each) == CPU), CPU_REFERENCE, WALLET_REFERENCE)
    mifare = (*(MifareLayout(each) for each in found if _served_as(each) == STORAGE), MIFARE_REFERENCE)
    memory = (*(MemoryLayout(each) for each in found if _served_as(each) == MEMORY), MEMORY_REFERENCE)
    names = [(layout.records.profile.name, layout.name) for layout in cpu]
    for kind, heads in ((CPU, names), (STORAGE, _heads(mifare)), (MEMORY, _heads(memory))):
        clash = _clash(heads)
        if clash:
            wrong.setdefault(kind, clash)
    return HallLayouts(cpu, mifare, memory, wrong)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A file that cannot be used. Attributes: kinds of card it stops; why."""

    kinds: tuple[str, ...]
    why: str


def _read(file: Path) -> CardProfile | _Wrong:
    try:
        stored = file.read_bytes()
    except OSError as unread:
        return _Wrong(SERVED, f"{file.name}: {unread}")
    kinds = _kinds_named(stored)
    try:
        profile = _parsed(stored.decode("utf-8-sig"))
    except UnicodeDecodeError as unread:
        return _Wrong(kinds, f"{file.name}: {unread}")
    except ProfileInvalid as invalid:
        first = invalid.problems[0]
        return _Wrong(kinds, f"{file.name}:{first.line}: {first.place}")
    return profile


@lru_cache(maxsize=32)
def _parsed(text: str) -> CardProfile:
    """As `parse_profile`; a file that stands as it stood is not worked through again for every card."""
    return parse_profile(text)


def _served_as(profile: CardProfile) -> str:
    return CPU if profile.kind.name in WITH_APPLICATION else profile.kind.name


def _kinds_named(stored: bytes) -> tuple[str, ...]:
    """Kinds of card whose families stand in a file, right or wrong; all where none does."""
    text = stored.decode("utf-8", "replace")
    named = {
        CPU if kind.name == WALLET else kind.name
        for family, kind in KIND_OF.items()
        if f'"{family}"' in text or f"'{family}'" in text
    }
    return tuple(kind for kind in SERVED if kind in named) or SERVED


def _heads(layouts: Iterable[MifareLayout | MemoryLayout]) -> list[tuple[str, bytes]]:
    return [(layout.records.profile.name, layout.head) for layout in layouts]


def _clash(heads: list[tuple[str, bytes]]) -> str:
    """Two profiles of which one begins as the other does, a CPU card by its name; empty if there are none."""
    for (one, head), (other, other_head) in combinations(heads, 2):
        if head.startswith(other_head) or other_head.startswith(head):
            return f"{other}: {one}, {other_head.hex().upper()}"
    return ""
