"""A person signs in at a workstation. No session of ours: what she may do is asked anew at every act."""

from __future__ import annotations

from dataclasses import dataclass, field

from pos.domain.passwords import hash_secret, is_outdated
from pos.store.people_queries import OperatorRow, credential, put_credential
from pos.usecases.check_password import check_password
from pos.usecases.fact import Hall
from pos.usecases.presence import note_presence


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What the sign-in page asks. The login name is never stored as typed."""

    command_id: str
    login: str = field(repr=False)
    password: str = field(repr=False)
    workstation: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is there now.

    Attributes:
        person: as she is now.
        must_change_password: nothing else is allowed before she has chosen a new one.
        failed_before: wrong passwords since she last signed in or unlocked; shown to her, she may notice a stranger.
        at_utc_ms: when.
    """

    person: OperatorRow
    must_change_password: bool
    failed_before: int
    at_utc_ms: int


def sign_in(hall: Hall, command: SignIn) -> SignedIn:
    """Let a person in. Blocks about 120 ms.

    Raises: RuleViolation `sign_in.wrong`, `sign_in.wait` (wait_s), `sign_in.disabled`; StoreError kinds.
    """
    known = check_password(hall, command.login, command.password, purpose="sign_in")
    _renew_hash(hall, known.person.operator_id, command.password)
    record = note_presence(
        hall,
        kind="signed_in",
        command_id=command.command_id,
        actor=known.person.operator_id,
        facts={"workstation": command.workstation, "failed_before": known.failed_before},
    )
    return SignedIn(known.person, known.must_change, known.failed_before, record.at_utc_ms)


def _renew_hash(hall: Hall, operator_id: str, password: str) -> None:
    """A hash made with older costs is renewed while the password is known; a new password in between wins."""
    with hall.store.reading() as connection:
        stored = credential(connection, operator_id)
    if stored is None or not is_outdated(stored.password_hash):
        return
    renewed = hash_secret(password)
    with hall.store.unit_of_work() as uow:
        if credential(uow.connection, operator_id) == stored:
            now_utc_ms = hall.clock.now_utc_ms()
            put_credential(uow.connection, operator_id, renewed, must_change=stored.must_change, at_utc_ms=now_utc_ms)
            uow.commit()
