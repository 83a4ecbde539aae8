"""Who stands at the command line: logins as options or asked for, passwords never on the line or in the environment.

Passwords are typed without echo, or come one a line on standard input where a script was told to send them.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pos.domain.errors import RuleViolation
from ui.cli.texts import Texts

_OF_A_PERSON = ("sign_in.", "role.", "approval.", "restore.actor_", "restore.approver_")

_OPTION = {"actor": "--login", "approver": "--approver"}


class NoPassword(RuleViolation):
    """Nobody was named, or standard input ended before a password came."""


class People:
    """Asks for the people of one command.

    Args:
        say: sentences. from_stdin: passwords are lines of standard input.
    """

    def __init__(self, say: Texts, *, from_stdin: bool) -> None:
        self._say = say
        self._from_stdin = from_stdin

    def login(self, given: str, who: str) -> str:
        """The login from the command line, or asked for. who: `actor`, `approver`. Raises NoPassword `ask.no_login`."""
        if given:
            return given
        typed = ""
        if not self._from_stdin:
            with suppress(EOFError):
                typed = input(self._say("ask.login", who=self._say(f"who.{who}"))).strip()
        if not typed:
            raise NoPassword("ask.no_login", who=who, option=_OPTION[who])
        return typed

    @contextmanager
    def meaning(self, login: str, who: str) -> Iterator[None]:
        """A refusal inside is about this person: says so above the error, which goes on."""
        try:
            yield
        except RuleViolation as refusal:
            if refusal.code.startswith(_OF_A_PERSON):
                print(self._say("who.refused", who=self._say(f"who.{who}"), login=login), file=sys.stderr)
            raise

    def password(self, login: str, who: str) -> str:
        """One password. Raises NoPassword `ask.no_more`."""
        return self.secret(self._say("ask.password", who=self._say(f"who.{who}"), login=login))

    def secret(self, prompt: str) -> str:
        """Anything that is typed without echo. Raises NoPassword `ask.no_more`."""
        if not self._from_stdin:
            try:
                return getpass.getpass(prompt)
            except EOFError as error:
                raise NoPassword("ask.no_more") from error
        line = sys.stdin.readline()
        if not line:
            raise NoPassword("ask.no_more")
        return line.rstrip("\r\n")
