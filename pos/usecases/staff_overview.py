"""The people of the hall for the administrator's page: everybody, and when each was last there. A query."""

from __future__ import annotations

from dataclasses import dataclass

from pos.store.people_queries import OperatorRow, credential, last_sign_ins, operators, settings
from pos.usecases.add_operator import ROLES_OF_ONE_PERSON
from pos.usecases.fact import Hall


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A person. must_change: her starting password is not replaced yet; last_sign_in_utc_ms: None = never."""

    person: OperatorRow
    must_change: bool
    last_sign_in_utc_ms: int | None


@dataclass(frozen=True, slots=True)
class StaffOverview:
    """Everybody by 工号, and how many roles a person may hold."""

    lines: tuple[StaffLine, ...]
    most_roles: int


def staff_overview(hall: Hall) -> StaffOverview:
    """Read it. Raises RuleViolation `hall.not_commissioned`; StoreError kinds."""
    with hall.store.reading() as connection:
        seen = last_sign_ins(connection)
        lines = []
        for person in operators(connection):
            stored = credential(connection, person.operator_id)
            waiting = stored is not None and stored.must_change
            lines.append(StaffLine(person, waiting, seen.get(person.operator_id)))
        most = ROLES_OF_ONE_PERSON if settings(connection).one_person_hall else 1
        return StaffOverview(tuple(lines), most)
