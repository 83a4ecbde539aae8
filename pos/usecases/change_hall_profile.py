"""What papers say about the hall changes: names, payee account, emergency phone; who, when, from what to what.

Hall code, offset and the mark of a demo are the genesis' for good. Papers already printed keep what they say.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.errors import RuleViolation
from pos.domain.hall_profile import check_profile_text
from pos.domain.roles import Act
from pos.store.people_queries import HallProfile, hall_profile
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform

PROFILE_NAMES = ("company", "hall_name", "payee", "bank", "bank_account", "emergency_phone")
MUST_BE_THERE = ("company", "hall_name", "payee")
MAX_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeHallProfile(Command):
    """One of PROFILE_NAMES and its new text."""

    name: str
    text: str


def change_hall_profile(hall: Hall, command: ChangeHallProfile) -> HallProfile:
    """Change one field; returns the profile as it is now.

    Raises: RuleViolation `setting.unknown` (name), `setting.value` (name, text), `hall.field_empty` (name),
        `hall.bank_account`, `hall.phone` (least, most), `setting.unchanged`
        (name), the `role.*` and `sign_in.*` families; StoreError kinds.
    """
    text = command.text.strip()
    if command.name not in PROFILE_NAMES:
        raise RuleViolation("setting.unknown", name=command.name)
    if not text and command.name in MUST_BE_THERE:
        raise RuleViolation("hall.field_empty", name=command.name)
    if len(text) > MAX_CHARS or not text.isprintable():
        raise RuleViolation("setting.value", name=command.name, text=text[:MAX_CHARS])
    check_profile_text(command.name, text)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        profile = hall_profile(uow.connection)
        old = str(getattr(profile, command.name))
        if old == text:
            raise RuleViolation("setting.unchanged", name=command.name)
        return RecordDraft(
            chain=profile.chain,
            kind="hall_profile_changed",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"name": command.name, "old": old, "new": text},
            rows={"hall_profile": [asdict(profile) | {"demo": int(profile.demo), command.name: text}]},
        )

    return perform(hall, command, Act.MANAGE_SETTINGS, decide, _profile)


def _profile(uow: UnitOfWork, _record: Record) -> HallProfile:
    return hall_profile(uow.connection)
