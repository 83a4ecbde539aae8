"""The locks: every package by exact version and hash, no address of any index, the pins that decisions rest on."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.architecture.source_tree import ROOT

RUNTIME, DEVELOPMENT, BOOTSTRAP, BUILD = (
    "requirements.lock", "requirements-dev.lock", "installer/bootstrap.lock", "installer/build.lock",
)  # fmt: skip
PIN = re.compile(r"^([a-z0-9-]+)(\[[a-z0-9,-]+\])?==([^\s;]+)( ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def lock_faults(text: str) -> list[str]:
    """Lines that are neither an exact pin nor a hash, and pins without a hash."""
    faults, hashes, pinned = [], 1, ""
    for line in text.splitlines():
        if match := PIN.match(line):
            if not hashes:
                faults.append(f"{pinned}: no hash")
            pinned, hashes = match[1], 0
        elif HASH.match(line):
            hashes += 1
        else:
            faults.append(line)
    return faults if hashes else [*faults, f"{pinned}: no hash"]


def pins(path: str) -> dict[str, str]:
    """Package -> version."""
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return {match[1]: match[3] for line in lines if (match := PIN.match(line))}


@pytest.mark.parametrize("path", [RUNTIME, DEVELOPMENT, BOOTSTRAP, BUILD])
def test_every_line_of_a_lock_is_a_pin_or_a_hash(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert lock_faults(text) == []
    assert "://" not in text


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://index.example/simple\n",
        "six==1.17.0\n",
        "six>=1.17 \\\n    --hash=sha256:" + "0" * 64 + "\n",
        "six @ https://index.example/six.whl\n",
        "six==1.17.0 \\\nseven==1 \\\n    --hash=sha256:" + "0" * 64 + "\n",
    ],
)
def test_an_address_or_a_pin_without_hash_is_found(text: str) -> None:
    assert lock_faults(text)


def test_the_development_lock_holds_the_runtime_lock() -> None:
    assert pins(RUNTIME).items() <= pins(DEVELOPMENT).items()


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {re.split(r"[^A-Za-z0-9-]", line, maxsplit=1)[0].lower() for line in project["project"]["dependencies"]}
    assert names <= set(pins(RUNTIME))
    group = {re.split(r"[^A-Za-z0-9-]", line, maxsplit=1)[0].lower() for line in project["dependency-groups"]["dev"]}
    assert group <= set(pins(DEVELOPMENT))


def test_the_builder_of_the_environment_is_the_one_in_the_lock() -> None:
    assert set(pins(BOOTSTRAP)) == {"uv"}
    assert pins(BUILD)["setuptools"] == pins(RUNTIME)["setuptools"]


def test_qt_is_the_release_that_keeps_its_references() -> None:
    assert pins(RUNTIME)["pyside6-essentials"] == pins(RUNTIME)["shiboken6"] == "6.11.3"
