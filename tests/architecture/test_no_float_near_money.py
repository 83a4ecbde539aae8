"""Money is integer fen, volumes are integer litres: no binary fraction comes near an amount.

In ledger and pos there is no float at all, except in durations (names ending in `_s`). In printing, papers have
lengths in points, so there a float is refused only where it meets a figure (`_fen`, `_l`, `_e4`, `Money`).
True division counts as a float; the division sign of pathlib does not.
"""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source_tree import Source, parse, product_sources

FIGURE = re.compile(r"(^|_)(fen|l|litres|e4|bp)$|^Money$")
ARITHMETIC = {"abs", "float", "int", "max", "min", "round", "sum"}
SECONDS = re.compile(r"_s$")
PATHISH = re.compile(r"(^|_)(path|dir|folder|root|home|file|parent|Path|files|here)$|^[A-Z]*_?(DIR|FOLDER|ROOT|HERE)$")


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.arg):
        return node.arg
    if isinstance(node, ast.Call):
        return _name(node.func)
    return ""


def _is_path_division(node: ast.BinOp) -> bool:
    """`folder / "name"`: a text operand, or a name that says it is a place."""
    for side in (node.left, node.right):
        if isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str)):
            return True
        if isinstance(side, ast.BinOp) and isinstance(side.op, ast.Div) and _is_path_division(side):
            return True
        if PATHISH.search(_name(side)):
            return True
    return False


def _makes_float(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if isinstance(node, ast.Name):
        return node.id == "float"
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _is_path_division(node)


def _assigns_seconds(node: ast.Assign | ast.keyword) -> bool:
    names = [node.arg or ""] if isinstance(node, ast.keyword) else [_name(target) for target in node.targets]
    return all(SECONDS.search(name.lower()) for name in names)


def _seconds_defaults(arguments: ast.arguments) -> list[ast.AST | None]:
    positional = [*arguments.posonlyargs, *arguments.args]
    with_default = positional[len(positional) - len(arguments.defaults) :]
    pairs = [
        *zip(with_default, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return [default for argument, default in pairs if SECONDS.search(argument.arg)]


def _seconds_subtrees(tree: ast.AST) -> set[int]:
    """Everything that belongs to a duration: `timeout_s: float = 2.0`, `wait(timeout_s=0.5)`."""
    allowed: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.arg) and SECONDS.search(node.arg):
            parts = [node.annotation]
        elif isinstance(node, ast.AnnAssign) and SECONDS.search(_name(node.target)):
            parts = [node.annotation, node.value]
        elif isinstance(node, ast.Assign | ast.keyword) and _assigns_seconds(node):
            parts = [node.value]
        elif isinstance(node, ast.arguments):
            parts = _seconds_defaults(node)
        allowed.update(id(inner) for part in parts if part is not None for inner in ast.walk(part))
    return allowed


def floats_in(source: Source) -> list[str]:
    """Where a module of ledger or pos uses binary fractions outside durations."""
    allowed = _seconds_subtrees(source.tree)
    return [
        f"{source.path}:{getattr(node, 'lineno', 0)}"
        for node in ast.walk(source.tree)
        if _makes_float(node) and id(node) not in allowed
    ]


def _within(node: ast.AST) -> list[ast.AST]:
    """The expression itself, without the arguments of calls in it, which are expressions of their own."""
    found, waiting = [], [node]
    while waiting:
        part = waiting.pop()
        found.append(part)
        if not isinstance(part, ast.Call) or _name(part) in ARITHMETIC:
            waiting.extend(ast.iter_child_nodes(part))
    return found


def floats_meeting_figures(source: Source) -> list[str]:
    """Where a figure and a binary fraction stand in one expression."""
    places = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.keyword):
            parts = [node.value] if FIGURE.search(node.arg or "") else []
            meets = any(_makes_float(part) for top in parts for part in _within(top))
        elif isinstance(node, ast.Call):
            arguments = [part for argument in node.args for part in _within(argument)]
            meets = (_name(node) == "float" and any(FIGURE.search(_name(part)) for part in arguments)) or (
                _name(node) == "Money" and any(_makes_float(part) for part in arguments)
            )
        elif isinstance(node, ast.BinOp | ast.Compare | ast.AnnAssign | ast.arg):
            inner = _within(node)
            meets = any(FIGURE.search(_name(part)) for part in inner) and any(_makes_float(part) for part in inner)
        else:
            continue
        if meets:
            places.append(f"{source.path}:{getattr(node, 'lineno', 0)}")
    return places


def test_ledger_and_pos_know_no_binary_fraction() -> None:
    places = [place for source in product_sources("ledger", "pos") for place in floats_in(source)]
    assert not places, places


def test_no_figure_on_paper_meets_a_binary_fraction() -> None:
    places = [place for source in product_sources("printing") for place in floats_meeting_figures(source)]
    assert not places, places


@pytest.mark.parametrize(
    "text",
    ["yuan = fen / 100", "rate = 0.13", "x = float(text)", "def price(yuan: float): ...", "amount_fen: float = 0"],
)
def test_a_planted_fraction_in_the_books_is_found(text: str) -> None:
    assert floats_in(parse("pos/domain/planted.py", text)) == ["pos/domain/planted.py:1"]


@pytest.mark.parametrize(
    "text",
    ["def wait(timeout_s: float = 1.5): ...", "POLL_S = 0.4", "lane.wait(timeout_s=0.5)", 'file = folder / "till.db"'],
)
def test_durations_and_paths_are_not_money(text: str) -> None:
    assert floats_in(parse("pos/domain/planted.py", text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "x = line.due_fen / 100",
        "f'{volume_l / 1000:.3f}'",
        "round(price_e4 * 0.0001, 4)",
        "float(due_fen)",
        "Money(1.5)",
        "cell(amount_fen=2.5)",
        "def cell(due_fen: float): ...",
        "total = sum(line.due_fen for line in lines) / 100",
    ],
)
def test_a_planted_fraction_on_paper_is_found(text: str) -> None:
    assert floats_meeting_figures(parse("printing/planted.py", text))


@pytest.mark.parametrize("text", ["x = width_pt / 2 + 3.5", "cell(yuan(due_fen), size=11.5, width=90 / 2)"])
def test_a_length_on_paper_may_be_a_fraction(text: str) -> None:
    assert floats_meeting_figures(parse("printing/pdf/planted.py", text)) == []
