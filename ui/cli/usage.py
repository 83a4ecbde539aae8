"""What is wrong with a command line, in the language of the run: the command library's own sentences are English.

Must not know: what a command does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from typer import Abort
from typer._click.exceptions import (
    BadParameter,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)

from ui.cli import exit_codes
from ui.cli.texts import Texts


def exit_code_of(act: Callable[[], object], language: str) -> int:
    """Run the command tree, which gives its exit code back; a wrong line is said and is 2."""
    try:
        code = act()
    except NoArgsIsHelpError as asked:
        asked.show()
        return asked.exit_code
    except UsageError as wrong:
        _say(wrong, language)
        return exit_codes.UNREADABLE
    except Abort:
        return exit_codes.INTERRUPTED
    return code if isinstance(code, int) else exit_codes.GOOD


def _say(wrong: UsageError, language: str) -> None:
    """How it is written, what is wrong, where all of it stands. In English the library says the middle itself."""
    say = Texts(language)
    lines = [_sentence(say, wrong)] if language != "en" else [f"Error: {wrong.format_message()}"]
    if wrong.ctx is not None:
        pieces = wrong.ctx.command.collect_usage_pieces(wrong.ctx)
        lines.append(say("usage.form", form=" ".join([wrong.ctx.command_path, *pieces])))
        lines.append(say("usage.help", path=wrong.ctx.command_path))
    print("\n".join(lines), file=sys.stderr)


def _sentence(say: Texts, wrong: UsageError) -> str:
    """By the kind of mistake; a kind without a sentence keeps the library's word in brackets."""
    if isinstance(wrong, NoSuchOption):
        return say("usage.no_option", what=wrong.option_name)
    if isinstance(wrong, MissingParameter):
        return say("usage.missing", what=_named(wrong))
    if isinstance(wrong, BadParameter):
        return say("usage.value", what=_named(wrong), reason=wrong.message)
    if wrong.message.startswith("No such command"):
        return say("usage.no_command", what=wrong.message.partition("'")[2].partition("'")[0])
    return say("usage.other", reason=wrong.message)


def _named(wrong: BadParameter) -> str:
    """The option as it is typed, or the argument's place in the line."""
    if wrong.param is None:
        return wrong.param_hint if isinstance(wrong.param_hint, str) else "?"
    return wrong.param.get_error_hint().strip("'")
