"""What is wrong with a command line, in the language of the run: the command library's own sentences are English.

The library names only the roots of its errors in public; which kind one is, is told by its class's documented name
(`MissingParameter`, `NoSuchOption`), so that nothing private is imported. Must not know: what a command does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from typer import Abort, BadParameter, TyperException

from ui.cli import exit_codes
from ui.cli.texts import Texts


def exit_code_of(act: Callable[[], object], language: str) -> int:
    """Run the command tree, which gives its exit code back; a wrong line is said and is 2."""
    try:
        code = act()
    except TyperException as wrong:
        if wrong.exit_code != exit_codes.UNREADABLE:  # not about the line
            raise
        _say(wrong, language)
        return exit_codes.UNREADABLE
    except Abort:
        return exit_codes.INTERRUPTED
    return code if isinstance(code, int) else exit_codes.GOOD


def _say(wrong: TyperException, language: str) -> None:
    """How it is written, what is wrong, where all of it stands. In English the library says the middle itself."""
    if type(wrong).__name__ == "NoArgsIsHelpError":  # a command of commands alone: its help is the message
        print(wrong.message, file=sys.stderr)
        return
    say, line = Texts(language), getattr(wrong, "ctx", None)
    lines = [_sentence(say, wrong)] if language != "en" else [f"Error: {wrong.format_message()}"]
    if line is not None:
        pieces = line.command.collect_usage_pieces(line)
        lines.append(say("usage.form", form=" ".join([line.command_path, *pieces])))
        lines.append(say("usage.help", path=line.command_path))
    print("\n".join(lines), file=sys.stderr)


def _sentence(say: Texts, wrong: TyperException) -> str:
    """By the kind of mistake; a kind without a sentence keeps the library's word in brackets."""
    kind, told = type(wrong).__name__, wrong.message
    if kind == "NoSuchOption":
        return say("usage.no_option", what=getattr(wrong, "option_name", told))
    if isinstance(wrong, BadParameter):
        if kind == "MissingParameter":
            return say("usage.missing", what=_named(wrong))
        return say("usage.value", what=_named(wrong), reason=told)
    if told.startswith("No such command"):
        return say("usage.no_command", what=told.partition("'")[2].partition("'")[0])
    return say("usage.other", reason=told)


def _named(wrong: BadParameter) -> str:
    """The option as it is typed, or the argument's place in the line."""
    param: Any = wrong.param
    if param is None:
        return wrong.param_hint if isinstance(wrong.param_hint, str) else "?"
    return str(param.get_error_hint()).strip("'")
