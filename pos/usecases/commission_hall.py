"""First start: the hall comes into being with its chain, its key and its first administrator. No default accounts.

The genesis record of the chain `{hall}-H` names the public key, whose fingerprint is printed with the recovery code.
Both secrets are made where the person sits (`pos.domain.passwords`), so a repeat of the command needs to return none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ledger.entry import Record, RecordDraft, Row
from ledger.journal import FORMAT
from ledger.keys import SUITE
from pos.domain.errors import RuleViolation
from pos.domain.hall_profile import check_profile_text
from pos.domain.passwords import check_password, hash_secret, normal_recovery_code
from pos.domain.roles import Role
from pos.store.people_queries import is_commissioned, put_credential, put_recovery_code
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.add_operator import check_code, grant_row, known_words
from pos.usecases.fact import Hall

_HALL_CODE = re.compile(r"[A-Z0-9]{1,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionHall:
    """What the wizard asks. `demo` marks a hall of invented people; `recovery_code` is printed and kept in a safe."""

    command_id: str
    hall_code: str
    company: str
    hall_name: str
    payee: str
    bank: str
    bank_account: str
    emergency_phone: str
    demo: bool = False
    admin_code: str
    admin_name: str
    admin_password: str = field(repr=False)
    recovery_code: str = field(repr=False)
    admin_must_change: bool = False


@dataclass(frozen=True, slots=True)
class Commissioned:
    """The new hall: the first administrator, the key's fingerprint to print."""

    administrator_id: str
    key_id: str


def is_hall_code(text: str) -> bool:
    """True if the chains of a hall may begin with it."""
    return _HALL_CODE.fullmatch(text) is not None


def commission_hall(hall: Hall, command: CommissionHall) -> Commissioned:
    """Create the hall. Blocks about 150 ms (two argon2id hashes).

    Raises: RuleViolation `hall.commissioned` (there is one already), `hall.code`, `hall.field_empty` (name),
        `hall.bank_account`, `hall.phone` (least, most), `operator.code`, the `password.*` family; StoreError kinds.
    """
    _check(command)
    password_hash = hash_secret(command.admin_password)
    code_hash = hash_secret(normal_recovery_code(command.recovery_code))
    with hall.store.unit_of_work() as uow:
        known = uow.journal.by_command(command.command_id)
        if known is not None:
            return _result(known)
        if is_commissioned(uow.connection):
            raise RuleViolation("hall.commissioned")
        record = uow.journal.append(_genesis(hall, uow, command))
        put_credential(
            uow.connection,
            record.facts["administrator"],
            password_hash,
            must_change=command.admin_must_change,
            at_utc_ms=record.at_utc_ms,
        )
        put_recovery_code(uow.connection, code_hash, at_utc_ms=record.at_utc_ms)
        uow.commit()
        return _result(record)


def _check(command: CommissionHall) -> None:
    if not is_hall_code(command.hall_code):
        raise RuleViolation("hall.code", hall_code=command.hall_code)
    for name in ("company", "hall_name", "payee", "admin_name"):
        if not getattr(command, name).strip():
            raise RuleViolation("hall.field_empty", name=name)
    for name in ("bank_account", "emergency_phone"):
        check_profile_text(name, getattr(command, name).strip())
    check_code(command.admin_code)
    words = known_words(command.admin_code, command.admin_name, command.hall_code, command.hall_name, command.company)
    check_password(command.admin_password, context=words)


def _genesis(hall: Hall, uow: UnitOfWork, command: CommissionHall) -> RecordDraft:
    """One record: the chain's beginning, the hall, its first person."""
    chain = f"{command.hall_code}-H"
    administrator = str(uow.journal.head(chain).next_key)
    signer = hall.store.signer
    profile: Row = {
        "hall_code": command.hall_code,
        "company": command.company.strip(),
        "hall_name": command.hall_name.strip(),
        "payee": command.payee.strip(),
        "bank": command.bank.strip(),
        "bank_account": command.bank_account.strip(),
        "emergency_phone": command.emergency_phone.strip(),
        "demo": int(command.demo),
        "offset_min": hall.store.offset_min,
    }
    grant = grant_row(
        administrator, command.admin_code, command.admin_name.strip(), frozenset({Role.ADMINISTRATOR}), active=True
    )
    return RecordDraft(
        chain=chain,
        kind="genesis",
        command_id=command.command_id,
        actor=administrator,
        facts={
            "hall_code": command.hall_code,
            "format": FORMAT,
            "suite": SUITE,
            "key_id": signer.key_id,
            "public_key": signer.public_hex,
            "administrator": administrator,
        },
        rows={"hall_profile": [profile], "operator_grant": [grant]},
        sign=True,
    )


def _result(record: Record) -> Commissioned:
    return Commissioned(record.facts["administrator"], record.facts["key_id"])
