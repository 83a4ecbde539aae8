"""A packed counter for the fault tests, and the process that plays it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from tests.architecture.source_tree import ROOT
from tests.faults.surviving_world import pack
from tests.fixtures_counter import Counter


@dataclass
class CounterServer:
    """Plays one run per call, each in a process of its own. Attributes: template (a packed counter); scratch."""

    requests: IO[str]
    answers: IO[str]
    template: Path
    scratch: Path
    used: int = 0

    def fresh(self) -> Path:
        """A copy of the packed counter."""
        self.used += 1
        return Path(shutil.copytree(self.template, self.scratch / str(self.used)))

    def play(self, folder: Path, **job: Any) -> dict[str, Any]:
        """One run; `killed_by` is 9 if it was killed. Raises AssertionError with the child's traceback."""
        self.requests.write(json.dumps({"folder": str(folder), **job}) + "\n")
        self.requests.flush()
        answer: dict[str, Any] = json.loads(self.answers.readline())
        assert "error" not in answer, answer["error"]
        return answer

    def drop(self, folder: Path) -> None:
        """Room for the next."""
        shutil.rmtree(folder)


@pytest.fixture
def packed(counter: Counter, hall_template: Any, tmp_path: Path) -> Path:
    """A counter in the middle of the morning, in a folder of its own."""
    key_file = hall_template.path.parent.parent / "keys" / "installation.pem"
    return pack(counter, key_file, tmp_path / "packed")


@pytest.fixture
def memory_folder(tmp_path: Path) -> Generator[Path, None, None]:
    """A folder in memory where there is one: a killed process loses no file there either, and a commit costs less."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@contextmanager
def serving(packed: Path, memory_folder: Path) -> Generator[CounterServer, None, None]:
    """The forking counter over a packed one."""
    command = [sys.executable, "-m", "tests.faults.counter_process", "serve"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        scratch = memory_folder / "runs"
        scratch.mkdir()
        yield CounterServer(server.stdin, server.stdout, packed, scratch)
        server.stdin.close()
        server.wait(timeout=10)


@pytest.fixture
def counter_server(packed: Path, memory_folder: Path) -> Generator[CounterServer, None, None]:
    """The forking counter."""
    with serving(packed, memory_folder) as server:
        yield server
