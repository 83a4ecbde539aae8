"""The house plan as a test: every arrow falls, and each rule is proven to go red on a planted violation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOMS, ROOT, Source, imported_names, parse, product_sources

# rule id -> (file, import that breaks it). The file is new, so nothing existing is overwritten.
PLANTED = {
    "floors": ("ledger/planted_floors.py", "import pos.domain.errors"),
    "pos-order": ("pos/domain/planted_order.py", "import pos.ports.card"),
    "root-wires-devices": ("ui/presenters/planted_devices.py", "import devices.cards"),
    "store-is-private": ("ui/presenters/planted_store.py", "import pos.store"),
    "one-door-to-writing": ("pos/sagas/planted_writer.py", "import pos.store.unit_of_work"),
    "adapters-speak-ports": ("devices/planted_usecases.py", "import pos.usecases"),
    "qt": ("ui/cli/planted_qt.py", "import PySide6.QtCore"),
    "qt-free-core": ("ui/presenters/planted_qt.py", "import ui.app.planted_bridge"),
    "sql": ("pos/usecases/planted_sql.py", "import sqlalchemy"),
    "smartcard": ("devices/printer/planted_smartcard.py", "import smartcard"),
    "pdf": ("printing/planted_pdf.py", "import reportlab"),
    "escpos": ("devices/cards/planted_escpos.py", "import escpos"),
}
STRANGERS = ("devices/planted_stranger.py", "import printing")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of `folder` on the modules of `folder`."""
    program = (
        "import sys; sys.path.insert(0, '.');"
        "from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    )
    return subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=folder, env=os.environ | {"COLUMNS": "300"}, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


def contract_ids() -> dict[str, str]:
    """id -> name of every contract in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return dict(re.findall(r'\[\[tool\.importlinter\.contracts\]\]\nid = "([^"]+)"\nname = "([^"]+)"', text))


def test_every_import_contract_is_kept() -> None:
    report = lint(ROOT)
    assert report.returncode == 0, report.stdout + report.stderr


def test_every_contract_has_a_planted_violation() -> None:
    assert set(contract_ids()) == set(PLANTED)


@pytest.fixture(scope="module")
def report_on_violations(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The linter's report on a copy of the house with one violation of every rule."""
    copy = tmp_path_factory.mktemp("house")
    for room in ROOMS:
        shutil.copytree(
            ROOT / room, copy / room, ignore=lambda _dir, names: [n for n in names if n.endswith((".ttf", ".pyc"))]
        )
    shutil.copy(ROOT / "pyproject.toml", copy)
    for path, statement in [*PLANTED.values(), STRANGERS]:
        (copy / path).write_text(f"{statement}\n", encoding="utf-8")
    (copy / "ui/app/planted_bridge.py").write_text("import PySide6.QtCore\n", encoding="utf-8")
    report = lint(copy)
    assert report.returncode == 1, report.stdout + report.stderr
    return " ".join(report.stdout.split())


@pytest.mark.parametrize("rule", PLANTED)
def test_planted_violation_turns_its_contract_red(rule: str, report_on_violations: str) -> None:
    names, (path, _statement) = contract_ids(), PLANTED[rule]
    assert f"{names[rule]} BROKEN" in report_on_violations
    details = report_on_violations.split("Broken contracts", 1)[1]
    start = details.index(names[rule])
    end = min((at for name in names.values() if (at := details.index(name)) > start), default=len(details))
    assert path.removesuffix(".py").replace("/", ".") in details[start:end]


def test_devices_and_printing_are_strangers(report_on_violations: str) -> None:
    assert "devices.planted_stranger -> printing" in report_on_violations


def files_importing(library: str, sources: tuple[Source, ...]) -> list[str]:
    """Modules that import `library` or something inside it."""
    return [s.path for s in sources if any(n == library or n.startswith(f"{library}.") for n in imported_names(s))]


def test_smartcard_is_imported_by_one_file_of_the_cards_folder() -> None:
    files = files_importing("smartcard", product_sources())
    assert len(files) == 1
    assert files[0].startswith("devices/cards/")


def test_pysqlite3_is_imported_in_one_place() -> None:
    files = files_importing("pysqlite3", product_sources())
    assert len(files) == 1
    assert files[0].startswith("ledger/")


def foreign_to_the_outsider(source: Source) -> set[str]:
    """Imports that are neither Python's own nor the signature library."""
    tops = {name.split(".", 1)[0] for name in imported_names(source)}
    return tops - sys.stdlib_module_names - {"cryptography"}


def test_the_outside_verifier_imports_nothing_of_ours() -> None:
    verifier = ROOT / "ledger/verify_journal.py"
    assert foreign_to_the_outsider(parse("verify_journal.py", verifier.read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize("statement", ["import ledger.money", "from ledger.entry import Record", "from . import chain"])
def test_an_outsider_that_borrows_our_code_is_found(statement: str) -> None:
    assert foreign_to_the_outsider(parse("verify_journal.py", f"def check():\n    {statement}\n"))


def private_imports(source: Source) -> list[str]:
    """Modules inside somebody's package whose name says that they are not for others."""
    return [name for name in imported_names(source) if re.search(r"\._(?!_)", name)]


def test_no_private_module_of_a_library_is_imported() -> None:
    assert [(source.path, found) for source in product_sources() if (found := private_imports(source))] == []
    assert private_imports(parse("planted.py", "from typer._click.exceptions import UsageError")) != []
