"""A colleague's name, roles or place change, or she is given a starting password anew (domain P12; ASVS 6.4.6, 7.4.2).

Newest row wins: a disabled person is out at her next act. Nobody is deleted, her name stands on papers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.entry import Record, RecordDraft
from pos.domain.errors import RuleViolation
from pos.domain.passwords import check_password, hash_secret
from pos.domain.roles import Act, Role
from pos.store.people_queries import (
    OperatorRow,
    hall_chain,
    operator,
    operators,
    put_credential,
    put_failures,
    settings,
)
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.add_operator import check_name, check_roles, grant_row, password_context
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOperator(Command):
    """Who is changed; None leaves a thing as it is. `starting_password` must be changed at her next sign-in."""

    operator_id: str
    display_name: str | None = None
    roles: frozenset[Role] | None = None
    active: bool | None = None
    starting_password: str | None = field(default=None, repr=False)


def change_operator(hall: Hall, command: ChangeOperator) -> OperatorRow:
    """Change a person; returns her as she is now. Blocks about 80 ms if a password is given.

    Raises: RuleViolation `operator.unknown`, `operator.name`, `operator.no_role`, `operator.too_many_roles` (most),
        `operator.last_administrator`, `operator.unchanged`, the `password.*`, `role.*`, `sign_in.*` families;
        StoreError kinds.
    """
    if command.display_name is not None:
        check_name(command.display_name)
    password_hash = _starting_hash(hall, command)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        old = _person(uow.connection, command.operator_id)
        new = _changed(old, command)
        if new == old and password_hash is None:
            raise RuleViolation("operator.unchanged")
        if new.roles != old.roles or (new.active and not old.active):
            check_roles(new.roles, settings(uow.connection))
        _keep_an_administrator(uow.connection, new)
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="operator_changed",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={
                "operator": new.operator_id,
                "roles_before": sorted(old.roles),
                "active_before": old.active,
                "password_reset": password_hash is not None,
            },
            rows={
                "operator_grant": [grant_row(new.operator_id, new.code, new.display_name, new.roles, active=new.active)]
            },
        )

    def after(uow: UnitOfWork, record: Record) -> None:
        if password_hash is not None:
            put_credential(
                uow.connection, command.operator_id, password_hash, must_change=True, at_utc_ms=record.at_utc_ms
            )
            put_failures(uow.connection, command.operator_id, 0, at_utc_ms=record.at_utc_ms)

    def result(uow: UnitOfWork, record: Record) -> OperatorRow:
        return _person(uow.connection, record.facts["operator"])

    return perform(hall, command, Act.MANAGE_OPERATORS, decide, result, after=after)


def _starting_hash(hall: Hall, command: ChangeOperator) -> str | None:
    if command.starting_password is None:
        return None
    with hall.store.reading() as connection:
        person = _person(connection, command.operator_id)
        context = password_context(connection, person.code, person.display_name)
    check_password(command.starting_password, context=context)
    return hash_secret(command.starting_password)


def _person(connection: Connection, operator_id: str) -> OperatorRow:
    person = operator(connection, operator_id)
    if person is None:
        raise RuleViolation("operator.unknown")
    return person


def _changed(old: OperatorRow, command: ChangeOperator) -> OperatorRow:
    return OperatorRow(
        operator_id=old.operator_id,
        code=old.code,
        display_name=old.display_name if command.display_name is None else command.display_name.strip(),
        roles=old.roles if command.roles is None else command.roles,
        active=old.active if command.active is None else command.active,
    )


def _keep_an_administrator(connection: Connection, changed: OperatorRow) -> None:
    everybody = {person.operator_id: person for person in operators(connection)} | {changed.operator_id: changed}
    if not any(person.active and Role.ADMINISTRATOR in person.roles for person in everybody.values()):
        raise RuleViolation("operator.last_administrator")
