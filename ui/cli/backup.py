"""`changshou backup` and `changshou restore`: who asks, what was done, in words."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ui.cli import exit_codes
from ui.cli.people import People
from ui.cli.texts import Texts
from ui.cli.waiting import Waiting

if TYPE_CHECKING:
    from pos.usecases.fact import Command, Hall
    from pos.usecases.note_restore import NoteRestore
    from ui.app.backup import Backup
    from ui.app.places import Places
    from ui.app.restore import Restored


_REFUSED_ON_A_COPY = {
    "role.refused": "restore.actor_role",
    "approval.role": "restore.approver_role",
    "approval.self": "restore.approver_self",
}
"""Sentences of the program that say a refusal is on record -> what is so of a restore."""


def backup(say: Texts, to: Path | None, login: str, data: Path | None, *, demo: bool, from_stdin: bool) -> int:
    """Make a backup; with a login it is recorded in the books. Raises as `make_backup`; RuleViolation `sign_in.*`."""
    from ui.app.backup import make_backup
    from ui.app.interrupt import interrupt_held
    from ui.app.places import places

    at = places(data, demo=demo)
    people = People(say, from_stdin=from_stdin)
    password = people.password(login, "actor") if login else ""
    with people.meaning(login, "actor"):
        asked = _allowed(at, login, password) if login else None
    with ExitStack() as rest:  # a copy that is there is recorded and said, whatever is pressed
        folder, held = to or at.data / "backup", interrupt_held()
        made = make_backup(at, folder, Waiting(say).stage, lambda: rest.enter_context(held))
        if asked is not None:
            with people.meaning(login, "actor"):
                _record(at, made, asked)
        print(say("backup.done", path=str(made.file)))
        print(say("backup.manifest", path=str(made.manifest)))
        for head in made.heads:
            print(say("backup.head", anchor=f"{head.chain}-{head.epoch}-{head.seq}:{head.hash[:10]}"))
        if len(made.keys) > 1:
            print(say("backup.more_keys", keys=" ".join(f"--key {key}" for key in made.keys)))
        if made.file.stat().st_dev == at.database.stat().st_dev:
            print(say("backup.same_disk"))
        print(say("backup.keys", path=str(at.keys)))
    return exit_codes.GOOD


def _allowed(at: Places, login: str, password: str) -> Command:
    """Who asks, and whether she may, before anything is copied: neither a mistyped password nor another post costs a
    copy of the whole books. The command is the record's own, so that a refusal is on record under it once."""
    from pos.domain.roles import Act
    from pos.usecases.check_password import check_password
    from pos.usecases.fact import Command, require_may
    from ui.app.open_books import open_books

    hall = open_books(at)
    try:
        person = check_password(hall, login, password, purpose="sign_in").person
        asked = Command(command_id=hall.ids.new_id(), actor=person.operator_id)
        require_may(hall, asked, Act.BACKUP)
        return asked
    finally:
        hall.store.close()


def _record(at: Places, made: Backup, asked: Command) -> None:
    """A copy whose maker lost the right while it was made is taken away; one that could not be recorded stays."""
    from pos.domain.errors import RuleViolation
    from pos.usecases.note_backup import NoteBackup, note_backup
    from ui.app.open_books import open_books

    hall = open_books(at)
    try:
        heads = tuple((head.chain, head.epoch, head.seq, head.hash) for head in made.heads)
        note_backup(
            hall,
            NoteBackup(
                command_id=asked.command_id,
                actor=asked.actor,
                sha256=made.sha256,
                file_name=made.file.name,
                heads=heads,
            ),
        )
    except RuleViolation:
        made.file.unlink()
        made.manifest.unlink()
        raise
    finally:
        hall.store.close()


@dataclass(frozen=True, slots=True)
class RestoreOptions:
    """What was asked."""

    file: Path
    reason: str
    anchors: tuple[str, ...] = ()
    login: str = ""
    approver: str = ""
    replace: bool = False
    from_stdin: bool = False
    data: Path | None = None
    demo: bool = False


def restore(say: Texts, options: RestoreOptions) -> int:
    """Put a backup back and say what is lost. Raises as `restore_backup`."""
    from ui.app.interrupt import interrupt_held
    from ui.app.places import places
    from ui.app.restore import RestoreRequest, restore_backup
    from ui.cli.verify import AnchorForm, parse_anchor

    try:
        anchors = [parse_anchor(text) for text in options.anchors]
    except AnchorForm as wrong:
        print(say("verify.anchor_form", text=str(wrong)), file=sys.stderr)
        return exit_codes.UNREADABLE
    at = places(options.data, demo=options.demo)
    people = People(say, from_stdin=options.from_stdin)
    request = RestoreRequest(
        options.file,
        options.reason,
        tuple(f"{anchor.chain}:{anchor.epoch}:{anchor.seq}:{anchor.prefix}" for anchor in anchors),
        options.replace,
    )

    def identify(hall: Hall, asked: NoteRestore) -> NoteRestore:
        return _two_people(say, people, options, at, hall, asked)

    with ExitStack() as rest:  # once the copy is in its place, what was lost is said, whatever is pressed
        held = interrupt_held()
        done = restore_backup(at, request, identify, Waiting(say).stage, lambda: rest.enter_context(held))
        _report(say, at, done)
    return exit_codes.GOOD


def _two_people(
    say: Texts, people: People, options: RestoreOptions, at: Places, hall: Hall, asked: NoteRestore
) -> NoteRestore:
    """The administrator and whoever agrees, by the passwords that are in the backup."""
    from pos.domain.roles import Act
    from pos.usecases.check_password import check_password
    from pos.usecases.give_consent import give_consent
    from pos.usecases.permission import require_role

    login = people.login(options.login, "actor")
    password = people.password(login, "actor")
    with people.meaning(login, "actor"), _on_a_copy():
        known = check_password(hall, login, password, purpose="sign_in")
        with hall.store.reading() as connection:
            require_role(connection, Act.RESTORE, known.person.operator_id)
    command = replace(asked, actor=known.person.operator_id)
    _say_what_is_signed(say, options, at, known.person.display_name, asked)
    approver = people.login(options.approver, "approver")
    password = people.password(approver, "approver")
    with people.meaning(approver, "approver"), _on_a_copy():
        consent = give_consent(hall, command, Act.RESTORE, approver_login=approver, password=password)
    return replace(command, consent=consent)


@contextmanager
def _on_a_copy() -> Iterator[None]:
    """A refusal inside is recorded in a copy that is thrown away: nothing may be said to be on record."""
    from pos.domain.errors import RuleViolation
    from ui.app.restore import RestoreRefused

    try:
        yield
    except RuleViolation as refusal:
        if refusal.code not in _REFUSED_ON_A_COPY:
            raise
        raise RestoreRefused(_REFUSED_ON_A_COPY[refusal.code]) from refusal


def _say_what_is_signed(say: Texts, options: RestoreOptions, at: Places, actor: str, asked: NoteRestore) -> None:
    """Whoever agrees reads first which backup takes the place of what, and why."""
    file, digest = options.file.name, asked.backup_sha256[:16]
    print(say("sign.restore", actor=actor, file=file, digest=digest, path=str(at.database), reason=asked.reason))
    if options.replace:
        print(say("sign.replaces"))
    for chain, epoch, seq in asked.known:
        print(say("sign.known", chain=chain, epoch=epoch, seq=seq))
    sys.stdout.flush()


def _report(say: Texts, at: Places, done: Restored) -> None:
    print(say("restore.done", path=str(at.database)))
    if done.aside is not None:
        print(say("restore.aside", path=str(done.aside)))
    for chain in done.chains:
        print(say("restore.chain", chain=chain.chain, last=chain.last_seq, epoch=chain.epoch))
        if chain.lost:
            print(say("restore.lost", chain=chain.chain, first=chain.last_seq + 1, last=chain.lost_to_seq))
    print(say("restore.passwords"))
    if done.new_keys:
        print(say("restore.new_key", keys=" ".join(f"--key {key}" for key in done.new_keys)))
    if not at.data_key.exists():
        print(say("restore.no_data_key", path=str(at.data_key)))
