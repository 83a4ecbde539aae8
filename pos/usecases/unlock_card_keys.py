"""The keystore of the card keys is opened at the counter, by its passphrase (docs/keys.md, trust 4.3).

Attempts are counted before the passphrase is tried and wait as those of a sign-in do; wrong ones become records, as
there. The passphrase is kept nowhere. Opening changes no books and, as on the terminal, makes no record.
"""

from __future__ import annotations

from typing import Protocol

from pos.domain.errors import DeviceRefused, RuleViolation
from pos.domain.roles import Act
from pos.store.people_queries import operator
from pos.usecases.check_password import count_failure, forgive, note_failure
from pos.usecases.fact import Command, Hall, require_may

SUBJECT = "keystore"
"""Whose failures in a row are counted: one keystore, whoever types."""


class LockedKeys(Protocol):
    """What waits for its passphrase."""

    def unlock(self, passphrase: str) -> None:
        """Blocking: about 0.2 s. Raises: DeviceRefused `keys.wrong_passphrase`, `keys.damaged`."""


def unlock_card_keys(hall: Hall, asked: Command, keystore: LockedKeys, passphrase: str) -> None:
    """Open it. Blocking: about 0.2 s whatever the answer. `asked`: who types, and the id of this attempt.

    Raises: RuleViolation `role.refused` and its kin, `keys.wait` (wait_s); DeviceRefused
        `keys.wrong_passphrase`, `keys.damaged`; StoreError kinds.
    """
    require_may(hall, asked, Act.UNLOCK_KEYS)
    with hall.store.unit_of_work() as uow:
        person = operator(uow.connection, asked.actor)
        try:
            failures = count_failure(uow, SUBJECT, hall.clock.now_utc_ms())
        except RuleViolation as early:
            raise RuleViolation("keys.wait", wait_s=early.params["wait_s"]) from early
        uow.commit()
    try:
        keystore.unlock(passphrase)
    except DeviceRefused as refused:
        if refused.code == "keys.wrong_passphrase":
            note_failure(hall, person, failures, "keys")
        raise
    with hall.store.unit_of_work() as uow:
        forgive(uow, SUBJECT)
        uow.commit()
