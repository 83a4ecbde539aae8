"""An administrator lost her password: the code from commissioning lets her choose a new one, once (domain P12).

The use is a record of the hall's chain; a new code takes the old one's place and is shown once to be written down. The
code opens nothing else: it names an administrator and gives her a password.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.entry import RecordDraft
from pos.domain.errors import RuleViolation
from pos.domain.passwords import check_password, hash_secret, matches, normal_recovery_code
from pos.domain.roles import Role
from pos.store.people_queries import (
    OperatorRow,
    hall_chain,
    operator_by_code,
    put_credential,
    put_recovery_code,
    recovery_code_hash,
    recovery_code_is_of_backup,
)
from pos.usecases.add_operator import password_context
from pos.usecases.check_password import count_failure, forgive, note_failure
from pos.usecases.fact import Hall

_SUBJECT = "recovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRecoveryCode:
    """The administrator's 工号, the code from the paper, her new password and the code that takes its place."""

    command_id: str
    login: str = field(repr=False)
    recovery_code: str = field(repr=False)
    new_password: str = field(repr=False)
    new_recovery_code: str = field(repr=False)


def use_recovery_code(hall: Hall, command: UseRecoveryCode) -> str:
    """Give an administrator a new password; returns her operator id. Blocks about 400 ms (three argon2id hashes).

    Raises: RuleViolation `recovery.wrong` (code or name, it does not say which), `recovery.wrong_restored` (the same
        in books whose code in force is that of the backup), `sign_in.wait` (wait_s), `password.same` (the new
        code is the old one), the `password.*` family; StoreError kinds.
    """
    old_code, new_code = normal_recovery_code(command.recovery_code), normal_recovery_code(command.new_recovery_code)
    if new_code == old_code:
        raise RuleViolation("password.same")
    with hall.store.unit_of_work() as uow:
        known = uow.journal.by_command(command.command_id)
        if known is not None:
            return str(known.facts["operator"])
        chain = hall_chain(uow.connection)
        failures = count_failure(uow, _SUBJECT, hall.clock.now_utc_ms())
        stored = recovery_code_hash(uow.connection)
        person = operator_by_code(uow.connection, command.login.strip())
        of_backup = recovery_code_is_of_backup(uow.connection)
        context = () if person is None else password_context(uow.connection, person.code, person.display_name)
        uow.commit()
    right = matches(stored, old_code)
    if not right or person is None or not _is_administrator(person):
        note_failure(hall, None, failures, "recovery")
        raise RuleViolation("recovery.wrong_restored" if of_backup else "recovery.wrong")
    with hall.store.unit_of_work() as uow:
        forgive(uow, _SUBJECT)  # the code was right; a poor password is no guess
        uow.commit()
    check_password(command.new_password, context=context)
    password_hash, code_hash = hash_secret(command.new_password), hash_secret(new_code)
    with hall.store.unit_of_work() as uow:
        if recovery_code_hash(uow.connection) != stored:
            raise RuleViolation("recovery.wrong")  # somebody used it in between: it is void
        record = uow.journal.append(
            RecordDraft(
                chain=chain,
                kind="recovery_code_used",
                command_id=command.command_id,
                actor=person.operator_id,
                facts={"operator": person.operator_id},
            )
        )
        put_credential(uow.connection, person.operator_id, password_hash, must_change=False, at_utc_ms=record.at_utc_ms)
        put_recovery_code(uow.connection, code_hash, at_utc_ms=record.at_utc_ms)
        forgive(uow, person.operator_id, own_only=True)
        uow.commit()
    return person.operator_id


def words_known_here(hall: Hall) -> tuple[str, ...]:
    """What a guesser knows of everybody here, before it is said who she is: the page says it while she types.

    Raises: StoreError kinds.
    """
    with hall.store.reading() as connection:
        return tuple(word for word in password_context(connection, "", "") if word)


def _is_administrator(person: OperatorRow) -> bool:
    return person.active and Role.ADMINISTRATOR in person.roles
