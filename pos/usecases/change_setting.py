"""A setting changes: who, when, from what to what (design, Money rules 1: settings are facts of the hall's chain)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.entry import Record, RecordDraft
from pos.domain.errors import RuleViolation
from pos.domain.roles import Act
from pos.domain.settings import Settings, as_text, parsed
from pos.store.people_queries import hall_chain, operators, settings
from pos.store.unit_of_work import UnitOfWork
from pos.usecases.fact import Command, Hall, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSetting(Command):
    """The name of a setting (`pos.domain.settings`) and its new value as text."""

    name: str
    text: str


def change_setting(hall: Hall, command: ChangeSetting) -> Settings:
    """Change one setting; returns all settings as they are now.

    Raises: RuleViolation `setting.unknown`, `setting.value`, `setting.unchanged`, `setting.two_roles_held`
        (operator_code), the `role.*` and `sign_in.*` families; StoreError kinds.
    """
    text = command.text.strip()
    parsed(command.name, text)

    def decide(uow: UnitOfWork, approver: str | None) -> RecordDraft:
        old = as_text(command.name, settings(uow.connection))
        if old == text:
            raise RuleViolation("setting.unchanged", name=command.name)
        if command.name == "one_person_hall" and text == "no":
            _refuse_if_two_roles_held(uow)
        return RecordDraft(
            chain=hall_chain(uow.connection),
            kind="setting_changed",
            command_id=command.command_id,
            actor=command.actor,
            approver=approver,
            facts={"name": command.name, "old": old, "new": text},
            rows={"setting": [{"name": command.name, "value": text}]},
        )

    return perform(hall, command, Act.MANAGE_SETTINGS, decide, _settings)


def _refuse_if_two_roles_held(uow: UnitOfWork) -> None:
    for person in operators(uow.connection):
        if person.active and len(person.roles) > 1:
            raise RuleViolation("setting.two_roles_held", operator_code=person.code)


def _settings(uow: UnitOfWork, _record: Record) -> Settings:
    return settings(uow.connection)
