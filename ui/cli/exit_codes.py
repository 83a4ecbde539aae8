"""Exit codes of the command (docs/commands.md); scripts may rely on them."""

from __future__ import annotations

GOOD = 0
FOUND = 1  # verify: the books are not whole; doctor: something does not work
UNREADABLE = 2  # there is nothing to judge, or the command line itself is wrong
REFUSED = 3  # a rule or a person's right says no; nothing was changed
STORE = 4  # books, configuration or files cannot be used
NO_DISPLAY = 5
RUNNING = 6  # another program works with this data folder
CRASH = 70  # a bug; a crash file was written
INTERRUPTED = 130  # Ctrl+C
