"""House rules of every test: nothing unexpected is logged, no unit of work stays open, Qt draws offscreen.

A test that causes a warning on purpose announces it with the fixture `expected_log`; an announcement that does not
come true fails the test too.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Generator
from dataclasses import dataclass, field

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


pytest_plugins = (
    "tests.fixtures_hall",
    "tests.fixtures_counter",
    "tests.fixtures_desk",
    "tests.fixtures_running",
    "tests.integration.cli_desk",
)


@dataclass
class _Announcement:
    logger: str
    level: int
    pattern: re.Pattern[str]
    seen: int = 0

    def covers(self, record: logging.LogRecord) -> bool:
        """True if the record is the announced one: same level, same logger or below, text matching anywhere."""
        same_logger = record.name == self.logger or record.name.startswith(f"{self.logger}.")
        return record.levelno == self.level and same_logger and bool(self.pattern.search(record.getMessage()))


@dataclass
class LogWatch:
    """Collects the records of one test.

    Attributes:
        announced: what the test said would be logged.
        unexpected: records of level WARNING and above that nobody announced, as one line each.
    """

    announced: list[_Announcement] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    def __call__(self, logger: str, pattern: str, level: int = logging.WARNING) -> None:
        """Announce a record: `expected_log("pos.sagas", "outcome unknown")`. Call it before the act."""
        self.announced.append(_Announcement(logger, level, re.compile(pattern)))

    def take(self, record: logging.LogRecord) -> None:
        """Count a record against the announcements."""
        for announcement in self.announced:
            if announcement.covers(record):
                announcement.seen += 1
                return
        self.unexpected.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def complaint(self) -> str:
        """Why the test fails, "" if it does not."""
        missing = [f"announced, never logged: {a.logger} /{a.pattern.pattern}/" for a in self.announced if not a.seen]
        return "\n".join([*(f"unexpected log: {line}" for line in self.unexpected), *missing])


class _WatchHandler(logging.Handler):
    def __init__(self, watch: LogWatch) -> None:
        super().__init__(logging.WARNING)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        self._watch.take(record)


_WATCH = pytest.StashKey[LogWatch]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail the test itself (not its teardown) when the log says something nobody announced."""
    outcome = yield
    complaint = item.stash[_WATCH].complaint() if _WATCH in item.stash else ""
    if complaint:
        pytest.fail(complaint, pytrace=False)
    return outcome


@pytest.fixture(autouse=True)
def expected_log(request: pytest.FixtureRequest) -> Generator[LogWatch, None, None]:
    """Watch the log; call the fixture's value to announce a record of level WARNING or above."""
    watch = LogWatch()
    request.node.stash[_WATCH] = watch
    handler = _WatchHandler(watch)
    logging.getLogger().addHandler(handler)
    yield watch
    logging.getLogger().removeHandler(handler)


def _open_units_of_work() -> int:
    """How many units of work this process holds open. A module that was never imported cannot have opened one."""
    module = sys.modules.get("pos.store.unit_of_work")
    count = getattr(module, "open_count", None)
    return int(count()) if count is not None else 0


@pytest.fixture(autouse=True)
def no_unit_of_work_left_open() -> Generator[None, None, None]:
    """Only a use case opens a unit of work, as a `with` block; one that outlives its test is a leak of the writer."""
    assert _open_units_of_work() == 0, "an earlier test left a unit of work open"
    yield
    assert _open_units_of_work() == 0, "this test left a unit of work open"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many cases the tests played that play many: each says so by `record_property("cases", n)`."""
    passed = terminalreporter.stats.get("passed", ())
    cases = sum(value for report in passed for name, value in report.user_properties if name == "cases")
    if cases:
        terminalreporter.write_line(f"cases of card flows: {cases}")
