"""Where the product's own files are: read once, shared by the tests of this folder."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("ledger", "pos", "devices", "printing", "ui")


@dataclass(frozen=True)
class Source:
    """One module. Attributes: path (relative to the root), text, tree."""

    path: str
    text: str
    tree: ast.Module


@cache
def product_sources(*rooms: str) -> tuple[Source, ...]:
    """Every module of the given rooms (all rooms if none is given)."""
    files = sorted(file for room in rooms or ROOMS for file in (ROOT / room).rglob("*.py"))
    return tuple(parse(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")) for file in files)


def parse(path: str, text: str) -> Source:
    """A source from its text; planted violations are made with it."""
    return Source(path, text, ast.parse(text, path))


def imported_names(source: Source) -> set[str]:
    """Full dotted names of everything imported anywhere in the module, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "." * node.level)
    return names


@cache
def committed_files() -> tuple[Path, ...]:
    """What the repository holds (a source archive without git: every file that is not a product of a build)."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listing.returncode == 0:
        names = [name for name in listing.stdout.decode().split("\0") if name]
        return tuple(path for name in names if (path := ROOT / name).is_file())
    skipped = {".venv", ".git", "out", "build", "dist", "__pycache__"}
    return tuple(p for p in ROOT.rglob("*") if p.is_file() and not skipped & set(p.relative_to(ROOT).parts))


def committed_texts() -> list[tuple[str, str]]:
    """(relative path, text) of every committed file that is UTF-8 text."""
    texts = []
    for path in committed_files():
        raw = path.read_bytes()
        if b"\0" not in raw[:8192]:
            texts.append((path.relative_to(ROOT).as_posix(), raw.decode("utf-8")))
    return texts
