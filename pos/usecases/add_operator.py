"""A new colleague: 工号, name, role and a starting password she must change (domain P12; ASVS 6.4.1, 6.4.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ledger.entry import Record, RecordDraft, Row
from pos.domain.errors import RuleViolation
from pos.domain.passwords import check_password, hash_secret, new_starting_password
from pos.domain.pinyin_keys import name_keys, spelled
from pos.domain.roles import Act, Role
from pos.domain.settings import Settings
from pos.store.people_queries import hall_chain, hall_profile, operator_by_code, put_credential, settings
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Command, Hall, perform

ROLES_OF_ONE_PERSON = 2
"""How many roles a person may hold where the setting says it is a hall of one person; elsewhere it is one."""

_CODE = re.compile(r"[A-Za-z0-9]{1,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOperator(Command):
    """Who is added. `must_change` is False only where the person typed the password herself."""

    code: str
    display_name: str
    roles: frozenset[Role]
    password: str = field(repr=False)
    must_change: bool = True


def add_operator(hall: Hall, command: AddOperator) -> str:
    """Add a person; returns her operator id. Blocks about 80 ms (argon2id).

    Raises: RuleViolation `operator.code`, `operator.code_taken`, `operator.name`, `operator.no_role`,
        `operator.too_many_roles` (most), the `password.*`, `role.*` and `sign_in.*` families; StoreError kinds.
    """
    check_code(command.code)
    check_name(command.display_name)
    with hall.store.reading() as connection:
        context = password_context(connection, command.code, command.display_name)
    check_password(command.password, context=context)
    password_hash = hash_secret(command.password)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        check_roles(command.roles, settings(uow.connection))
        if operator_by_code(uow.connection, command.code) is not None:
            raise RuleViolation("operator.code_taken", operator_code=command.code)
        chain = hall_chain(uow.connection)
        operator_id = str(uow.journal.head(chain).next_key)
        grant = grant_row(operator_id, command.code, command.display_name.strip(), command.roles, active=True)
        return RecordDraft(
            chain=chain,
            kind="operator_added",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"operator": operator_id},
            rows={"operator_grant": [grant]},
        )

    def after(uow: UnitOfWork, record: Record) -> None:
        put_credential(
            uow.connection,
            record.facts["operator"],
            password_hash,
            must_change=command.must_change,
            at_utc_ms=record.at_utc_ms,
        )

    return perform(hall, command, Act.MANAGE_OPERATORS, decide, _operator_id, after=after)


def check_code(code: str) -> None:
    """A 工号 is 1 to 12 letters and digits. Raises RuleViolation `operator.code`."""
    if not _CODE.fullmatch(code):
        raise RuleViolation("operator.code")


def check_name(display_name: str) -> None:
    """A name to print on papers. Raises RuleViolation `operator.name`."""
    if not 1 <= len(display_name.strip()) <= 20 or not display_name.isprintable():
        raise RuleViolation("operator.name")


def check_roles(roles: frozenset[Role], in_force: Settings) -> None:
    """One role, two where the setting says so. Raises RuleViolation `operator.no_role`, `.too_many_roles` (most)."""
    if not roles:
        raise RuleViolation("operator.no_role")
    most = ROLES_OF_ONE_PERSON if in_force.one_person_hall else 1
    if len(roles) > most:
        raise RuleViolation("operator.too_many_roles", most=most)


def grant_row(operator_id: str, code: str, display_name: str, roles: frozenset[Role], *, active: bool) -> Row:
    """The sealed row that says who a person is from now on."""
    return {
        "operator_id": operator_id,
        "code": code,
        "display_name": display_name,
        "roles": " ".join(sorted(roles)),
        "active": int(active),
    }


def starting_password(hall: Hall, code: str, display_name: str) -> str:
    """A new one for this person, which no rule of this hall refuses."""
    with hall.store.reading() as connection:
        context = password_context(connection, code, display_name)
    return new_starting_password(context)


def password_context(connection: Connection, code: str, display_name: str) -> tuple[str, ...]:
    """Words that a guesser of this person's password knows, as written and in pinyin."""
    profile = hall_profile(connection)
    return known_words(code, display_name, profile.hall_code, profile.hall_name, profile.company)


def known_words(code: str, display_name: str, hall_code: str, hall_name: str, company: str) -> tuple[str, ...]:
    """The same before there is a hall: what is accepted at the first start is what is accepted ever after."""
    written = (display_name, hall_name, company)
    return (code, hall_code, *written, *name_keys(display_name), *("".join(spelled(text)) for text in written))


def _operator_id(_uow: UnitOfWork, record: Record) -> str:
    return str(record.facts["operator"])
