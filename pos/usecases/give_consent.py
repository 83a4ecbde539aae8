"""A second person's word: consent to one command, or a signature over a shown digest (domain P12; ASVS 2.3.5).

She enters her own login name and password over what is shown; nobody approves himself. The consent is not a record of
its own: the record of the approved command names her. A refused attempt is one.
"""

from __future__ import annotations

from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.store.people_queries import operator
from pos.usecases.check_password import check_password
from pos.usecases.fact import Command, Hall, note_refusal
from pos.usecases.permission import (
    Consent,
    Signature,
    command_digest,
    require_approver,
    seal_consent,
    seal_signature,
)


def give_consent(hall: Hall, command: Command, act: Act, *, approver_login: str, password: str) -> Consent:
    """Let another person agree to one command exactly as it is; put the result into its `consent` and run it again.

    Args:
        hall: the surroundings.
        command: what was refused with `approval.needed`; any later change of it makes the consent worthless.
        act: the act that needs it.
        approver_login: 工号 of the second person.
        password: hers.

    Raises: RuleViolation `approval.self`, `approval.role`, the `sign_in.*` family; StoreError kinds. Blocks about
        120 ms.
    """
    known = check_password(hall, approver_login, password, purpose="consent")
    if known.must_change:
        raise RuleViolation("sign_in.must_change")
    try:
        with hall.store.reading() as connection:
            actor = operator(connection, command.actor)
            if actor is None or not actor.active:
                raise RuleViolation("sign_in.disabled")
            require_approver(connection, act, actor, known.person.operator_id)
    except RuleViolation as refusal:
        note_refusal(hall, command, act, refusal)
        raise
    return seal_consent(
        act, command.command_id, command_digest(command), known.person.operator_id, hall.clock.now_utc_ms()
    )


def sign(hall: Hall, *, login: str, password: str, digest: str) -> Signature:
    """A person signs what is shown by entering her password again; check it with `permission.require_signature`.

    Args:
        hall: the surroundings.
        login: 工号.
        password: hers.
        digest: SHA-256 hex over the shown content, also shown (its first characters) on screen and paper.

    Raises: RuleViolation `sign_in.*` family; StoreError kinds. Blocks about 120 ms.
    """
    known = check_password(hall, login, password, purpose="signature")
    if known.must_change:
        raise RuleViolation("sign_in.must_change")
    return seal_signature(known.person.operator_id, digest, hall.clock.now_utc_ms())
