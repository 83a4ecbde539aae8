"""`changshou keys`: the two-person ceremony, and a look at a keystore or a copy of one (docs/keys.md).

Shares, passphrase and passwords are typed without echo; no share is ever printed, only check values. Must not know: how
keys are made or kept.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pos.domain.errors import RuleViolation
from ui.cli import exit_codes
from ui.cli.people import People
from ui.cli.texts import Texts

if TYPE_CHECKING:
    from pos.usecases.fact import Hall
    from ui.app.key_ceremony import CheckValues, KeyCeremony
    from ui.app.places import Places


@dataclass(frozen=True, slots=True)
class CeremonyOptions:
    """What was asked."""

    families: tuple[str, ...]
    cipher: str
    login: str = ""
    approver: str = ""
    from_stdin: bool = False
    data: Path | None = None


def ceremony(say: Texts, options: CeremonyOptions) -> int:
    """Two people put the keys in. Raises as `KeyCeremony`; RuleViolation `sign_in.*`, `role.*`, `approval.*`."""
    from ui.app.key_ceremony import KeyCeremony
    from ui.app.open_books import open_books
    from ui.app.places import places

    at = places(options.data)
    people = People(say, from_stdin=options.from_stdin)
    rite = KeyCeremony(at, options.families, options.cipher)
    with rite.lock():
        hall = open_books(at)
        try:
            _two_people(say, people, options, rite, hall)
        finally:
            hall.store.close()
    return exit_codes.GOOD


def _two_people(say: Texts, people: People, options: CeremonyOptions, rite: KeyCeremony, hall: Hall) -> None:
    from pos.domain.roles import Act
    from pos.usecases.check_password import check_password
    from pos.usecases.give_consent import give_consent
    from pos.usecases.note_card_keys import NoteCardKeys, note_card_keys
    from pos.usecases.permission import require_role
    from ui.app.interrupt import interrupt_held

    login = people.login(options.login, "actor")
    password = people.password(login, "actor")
    with people.meaning(login, "actor"):
        actor = check_password(hall, login, password, purpose="sign_in").person.operator_id
        with hall.store.reading() as connection:
            require_role(connection, Act.MANAGE_KEYS, actor)
    approver = people.login(options.approver, "approver")
    if approver == login:
        raise RuleViolation("approval.self", act=Act.MANAGE_KEYS.value)
    print(say("keys.first", login=login), flush=True)
    first = _shares(say, people, rite)
    print(say("keys.second", login=approver), flush=True)
    keys = rite.combined(first, _shares(say, people, rite))
    passphrase = _new_passphrase(say, people)
    recorded: list[str] = []

    def agree(values: CheckValues) -> None:
        command = NoteCardKeys(
            command_id=hall.ids.new_id(),
            actor=actor,
            authority="keystore",
            cipher=options.cipher,
            check_values=values,
        )
        print(say("keys.to_agree", cipher=options.cipher))
        _print_values(say, values)
        sys.stdout.flush()
        word = people.password(approver, "approver")
        with people.meaning(approver, "approver"):
            consent = give_consent(hall, command, Act.MANAGE_KEYS, approver_login=approver, password=word)
        rest.enter_context(held)  # keys that the books name are put in their place and said, whatever is pressed
        recorded.append(note_card_keys(hall, replace(command, consent=consent)))

    with ExitStack() as rest:
        held = interrupt_held()
        done = rite.load(keys, passphrase, agree)
        print(say("keys.loaded", path=str(done.keystore)))
        print(say("keys.recorded", record=recorded[0]))
        if done.aside is not None:
            print(say("keys.aside", path=str(done.aside)))
        print(say("keys.next"))


def _shares(say: Texts, people: People, rite: KeyCeremony) -> dict[str, bytes]:
    """One person's shares, each with its check value: a mistyped digit is found before the other one begins."""
    total, shares = len(rite.purposes), {}
    for number, purpose in enumerate(rite.purposes, 1):
        text = people.secret(say("keys.ask_share", purpose=purpose, number=number, total=total))
        shares[purpose] = rite.share(text, purpose)
        print(say("keys.share_check", value=rite.check_value(shares[purpose])), flush=True)
    return shares


def _new_passphrase(say: Texts, people: People) -> str:
    from ui.app.key_ceremony import LEAST_PASSPHRASE, require_passphrase

    passphrase = people.secret(say("keys.ask_passphrase", least=LEAST_PASSPHRASE))
    require_passphrase(passphrase)
    if people.secret(say("keys.ask_again")) != passphrase:
        raise RuleViolation("keys.passphrases_differ")
    return passphrase


def check(say: Texts, file: Path | None, data: Path | None, *, demo: bool, from_stdin: bool) -> int:
    """Open a keystore, or a copy, and compare it with what the books name last; 0 the same, 1 not.

    Raises: DeviceUnavailable `keys.missing`; DeviceRefused `keys.damaged`, `keys.wrong_passphrase`; StoreError kinds.
    """
    from ui.app.key_ceremony import keys_on_file
    from ui.app.places import places

    at = places(data, demo=demo)
    path = file or at.keystore
    keys_on_file(path)  # a missing or damaged file is told before a passphrase is asked for
    passphrase = People(say, from_stdin=from_stdin).secret(say("keys.ask_open"))
    found = keys_on_file(path, passphrase or "\0")
    kind = say("keys.kind_test" if found.is_test else "keys.kind_real")
    print(say("keys.file", path=str(path), kind=kind, cipher=found.cipher))
    _print_values(say, found.check_values)
    return _compared(say, at, dict(found.check_values))


def _compared(say: Texts, at: Places, found: dict[str, str]) -> int:
    from ui.app.key_ceremony import keys_in_books
    from ui.app.open_books import open_books

    if not at.database.exists():
        print(say("keys.none_recorded"))
        return exit_codes.GOOD
    hall = open_books(at)
    try:
        last = keys_in_books(hall)
    finally:
        hall.store.close()
    if last is None:
        print(say("keys.none_recorded"))
        return exit_codes.GOOD
    wrong = sorted(name for name in {*last.check_values, *found} if last.check_values.get(name) != found.get(name))
    if wrong:
        print(say("keys.not_as_recorded", record=last.record, purposes=say("list.comma").join(wrong)))
        return exit_codes.FOUND
    print(say("keys.as_recorded", record=last.record))
    return exit_codes.GOOD


def _print_values(say: Texts, values: CheckValues) -> None:
    for purpose, value in values:
        print(say("keys.value", purpose=purpose, value=value))
