"""Is this the person? One place where passwords are checked: sign-in, unlock, consent, signature, change of password.

The attempt is counted before the hash is computed and forgiven after it was right, so that guesses side by side gain
nothing. A wrong name, a wrong password and a disabled person look alike and cost alike; what was typed as a name is
never stored: it may be a password. Failures become records, coalesced. argon2id runs outside every unit of work.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from ledger.entry import RecordDraft
from pos.domain.errors import RuleViolation
from pos.domain.passwords import FORGOTTEN_AFTER_MS, HALL_FORGOTTEN_AFTER_MS, delay_ms, hall_delay_ms, matches
from pos.store.people_queries import (
    CredentialRow,
    FailureRow,
    OperatorRow,
    credential,
    failures_of,
    hall_chain,
    operator_by_code,
    put_failures,
)
from pos.store.unit_of_work import Connection, UnitOfWork
from pos.usecases.fact import Hall

HALL_SUBJECT = "hall"
NOBODY = "nobody"
"""Actor of a failed attempt under a name that nobody has."""

_UNKNOWN_BUCKETS = 256
_BUCKET_KEY = secrets.token_bytes(32)
_WRITTEN_AT = frozenset({1, 3, 10, 30, 100, 300, 1000, 3000, 10_000})
"""Failures in a row that become a record; those between are in the next one's count."""


@dataclass(frozen=True, slots=True)
class Known:
    """A person whose password was right. `failed_before`: wrong attempts since the last right one."""

    person: OperatorRow
    must_change: bool
    failed_before: int


@dataclass(frozen=True, slots=True)
class _Attempt:
    subject: str
    person: OperatorRow | None
    stored: CredentialRow | None
    failures: int  # this attempt included


def check_password(hall: Hall, login: str, password: str, *, purpose: str) -> Known:
    """Check a login name and a password. Blocks about 120 ms whatever the answer.

    Args:
        login: 工号 as typed.
        password: as typed.
        purpose: what it was asked for (`sign_in`, `unlock`, `consent`, `signature`, `change`), for the record.

    Raises: RuleViolation `sign_in.wait` (wait_s), `sign_in.wrong`, `sign_in.disabled` (only after a right password),
        `hall.not_commissioned`; StoreError kinds.
    """
    attempt = _count_attempt(hall, login.strip())
    right = matches(attempt.stored.password_hash if attempt.stored else None, password)
    person, stored = attempt.person, attempt.stored
    if not right or person is None or stored is None:
        note_failure(hall, attempt.person, attempt.failures, purpose)
        raise RuleViolation("sign_in.wrong")
    if not person.active:
        note_failure(hall, person, attempt.failures, purpose)
        raise RuleViolation("sign_in.disabled")
    with hall.store.unit_of_work() as uow:
        forgive(uow, attempt.subject)
        uow.commit()
    return Known(person, stored.must_change, attempt.failures - 1)


def count_failure(uow: UnitOfWork, subject: str, now_utc_ms: int) -> int:
    """Refuse an attempt that comes too early, otherwise count it; returns the attempts in a row, this one included.

    Raises: RuleViolation `sign_in.wait` (wait_s).
    """
    own, everybody = failures_of(uow.connection, subject), failures_of(uow.connection, HALL_SUBJECT)
    wait_ms = max(
        _wait_ms(own.last_failure_utc_ms, delay_ms(own.failures), now_utc_ms),
        _wait_ms(everybody.last_failure_utc_ms, hall_delay_ms(everybody.failures), now_utc_ms),
    )
    if wait_ms > 0:
        raise RuleViolation("sign_in.wait", wait_s=-(-wait_ms // 1000))
    counted = _after(own, now_utc_ms, FORGOTTEN_AFTER_MS)
    put_failures(uow.connection, subject, counted, at_utc_ms=now_utc_ms)
    together = _after(everybody, now_utc_ms, HALL_FORGOTTEN_AFTER_MS)
    put_failures(uow.connection, HALL_SUBJECT, together, at_utc_ms=now_utc_ms)
    return counted


def forgive(uow: UnitOfWork, subject: str, *, own_only: bool = False) -> None:
    """The password was right: forget the subject's count and, unless `own_only`, take this attempt from the hall's."""
    put_failures(uow.connection, subject, 0, at_utc_ms=0)
    if own_only:
        return
    everybody = failures_of(uow.connection, HALL_SUBJECT)
    put_failures(uow.connection, HALL_SUBJECT, everybody.failures - 1, at_utc_ms=everybody.last_failure_utc_ms)


def note_failure(hall: Hall, person: OperatorRow | None, failures: int, purpose: str) -> None:
    """Write `sign_in_failed` for the first failure in a row and then ever more rarely."""
    if failures not in _WRITTEN_AT:
        return
    with hall.store.unit_of_work() as uow:
        uow.journal.append(
            RecordDraft(
                chain=hall_chain(uow.connection),
                kind="sign_in_failed",
                command_id=f"sign_in_failed:{hall.ids.new_id()}",
                actor=NOBODY if person is None else person.operator_id,
                facts={"purpose": purpose, "failures": failures},
            )
        )
        uow.commit()


def _count_attempt(hall: Hall, login: str) -> _Attempt:
    with hall.store.unit_of_work() as uow:
        hall_chain(uow.connection)
        person = operator_by_code(uow.connection, login)
        subject = _unknown_subject(login) if person is None else person.operator_id
        failures = count_failure(uow, subject, hall.clock.now_utc_ms())
        stored = _stored(uow.connection, person)
        uow.commit()
    return _Attempt(subject, person, stored, failures)


def _stored(connection: Connection, person: OperatorRow | None) -> CredentialRow | None:
    return None if person is None else credential(connection, person.operator_id)


def _unknown_subject(login: str) -> str:
    """A bucket that says nothing about the name, not even to a reader of the store: the key dies with the program."""
    digest = hmac.new(_BUCKET_KEY, login.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return f"unknown:{digest[0] % _UNKNOWN_BUCKETS}"


def _wait_ms(last_utc_ms: int, delay: int, now_utc_ms: int) -> int:
    """What is left of a delay. A clock that was set back does not lengthen it."""
    return min(delay, last_utc_ms + delay - now_utc_ms)


def _after(counted: FailureRow, now_utc_ms: int, forgotten_after_ms: int) -> int:
    return 1 if now_utc_ms - counted.last_failure_utc_ms > forgotten_after_ms else counted.failures + 1
