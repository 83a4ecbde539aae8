"""The same person comes back to her locked counter with her password; nobody else can (design, Counter: F12)."""

from __future__ import annotations

from dataclasses import dataclass, field

from pos.domain.errors import RuleViolation
from pos.store.people_queries import operator
from pos.usecases.check_password import check_password
from pos.usecases.fact import Hall
from pos.usecases.presence import note_presence


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """Who is asked (the locked screen knows her) and what she typed."""

    command_id: str
    actor: str
    password: str = field(repr=False)
    workstation: str


def unlock(hall: Hall, command: Unlock) -> int:
    """Unlock; returns how many wrong passwords came before. Blocks about 120 ms.

    Raises: RuleViolation `sign_in.wrong`, `sign_in.wait` (wait_s), `sign_in.disabled`, `sign_in.must_change` (her
        password was reset meanwhile), `operator.unknown`; StoreError kinds.
    """
    with hall.store.reading() as connection:
        person = operator(connection, command.actor)
    if person is None:
        raise RuleViolation("operator.unknown")
    known = check_password(hall, person.code, command.password, purpose="unlock")
    if known.must_change:
        raise RuleViolation("sign_in.must_change")
    note_presence(
        hall,
        kind="unlocked",
        command_id=command.command_id,
        actor=command.actor,
        facts={"workstation": command.workstation, "failed_before": known.failed_before},
    )
    return known.failed_before
