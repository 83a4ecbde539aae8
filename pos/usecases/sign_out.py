"""A person leaves her workstation; her till session stays hers and open until it is counted."""

from __future__ import annotations

from dataclasses import dataclass

from pos.usecases.fact import Hall
from pos.usecases.presence import note_presence


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut:
    """Who leaves which workstation."""

    command_id: str
    actor: str
    workstation: str


def sign_out(hall: Hall, command: SignOut) -> None:
    """Record that she left. Raises RuleViolation `operator.unknown`; StoreError kinds."""
    note_presence(
        hall,
        kind="signed_out",
        command_id=command.command_id,
        actor=command.actor,
        facts={"workstation": command.workstation},
    )
