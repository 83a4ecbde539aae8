"""Who may do this, now: the matrix enforced where the state changes (domain P12; design, Money rules 12).

A consent covers one command exactly as it was shown: it is bound to the act, the command id and the command's whole
content, so what was approved cannot be changed afterwards, and the unique command id makes it single. A signature is
a person's password entered again over a shown digest. Both live only inside this process (HMAC with a secret made at
start) and for a few minutes. Nobody approves himself, in a hall of one person neither.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from pos.domain.errors import RuleViolation
from pos.domain.roles import Act, Role, Verdict, approvers, verdict
from pos.store.people_queries import OperatorRow, acting_operator, operator
from pos.store.unit_of_work import Connection

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

CONSENT_LIFE_MS = 10 * 60 * 1000

_SECRET = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class Consent:
    """Another person's consent to one command.

    Attributes:
        act, command_id, digest: what exactly was agreed to (`digest` = command_digest of the command).
        approver: operator id of the one who agreed.
        given_at_utc_ms: when.
    """

    act: Act
    command_id: str
    digest: str
    approver: str
    given_at_utc_ms: int
    mac: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signature:
    """A person's word over a shown digest (hand-over, counts): password entered again."""

    operator_id: str
    digest: str
    signed_at_utc_ms: int
    mac: bytes = field(repr=False)


def command_digest(command: DataclassInstance) -> str:
    """Digest over everything a command says except who consented; equal content, equal digest, in this process."""
    content = [(part.name, getattr(command, part.name)) for part in fields(command) if part.name != "consent"]
    return hashlib.sha256(f"{type(command).__qualname__}{content!r}".encode()).hexdigest()


def seal_consent(act: Act, command_id: str, digest: str, approver: str, now_utc_ms: int) -> Consent:
    """Make a consent. Only `give_consent` may call this, after the password was checked."""
    return Consent(act, command_id, digest, approver, now_utc_ms, _mac(act, command_id, digest, approver, now_utc_ms))


def seal_signature(operator_id: str, digest: str, now_utc_ms: int) -> Signature:
    """Make a signature. Only `sign` may call this, after the password was checked."""
    return Signature(operator_id, digest, now_utc_ms, _mac("signature", operator_id, digest, now_utc_ms))


def require_signature(signature: Signature, digest: str, *, now_utc_ms: int) -> str:
    """The operator id of a fresh signature over this digest. Raises RuleViolation `approval.stale`."""
    expected = _mac("signature", signature.operator_id, signature.digest, signature.signed_at_utc_ms)
    genuine = hmac.compare_digest(expected, signature.mac)
    if not genuine or signature.digest != digest or _too_old(signature.signed_at_utc_ms, now_utc_ms):
        raise RuleViolation("approval.stale")
    return signature.operator_id


def authorise(
    connection: Connection,
    act: Act,
    actor: str,
    consent: Consent | None,
    command_id: str,
    *,
    digest: str | None = None,
    now_utc_ms: int | None = None,
) -> str | None:
    """Let the actor do the act, or refuse.

    Args:
        connection: inside the unit of work that changes the state.
        act, actor, consent, command_id: what is asked, by whom, with whose consent.
        digest: command_digest of the command; None only without a consent, or where a test asks for a bare cell.
        now_utc_ms: for the age of the consent; None = not asked.

    Returns: the approver's id if the act needed a consent, None if it is the actor's own.

    Raises: RuleViolation `sign_in.disabled`, `role.refused`, `approval.needed`, `approval.self`, `approval.stale`,
        `approval.role`, `sign_in.must_change`.
    """
    person = require_role(connection, act, actor)
    if any(verdict(act, role) is Verdict.ALLOWED for role in person.roles):
        return None
    if consent is None:
        raise RuleViolation("approval.needed", act=act.value)
    _check_consent(consent, act, command_id, digest, now_utc_ms)
    require_approver(connection, act, person, consent.approver)
    return consent.approver


def require_role(connection: Connection, act: Act, actor: str) -> OperatorRow:
    """The actor, if her roles may do the act at all, alone or with a consent: what a repeat must still fulfil.

    Raises: RuleViolation `sign_in.disabled`, `sign_in.must_change`, `role.refused`.
    """
    person = acting_operator(connection, actor)
    if person is None or not person.active:
        raise RuleViolation("sign_in.disabled")
    if person.must_change:
        raise RuleViolation("sign_in.must_change")
    if all(verdict(act, role) is Verdict.REFUSED for role in person.roles):
        raise RuleViolation("role.refused", act=act.value)
    return person


def require_approver(connection: Connection, act: Act, actor: OperatorRow, approver: str) -> OperatorRow:
    """The person who may approve this act of this actor.

    Raises: RuleViolation `approval.self`, `approval.role` (also for a disabled approver).
    """
    if approver == actor.operator_id:
        raise RuleViolation("approval.self", act=act.value)
    person = _active(connection, approver, "approval.role")
    if not person.roles & consenting_roles(act, actor.roles):
        raise RuleViolation("approval.role", act=act.value)
    return person


def consenting_roles(act: Act, roles: frozenset[Role]) -> frozenset[Role]:
    """Roles whose holder may consent when a person with these roles asks."""
    return frozenset(other for role in roles for other in approvers(act, role))


def _check_consent(consent: Consent, act: Act, command_id: str, digest: str | None, now_utc_ms: int | None) -> None:
    expected = _mac(consent.act, consent.command_id, consent.digest, consent.approver, consent.given_at_utc_ms)
    if not hmac.compare_digest(expected, consent.mac):
        raise RuleViolation("approval.stale")
    if consent.act != act or consent.command_id != command_id or (digest is not None and consent.digest != digest):
        raise RuleViolation("approval.stale")
    if now_utc_ms is not None and _too_old(consent.given_at_utc_ms, now_utc_ms):
        raise RuleViolation("approval.stale")


def _active(connection: Connection, operator_id: str, code: str) -> OperatorRow:
    person = operator(connection, operator_id)
    if person is None or not person.active:
        raise RuleViolation(code)
    return person


def _too_old(given_at_utc_ms: int, now_utc_ms: int) -> bool:
    return abs(now_utc_ms - given_at_utc_ms) > CONSENT_LIFE_MS


def _mac(*parts: object) -> bytes:
    return hmac.new(_SECRET, repr([str(part) for part in parts]).encode(), hashlib.sha256).digest()
