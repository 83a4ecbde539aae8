"""CHANGELOG.md is Keep-a-Changelog with our two sections, so that a release cannot ship a broken one."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.architecture.source_tree import ROOT

SECTIONS = {
    "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security",
    "Money & records",  # whatever changes postings, reports, schema or prints
    "Devices",
}  # fmt: skip
RELEASE = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<day>\d{4}-\d{2}-\d{2}))?$")


def changelog_faults(text: str) -> list[str]:
    """What is wrong with a changelog, one line each."""
    faults = [] if text.startswith("# Changelog\n") else ["does not begin with '# Changelog'"]
    releases: list[tuple[str, date | None]] = []
    section, entries = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(("## ", "### ")) and section and not entries:
            faults.append(f"line {number}: section {section} is empty")
        if line.startswith("## "):
            match = RELEASE.match(line)
            section = ""
            if not match:
                faults.append(f"line {number}: not a release heading: {line}")
                continue
            releases.append((match["version"], date.fromisoformat(match["day"]) if match["day"] else None))
        elif line.startswith("### "):
            section, entries = line.removeprefix("### "), 0
            if section not in SECTIONS:
                faults.append(f"line {number}: unknown section {section}")
        elif line.startswith("- "):
            entries += 1
            if not section:
                faults.append(f"line {number}: entry outside a section")
    if section and not entries:
        faults.append(f"section {section} is empty")
    return faults + order_faults(releases)


def order_faults(releases: list[tuple[str, date | None]]) -> list[str]:
    """Unreleased first, then newest first, every release with its day."""
    faults = [] if releases and releases[0] == ("Unreleased", None) else ["the first release is not [Unreleased]"]
    days = [day for _version, day in releases[1:]]
    if None in days:
        faults.append("a release has no date")
    elif days != sorted(days, key=str, reverse=True):
        faults.append("releases are not newest first")
    return faults


def test_the_changelog_is_well_formed() -> None:
    assert changelog_faults((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")) == []


GOOD = """# Changelog

## [Unreleased]

### Money & records
- The Z lists open matters.

## [0.2.0] - 2026-12-01

### Fixed
- A.

## [0.1.0] - 2026-11-22

### Added
- B.
"""


def test_a_good_changelog_has_no_faults() -> None:
    assert changelog_faults(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("## [Unreleased]", "## [0.3.0] - 2026-12-02", "the first release is not [Unreleased]"),
        ("### Fixed", "### Repaired", "line 10: unknown section Repaired"),
        ("2026-12-01", "2026-11-01", "releases are not newest first"),
        (" - 2026-12-01", "", "a release has no date"),
        ("- B.\n", "", "section Added is empty"),
        ("### Money & records\n", "", "line 5: entry outside a section"),
        ("## [0.2.0]", "## 0.2.0", "line 8: not a release heading: ## 0.2.0 - 2026-12-01"),
    ],
)
def test_a_broken_changelog_is_found(old: str, new: str, fault: str) -> None:
    assert fault in changelog_faults(GOOD.replace(old, new))
