"""Every module says what it is for, stays readable in one sitting, and bears a name that means something."""

from __future__ import annotations

import ast
from pathlib import PurePosixPath

import pytest

from tests.architecture.source_tree import Source, parse, product_sources

MODULE_LINES_MAX = 500
# One file by rule: an outsider copies the verifier and runs it without anything else of ours.
SINGLE_FILE_BY_RULE = {"ledger/verify_journal.py"}
FUNCTION_LINES_MAX = 70
# Drawers for everything, and words that mean three things in this trade.
BANNED_MODULE_NAMES = {
    "util", "utils", "misc", "common", "helper", "helpers", "manager", "managers", "tools", "stuff", "base",
    "session", "transaction", "balance", "data", "info", "process",
}  # fmt: skip


def shape_faults(source: Source) -> list[str]:
    """What is wrong with a module, one line each."""
    faults = []
    if not ast.get_docstring(source.tree):
        faults.append("no docstring")
    if len(source.text.splitlines()) > MODULE_LINES_MAX and source.path not in SINGLE_FILE_BY_RULE:
        faults.append(f"longer than {MODULE_LINES_MAX} lines")
    parts = PurePosixPath(source.path).with_suffix("").parts
    faults.extend(f"banned name {part}" for part in parts if part in BANNED_MODULE_NAMES)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                faults.append(f"{node.name} has {lines} lines")
    return faults


def test_every_module_has_a_good_shape() -> None:
    faults = [f"{source.path}: {fault}" for source in product_sources() for fault in shape_faults(source)]
    assert not faults, "\n".join(faults)


LONG_FUNCTION = '"""Doc."""\ndef long():\n' + "    x = 1\n" * FUNCTION_LINES_MAX


@pytest.mark.parametrize(
    ("path", "text", "fault"),
    [
        pytest.param("pos/domain/till.py", "x = 1\n", "no docstring", id="docstring"),
        pytest.param("pos/domain/till.py", '"""Doc."""\n' + "\n" * 500, "longer than 500 lines", id="long module"),
        pytest.param("pos/domain/till.py", LONG_FUNCTION, "long has 71 lines", id="long function"),
        pytest.param("pos/utils.py", '"""Doc."""\n', "banned name utils", id="banned module"),
        pytest.param("pos/common/till.py", '"""Doc."""\n', "banned name common", id="banned folder"),
    ],
)
def test_a_badly_shaped_module_is_found(path: str, text: str, fault: str) -> None:
    assert shape_faults(parse(path, text)) == [fault]
