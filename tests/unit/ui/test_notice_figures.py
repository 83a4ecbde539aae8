"""Whatever is said by code gets all figures that its sentences ask for: no raw {amount} in front of a customer."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from ui.desktop.messages import read_catalogue

ROOT = Path(__file__).resolve().parents[3]
PARTS = ("what", "money", "do")
LAYERS = ("ledger", "pos", "devices", "printing", "ui")
SENTENCES = read_catalogue(ROOT / "ui" / "locale" / "zh_CN" / "LC_MESSAGES" / "ui.po")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def wanted(code: str) -> set[str]:
    """The figures that the sentences of a code name."""
    return {name for part in PARTS for name in re.findall(r"\{(\w+)\}", SENTENCES.get(f"{code}.{part}", ""))}


def words_of(tree: ast.AST) -> set[str]:
    """Every name a figure could have here: keywords and literal strings."""
    words = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg}
    return words | {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def assigned(function: ast.AST, name: str) -> Iterator[ast.AST]:
    """What a variable of this function is made of."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
            yield node.value


def given(call: ast.Call, function: ast.AST, helpers: dict[str, Function]) -> set[str]:
    """The figures a call hands over: written in it, in a variable of its function, or in the helper it calls."""
    words = words_of(call)
    for node in ast.walk(call):
        if isinstance(node, ast.Name):
            for value in assigned(function, node.id):
                words |= words_of(value)
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return words | words_of(helpers[name]) if name in helpers else words


def codes_of(call: ast.Call) -> set[str]:
    """Codes written as the first argument, also as the two arms of a choice."""
    first = call.args[0] if call.args else None
    arms = (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,)
    return {arm.value for arm in arms if isinstance(arm, ast.Constant) and isinstance(arm.value, str)}


def lacking(source: str) -> Iterator[tuple[int, str, set[str]]]:
    """(line, code, figures) of every call that says a code without all its figures."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    helpers = {function.name: function for function in functions}
    inside: dict[ast.AST, ast.AST] = {}
    for function in functions:  # outer functions come first, so the innermost one stays
        inside.update(dict.fromkeys(ast.walk(function), function))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") == "paper_code":
            continue
        for code in codes_of(node):
            missing = wanted(code) - given(node, inside.get(node, tree), helpers)
            if missing:
                yield node.lineno, code, missing


def test_no_message_is_said_without_a_figure_that_its_sentences_name() -> None:
    found = [
        (str(path.relative_to(ROOT)), *at)
        for layer in LAYERS
        for path in sorted((ROOT / layer).rglob("*.py"))
        for at in lacking(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_search_for_missing_figures_finds_one_in_a_call_a_variable_and_a_choice() -> None:
    source = """
def said(figures):
    return Notice("notice.arrears", Tone.WARNING, (("amount", 1),))
def chosen(off):
    params = (("counted", 1),)
    return Notice("finance.received_slips_off" if off else "finance.received", params)
def good():
    params = (("amount_fen", 1),)
    return Notice("notice.arrears", Tone.WARNING, params)
"""
    assert {(line, code) for line, code, _missing in lacking(source)} == {
        (3, "notice.arrears"),
        (6, "finance.received_slips_off"),
        (6, "finance.received"),
    }
