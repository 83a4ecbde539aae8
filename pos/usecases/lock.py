"""The counter is locked, by F12 or because nobody touched it; the open sale stays where it is (ASVS 7.3.1, 7.4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pos.usecases.fact import Hall
from pos.usecases.presence import note_presence


class LockedBy(StrEnum):
    """Why the screen is locked."""

    KEY = "key"
    IDLE = "idle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Whose screen is locked, where and why."""

    command_id: str
    actor: str
    workstation: str
    by: LockedBy


def lock(hall: Hall, command: Lock) -> None:
    """Record the lock. Raises RuleViolation `operator.unknown`; StoreError kinds."""
    note_presence(
        hall,
        kind="locked",
        command_id=command.command_id,
        actor=command.actor,
        facts={"workstation": command.workstation, "by": command.by},
    )
