"""A person chooses a new password, knowing the old one; also the first thing after a starting password (ASVS 6.2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from pos.domain.errors import RuleViolation
from pos.domain.passwords import check_password as check_new_password
from pos.domain.passwords import hash_secret
from pos.store.people_queries import OperatorRow, operator, put_credential
from pos.store.unit_of_work import Connection
from pos.usecases.add_operator import password_context
from pos.usecases.check_password import check_password
from pos.usecases.fact import Hall
from pos.usecases.presence import presence_record


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """Her own password, old and new."""

    command_id: str
    actor: str
    old_password: str = field(repr=False)
    new_password: str = field(repr=False)


def change_password(hall: Hall, command: ChangePassword) -> None:
    """Change it. Blocks about 250 ms (two argon2id hashes).

    Raises: RuleViolation `sign_in.wrong`, `sign_in.wait` (wait_s), `sign_in.disabled`, `operator.unknown`,
        `password.same`, the `password.*` family; StoreError kinds.
    """
    with hall.store.reading() as connection:
        if hall.store.journal_of(connection).by_command(command.command_id) is not None:
            return
        person = _person(connection, command.actor)
        context = password_context(connection, person.code, person.display_name)
    if command.new_password == command.old_password:
        raise RuleViolation("password.same")
    check_new_password(command.new_password, context=context)
    check_password(hall, person.code, command.old_password, purpose="change")
    new_hash = hash_secret(command.new_password)
    with hall.store.unit_of_work() as uow:
        record = presence_record(
            uow, kind="password_changed", command_id=command.command_id, actor=command.actor, facts={}
        )
        put_credential(uow.connection, command.actor, new_hash, must_change=False, at_utc_ms=record.at_utc_ms)
        uow.commit()


def words_known_of(hall: Hall, operator_id: str) -> tuple[str, ...]:
    """What a guesser knows of this person and her hall: the screen says while she types what would be refused.

    Raises: RuleViolation `operator.unknown`; StoreError kinds.
    """
    with hall.store.reading() as connection:
        person = _person(connection, operator_id)
        return password_context(connection, person.code, person.display_name)


def _person(connection: Connection, operator_id: str) -> OperatorRow:
    person = operator(connection, operator_id)
    if person is None:
        raise RuleViolation("operator.unknown")
    return person
