"""Every code a known error carries is on the page docs/error-codes.md: what happened, the money, what to do now."""

from __future__ import annotations

import ast
import re

import pytest

import pos.domain.errors as errors_module
from pos.domain.errors import KnownError
from tests.architecture.source_tree import ROOT, Source, parse, product_sources

FAMILIES = {
    name for name, kind in vars(errors_module).items() if isinstance(kind, type) and issubclass(kind, KnownError)
}
CODE = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")
COLUMNS = 4  # code | what happened | money | what to do now


def codes_raised(source: Source) -> set[str]:
    """Codes written out where a known error is made."""
    codes = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and node.args:
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            first = node.args[0]
            if called in FAMILIES and isinstance(first, ast.Constant) and isinstance(first.value, str):
                codes.add(first.value)
    return codes


def documented_rows(page: str) -> list[list[str]]:
    """Cells of every table row whose first cell is a code."""
    rows = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().removeprefix("-").strip().strip("|").split("|")]
        cells[0] = cells[0].strip("`")
        if len(cells) > 1 and CODE.match(cells[0]):
            rows.append(cells)
    return rows


@pytest.fixture(scope="module")
def page() -> list[list[str]]:
    return documented_rows((ROOT / "docs/error-codes.md").read_text(encoding="utf-8"))


def test_every_code_raised_is_documented(page: list[list[str]]) -> None:
    raised = {code: source.path for source in product_sources() for code in codes_raised(source)}
    missing = {code: path for code, path in raised.items() if code not in {row[0] for row in page}}
    assert not missing, missing


def test_every_code_is_stable_lower_case_and_dotted() -> None:
    raised = {code for source in product_sources() for code in codes_raised(source)}
    assert [code for code in sorted(raised) if not CODE.match(code)] == []


def test_every_documented_code_says_what_happened_the_money_and_what_to_do(page: list[list[str]]) -> None:
    assert [row for row in page if len(row) != COLUMNS or not all(row)] == []


def test_no_code_is_documented_twice(page: list[list[str]]) -> None:
    codes = [row[0] for row in page]
    assert sorted(codes) == sorted(set(codes))


def test_a_code_in_the_source_is_seen() -> None:
    planted = 'raise RuleViolation("till.not_open", till=1) from errors.StoreBusy("store.busy")'
    assert codes_raised(parse("pos/planted.py", planted)) == {"till.not_open", "store.busy"}


def test_an_incomplete_row_is_seen() -> None:
    assert documented_rows("| `till.not_open` | 未开班 | |") == [["till.not_open", "未开班", ""]]
