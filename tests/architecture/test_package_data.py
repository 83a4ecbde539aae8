"""An installed program finds its fonts, catalogues, card profiles and table of readers: the package declares them all.

A checkout runs from its own folder, so a file that no wheel would carry is missed by nobody before an installation.
"""

from __future__ import annotations

import json
import subprocess
import sys
from fnmatch import fnmatch

import pytest

from tests.architecture.source_tree import ROOMS, ROOT, committed_files, product_sources

# Asked of the builder itself, in a process of its own: it changes what it is imported into. Nothing is written.
ASK = """
import json
from setuptools import Distribution
made = Distribution()
made.parse_config_files(["pyproject.toml"])
made.include_package_data = False
build = made.get_command_obj("build_py")
build.ensure_finalized()
files = [f"{folder}/{name}" for _package, folder, _target, names in build.data_files for name in names]
print(json.dumps({"files": files, "packages": made.packages}))
"""


def data_files() -> set[str]:
    """Everything in the product's rooms that is no module."""
    paths = (path.relative_to(ROOT) for path in committed_files())
    return {path.as_posix() for path in paths if path.parts[0] in ROOMS and path.suffix not in (".py", ".pyi")}


def undeclared(files: set[str], declared: set[str]) -> set[str]:
    """Files that no installed program would have."""
    return {file for file in files if file not in declared}


@pytest.fixture(scope="module")
def built() -> dict[str, set[str]]:
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return {kind: set(names) for kind, names in json.loads(answer.stdout.splitlines()[-1]).items()}


@pytest.fixture
def declared(built: dict[str, set[str]]) -> set[str]:
    return built["files"]


def test_every_module_of_the_product_is_in_a_package_that_is_put_in(built: dict[str, set[str]]) -> None:
    folders = {source.path.rpartition("/")[0].replace("/", ".") for source in product_sources()}
    assert folders - built["packages"] == set()


def test_every_data_file_of_the_product_is_declared_for_the_package(declared: set[str]) -> None:
    assert undeclared(data_files(), declared) == set()


@pytest.mark.parametrize(
    "kind",
    [
        "printing/fonts/NotoSansSC-*.ttf",
        "printing/fonts/SHA256SUMS",
        "printing/fonts/OFL.txt",
        "printing/locale/*/LC_MESSAGES/printing.po",
        "ui/locale/*/LC_MESSAGES/ui.po",
        "devices/cards/profiles/*.toml",
        "devices/cards/readers.toml",
    ],
)
def test_each_kind_of_file_that_the_program_reads_is_among_them(declared: set[str], kind: str) -> None:
    assert [file for file in declared if fnmatch(file, kind)] != []


def test_nothing_but_the_products_files_is_put_in(declared: set[str]) -> None:
    assert declared - data_files() == set()


def test_a_file_that_is_not_declared_is_found(declared: set[str]) -> None:
    planted = data_files() | {"ui/desktop/icons/till.svg"}
    assert undeclared(planted, declared) == {"ui/desktop/icons/till.svg"}
