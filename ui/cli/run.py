"""`changshou run`: read the few options by hand, so that the window is painted before a command library is imported.

Anything unusual on the line goes to the full command, which knows how to complain (performance 5.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pos.ports.keys import KeyAuthority
    from ui.app.places import Places


class RunOptions(NamedTuple):
    """Attributes: demo; data (a folder, or None for the standard one); language; customer_screen; unlock_keys."""

    demo: bool = False
    data: Path | None = None
    language: str = "zh_CN"
    customer_screen: bool = True
    unlock_keys: bool = False


def quick_options(arguments: Sequence[str], language: str = "zh_CN") -> RunOptions | None:
    """The options of a plain `run` line, None if it is anything else."""
    if not arguments or arguments[0] != "run" or language not in ("zh_CN", "en"):
        return None
    demo, customer_screen, unlock_keys, data = False, True, False, None
    rest = list(arguments[1:])
    while rest:
        word = rest.pop(0)
        if word == "--demo":
            demo = True
        elif word == "--no-customer-screen":
            customer_screen = False
        elif word == "--unlock-keys":
            unlock_keys = True
        elif word == "--data" and rest and not rest[0].startswith("-"):
            data = Path(rest.pop(0))
        else:
            return None
    return RunOptions(demo, data, language, customer_screen, unlock_keys)


def run(options: RunOptions) -> int:
    """Run the desktop program; returns the exit code. Raises KnownError kinds that its start can meet."""
    import gc

    gc.disable()  # nothing of what is imported dies; `Program` turns it on again when the books are open
    from ui.app.places import places
    from ui.app.start import run_program

    at = places(options.data, demo=options.demo)
    keys = _unlocked(options, at) if options.unlock_keys else None
    return run_program(at, demo=options.demo, customer_screen=options.customer_screen, keys=keys)


def _unlocked(options: RunOptions, at: Places) -> KeyAuthority:
    """The hall's card keys, by the passphrase typed here before the window is there."""
    from ui.app.key_ceremony import unlocked_keys
    from ui.cli.people import People
    from ui.cli.texts import Texts

    say = Texts(options.language)
    return unlocked_keys(at, lambda: People(say, from_stdin=False).secret(say("keys.ask_open")))
