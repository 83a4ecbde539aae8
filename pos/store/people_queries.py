"""Questions about the hall, its people, tills and settings; the newest row wins (design, Money rules 7, 12).

Also the plain rows that belong to people: password hashes and the counters of failed sign-ins. Must not know what a
role may do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from ledger.sqlite_engine import all_rows, first_row
from pos.domain.errors import RuleViolation
from pos.domain.roles import Role
from pos.domain.settings import Settings, with_texts

_PROFILE = (
    "SELECT hall_code, company, hall_name, payee, bank, bank_account, emergency_phone, demo, offset_min"
    " FROM hall_profile ORDER BY epoch DESC, seq DESC, line DESC LIMIT 1"
)
_GRANT = "SELECT operator_id, code, display_name, roles, active FROM operator_grant"
_NEWEST = " ORDER BY epoch DESC, seq DESC, line DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class HallProfile:
    """What papers say about the hall. `offset_min` is the hall's offset from UTC; `demo` marks invented people."""

    hall_code: str
    company: str
    hall_name: str
    payee: str
    bank: str
    bank_account: str
    emergency_phone: str
    demo: bool
    offset_min: int

    @property
    def chain(self) -> str:
        """The hall's own chain."""
        return f"{self.hall_code}-H"


@dataclass(frozen=True, slots=True)
class PaperMakers:
    """Who is named at the head of a paper. `operator_name`, `operator_code`, `till_name`: `""` where there is none."""

    profile: HallProfile
    operator_name: str
    operator_code: str
    till_name: str


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """A person as she is now. `code` is the 工号 she signs in with."""

    operator_id: str
    code: str
    display_name: str
    roles: frozenset[Role]
    active: bool


@dataclass(frozen=True, slots=True)
class ActingOperator(OperatorRow):
    """The same, and whether she must choose a new password before she may do anything."""

    must_change: bool


@dataclass(frozen=True, slots=True)
class TillRow:
    """A till: its id (`T01`), its name (`1 号窗口`), its chain."""

    till_id: str
    name: str
    chain: str


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """The hash of a person's password, and whether she must choose a new one first."""

    password_hash: str
    must_change: bool


@dataclass(frozen=True, slots=True)
class FailureRow:
    """Failed attempts on one subject since the last good one."""

    failures: int
    last_failure_utc_ms: int


def is_commissioned(connection: Connection) -> bool:
    """False in an empty store, before the first start's wizard."""
    return connection.exec_driver_sql(_PROFILE).first() is not None


def is_half_founded(connection: Connection) -> bool:
    """True for what a founding leaves that was stopped between its genesis and its last step, the fees.

    Programs before the staged founding wrote it straight into the books. Nothing was sold there: no till ever opened.
    """
    if not is_commissioned(connection):
        return True
    begun = connection.exec_driver_sql("SELECT 1 FROM fee_price UNION ALL SELECT 1 FROM till_session LIMIT 1")
    return begun.first() is None


def hall_profile(connection: Connection) -> HallProfile:
    """The hall. Raises RuleViolation `hall.not_commissioned`."""
    row = first_row(connection, _PROFILE)
    if row is None:
        raise RuleViolation("hall.not_commissioned")
    return _profile(row)


def paper_makers(connection: Connection, operator_id: str, till_id: str | None) -> PaperMakers:
    """The hall, a person and a till as they are now, in one statement. Raises RuleViolation `hall.not_commissioned`."""
    row = first_row(
        connection,
        f"SELECT h.*, o.display_name, o.code, (SELECT name FROM till WHERE till_id = ?) FROM ({_PROFILE}) h"
        f" LEFT JOIN (SELECT code, display_name FROM operator_grant WHERE operator_id = ?{_NEWEST}) o",
        (till_id, operator_id),
    )
    if row is None:
        raise RuleViolation("hall.not_commissioned")
    *profile, name, code, till_name = row
    return PaperMakers(_profile(profile), name or "", code or "", till_name or "")


def hall_chain(connection: Connection) -> str:
    """The hall's chain, e.g. `DJ-H`. Raises RuleViolation `hall.not_commissioned`."""
    return hall_profile(connection).chain


def chain_for_refusal(connection: Connection) -> str:
    """Refusals are written to the hall's chain."""
    return hall_chain(connection)


def operator(connection: Connection, operator_id: str) -> OperatorRow | None:
    """A person by id as she is now, or None."""
    row = first_row(connection, f"{_GRANT} WHERE operator_id = ?{_NEWEST}", (operator_id,))
    return None if row is None else _operator(row)


def acting_operator(connection: Connection, operator_id: str) -> ActingOperator | None:
    """A person who asks for something, or None: all that every use case must know of her, in one statement."""
    row = first_row(
        connection,
        "SELECT g.operator_id, g.code, g.display_name, g.roles, g.active, coalesce(c.must_change, 0)"
        " FROM operator_grant g LEFT JOIN credential c ON c.operator_id = g.operator_id WHERE g.operator_id = ?"
        " ORDER BY g.epoch DESC, g.seq DESC, g.line DESC LIMIT 1",
        (operator_id,),
    )
    if row is None:
        return None
    *grant, must_change = row
    person = _operator(grant)
    return ActingOperator(
        person.operator_id, person.code, person.display_name, person.roles, person.active, bool(must_change)
    )


def operator_by_code(connection: Connection, code: str) -> OperatorRow | None:
    """A person by 工号 as she is now, or None; a code she once had does not count."""
    row = connection.exec_driver_sql(f"{_GRANT} WHERE code = ?{_NEWEST}", (code,)).first()
    if row is None:
        return None
    current = operator(connection, row[0])
    return current if current is not None and current.code == code else None


def operators(connection: Connection) -> tuple[OperatorRow, ...]:
    """Everybody as they are now, by 工号; disabled people too."""
    newest = {row[0]: row for row in connection.exec_driver_sql(f"{_GRANT} ORDER BY epoch, seq, line")}
    return tuple(sorted((_operator(row) for row in newest.values()), key=lambda person: person.code))


def last_sign_ins(connection: Connection) -> dict[str, int]:
    """When each operator last signed in, by operator id: one walk along the hall's chain."""
    rows = connection.exec_driver_sql(
        "SELECT body ->> '$.actor', max(at_utc_ms) FROM journal WHERE chain = ? AND kind = 'signed_in' GROUP BY 1",
        (hall_chain(connection),),
    )
    return {str(actor): int(at_utc_ms) for actor, at_utc_ms in rows}


def tills(connection: Connection) -> tuple[TillRow, ...]:
    """All tills by id."""
    rows = connection.exec_driver_sql("SELECT till_id, name, till_chain FROM till ORDER BY till_id")
    return tuple(TillRow(*row) for row in rows)


def till(connection: Connection, till_id: str) -> TillRow | None:
    """One till, or None."""
    row = connection.exec_driver_sql("SELECT till_id, name, till_chain FROM till WHERE till_id = ?", (till_id,)).first()
    return None if row is None else TillRow(*row)


def settings(connection: Connection) -> Settings:
    """The settings in force: defaults, overlaid with the newest sealed values."""
    rows = all_rows(connection, "SELECT name, value FROM setting ORDER BY epoch, seq, line")
    return with_texts({row[0]: row[1] for row in rows})


def credential(connection: Connection, operator_id: str) -> CredentialRow | None:
    """The password hash of a person, or None."""
    row = connection.exec_driver_sql(
        "SELECT password_hash, must_change FROM credential WHERE operator_id = ?", (operator_id,)
    ).first()
    return None if row is None else CredentialRow(row[0], bool(row[1]))


def with_starting_password(connection: Connection) -> frozenset[str]:
    """Operator ids of those who must choose a password of their own before they may do anything."""
    rows = connection.exec_driver_sql("SELECT operator_id FROM credential WHERE must_change = 1")
    return frozenset(str(row[0]) for row in rows)


def put_credential(
    connection: Connection, operator_id: str, password_hash: str, *, must_change: bool, at_utc_ms: int
) -> None:
    """Store a person's password hash in place of an older one."""
    connection.exec_driver_sql(
        "INSERT INTO credential (operator_id, password_hash, must_change, changed_at_utc_ms) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (operator_id) DO UPDATE SET password_hash = excluded.password_hash,"
        " must_change = excluded.must_change, changed_at_utc_ms = excluded.changed_at_utc_ms",
        (operator_id, password_hash, int(must_change), at_utc_ms),
    )


def recovery_code_hash(connection: Connection) -> str | None:
    """The hash of the recovery code in force, or None."""
    value = connection.exec_driver_sql("SELECT code_hash FROM recovery_code WHERE slot = 1").scalar()
    return None if value is None else str(value)


def recovery_code_is_of_backup(connection: Connection) -> bool:
    """True if the books were restored and no recovery code was given out since: the backup's counts."""
    newest = connection.exec_driver_sql(
        "SELECT kind FROM journal WHERE chain = ? AND kind IN ('restored', 'recovery_code_used',"
        " 'recovery_code_renewed') ORDER BY epoch DESC, seq DESC LIMIT 1",
        (hall_chain(connection),),
    )
    return newest.scalar() == "restored"


def put_recovery_code(connection: Connection, code_hash: str, *, at_utc_ms: int) -> None:
    """Store the hash of a new recovery code; the older one is void."""
    connection.exec_driver_sql(
        "INSERT INTO recovery_code (slot, code_hash, issued_at_utc_ms) VALUES (1, ?, ?)"
        " ON CONFLICT (slot) DO UPDATE SET code_hash = excluded.code_hash,"
        " issued_at_utc_ms = excluded.issued_at_utc_ms",
        (code_hash, at_utc_ms),
    )


def failures_of(connection: Connection, subject: str) -> FailureRow:
    """Failed attempts counted on a subject; zero if none."""
    row = connection.exec_driver_sql(
        "SELECT failures, last_failure_utc_ms FROM sign_in_delay WHERE subject = ?", (subject,)
    ).first()
    return FailureRow(0, 0) if row is None else FailureRow(*row)


def put_failures(connection: Connection, subject: str, failures: int, *, at_utc_ms: int) -> None:
    """Set the counter of a subject; 0 forgets it."""
    if failures <= 0:
        connection.exec_driver_sql("DELETE FROM sign_in_delay WHERE subject = ?", (subject,))
        return
    connection.exec_driver_sql(
        "INSERT INTO sign_in_delay (subject, failures, last_failure_utc_ms) VALUES (?, ?, ?)"
        " ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures,"
        " last_failure_utc_ms = excluded.last_failure_utc_ms",
        (subject, failures, at_utc_ms),
    )


def _profile(row: Any) -> HallProfile:
    code, company, name, payee, bank, bank_account, phone, demo, offset_min = row
    return HallProfile(code, company, name, payee, bank, bank_account, phone, bool(demo), offset_min)


def _operator(row: Any) -> OperatorRow:
    operator_id, code, display_name, roles, active = row
    return OperatorRow(operator_id, code, display_name, frozenset(Role(name) for name in roles.split()), bool(active))
