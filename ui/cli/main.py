"""The `changshou` command: its subcommands, its one way of reporting trouble, its exit codes (docs/commands.md).

What a subcommand needs is imported when it is called; `run` does not even import the command library. Every known
error becomes a sentence and an exit code here, everything else a crash file. Must not know: what a command does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ledger.errors import KnownError
from ui.cli import exit_codes
from ui.cli.run import quick_options, run

_CODES = {
    "program.no_display": exit_codes.NO_DISPLAY,
    "program.running": exit_codes.RUNNING,
    "program.close_first": exit_codes.RUNNING,
}

_STOPPED = ("import", "export", "backup", "restore", "verify", "keys")
"""Commands that say what Ctrl+C left: nothing half done."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns its exit code. What it writes, names and phones, is for this user only."""
    os.umask(0o077)
    words = list(sys.argv[1:] if arguments is None else arguments)
    language, words = take_option(words, "--lang")
    language = language or "zh_CN"
    plain = quick_options(words, language)
    if plain is not None:
        return guarded(lambda: run(plain), language, words)

    def command() -> int:  # `run` with a word it does not know, `--help`, and all other commands
        from ui.cli.commands import build_app
        from ui.cli.usage import exit_code_of

        line = ["--lang", language, *words]
        spoken = language if language == "en" else "zh_CN"
        code = exit_code_of(lambda: build_app()(args=line, prog_name="changshou", standalone_mode=False), spoken)
        if code == exit_codes.INTERRUPTED:  # the command library makes a code of it
            raise KeyboardInterrupt
        return code

    return guarded(command, language if language == "en" else "zh_CN", words)


def guarded(act: Callable[[], int], language: str, words: Sequence[str] = ()) -> int:
    """Run something; a known error is said and becomes an exit code, a bug becomes a crash file of the hall meant.

    words: the command line, which names the hall.
    """
    try:
        return act()
    except KnownError as error:
        from pos.domain.errors import RuleViolation
        from ui.cli.texts import Texts

        print(Texts(language).error(error), file=sys.stderr)
        refused = isinstance(error, RuleViolation)
        return _CODES.get(error.code, exit_codes.REFUSED if refused else exit_codes.STORE)
    except OSError as error:
        from ui.cli.texts import Texts

        print(Texts(language).file_error(error), file=sys.stderr)
        return exit_codes.STORE
    except KeyboardInterrupt:
        if words and words[0] in _STOPPED:
            from ui.cli.texts import Texts

            print("\n" + Texts(language)(f"stopped.{words[0]}"), file=sys.stderr)
        return exit_codes.INTERRUPTED
    except Exception as bug:  # noqa: BLE001 - the crash handler of the command line, see design section 5
        return _crash(bug, language, words)


def _crash(bug: Exception, language: str, words: Sequence[str]) -> int:
    from ui.app.crash import CrashHandler
    from ui.app.places import places
    from ui.cli.texts import Texts

    data, rest = take_option(words, "--data")
    handler = CrashHandler(places(Path(data) if data else None, demo="--demo" in rest).crashes)
    number = handler.take(bug)
    print(Texts(language)("crash", number=number, folder=str(handler.folder)), file=sys.stderr)
    return exit_codes.CRASH


def take_option(words: Sequence[str], name: str) -> tuple[str, list[str]]:
    """The last value of an option, wherever on the line it stands ("" if it does not), and the other words."""
    value, rest = "", []
    left = list(words)
    while left:
        word = left.pop(0)
        if word == name and left:
            value = left.pop(0)
        elif word.startswith(f"{name}="):
            value = word.removeprefix(f"{name}=")
        else:
            rest.append(word)
    return value, rest


if __name__ == "__main__":
    sys.exit(main())
