"""What the repository as a whole promises: it names no machine, its commands are listed, its licences complete."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.architecture.source_tree import ROOT, committed_texts
from tests.architecture.test_locks import RUNTIME, pins

# Folders that only one machine has. The pattern is written so that it does not match itself.
MACHINE_PATH = re.compile(r"(?:^|[^\w.])/(?:work|farm|root|Users|home/[a-z]+)/")


def machine_paths(path: str, text: str) -> list[str]:
    """Lines that name a folder of somebody's own machine."""
    lines = enumerate(text.splitlines(), 1)
    return [f"{path}:{number}: {line.strip()[:80]}" for number, line in lines if MACHINE_PATH.search(line)]


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = [hit for path, text in committed_texts() for hit in machine_paths(path, text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("folder", ["work", "root", "home/li"])
def test_a_folder_of_one_machine_is_found(folder: str) -> None:
    assert machine_paths("docs/x.md", f"see /{folder}/main") == [f"docs/x.md:1: see /{folder}/main"]


def make_targets() -> set[str]:
    """Targets declared phony, that is, the commands of the Makefile."""
    return set(re.findall(r"^\.PHONY: ([a-z-]+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_make_help_lists_every_command() -> None:
    listing = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"^  make ([a-z-]+) +\S", listing, re.MULTILINE)) == make_targets()


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_front_page_names_its_two_commands_and_only_commands_that_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z-]+)", text)) | set(re.findall(r"^make ([a-z-]+)", text, re.MULTILINE))
    assert {"run", "test"} <= named <= make_targets()


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "docs/README.md", "docs/development.md"])
def test_links_inside_the_repository_lead_somewhere(page: str) -> None:
    source = ROOT / page
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", source.read_text(encoding="utf-8"))
    inside = [target for target in targets if "://" not in target]
    assert inside
    assert [target for target in inside if not (source.parent / target).exists()] == []


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    pages = {page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")} - {"README.md"}
    assert {page for page in pages if f"]({page})" not in index} == set()


def test_every_runtime_package_stands_in_the_licence_list() -> None:
    text = (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([a-z0-9-]+) \| (\S+) \| [^|]*\S[^|]* \|", text, re.MULTILINE))
    assert rows.items() >= pins(RUNTIME).items()


def test_the_licence_texts_are_complete() -> None:
    lesser, general = ((ROOT / name).read_text(encoding="utf-8") for name in ("LICENSE", "LICENSE.GPL"))
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in lesser[:200]
    assert "GNU GENERAL PUBLIC LICENSE" in general[:200]
    assert len(general) > 30_000


def test_the_interpreter_is_one_we_promise() -> None:
    assert (3, 11) <= sys.version_info[:2] <= (3, 13)


def test_set_up_compiles_what_it_installed_before_it_says_that_it_is_done() -> None:
    lines = (ROOT / "installer" / "set-up.sh").read_text(encoding="utf-8").splitlines()
    order = [
        next(n for n, line in enumerate(lines) if words in line)
        for words in ("--editable .", "compileall", '> ".venv/set-up-')
    ]
    assert order == sorted(order)
    compiled = set(lines[order[1]].split())
    assert {".venv/lib", "ledger", "pos", "devices", "printing", "ui"} <= compiled
