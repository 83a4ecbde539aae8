"""The guards of tests/conftest.py bite: unannounced log records, an open unit of work, warnings of Python and Qt."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

CASES = """
import logging, sys, types, warnings

def test_a_quiet_test_passes():
    logging.getLogger("pos").info("said quietly")

def test_an_announced_warning_passes(expected_log):
    expected_log("pos", "lost .* card")
    logging.getLogger("pos.sagas").warning("lost the %s", "card")

def test_an_unannounced_warning_fails():
    logging.getLogger("pos.sagas").warning("lost")

def test_an_announcement_of_another_level_fails(expected_log):
    expected_log("pos", "lost")
    logging.getLogger("pos").error("lost")

def test_an_announcement_that_does_not_come_true_fails(expected_log):
    expected_log("pos", "lost")

def test_a_python_warning_fails():
    warnings.warn("old", DeprecationWarning)

def test_a_qt_warning_fails(qtbot):
    from PySide6.QtCore import qWarning
    qWarning("layout already set")

def test_a_unit_of_work_left_open_fails():
    module = types.ModuleType("pos.store.unit_of_work")
    module.open_count = lambda: 1
    sys.modules[module.__name__] = module
"""
UNKNOWN_MARKER = "import pytest\n\n@pytest.mark.unheard_of\ndef test_it(): pass\n"


def run_pytest(file: Path, text: str) -> str:
    """The short summary of a run of `text` under the project's own configuration and guards."""
    file.write_text(text, encoding="utf-8")
    command = [
        sys.executable, "-m", "pytest", "-rA", "--tb=no", "-p", "tests.conftest", "-p", "no:cacheprovider",
        "-p", "no:randomly", "-c", str(ROOT / "pyproject.toml"), str(file),
    ]  # fmt: skip
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False).stdout


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Test -> what pytest said of it (PASSED, FAILED, ERROR)."""
    report = run_pytest(tmp_path_factory.mktemp("guards") / "test_cases.py", CASES)
    said: dict[str, set[str]] = {}
    for word, name in re.findall(r"^(PASSED|FAILED|ERROR) \S*::(\w+)", report, re.MULTILINE):
        said.setdefault(name, set()).add(word)
    return said


@pytest.mark.parametrize("name", re.findall(r"^def test_(\w+)_passes\(", CASES, re.MULTILINE))
def test_guards_leave_in_peace_that(name: str, outcomes: dict[str, set[str]]) -> None:
    assert outcomes[f"test_{name}_passes"] == {"PASSED"}


@pytest.mark.parametrize("name", re.findall(r"^def test_(\w+)_fails\(", CASES, re.MULTILINE))
def test_guards_see_that(name: str, outcomes: dict[str, set[str]]) -> None:
    assert outcomes[f"test_{name}_fails"] & {"FAILED", "ERROR"}


def test_an_unknown_marker_is_refused(tmp_path: Path) -> None:
    assert "'unheard_of' not found in `markers`" in run_pytest(tmp_path / "test_marker.py", UNKNOWN_MARKER)
